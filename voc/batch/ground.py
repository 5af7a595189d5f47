"""The feedback of a published run that a comparison may take, and which of it has a value of an attribute."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from voc.batch.compared import BOUND, MIX, Material, answered, spoken
from voc.batch.watched import TRAITS, Voices
from voc.comparison import Metric
from voc.errors import UsageError
from voc.model import AttributeValue, Feedback
from voc.ports import Tools
from voc.queries.allowed import Allowed
from voc.queries.basis import run_zone
from voc.queries.snapshot import Snapshot
from voc.queries.where import Where, parse_where
from voc.trend import Calendar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIELDS = ("source", "channel", "lang", "version", "country", "product", "segment", "stage")
"""Fields of an item that part the feedback; so does every attribute of the file."""
SHOWN = 12
"""Names that a hint lists."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What may be compared.

    mask:     bool (mentions of the run,), what a filter and the calendar let through: days that are over
    feedback: item_id → item, of the run and of those without words
    wordless: items of figures alone, which have no mention, if they are asked for
    """

    voices: Voices
    mask: NDArray[np.bool_]
    feedback: Mapping[str, Feedback]
    wordless: Sequence[Feedback]
    calendar: Calendar

    @classmethod
    def of(cls, tools: Tools, snapshot: Snapshot, filtered: str | None, *, wordless: bool) -> Self:
        """Raises UsageError for a filter that can't be read."""
        where = parse_where(filtered)
        published = snapshot.published
        table, calendar = published.mentions, Calendar(run_zone(published))
        over = calendar.day(tools.now()) - 1
        refs = {(str(item), int(revision)) for item, revision in zip(table.item_id, table.revision, strict=True)}
        items = {item_id: item for (item_id, _), item in tools.feedback.get(sorted(refs)).items()}
        traits = {item_id: tuple(getattr(item, name) for name in TRAITS) for item_id, item in items.items()}
        silent = _wordless(tools, where, calendar, over) if wordless and not where.run else []
        return cls(
            # What people hid is hidden in lists; who asks for it by its key gets it.
            Voices.of(table, [replace(theme, hidden=False) for theme in published.themes.values()], traits),
            Allowed.of(tools, snapshot, where).run & (table.day <= over),
            items | {item.item_id: item for item in silent},
            silent,
            calendar,
        )

    def material(self, metric: Metric, keys: Sequence[str], by: str | None) -> Material:
        """What a metric is counted from; `by`: the attribute whose values are compared, which is no mix."""
        if metric in (Metric.NPS, Metric.RATING):
            return answered(self.voices, self.mask, keys, metric, self.feedback, self.wordless, self.calendar)
        mix = [name for name in MIX if by is None or name != BOUND.get(by)]
        return spoken(self.voices, self.mask, keys, metric, self.feedback, mix)


def _wordless(tools: Tools, where: Where, calendar: Calendar, over: int) -> list[Feedback]:
    """Customers' items of figures alone that a filter lets through, up to the day `over`."""
    chosen = tools.feedback.select(where.item) if where.item else None
    return [
        item
        for item in tools.feedback.current()
        if not item.text.strip() and item.author_role == "customer"
        if item.created_at is not None and calendar.day(item.created_at) <= over
        if chosen is None or item.item_id in chosen
    ]


def holders_of(by: str, values: Sequence[str], feedback: Mapping[str, Feedback]) -> dict[str, frozenset[str]]:
    """The items that have each of the values, in the order of the values. Raises UsageError for an attribute or a value
    that no item has, without repeating it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for item in feedback.values():
        value = getattr(item, by) if by in FIELDS else item.attributes.get(by)
        if value not in (None, ""):
            found[_text(value)].add(item.item_id)
    if not found:
        names = {name for name in FIELDS for item in feedback.values() if getattr(item, name)}
        names |= {name for item in feedback.values() for name in item.attributes}
        raise UsageError("No feedback has this attribute.", f"Known are: {_some(sorted(names))}.")
    if any(value not in found for value in values):
        # Values of columns that we do not know may be a customer's words.
        known = [value for value, _ in Counter({value: len(held) for value, held in found.items()}).most_common()]
        hint = f"Known are: {_some(known)}." if by in FIELDS else "Values are compared as the file writes them."
        raise UsageError("No feedback has one of these values.", hint)
    return {value: frozenset(found[value]) for value in values}


def _text(value: AttributeValue) -> str:
    """A value as somebody types it: a column of numbers may hold 3.0 for 3."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

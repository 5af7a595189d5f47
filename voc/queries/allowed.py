"""Which mentions of a snapshot a filter lets through. The store answers for item fields, the run for the rest."""

from __future__ import annotations

import operator
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.facets import has_label, without_label
from voc.model import SENTIMENTS, URGENCIES
from voc.ports import Condition, LiveMention, Tools
from voc.queries.rows import live_score
from voc.queries.snapshot import Snapshot
from voc.queries.where import FACET_FIELDS, FACET_GROUPS, WITHOUT, Where

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which mentions may answer: masks over the run's and over the live mentions, and whether a filter made them."""

    run: NDArray[np.bool_]
    live: NDArray[np.bool_]
    filtered: bool

    @classmethod
    def of(cls, tools: Tools, snapshot: Snapshot, where: Where) -> Allowed:
        """Apply a filter to a snapshot."""
        import numpy as np

        live = snapshot.live.mentions
        run_mask = snapshot.visible.copy()
        live_mask = np.ones(len(live), np.bool_)
        if where.item:
            run_in, live_in = _of_items(snapshot, tools.feedback.select(where.item))
            run_mask &= run_in
            live_mask &= live_in
        for condition in where.run:
            if condition.field == "tag":
                run_in, live_in = _of_items(snapshot, snapshot.tags.items(str(condition.value)))
                run_mask &= run_in == (condition.op == "=")
                live_mask &= live_in == (condition.op == "=")
                continue
            run_mask &= _meets_run(snapshot, condition)
            live_mask &= np.fromiter((_meets_live(snapshot, m, condition) for m in live), np.bool_, len(live))
        return cls(run_mask, live_mask, bool(where.item or where.run))


def _of_items(snapshot: Snapshot, items: Collection[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks over the run's and over the live mentions: whether a mention belongs to one of the items."""
    import numpy as np

    table, live = snapshot.published.mentions, snapshot.live.mentions
    return (
        np.fromiter((item in items for item in table.item_id), np.bool_, len(table)),
        np.fromiter((mention.item_id in items for mention in live), np.bool_, len(live)),
    )


def _meets_run(snapshot: Snapshot, condition: Condition) -> NDArray[np.bool_]:
    import numpy as np

    table, value = snapshot.published.mentions, str(condition.value)
    if condition.field == "theme":
        met = np.isin(table.theme.astype(str), list(snapshot.keys_under(value)))
    elif condition.field == "sentiment":
        known = ~np.isnan(table.sentiment[:, 0])
        best = np.where(known, np.nan_to_num(table.sentiment).argmax(axis=1), -1)
        met = best == SENTIMENTS.index(value)
    elif condition.field in FACET_FIELDS:
        met = np.array([_has_facet(text, condition.field, value) for text in table.facets], np.bool_)
    else:
        ranks = np.array([URGENCIES.index(level) for level in table.urgency_level], np.int64)
        return _compare(ranks, condition.op, URGENCIES.index(value))
    return met if condition.op == "=" else ~met


def _meets_live(snapshot: Snapshot, mention: LiveMention, condition: Condition) -> bool:
    import numpy as np

    score = live_score(mention)
    value = str(condition.value)
    if condition.field == "theme":
        met = mention.theme in snapshot.keys_under(value)
    elif condition.field == "sentiment":
        met = score.sentiment.label == value
    elif condition.field in FACET_FIELDS:
        met = _has_facet(mention.facets, condition.field, value)
    else:
        rank = np.array([URGENCIES.index(score.urgency.level)])
        return bool(_compare(rank, condition.op, URGENCIES.index(value))[0])
    return met if condition.op == "=" else not met


def _has_facet(text: str | None, field: str, value: str) -> bool:
    """Whether a mention has the label; `neutral` and `other` are also what a mention without one is."""
    facet = FACET_GROUPS[field]
    return has_label(text, facet, value) or (value == WITHOUT.get(field) and without_label(text, facet))


def _compare(values: NDArray[np.int64], op: str, bound: int) -> NDArray[np.bool_]:
    met: NDArray[np.bool_] = _OPERATORS[op](values, bound)
    return met

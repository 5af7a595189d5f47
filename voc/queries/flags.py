"""Flags as people read them: one text sent many times, found in the published run when somebody asks.

Nothing of a flag is kept: what was erased is gone here too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.alerts import Flag, Quote
from voc.model import Feedback
from voc.ports import UNDATED, MentionTable, Tools
from voc.queries.alerts import Evidence, quoted
from voc.queries.basis import last_day, run_zone
from voc.queries.shapes import Row, moment
from voc.queries.snapshot import Snapshot
from voc.trend import Calendar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.clean.bursts import Sent

RECENT_DAYS = 28
"""A burst is listed for so many days of feedback, as long as the nights of a home are watched after the fact."""
QUOTES = 3


@dataclass(frozen=True, slots=True)
class ToldFlag:
    """A flag with its evidence, and what its theme is called; None without a theme."""

    flag: Flag
    label: str | None
    evidence: tuple[Evidence, ...]


def flags(tools: Tools, snapshot: Snapshot, *, everything: bool = False) -> list[ToldFlag]:
    """Texts of the published run that were sent many times in the last `RECENT_DAYS` of its feedback, or at any time
    with `everything`; the latest first. Items without a date are in none."""
    from voc.clean.bursts import bursts

    table, calendar = snapshot.published.mentions, Calendar(run_zone(snapshot.published))
    rows = _candidates(table, snapshot.visible)
    refs = {str(table.item_id[row]): (str(table.item_id[row]), int(table.revision[row])) for row in rows.tolist()}
    items = {item_id: item for (item_id, _), item in tools.feedback.get(sorted(refs.values())).items()}
    sent = {str(table.item_id[row]): _sent(table, row, items) for row in rows.tolist() if table.item_id[row] in items}
    begun = calendar.day(snapshot.published.run.started_at)
    last = last_day(snapshot.published, before=begun + 1)  # the day of the run included
    begin = (begun if last is None else last) - RECENT_DAYS + 1
    return [
        _told(burst, snapshot, items, refs, calendar)
        for burst in bursts(list(sent.values()))
        if everything or burst[-1].day >= begin
    ]


def flag_row(told: ToldFlag) -> Row:
    """A flag as `voc alerts flags` prints it."""
    flag = told.flag
    return {
        "flag_id": flag.flag_id,
        "kind": "campaign",
        "since": moment(flag.since),
        "until": moment(flag.until),
        "copies": flag.copies,
        "customers": flag.customers,
        "sources": dict(flag.sources),
        "channels": dict(flag.channels),
        "theme": flag.theme,
        "label": told.label,
        "evidence": [{"id": quote.id, "item_id": quote.item_id, "text": quote.text} for quote in told.evidence],
    }


def _candidates(table: MentionTable, visible: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows of the mention table that may be of a burst: of a voice with LEAST_COPIES mentions in DAYS, and copies of
    its items. One voice is a customer, too, who says many things: texts tell them apart."""
    import numpy as np

    from voc.clean.bursts import DAYS, LEAST_COPIES

    rows = np.flatnonzero(visible & (table.day != UNDATED))
    rows = rows[np.lexsort((table.day[rows], table.person[rows]))]
    person, day = table.person[rows], table.day[rows]
    ahead = LEAST_COPIES - 1
    if len(rows) <= ahead:
        return rows[:0]
    dense = (person[ahead:] == person[:-ahead]) & (day[ahead:] - day[:-ahead] < DAYS)
    mine = np.isin(person, person[ahead:][dense])
    named = set(table.item_id[rows[mine]].tolist())
    copies = [original is not None and original in named for original in table.duplicate_of[rows].tolist()]
    return np.sort(rows[mine | np.array(copies, np.bool_)])


def _sent(table: MentionTable, row: int, items: Mapping[str, Feedback]) -> Sent:
    from voc.clean.bursts import Sent

    item_id, original = str(table.item_id[row]), table.duplicate_of[row]
    return Sent(item_id, item_id if original is None else str(original), items[item_id].text, int(table.day[row]))


def _told(
    burst: Sequence[Sent],
    snapshot: Snapshot,
    items: Mapping[str, Feedback],
    refs: Mapping[str, tuple[str, int]],
    calendar: Calendar,
) -> ToldFlag:
    copies = [items[one.item_id] for one in burst]
    theme = snapshot.theme(_theme_of(burst, snapshot))
    named = f"{burst[0].item_id}\x1f{burst[0].day}"
    evidence = tuple(Quote(*refs[item.item_id], 0, len(item.text)) for item in _unlike(copies))
    flag = Flag(
        flag_id="f_" + hashlib.sha256(named.encode()).hexdigest()[:16],
        since=calendar.start(burst[0].day),
        until=calendar.start(burst[-1].day + 1),
        copies=len(copies),
        customers=len({item.customer_id for item in copies if item.customer_id}),
        sources=_counted([item.source for item in copies]),
        channels=_counted([item.channel for item in copies]),
        theme=theme.key if theme is not None else None,
        evidence=evidence,
    )
    told = tuple(quoted(quote, items[quote.item_id]) for quote in evidence)
    return ToldFlag(flag, theme.label if theme is not None else None, told)


def _theme_of(burst: Sequence[Sent], snapshot: Snapshot) -> str | None:
    """The theme that most mentions of the copies have, hidden ones left out; equal ones in the order of their keys."""
    table, themes = snapshot.published.mentions, snapshot.published.themes
    held = Counter(table.theme[row] for one in burst for row in snapshot.rows_of[one.item_id])
    shown = (key for key in held if key in themes and not themes[key].hidden)
    return min(shown, key=lambda key: (-held[key], key), default=None)


def _unlike(copies: Sequence[Feedback]) -> list[Feedback]:
    """A few copies, the first ones, of different wording as far as there is any."""
    first: dict[str, Feedback] = {}
    for item in copies:
        first.setdefault(item.text, item)
    return [*first.values(), *(item for item in copies if first[item.text] is not item)][:QUOTES]


def _counted(values: Sequence[str | None]) -> dict[str, int]:
    counts = Counter(value for value in values if value)
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))

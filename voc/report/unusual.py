"""What is unusual: the alerts that are open, asleep, or were closed lately, and how much was looked at to find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voc.alerts import Status
from voc.batch.watched import PARTS
from voc.ports import Tools
from voc.queries import Snapshot, ToldAlert, ToldFlag, flags
from voc.queries.week import whole_days
from voc.trend.watch import WatchOptions


@dataclass(frozen=True, slots=True)
class Tested:
    """What the nights test: themes, in all feedback and in `parts` of it; and how many alerts a month may be false.

    days: whole ones with feedback so far; with fewer than `least_days` nothing can be expected, and nothing told
    """

    themes: int
    parts: int
    false_alarms: float
    days: int
    least_days: int

    @property
    def enough(self) -> bool:
        """Whether there is history to expect something from."""
        return self.days >= self.least_days


@dataclass(frozen=True, slots=True)
class Unusual:
    """Alerts by where they stand, the latest opened first. `closed`: since the week of the report began."""

    open: tuple[ToldAlert, ...]
    asleep: tuple[ToldAlert, ...]
    closed: tuple[ToldAlert, ...]
    tested: Tested | None
    """None where no night has been watched."""
    flags: tuple[ToldFlag, ...]
    """Campaigns of the last four weeks: no alerts."""


def unusual_of(
    tools: Tools,
    snapshot: Snapshot,
    told: Sequence[ToldAlert],
    *,
    closed_since: datetime | None,
    false_alarms: float,
) -> Unusual:
    """`told`: every alert of a theme that is shown."""
    by = {status: [one for one in told if one.alert.status is status] for status in Status}
    at_work = {one.alert.alert_id for status in (Status.OPEN, Status.ACKNOWLEDGED) for one in by[status]}
    return Unusual(
        open=tuple(one for one in told if one.alert.alert_id in at_work),
        asleep=tuple(by[Status.SNOOZED]),
        closed=tuple(one for one in by[Status.CLOSED] if _since(one.alert.closed, closed_since)),
        tested=_tested(tools, snapshot, false_alarms),
        flags=tuple(flags(tools, snapshot)),
    )


def _since(moment: datetime | None, begins: datetime | None) -> bool:
    return moment is not None and begins is not None and moment > begins


def _tested(tools: Tools, snapshot: Snapshot, false_alarms: float) -> Tested | None:
    import numpy as np

    whole, options = whole_days(snapshot), WatchOptions().night
    if tools.alerts.watched() is None or whole is None:
        return None
    table, (first, last) = snapshot.published.mentions, whole
    rows = np.flatnonzero((table.day > last - options.looks_back) & (table.day <= last))
    refs = list(dict.fromkeys(zip(table.item_id[rows].tolist(), table.revision[rows].tolist(), strict=True)))
    held = tools.feedback.traits(refs, PARTS)
    parts = {(name, value) for row in held.values() for name, value in zip(PARTS, row, strict=True) if value}
    shown = sum(not theme.hidden for theme in snapshot.published.themes.values())
    days = max(0, last - first + 1)
    return Tested(shown, len(parts), false_alarms, days, options.leave_out + options.least_history)

"""Nights that are past, run again: what each would have told, from what was written up to its end and nothing later.

Every night is a run of its own, in a home that is thrown away: themes are found, carried on and watched as the nights
themselves do it, over feedback as it stood. Edits and corrections are those of today: they say what people meant all
along.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from voc.alerts import Alert
from voc.pipeline import RunOptions, run
from voc.ports import Progress, Tools, silent
from voc.queries.snapshot import Snapshots
from voc.scratch import scratch, sweep
from voc.telemetry import Nobody
from voc.trend import Calendar
from voc.trend.calendar import EPOCH
from voc.trend.watch import WatchOptions
from voc.watching import watch

Rehearsal = Callable[[Path], AbstractContextManager[Tools]]
"""The tools of a home in an empty folder: its own runs and alerts, everything else as in the home it stands in for."""


def replay(
    tools: Tools,
    rehearsal: Rehearsal,
    first: date,
    last: date,
    options: RunOptions,
    watched: WatchOptions,
    *,
    threads: int = 1,
    progress: Progress = silent,
) -> list[Alert]:
    """The alerts that the nights of `first` to `last`, both inclusive, open, the earliest first, as they stand after
    the last of them.

    The night before is run first, as the first of its home: it watches four weeks of nights after the fact, and what it
    opens is not told again. Nights that are not over tell nothing.
    """
    calendar = Calendar(ZoneInfo(options.zone))
    begin, over = (first - EPOCH).days, calendar.day(tools.now()) - 1
    nights = _nights(tools, calendar, begin - 1, min((last - EPOCH).days, over))
    sweep(tools.home)
    with scratch(tools.home) as folder, rehearsal(folder) as apart:
        for at, day in enumerate(nights):
            _night(tools, apart, calendar.start(day + 1), options, watched, threads=threads)
            progress(at + 1, len(nights))
        found = apart.alerts.all()
    told = [alert for alert in found if calendar.day(alert.opened) > begin]
    return sorted(told, key=lambda alert: (alert.opened, alert.alert_id))


def _nights(tools: Tools, calendar: Calendar, first: int, last: int) -> range:
    """Day numbers from `first` or the first feedback on, to `last` or the last feedback that it sees."""
    days = [calendar.day(item.created_at) for item in tools.feedback.current() if item.created_at is not None]
    return range(max(first, min(days)), min(last, max(days)) + 1) if days else range(0)


def _night(
    tools: Tools,
    apart: Tools,
    morning: datetime,
    options: RunOptions,
    watched: WatchOptions,
    *,
    threads: int,
) -> None:
    """One night: a run over what was there by the morning, and what it tells."""
    there = replace(apart, feedback=tools.feedback.until(morning), now=lambda: morning)
    run(there, options, watcher=Nobody(), threads=threads)
    apart.runs.prune(1)
    watch(there, Snapshots(there).now(), watched)

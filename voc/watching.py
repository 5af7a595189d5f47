"""Watches the nights of a home: opens, updates and closes its alerts; and replays nights that are past.

A night is a calendar day of the run's zone that is over. It is told from what was said up to its end and from nothing
later, so that a replay over the same themes tells what the nights told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from voc.alerts import Alert, Status
from voc.batch.telling import alert_of, event_of, named, over
from voc.batch.watched import TRAITS, Voices
from voc.ports import Progress, Tools, silent
from voc.queries.basis import last_day, run_zone
from voc.queries.snapshot import Snapshot
from voc.trend import Calendar
from voc.trend.calendar import EPOCH
from voc.trend.events import Event
from voc.trend.late import LATE, watch_late
from voc.trend.streams import Panel
from voc.trend.watch import WatchOptions, watch_night

CATCH_UP = 28
"""Nights that are watched after the fact, at most: what a home that was not run for long, or never, has missed."""


def watch(tools: Tools, snapshot: Snapshot, options: WatchOptions) -> None:
    """Watch the nights since the last one, and keep what they say; before them once more the nights of the last two
    weeks that feedback has come about since they were watched."""
    calendar = Calendar(run_zone(snapshot.published))
    last = last_day(snapshot.published, before=calendar.day(tools.now()))
    if last is None:
        return
    watched = tools.alerts.watched()
    first = last - CATCH_UP + 1 if watched is None else max(last - CATCH_UP + 1, watched + 1)
    late = _late(snapshot, tools.alerts.heard(), last if watched is None else min(last, watched))
    if first > last and not late:
        return
    known = {alert.alert_id: alert for alert in tools.alerts.all()}
    watching = _Watching(tools, _voices(tools, snapshot), calendar, options, dict(known))
    if late:
        watching.again(range(late[0], min(first, last + 1)), late, told=calendar.start(last + 1))
    watching.over(range(first, last + 1))
    watching.open_late()
    changed = [one for name, one in watching.alerts.items() if known.get(name) != one]
    tools.alerts.put(changed, watched=last, heard=_heard(snapshot, range(last - LATE + 1, last + 1)))


def backtest(
    tools: Tools, snapshot: Snapshot, first: date, last: date, options: WatchOptions, *, progress: Progress = silent
) -> list[Alert]:
    """The alerts that the nights of `first` to `last`, both inclusive, open over the published themes, the earliest
    first, as they stand after the last of them.

    The four weeks before are watched first, as a first run on the day before would have done; what they opened is not
    told again. Nights that are not over tell nothing.
    """
    calendar = Calendar(run_zone(snapshot.published))
    over = last_day(snapshot.published, before=calendar.day(tools.now()))
    if over is None:
        return []
    begin, end = (first - EPOCH).days, min((last - EPOCH).days, over)
    watching = _Watching(tools, _voices(tools, snapshot), calendar, options, {})
    watching.over(range(begin - CATCH_UP, end + 1), progress)
    told = [alert for alert in watching.alerts.values() if calendar.day(alert.opened) > begin]
    return sorted(told, key=lambda alert: (alert.opened, alert.alert_id))


@dataclass(slots=True)
class _Watching:
    """Nights one after the other. What is known of a night to the next is its alerts and nothing else, so that many
    nights at once tell what they tell one by one."""

    tools: Tools
    voices: Voices
    calendar: Calendar
    options: WatchOptions
    alerts: dict[str, Alert]
    """By their id."""
    late: list[str] = field(default_factory=list)
    """Ids of those that were found late."""

    def again(self, nights: range, late: Collection[int], told: datetime) -> None:
        """Watch nights once more, day numbers in ascending order, for what nobody was told of: feedback came about the
        days `late` after they were watched. What is found is told at `told`."""
        panel = self._panel(nights)
        events = self._events()
        for event in map(named, watch_late(panel, nights, events, late, self.options, self.voices.kin)):
            if event.name not in self.alerts:
                self._tell(event, None)
                self.alerts[event.name] = replace(self.alerts[event.name], told=told)
                self.late.append(event.name)

    def open_late(self) -> None:
        """Leave open what was found late, though it may be over: the next night closes it, and people see it before."""
        for name in self.late:
            self.alerts[name] = replace(self.alerts[name], status=Status.OPEN, closed=None, reason=None)

    def over(self, nights: range, progress: Progress = silent) -> None:
        """Watch these nights, day numbers in ascending order; before the first feedback there is nothing to see."""
        begin = int(self.voices.day.min())
        nights = range(max(nights.start, begin), nights.stop)
        if not nights:
            return
        panel, kin = self._panel(nights), self.voices.kin
        for at, day in enumerate(nights):
            known = self._events()
            found = watch_night(panel.until(day - panel.first + 1), known, self.options, kin)
            before = {event.name: event for event in known}
            for event in map(named, found):
                if before.get(event.name) != event:
                    self._tell(event, before.get(event.name))
            progress(at + 1, len(nights))

    def _panel(self, nights: range) -> Panel:
        """What these nights look at."""
        begin = max(int(self.voices.day.min()), nights.start - self.options.night.looks_back)
        return self.voices.panel(begin, nights.stop - 1)

    def _events(self) -> list[Event]:
        known = [event_of(alert, self.calendar) for alert in self.alerts.values()]
        return sorted(known, key=lambda event: (event.opened, event.name))

    def _tell(self, event: Event, before: Event | None) -> None:
        known = self.alerts.get(event.name)
        counted = event.headline.stream.theme in self.voices.keys and (before is None or event.last > before.last)
        if known is not None and not counted:
            self.alerts[event.name] = over(known, event, self.calendar)
            return
        label = known.label if known is not None else None
        alert = alert_of(event, self.voices, self.calendar, self._words, label=label)
        self.alerts[event.name] = replace(alert, told=known.told) if known is not None else alert

    def _words(self, item_ids: Collection[str]) -> Mapping[str, str]:
        return self.tools.feedback.tokens(sorted(item_ids))


def _late(snapshot: Snapshot, heard: Mapping[int, int], watched: int) -> list[int]:
    """Of the last nights up to `watched` those with more items than they had when nights were last watched."""
    now = _heard(snapshot, range(watched - LATE + 1, watched + 1))
    return [day for day, items in now.items() if day in heard and items > heard[day]]


def _heard(snapshot: Snapshot, days: range) -> dict[int, int]:
    """Items of each of these days, day numbers in ascending order."""
    table = snapshot.published.mentions
    near = (table.day >= days.start) & (table.day < days.stop)
    items = Counter(day for day, _ in set(zip(table.day[near].tolist(), table.item_id[near].tolist(), strict=True)))
    return {day: items[day] for day in days}


def _voices(tools: Tools, snapshot: Snapshot) -> Voices:
    published = snapshot.published
    table = published.mentions
    refs = {(str(item), int(revision)) for item, revision in zip(table.item_id, table.revision, strict=True)}
    traits = {item_id: values for (item_id, _), values in tools.feedback.traits(sorted(refs), TRAITS).items()}
    return Voices.of(table, published.themes.values(), traits)

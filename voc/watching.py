"""Watches the nights of a home: opens, updates and closes its alerts; and replays nights that are past.

A night is a calendar day of the run's zone that is over. It is told from what was said up to its end and from nothing
later, so that a replay over the same themes tells what the nights told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from voc.alerts import Alert
from voc.batch.telling import alert_of, event_of, named, over
from voc.batch.watched import TRAITS, Voices
from voc.ports import Progress, Tools, silent
from voc.queries.basis import last_day, run_zone
from voc.queries.snapshot import Snapshot
from voc.trend import Calendar
from voc.trend.calendar import EPOCH
from voc.trend.events import Event
from voc.trend.watch import WatchOptions, watch_night

CATCH_UP = 28
"""Nights that are watched after the fact, at most: what a home that was not run for long, or never, has missed."""


def watch(tools: Tools, snapshot: Snapshot, options: WatchOptions) -> None:
    """Watch the nights since the last one, and keep what they say."""
    calendar = Calendar(run_zone(snapshot.published))
    last = last_day(snapshot.published, before=calendar.day(tools.now()))
    watched = tools.alerts.watched()
    if last is None or (watched is not None and last <= watched):
        return
    first = last - CATCH_UP + 1 if watched is None else max(last - CATCH_UP + 1, watched + 1)
    known = {alert.alert_id: alert for alert in tools.alerts.all()}
    watching = _Watching(tools, _voices(tools, snapshot), calendar, options, dict(known))
    watching.over(range(first, last + 1))
    tools.alerts.put([one for name, one in watching.alerts.items() if known.get(name) != one], watched=last)


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

    def over(self, nights: range, progress: Progress = silent) -> None:
        """Watch these nights, day numbers in ascending order; before the first feedback there is nothing to see."""
        begin = int(self.voices.day.min())
        nights = range(max(nights.start, begin), nights.stop)
        if not nights:
            return
        panel = self.voices.panel(max(begin, nights.start - self.options.night.looks_back), nights.stop - 1)
        kin = self.voices.kin
        for at, day in enumerate(nights):
            known = [event_of(alert, self.calendar) for alert in self.alerts.values()]
            known.sort(key=lambda event: (event.opened, event.name))
            found = watch_night(panel.until(day - panel.first + 1), known, self.options, kin)
            before = {event.name: event for event in known}
            for event in map(named, found):
                if before.get(event.name) != event:
                    self._tell(event, before.get(event.name))
            progress(at + 1, len(nights))

    def _tell(self, event: Event, before: Event | None) -> None:
        known = self.alerts.get(event.name)
        counted = event.headline.stream.theme in self.voices.keys and (before is None or event.last > before.last)
        if known is not None and not counted:
            self.alerts[event.name] = over(known, event, self.calendar)
            return
        label = known.label if known is not None else None
        self.alerts[event.name] = alert_of(event, self.voices, self.calendar, self._words, label=label)

    def _words(self, item_ids: Collection[str]) -> Mapping[str, str]:
        return self.tools.feedback.tokens(sorted(item_ids))


def _voices(tools: Tools, snapshot: Snapshot) -> Voices:
    published = snapshot.published
    table = published.mentions
    refs = {(str(item), int(revision)) for item, revision in zip(table.item_id, table.revision, strict=True)}
    traits = {item_id: values for (item_id, _), values in tools.feedback.traits(sorted(refs), TRAITS).items()}
    return Voices.of(table, published.themes.values(), traits)

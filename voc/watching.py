"""Watches the nights of a home: opens, updates and closes its alerts; and replays nights that are past.

A night is a calendar day of the run's zone that is over. It is told from what was said up to its end and from nothing
later, so that a replay over the same themes tells what the nights told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from voc.alerts import Alert
from voc.batch.telling import alert_of, event_of, named
from voc.batch.watched import Voices
from voc.ports import Progress, Tools, silent
from voc.queries.basis import run_zone
from voc.queries.snapshot import Snapshot
from voc.trend import Calendar
from voc.trend.calendar import EPOCH
from voc.trend.streams import WINDOWS
from voc.trend.watch import Event, WatchOptions, watch_night

CATCH_UP = 28
"""Nights that are watched after the fact, at most: what a home that was not run for long, or never, has missed."""
MARGIN = max(WINDOWS)


@dataclass(frozen=True, slots=True)
class Replay:
    """What nights that are past would have told: alerts by their opening, and how many nights were replayed."""

    alerts: Sequence[Alert]
    nights: int

    @property
    def per_month(self) -> float:
        return 30.0 * len(self.alerts) / self.nights if self.nights else 0.0


def watch(tools: Tools, snapshot: Snapshot, options: WatchOptions | None = None) -> list[Alert]:
    """Watch the nights since the last one, and keep what they say; the alerts that are open now."""
    options = options or WatchOptions()
    calendar = Calendar(run_zone(snapshot.published))
    voices = _voices(tools, snapshot)
    last = _last_night(voices, calendar, tools)
    watched = tools.alerts.watched()
    if last is not None and (watched is None or last > watched):
        first = max(last - CATCH_UP + 1, (watched if watched is not None else last - CATCH_UP) + 1)
        known = {alert.alert_id: alert for alert in tools.alerts.all()}
        watching = _Watching(tools, voices, calendar, options, dict(known))
        watching.over(range(first, last + 1))
        moved = [alert for name, alert in watching.alerts.items() if known.get(name) != alert]
        tools.alerts.put(moved, watched=last)
    return [alert for alert in tools.alerts.all() if alert.closed is None]


def backtest(
    tools: Tools,
    snapshot: Snapshot,
    first: date,
    last: date,
    options: WatchOptions | None = None,
    *,
    progress: Progress = silent,
) -> Replay:
    """Replay the nights of `first` to `last`, both inclusive, over the published themes.

    The four weeks before are watched first, as a first run on the day before would have done; what they opened is not
    counted again.
    """
    options = options or WatchOptions()
    calendar = Calendar(run_zone(snapshot.published))
    voices = _voices(tools, snapshot)
    begin, end = (first - EPOCH).days, (last - EPOCH).days
    watching = _Watching(tools, voices, calendar, options, {})
    watching.over(range(begin - CATCH_UP, end + 1), progress)
    told = [alert for alert in watching.alerts.values() if alert.opened > calendar.start(begin)]
    return Replay(sorted(told, key=lambda alert: (alert.opened, alert.alert_id)), max(0, end - begin + 1))


@dataclass(slots=True)
class _Watching:
    """Nights one after the other: the alerts so far, by their id."""

    tools: Tools
    voices: Voices
    calendar: Calendar
    options: WatchOptions
    alerts: dict[str, Alert]

    def over(self, nights: range, progress: Progress = silent) -> None:
        """Watch these nights, day numbers in ascending order."""
        night, kin = self.options.night, self.voices.kin
        panel = self.voices.panel(nights.start - night.history - night.leave_out - MARGIN, nights.stop - 1)
        events = [event_of(alert, self.calendar) for alert in self.alerts.values()]
        events.sort(key=lambda event: (event.opened, event.name))
        for at, day in enumerate(nights):
            before = {event.name: event for event in events}
            found = watch_night(panel.until(day - panel.first + 1), events, self.options, kin)
            events = [named(event) for event in found]
            for event in events:
                if before.get(event.name) != event:
                    self._tell(event)
            progress(at + 1, len(nights))

    def _tell(self, event: Event) -> None:
        known = self.alerts.get(event.name)
        label = known.label if known is not None else None
        self.alerts[event.name] = alert_of(event, self.voices, self.calendar, self._words, label=label)

    def _words(self, item_ids: Collection[str]) -> Mapping[str, str]:
        return self.tools.feedback.tokens(sorted(item_ids))


def _voices(tools: Tools, snapshot: Snapshot) -> Voices:
    published = snapshot.published
    table = published.mentions
    refs = {(str(item), int(revision)) for item, revision in zip(table.item_id, table.revision, strict=True)}
    items = {item_id: item for (item_id, _), item in tools.feedback.get(sorted(refs)).items()}
    return Voices.of(table, published.themes.values(), items)


def _last_night(voices: Voices, calendar: Calendar, tools: Tools) -> int | None:
    """The last day with feedback that is over."""
    if not len(voices.day):
        return None
    return min(int(voices.day.max()), calendar.day(tools.now()) - 1)

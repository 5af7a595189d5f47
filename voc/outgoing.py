"""Tells people: puts into the outbox what they have to be told, and sends what is due.

Nothing old is told: an alert that a night of the last three days opened or closed, an item that was written in that
time.
What does not arrive is tried again, ever more rarely (exponential back-off with jitter), for three days.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from voc.alerts import OVER, Alert, Status
from voc.delivery import Channel, Delivery, Destination, Entry, Event, State, entry
from voc.errors import ConfigError
from voc.ports import LiveMention, Tools
from voc.queries.messages import Moot, end_of, message, over
from voc.queries.snapshot import Snapshot
from voc.telemetry import log

NEWS = timedelta(days=3)
"""How old what is told may be, at most."""
GIVE_UP = timedelta(days=3)
"""After this time in the outbox an attempt that fails is the last one."""
KEPT = timedelta(days=90)
"""How long the outbox knows what it has sent."""
_CLAIM = timedelta(minutes=10)
"""How long an attempt is left alone, longer than any takes: after that its sender is taken for dead."""
_FIRST_S, _LONGEST_S = 30.0, 6 * 3600.0
"""Seconds to wait after the first attempt that failed, and at most."""
_PATIENCE = 3
"""Attempts in a row that may fail before a channel is left alone for this time."""
_LEVELS = {"critical": Event.CRITICAL, "high": Event.HIGH}


def queue_alerts(tools: Tools) -> int:
    """Put in what the nights opened and closed lately; how many messages that are new.

    That something is over is told to whom its opening was, or is to be; an opening that nobody was told before it was
    over is told with that. What a person opened again and nights found over again has another end to tell.
    """
    since = tools.now() - NEWS
    told = {(one.channel, one.subject): one for one in tools.outbox.all() if one.event is Event.OPENED}
    found: list[Entry] = []
    for alert in tools.alerts.all():
        for name in _channels(tools, Event.OPENED):
            opening = told.get((name, alert.alert_id))
            if opening is None and _news(alert, since) and not _dealt_with(alert):
                opening = entry(name, Event.OPENED, alert.alert_id, at=tools.now())
                found.append(opening)
            if opening is not None and _awaited(opening) and over(alert) and (alert.closed or since) >= since:
                found.append(entry(name, Event.CLOSED, alert.alert_id, revision=end_of(alert), at=tools.now()))
    return tools.outbox.queue(found)


def _news(alert: Alert, since: datetime) -> bool:
    """Whether nights opened it lately, or said lately that it goes on: nobody may have been told of it before."""
    return alert.told_at >= since or (alert.closed is None and alert.updated >= since)


def queue_posted(tools: Tools, mentions: Sequence[LiveMention]) -> int:
    """Put in the urgent ones of items that have just come in; how many messages that are new."""
    worst: dict[tuple[str, int], Event] = {}
    for mention in mentions:
        event = _LEVELS.get(mention.urgency_level)
        ref = (mention.item_id, mention.revision)
        if event is not None and worst.get(ref) is not Event.CRITICAL:
            worst[ref] = event
    dates = tools.feedback.dates(sorted(worst)) if worst else {}
    since = tools.now() - NEWS
    # Without a date an item is as young as its coming.
    news = {ref: event for ref, event in worst.items() if (dates.get(ref) or since) >= since}
    return tools.outbox.queue(list(_entries(tools, news)))


def queue_published(tools: Tools, snapshot: Snapshot) -> int:
    """Put in the urgent items of the published run that are young, save for copies; how many messages that are new."""
    import numpy as np

    table = snapshot.published.mentions
    pressing = np.isin(table.urgency_level.astype(str), tuple(_LEVELS)) & snapshot.visible
    refs: dict[tuple[str, int], Event] = {}
    originals: dict[str, str | None] = {}
    for row in np.flatnonzero(pressing).tolist():
        ref = (str(table.item_id[row]), int(table.revision[row]))
        originals[ref[0]] = table.duplicate_of[row]
        if refs.get(ref) is not Event.CRITICAL:
            refs[ref] = _LEVELS[str(table.urgency_level[row])]
    dates, since = tools.feedback.dates(sorted(refs)) if refs else {}, tools.now() - NEWS
    young = {ref for ref in refs if (at := dates.get(ref)) is not None and at >= since}
    told = {item_id for item_id, _ in young}
    # A copy of what is told anyway is not; of something old it is news.
    news = {ref: event for ref, event in refs.items() if ref in young and originals[ref[0]] not in told}
    return tools.outbox.queue(list(_entries(tools, news)))


def tidy(tools: Tools) -> None:
    """Take out messages about items that were erased, and those that are long past."""
    about = sorted({one.subject for one in tools.outbox.all() if one.event in _LEVELS.values()})
    known = tools.feedback.known(about) if about else {}
    tools.outbox.forget([item_id for item_id in about if item_id not in known])
    tools.outbox.prune(tools.now() - KEPT)


def send_due(tools: Tools, snapshot: Callable[[], Snapshot], zone: tzinfo) -> Counter[State]:
    """Send what is due, channel by channel; what became of it, `waiting` being what is tried again.

    Never raises for what a receiver does or for a channel that can't be opened.
    """
    total: Counter[State] = Counter()
    for destination in tools.destinations:
        total += _Sending(tools, snapshot, destination).all_due(zone)
    return total


@dataclass(slots=True)
class _Sending:
    """One pass over a channel."""

    tools: Tools
    snapshot: Callable[[], Snapshot]
    destination: Destination
    channel: Channel | None = None
    fails: int = 0

    def all_due(self, zone: tzinfo) -> Counter[State]:
        done: Counter[State] = Counter()
        quiet = self.destination.quiet.until(self.tools.now(), zone) if self.destination.quiet else None
        if quiet is not None:
            self.tools.outbox.postpone(self.destination.name, quiet, set(Event) - {Event.CRITICAL})
        while self.fails < _PATIENCE:
            now = self.tools.now()
            claimed = self.tools.outbox.claim(self.destination.name, at=now, until=now + _CLAIM)
            if claimed is None:
                break
            done[self._one(claimed)] += 1
        return done

    def _one(self, claimed: Entry) -> State:
        made = message(self.tools, self.snapshot(), claimed, self.destination)
        if isinstance(made, Moot):
            return self._settle(claimed, State.DROPPED, made.code)
        try:
            self.channel = self.channel or self.destination.open()
        except ConfigError:
            came = Delivery("settings")
        else:
            came = self.channel.send(made, at=self.tools.now())
        if came.arrived:
            self.fails = 0
            return self._settle(claimed, State.SENT, came.code)
        return self._missed(claimed, came)

    def _missed(self, claimed: Entry, came: Delivery) -> State:
        now = self.tools.now()
        if came.final:
            return self._settle(claimed, State.FAILED, came.code)
        self.fails += 1
        if came.retry_after is not None:
            self.fails = _PATIENCE
            self.tools.outbox.postpone(self.destination.name, now + timedelta(seconds=came.retry_after), set(Event))
        if now - claimed.queued_at >= GIVE_UP:
            return self._settle(claimed, State.FAILED, came.code)
        wait = max(back_off(claimed.attempts), came.retry_after or 0.0)
        return self._settle(claimed, State.WAITING, came.code, now + timedelta(seconds=wait))

    def _settle(self, claimed: Entry, state: State, code: str, due_at: datetime | None = None) -> State:
        self.tools.outbox.settle(claimed, state, at=self.tools.now(), code=code, due_at=due_at)
        log(
            "deliver",
            channel=claimed.channel,
            message_id=claimed.message_id,
            about=claimed.event.value,
            state=state.value,
            code=code,
            attempt=claimed.attempts,
        )
        return state


def back_off(attempts: int) -> float:
    """Seconds until the next attempt: doubled each time, and up to a quarter more or less, so that many who were
    refused at once do not come back at once."""
    return min(_FIRST_S * 2.0 ** min(attempts - 1, 20), _LONGEST_S) * random.uniform(0.75, 1.25)


def _channels(tools: Tools, event: Event) -> Iterator[str]:
    return (destination.name for destination in tools.destinations if event in destination.events)


def _entries(tools: Tools, news: dict[tuple[str, int], Event]) -> Iterator[Entry]:
    for (item_id, revision), event in news.items():
        for name in _channels(tools, event):
            yield entry(name, event, item_id, revision=revision, at=tools.now())


def _awaited(opening: Entry) -> bool:
    """Whether somebody who was told of the opening, or would have been, waits for its end."""
    return opening.state in (State.WAITING, State.SENT) or opening.code == OVER


def _dealt_with(alert: Alert) -> bool:
    return alert.status is Status.SNOOZED or (alert.status is Status.CLOSED and not over(alert))

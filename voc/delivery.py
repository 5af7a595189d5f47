"""Telling people: what a message is, the borders of what carries it and of the box it waits in.

The box keeps which message is for which channel and what became of it, never what it says: that is made when it is
sent, from what is there then, so that what was erased, closed or corrected meanwhile is not told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Protocol


class Event(StrEnum):
    """What a message tells of."""

    OPENED = "alert.opened"
    CLOSED = "alert.closed"
    CRITICAL = "attention.critical"
    HIGH = "attention.high"
    TEST = "test"


class State(StrEnum):
    """What became of a message: `dropped` is one that had nothing to tell any more when its turn came."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel carries.

    at:     when what it tells of happened
    title:  one line; facts: names and values for people
    quotes: customers' words, redacted; empty unless the channel asks for them
    data:   the same for programs, as JSON knows it
    """

    message_id: str
    event: Event
    at: datetime
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ()
    link: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one attempt.

    code:        `ok`, or why not: `http_503`, `smtp_550`, `timeout`, `unreachable`, `tls`, `settings`
    final:       trying again is of no use
    retry_after: seconds that the receiver asks to be left alone
    """

    code: str = "ok"
    final: bool = False
    retry_after: float | None = None

    @property
    def arrived(self) -> bool:
        return self.code == "ok"


class Channel(Protocol):
    """Carries messages to one receiver. Used by one thread at a time."""

    def send(self, message: Message, *, at: datetime) -> Delivery:
        """One attempt at the moment `at`, within seconds. What the receiver does is answered, never raised.

        A receiver may get a message twice if we are killed while it arrives: it has the same id then.
        """


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, in the zone of the run, in which only what is critical is told; may go over midnight."""

    begins: time
    ends: time

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet that reigns at `now` is over, in UTC; None where none reigns."""
        local = now.astimezone(zone)
        clock = local.time()
        over_midnight = self.ends <= self.begins
        if over_midnight and clock >= self.begins:
            day = local.date() + timedelta(days=1)
        elif clock < self.ends and (over_midnight or clock >= self.begins):
            day = local.date()
        else:
            return None
        return datetime.combine(day, self.ends, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A channel as an operator has set it up: what it is told, and when. `open` raises ConfigError."""

    name: str
    kind: str
    events: frozenset[Event]
    quotes: bool
    quiet: Quiet | None
    link_base: str | None
    open: Callable[[], Channel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message in the box, one for a channel and a message id.

    subject, revision: item_id and revision; alert_id and 0 of an opening, or of an end its Unix time in seconds
    due_at:            not before; while somebody sends it, when it is up for others again
    code:              of the last attempt, or why it was dropped
    """

    channel: str
    message_id: str
    event: Event
    subject: str
    revision: int = 0
    state: State = State.WAITING
    attempts: int = 0
    queued_at: datetime
    due_at: datetime
    settled_at: datetime | None = None
    code: str | None = None


def entry(channel: str, event: Event, subject: str, *, revision: int = 0, at: datetime) -> Entry:
    """A message that has just come up. Its id follows from what it tells of: the same again is the same message.

    An item is told of once in each of its texts, critical or high; every end of an alert once.
    """
    what = "attention" if event in (Event.CRITICAL, Event.HIGH) else event.value
    digest = hashlib.sha256(f"{what}\n{subject}\n{revision}".encode()).hexdigest()
    return Entry(
        channel=channel,
        message_id=f"msg_{digest[:32]}",
        event=event,
        subject=subject,
        revision=revision,
        queued_at=at,
        due_at=at,
    )


class OutboxStore(Protocol):
    """The messages of a home. Any number of threads and processes may use it."""

    def queue(self, entries: Sequence[Entry]) -> int:
        """Put in what is not there yet, whatever became of it; how many."""

    def claim(self, channel: str, *, at: datetime, until: datetime) -> Entry | None:
        """Take the next one that is due, critical ones first, and keep it from others until `until`: by then it must be
        settled. Counts an attempt. None if nothing is due."""

    def settle(
        self, claimed: Entry, state: State, *, at: datetime, code: str | None = None, due_at: datetime | None = None
    ) -> None:
        """Say what came of a claimed one; `due_at` of one that goes on waiting. Nothing, if somebody has claimed it
        anew meanwhile."""

    def postpone(self, channel: str, until: datetime, events: Collection[Event]) -> None:
        """Let the waiting ones of these events wait until then, at least."""

    def again(self, *, at: datetime) -> int:
        """Let failed ones wait anew, as if they had just come up; how many."""

    def all(self) -> Sequence[Entry]:
        """Every message, the latest queued first, then by channel and id."""

    def forget(self, item_ids: Collection[str]) -> int:
        """Take out messages about items that were erased; how many."""

    def prune(self, before: datetime) -> int:
        """Take out what was queued before then; how many."""

"""What waits for the model: requests in order of arrival, with a bound on how much may wait.

Counts in tokens, estimated from the length of a text. Not thread-safe: `voc.api.batching` holds the lock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

TURN = 64
"""Rows of one request that go into a pass while other requests wait, too."""
_FRAME = 6
"""Tokens around a text: its prefix, begin and end."""
_BYTES = 4
"""Bytes of UTF-8 in a token, English and Korean alike."""


def tokens_of(text: object, most: int = 1 << 20) -> int:
    """About how many tokens a text has; exact enough to fill passes and to bound a queue."""
    if not isinstance(text, str):
        return _FRAME
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return min(most, _FRAME + size // _BYTES)


@dataclass(slots=True, eq=False)
class Ticket:
    """One request's rows and what becomes of them. `lane` says what work they are for; `whole`: in one call."""

    lane: object
    rows: Sequence[Any]
    sizes: Sequence[int]
    since: float
    whole: bool = False
    taken: int = 0
    """Rows that went into a pass."""
    finished: int = 0
    dropped: bool = False
    waiting: int = 0
    """Tokens that no pass has taken yet."""
    results: list[Any] = field(default_factory=list)
    future: Future[list[Any]] = field(default_factory=Future)
    _ending: threading.Lock = field(default_factory=threading.Lock)
    """Two passes may work on one ticket at a time."""

    def __post_init__(self) -> None:
        self.results = [None] * len(self.rows)
        self.waiting = sum(self.sizes)

    def put(self, start: int, results: Sequence[Any]) -> None:
        """Results of the rows from `start` on; the last ones make the answer."""
        with self._ending:
            self.results[start : start + len(results)] = results
            self.finished += len(results)
            if self.finished == len(self.rows) and not self.future.done():
                self.future.set_result(self.results)

    def fail(self, error: Exception) -> None:
        """End the request with an error; its other rows are not worked on any more."""
        with self._ending:
            self.dropped = True
            if not self.future.done():
                self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows `start` to `stop` of a ticket."""

    ticket: Ticket
    start: int
    stop: int

    @property
    def rows(self) -> Sequence[Any]:
        """The rows themselves."""
        return self.ticket.rows[self.start : self.stop]

    @property
    def tokens(self) -> int:
        """Their tokens."""
        return sum(self.ticket.sizes[self.start : self.stop])


class Queue:
    """Tickets in order of arrival. A ticket of which rows are left after a pass goes behind the others."""

    def __init__(self) -> None:
        self._tickets: deque[Ticket] = deque()
        self.tokens = 0
        """Tokens that wait."""

    def __len__(self) -> int:
        return len(self._tickets)

    def add(self, ticket: Ticket) -> None:
        """Behind all others."""
        self._tickets.append(ticket)
        self.tokens += ticket.waiting

    def remove(self, ticket: Ticket) -> bool:
        """Take a ticket out; whether it was there."""
        if ticket not in self._tickets:
            return False
        self._tickets.remove(ticket)
        self.tokens -= ticket.waiting
        return True

    def head(self) -> Ticket | None:
        """Who waits longest."""
        return self._tickets[0] if self._tickets else None

    def tokens_for(self, lane: object) -> int:
        """Tokens that wait for one kind of work."""
        return sum(ticket.waiting for ticket in self._tickets if ticket.lane is lane)

    def empty(self) -> list[Ticket]:
        """Take out everybody."""
        gone, self._tickets, self.tokens = list(self._tickets), deque(), 0
        return gone

    def gather(self, most: int) -> list[Slice]:
        """Rows for one pass of about `most` tokens, of the kind that waits longest; at least one row.

        Every request has its turn of TURN rows before any has a second one.
        """
        head = self._tickets[0]
        own = deque(ticket for ticket in self._tickets if ticket.lane is head.lane)
        found: list[Slice] = []
        room = most
        while own and (room > 0 or not found):
            ticket = own.popleft()
            taken = ticket.taken
            stop = _fitting(ticket, room, at_least_one=not found)
            if stop == taken:
                break
            found.append(Slice(ticket, taken, stop))
            ticket.taken = stop
            room -= found[-1].tokens
            ticket.waiting -= found[-1].tokens
            self.tokens -= found[-1].tokens
            self._tickets.remove(ticket)
            if stop < len(ticket.rows):
                self._tickets.append(ticket)
                own.append(ticket)
        return found


def _fitting(ticket: Ticket, room: int, *, at_least_one: bool) -> int:
    """The row up to which a ticket fits into a pass."""
    if ticket.whole:
        return len(ticket.rows) if at_least_one or ticket.waiting <= room else ticket.taken
    stop = ticket.taken
    for size in ticket.sizes[stop : stop + TURN]:
        if size > room and not at_least_one:
            break
        stop, room, at_least_one = stop + 1, room - size, False
    return stop


Size = Callable[[Any], int]

"""Requests that wait for the model share passes through it: few passes that are full, instead of many that are not.

A short text costs the model nearly as much as several of them, so what waits for one kind of work goes in together.
A request that comes while nobody else is served goes at once; while a pass is under way, another one begins when it is
worth it, or when somebody has waited a little. Two passes side by side keep the cores busy: one is in the model while
the other one reads texts or writes answers.

What waits is bounded in tokens and in seconds. Beyond the bounds a request is refused with `Busy`, which says when to
come again. A result depends on its own row alone, so sharing changes no bit of it.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from voc.api.errors import Busy
from voc.api.queue import Queue, Size, Slice, Ticket

Row = TypeVar("Row")
Result = TypeVar("Result")
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

FILL = 512
"""Tokens that are worth a pass of their own while another one is under way."""
LINGER = (0.005, 0.2)
"""Seconds that a request waits for company, at least and at most, while another pass is under way. In between it is a
quarter of what passes take of late: those who were answered come back one after the other."""
LONGEST_RETRY = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait: tokens of all requests together, and seconds of each until it is begun."""

    tokens: int = 131_072
    seconds: float = 60.0


class Gone(Exception):
    """Whoever asked has hung up."""


class Watch(Protocol):
    """What a batcher tells about itself."""

    def passed(self, rows: int) -> None:
        """A pass of so many rows begins."""

    def refused(self, reason: str) -> None:
        """A request was refused: `full` or `late`."""


class _Nobody:
    def passed(self, rows: int) -> None:
        pass

    def refused(self, reason: str) -> None:
        pass


class Batcher:
    """Threads that serve one queue. Any number of threads and coroutines may ask; `close` ends it."""

    def __init__(
        self,
        *,
        passes: int = 2,
        limits: Limits = Limits(),
        pass_tokens: Callable[[], int] = lambda: 4096,
        watch: Watch = _Nobody(),  # noqa: B008 - without state
    ) -> None:
        """`passes` side by side, of at most about `pass_tokens()` tokens each, which is asked after each pass."""
        self.limits = limits
        self._passes = passes
        self._pass_tokens = pass_tokens
        self._watch = watch
        self._queue = Queue()
        self._changed = threading.Condition()
        self._active = 0
        self._most = FILL
        self._rate = 0.0
        self._span = 0.0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"voc-pass-{number}", daemon=True) for number in range(passes)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> tuple[int, int]:
        """Requests and tokens that wait."""
        with self._changed:
            return len(self._queue), self._queue.tokens

    def submit(self, ticket: Ticket) -> None:
        """Put a request into the queue. Raises Busy where it is full or closed."""
        with self._changed:
            waits = self._queue.tokens
            if not self._closed and not (waits and waits + ticket.waiting > self.limits.tokens):
                if ticket.rows:
                    self._queue.add(ticket)
                    self._changed.notify()
                else:
                    ticket.put(0, ())
                return
            error = self._busy()
        self._watch.refused("full")
        raise error

    def drop(self, ticket: Ticket) -> None:
        """Nobody waits for this request any more."""
        with self._changed:
            ticket.dropped = True
            self._queue.remove(ticket)

    def late(self, ticket: Ticket) -> Busy | None:
        """Take out a request that has waited too long; None where its work has begun, so that it will be answered."""
        with self._changed:
            if ticket.taken or not self._queue.remove(ticket):
                return None
            error = self._busy()
        self._watch.refused("late")
        return error

    def close(self) -> None:
        """Refuse what waits, end the passes under way."""
        with self._changed:
            self._closed = True
            for ticket in self._queue.empty():
                ticket.fail(self._busy())
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _busy(self) -> Busy:
        seconds = math.ceil(self._queue.tokens / self._rate) if self._rate else 1
        return Busy(max(1, min(LONGEST_RETRY, seconds)))

    # ------------------------------------------------------------------------------------------------- the passes

    def _serve(self) -> None:
        while slices := self._next():
            began = time.monotonic()
            try:
                self._watch.passed(sum(part.stop - part.start for part in slices))
                _work(slices)
                with suppress(Exception):  # a model that can't be loaded has failed the requests; the thread lives on
                    self._most = self._pass_tokens()
            finally:
                self._ended(sum(part.tokens for part in slices), time.monotonic() - began)

    def _next(self) -> list[Slice]:
        """What goes into the next pass, once there is something; nothing once the batcher is closed."""
        with self._changed:
            while not self._closed:
                pause = self._pause()
                if pause == 0:
                    slices = self._queue.gather(self._share())
                    self._active += 1
                    if len(self._queue):
                        self._changed.notify()  # there is more, for whoever has nothing to do
                    return slices
                self._changed.wait(pause)
        return []

    def _pause(self) -> float | None:
        """Seconds until a pass is due: None while nobody waits."""
        head = self._queue.head()
        if head is None:
            return None
        if self._active == 0 or self._queue.tokens_for(head.lane) >= FILL:
            return 0
        return max(0.0, head.since + max(LINGER[0], min(LINGER[1], self._span / 4)) - time.monotonic())

    def _share(self) -> int:
        """Tokens for one pass: what waits is shared with the other threads that have nothing to do."""
        free = self._passes - self._active
        return min(self._most, max(FILL, math.ceil(self._queue.tokens / free)))

    def _ended(self, tokens: int, seconds: float) -> None:
        with self._changed:
            rate = tokens * max(1, self._active) / max(seconds, 1e-6)
            self._rate = 0.7 * self._rate + 0.3 * rate if self._rate else rate
            self._span = 0.7 * self._span + 0.3 * seconds if self._span else seconds
            self._active -= 1
            self._changed.notify_all()


def _work(slices: Sequence[Slice]) -> None:
    """One pass; where it fails, each request alone: nobody shall fail for what somebody else sent."""
    slices = [part for part in slices if not part.ticket.dropped]
    if not slices:
        return
    lane = slices[0].ticket.lane
    assert isinstance(lane, Lane)
    try:
        results = lane.work([row for part in slices for row in part.rows])
    except Exception as error:  # noqa: BLE001 - raised by whoever sent the rows
        if len(slices) == 1:
            slices[0].ticket.fail(error)
            return
        for part in slices:
            _work([part])
        return
    start = 0
    for part in slices:
        stop = start + part.stop - part.start
        part.ticket.put(part.start, results[start:stop])
        start = stop


class Lane(Generic[Row, Result]):
    """One kind of work: what waits for it shares passes, and never with what waits for another kind."""

    def __init__(
        self,
        batcher: Batcher,
        work: Callable[[Sequence[Row]], Sequence[Result]],
        *,
        size: Size,
        whole: bool = False,
    ) -> None:
        """`work` gives one result a row, in order; `size` a row's tokens; `whole`: a request is never cut in parts."""
        self.work = work
        self._batcher = batcher
        self._size = size
        self._whole = whole

    def __call__(self, rows: Sequence[Row]) -> list[Result]:
        """Wait for the results of `rows`, for a thread. Raises what `work` raises for them, and Busy."""
        ticket = self._submit(rows)
        try:
            return ticket.future.result(self._batcher.limits.seconds)
        except TimeoutError:
            if ticket.future.done():  # answered in the last moment, or what was raised for it
                return ticket.future.result()
        busy = self._batcher.late(ticket)
        if busy is not None:
            raise busy
        return ticket.future.result()

    async def ask(self, rows: Sequence[Row], receive: Receive) -> list[Result]:
        """The same for a coroutine; Gone if the caller hangs up, which `receive` tells: what waits is dropped then."""
        ticket = self._submit(rows)
        answer = asyncio.wrap_future(ticket.future)
        gone = asyncio.ensure_future(_hung_up(receive))
        both: set[asyncio.Future[Any]] = {answer, gone}
        try:
            done, _ = await asyncio.wait(
                both, timeout=self._batcher.limits.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                busy = self._batcher.late(ticket)
                if busy is not None:
                    raise busy
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise Gone
            return answer.result()
        finally:
            gone.cancel()
            if not answer.done():
                self._batcher.drop(ticket)

    def _submit(self, rows: Sequence[Row]) -> Ticket:
        ticket = Ticket(self, rows, [self._size(row) for row in rows], time.monotonic(), whole=self._whole)
        self._batcher.submit(ticket)
        return ticket


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

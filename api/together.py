"""Requests that arrive at the same time share one pass through the model and one transaction.

A short text costs the model nearly as much as several of them (its passes have a least size), so under load one pass
for everybody who waits is worth many. Nobody waits for company: a request that comes alone goes alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")
Result = TypeVar("Result")


class Together(Generic[Row, Result]):
    """Calls `work` with the rows of all waiting callers; it gives one result a row, in order."""

    def __init__(self, work: Callable[[Sequence[Row]], Sequence[Result]], *, most: int) -> None:
        """`most` rows go into one call; a caller with more goes alone."""
        self._work = work
        self._most = most
        self._waiting: deque[_Ticket[Row, Result]] = deque()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def __call__(self, rows: Sequence[Row]) -> Sequence[Result]:
        """The results of `rows`. Raises what `work` raises for them."""
        ticket: _Ticket[Row, Result] = _Ticket(rows)
        with self._lock:
            self._waiting.append(ticket)
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    self._serve(self._next())
        if ticket.error is not None:
            raise ticket.error
        return ticket.results

    def _next(self) -> list[_Ticket[Row, Result]]:
        """The first who wait, as many as fit; at least one."""
        with self._lock:
            batch = [self._waiting.popleft()]
            room = self._most - len(batch[0].rows)
            while self._waiting and len(self._waiting[0].rows) <= room:
                batch.append(self._waiting.popleft())
                room -= len(batch[-1].rows)
            return batch

    def _serve(self, batch: Sequence[_Ticket[Row, Result]]) -> None:
        try:
            results = self._work([row for ticket in batch for row in ticket.rows])
        except Exception as error:  # noqa: BLE001 - raised by whoever sent the rows
            if len(batch) == 1:
                batch[0].error, batch[0].done = error, True
                return
            # Nobody shall fail for what somebody else sent.
            for ticket in batch:
                self._serve([ticket])
            return
        start = 0
        for ticket in batch:
            ticket.results = results[start : start + len(ticket.rows)]
            start += len(ticket.rows)
            ticket.done = True


class _Ticket(Generic[Row, Result]):
    """One caller's rows and what became of them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.results: Sequence[Result] = ()
        self.error: Exception | None = None
        self.done = False

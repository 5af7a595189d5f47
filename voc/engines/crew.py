"""Packs side by side on a CPU: each thread runs a pack of its own from end to end, on one core.

Cores that share each product wait for one another some hundred times a pack, and wait badly: a core that another
program holds stops them all. Cores with a pack each wait once, at the end. Calls that come at the same time share the
threads: each of them then works in fewer, larger packs.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

PACKS_EACH = 4
"""Packs a thread should have at least, so that none waits long for the last one."""


class Crew:
    """Threads that outlive one call, and the calls that have them."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._calls = 0

    @contextmanager
    def shift(self) -> Iterator[Shift]:
        """One call's use of the threads; any number of threads may make calls."""
        with self._lock:
            self._calls += 1
            calls = self._calls
        try:
            yield Shift(self, max(1, self.threads // calls), alone=calls == 1)
        finally:
            with self._lock:
                self._calls -= 1

    def submit(self, work: Callable[[T], R], part: T) -> Future[R]:
        """Work for the next thread that is free."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, "encode", initializer=_on_one_core)
            return self._pool.submit(work, part)


@dataclass(frozen=True, slots=True)
class Shift:
    """What one call has of a crew. With one thread, the caller's own does the work; so does it with one part of work,
    on all cores, if nobody else calls."""

    crew: Crew
    threads: int
    alone: bool

    def share(self, total: int, most: int, least: int) -> int:
        """How much of `total` one part should hold: at most `most`, so little that every thread has its turns, but
        `least` at any rate."""
        if self.threads == 1:
            return most
        return min(most, max(least, total // (PACKS_EACH * self.threads)))

    def each(self, work: Callable[[T], R], parts: Sequence[T]) -> Iterator[R]:
        """`work` of each part, in the order of `parts`. Stops giving out work once the caller stops asking."""
        if self.crew.threads == 1 or (self.alone and len(parts) < 2):
            yield from map(work, parts)
            return
        waiting: deque[Future[R]] = deque()
        try:
            for part in parts:
                waiting.append(self.crew.submit(work, part))
                if len(waiting) > 2 * self.crew.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _on_one_core() -> None:
    """The number of threads of torch belongs to the thread that sets it."""
    import torch

    torch.set_num_threads(1)

"""Packs side by side on a CPU: each thread runs a pack of its own from end to end, on one core.

Cores that share each product wait for one another some hundred times a pack, and wait badly: a core that another
program holds stops them all. Cores with a pack each wait once, at the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

PACKS_EACH = 4
"""Packs a thread should have at least, so that none waits long for the last one."""


class Crew:
    """Threads that outlive one call. With one of them, or one part of work, the caller's own thread does it."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None

    def share(self, total: int, most: int, least: int) -> int:
        """How much of `total` one part should hold: at most `most`, so little that every thread has its turns, but
        `least` at any rate."""
        if self.threads == 1:
            return most
        return min(most, max(least, total // (PACKS_EACH * self.threads)))

    def each(self, work: Callable[[T], R], parts: Sequence[T]) -> Iterator[R]:
        """`work` of each part, in the order of `parts`. Stops giving out work once the caller stops asking."""
        if self.threads == 1 or len(parts) < 2:
            yield from map(work, parts)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads, "encode", initializer=_on_one_core)
        waiting: deque[Future[R]] = deque()
        try:
            for part in parts:
                waiting.append(self._pool.submit(work, part))
                if len(waiting) > 2 * self.threads:
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

"""Resident memory of a process and all below it while it runs, and the highest of each stretch of time.

Resident pages that processes share are counted in each of them. By psutil where it is installed, else from /proc; where
there is neither, nothing is seen and every peak is None.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

EVERY = 0.05
"""Seconds between two looks."""


class MemoryWatch:
    """Looks at a process tree from a thread of its own until stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._look = _look()
        self._highest = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def cut(self) -> float | None:
        """Highest MB (10^6 bytes) since the last cut."""
        self._see()
        with self._lock:
            highest, self._highest = self._highest, 0
        return round(highest / 1e6, 1) or None

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self._see()

    def _see(self) -> None:
        seen = self._look(self._pid)
        with self._lock:
            self._highest = max(self._highest, seen)


def _look() -> Callable[[int], int]:
    if find_spec("psutil"):
        return _by_psutil
    return _by_proc if Path("/proc/self/statm").is_file() else lambda _: 0


def _by_psutil(pid: int) -> int:
    import psutil

    total = 0
    try:
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def _by_proc(pid: int) -> int:
    """Bytes; what ended meanwhile counts nothing."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        below = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_by_proc(child) for child in below)


def _children(task: Path) -> list[int]:
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []

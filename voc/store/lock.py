"""One run at a time on a home: a lock that the kernel gives back when its owner dies, however it dies.

Does not clean up after a dead owner; `runs.py` does, once it holds the lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from voc.errors import RunLocked
from voc.store.faults import faults


class HomeLock:
    """Context manager around `flock`. The thread that holds it may enter again; anyone else gets RunLocked at once.

    The file holds process id and time of the owner for the message; what counts is the kernel's lock alone. A child
    that was forked without `exec` while the lock was held shares it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.RLock()
        self._depth = 0
        self._file = -1

    def __enter__(self) -> Self:
        if not self._thread.acquire(blocking=False):
            raise self._refusal()
        try:
            if self._depth == 0:
                self._take()
        except BaseException:
            self._thread.release()
            raise
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            os.ftruncate(self._file, 0)
            os.close(self._file)
        self._thread.release()

    def _take(self) -> None:
        with faults(self._path):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                owner = {"pid": os.getpid(), "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
                os.ftruncate(file, 0)
                os.write(file, json.dumps(owner).encode())
            except BlockingIOError:
                os.close(file)
                raise self._refusal() from None
            except BaseException:
                os.close(file)
                raise
        self._file = file

    def _refusal(self) -> RunLocked:
        hint = "Wait for it to end; `voc runs` shows it."
        try:
            owner = json.loads(self._path.read_text())
            return RunLocked(f"Process {owner['pid']} has been at work on this home since {owner['since']}.", hint)
        except (OSError, ValueError, KeyError):
            # The owner has just taken the lock and not yet written who it is.
            return RunLocked("Another run is at work on this home.", hint)

"""Folders that go with the process that made them: what a killed one leaves behind is swept by the next.

A folder in use is locked itself, and the kernel gives the lock back however its owner dies.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

REPLAY = "replay-"
"""How the folders of replays begin."""


@contextmanager
def scratch(home: Path, prefix: str = REPLAY) -> Iterator[Path]:
    """A new, empty folder in `home`, taken away at the end. Raises OSError where none can be made."""
    folder, held = _made(home, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(home: Path, prefix: str = REPLAY) -> int:
    """Take away the folders of `scratch` whose owner is dead, never one in use; how many."""
    ours = re.compile(re.escape(prefix) + r"[a-z0-9_]{8}")
    return sum(_swept(folder) for folder in sorted(home.glob(f"{prefix}*")) if ours.fullmatch(folder.name))


def _made(home: Path, prefix: str) -> tuple[Path, int]:
    """The folder, and what holds its lock. Somebody may sweep it before it is locked: then another one is made."""
    while True:
        folder = Path(mkdtemp(prefix=prefix, dir=home))
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):  # where folders can't be locked nobody can sweep them either
                fcntl.flock(held, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, held
            os.close(held)


def _swept(folder: Path) -> bool:
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # gone meanwhile, or none of ours
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False
    finally:
        os.close(held)
    return not folder.exists()

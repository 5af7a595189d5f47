"""Files of lines that grow step by step and survive `kill -9`: the same job goes on where it stood.

Beside `OUT` stand `OUT.part`, the lines so far, and `OUT.part.json`, which says what they were made from and how many
bytes of them are certain. Both vanish when `OUT` appears. Does not know what the lines say.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from voc.errors import DiskFull, RunLocked

_FORM = 1
"""Version of the notes. Others are not read."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class _Notes:
    """What is certain of a part: its first `size` bytes with their digest, from which job, and the job's counts."""

    job: Mapping[str, str]
    size: int
    digest: str
    counts: Mapping[str, int]


class Growing:
    """A file that is being written. `counts` are those of the last step, also of one before this process.

    `changed` names what is not as it was when the part was begun, if that is why it is begun anew: keys of the job, or
    `part` where the part or its notes are damaged.
    """

    def __init__(self, out: Path, file: BinaryIO, job: Mapping[str, str] | None, *, restart: bool) -> None:
        self.counts: Mapping[str, int] = {}
        self.changed: tuple[str, ...] = ()
        self._out = out
        self._notes = notes_of(out)
        self._file = file
        self._job = job
        self._digest = _new_digest()
        self._size = 0 if restart or job is None else self._kept(job)
        self._begun = False

    def step(self, lines: bytes, counts: Mapping[str, int]) -> None:
        """Add lines and make them certain, together with the counts. A kill at any moment loses this step at most.

        What an earlier job left is kept until the first step: a job that fails before it destroys nothing.
        """
        with _told(self._out):
            if not self._begun:
                self._begin()
            self._file.write(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._digest.update(lines)
            self._size += len(lines)
            self.counts = dict(counts)
            if self._job is not None:
                self._note(_Notes(self._job, self._size, self._digest.hexdigest(), self.counts))

    def _begin(self) -> None:
        """Cut off what is torn, or all of it."""
        if self._size == 0:
            self._notes.unlink(missing_ok=True)
        self._file.seek(self._size)
        self._file.truncate()
        self._begun = True

    def _kept(self, job: Mapping[str, str]) -> int:
        """How many bytes of the part are certain and of this job; what lies beyond them is a torn step."""
        # Notes without a part are left by a kill just after the part became `out`: nothing is damaged.
        if os.fstat(self._file.fileno()).st_size == 0:
            return 0
        notes = _read(self._notes)
        if notes is None:
            self.changed = ("part",)
            return 0
        self.changed = tuple(name for name in (*job, *notes.job) if job.get(name) != notes.job.get(name))
        if self.changed:
            self.changed = tuple(dict.fromkeys(self.changed))
            return 0
        digest = digest_of(self._file, notes.size)
        if digest is None or digest.hexdigest() != notes.digest:
            self.changed = ("part",)
            return 0
        self._digest, self.counts = digest, notes.counts
        return notes.size

    def _note(self, notes: _Notes) -> None:
        """Replace the notes at one stroke."""
        row = {"form": _FORM, "job": notes.job, "size": notes.size, "digest": notes.digest, "counts": notes.counts}
        fresh = self._notes.with_name(f"{self._notes.name}.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(row, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._notes)


def part_of(out: Path) -> Path:
    """Where the lines of `out` stand until it is whole."""
    return out.with_name(f"{out.name}.part")


def notes_of(out: Path) -> Path:
    """What is known of them."""
    return out.with_name(f"{out.name}.part.json")


@contextmanager
def growing_file(out: Path, job: Mapping[str, str] | None, *, restart: bool = False) -> Iterator[Growing]:
    """A file that appears as `out` if the block ends well, and otherwise waits for the same job to be taken up again.

    `job` holds a digest for each thing that the lines depend on; None for a job that can't be taken up, whose part is
    deleted. Raises DiskFull, and RunLocked while another process writes the same file.
    """
    part, notes = part_of(out), notes_of(out)
    with _told(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with _locked(part, out) as file:
        try:
            growing = Growing(out, file, job, restart=restart)
            yield growing
            growing.step(b"", growing.counts)
            with _told(out):
                part.replace(out)
                _sync_folder(out.parent)
                notes.unlink(missing_ok=True)
        except BaseException:
            if job is None or not notes.exists():
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """An error of writing names the file that was asked for. Errors of reading the input are the caller's."""
    try:
        yield
    except OSError as error:
        raise DiskFull(f"{out} can't be written: {error.strerror}.", "Choose another place or make room.") from error


@contextmanager
def _locked(part: Path, out: Path) -> Iterator[BinaryIO]:
    """The part, open for reading and writing; the kernel gives the lock back however its owner dies."""
    file = None
    while file is None:
        with _told(out):
            file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o666), "rb+")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise RunLocked(f"Another process is writing {out}.", "Wait for it, or name another file.") from None
        if not _is(part, file):
            # Its owner has just finished: what we locked is the whole file by now.
            file.close()
            file = None
    with file:
        yield file


def _is(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def digest_of(file: BinaryIO, size: int | None = None) -> Any:
    """A hashlib object over the first `size` bytes of a file, or all of it; None if it has fewer."""
    digest, left = _new_digest(), size
    file.seek(0)
    while left is None or left > 0:
        piece = file.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            return digest if left is None else None
        digest.update(piece)
        left = None if left is None else left - len(piece)
    return digest


def _new_digest() -> Any:
    return hashlib.blake2b(digest_size=16)


def _read(path: Path) -> _Notes | None:
    """The notes of an earlier process; None if they are missing, damaged or of another form."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row["form"] != _FORM:
            return None
        counts = {str(name): int(value) for name, value in row["counts"].items()}
        return _Notes(dict(row["job"]), int(row["size"]), str(row["digest"]), counts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _sync_folder(folder: Path) -> None:
    """Make a rename outlive a loss of power."""
    with suppress(OSError):  # not every file system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

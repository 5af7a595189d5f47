"""The one place where errors of SQLite and of the operating system become errors of voc.

Messages name a file and what to do, never a value that was being written.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from voc.errors import DiskFull, StoreDamaged, StoreError, StoreLocked

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_WRITING = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Translate what goes wrong inside while `path` is used. Raises StoreError or one of its kinds."""
    try:
        yield
    except DBAPIError as error:
        raise _of_sqlite(error.orig, path) from error
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except PoolTimeout as error:
        raise StoreLocked(f"The database {path} is busy.", "Try again in a moment.") from error
    except OSError as error:
        raise _of_system(error, path) from error


def damaged(path: Path) -> StoreDamaged:
    """The error for a file that can't be what voc has written."""
    return StoreDamaged(f"{path} is damaged.", "Restore the home from a backup, or roll back to an older run.")


def _of_sqlite(error: BaseException | None, path: Path) -> StoreError:
    """SQLite's result codes: https://www.sqlite.org/rescode.html. The low byte is the primary code."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StoreError(f"The database {path} could not be used.", "Run `voc doctor`.")
    primary = code & 0xFF
    if primary in _LOCKED:
        return StoreLocked(f"Another process holds the database {path}.", "Wait for it to end, then try again.")
    if primary == sqlite3.SQLITE_FULL or code in _WRITING:
        return _full(path)
    if primary in _READ_ONLY:
        return _forbidden(path)
    if primary in _DAMAGED:
        return damaged(path)
    name = getattr(error, "sqlite_errorname", "unknown")
    return StoreError(f"The database {path} could not be used ({name}).", "Run `voc doctor`.")


def _of_system(error: OSError, path: Path) -> StoreError:
    # numpy and faiss report a short write as an OSError without a number.
    if error.errno is None or error.errno in _NO_ROOM:
        return _full(path)
    if error.errno in _NO_RIGHT:
        return _forbidden(path)
    if error.errno in (errno.ENOENT, errno.ENOTDIR) and path.exists() is False:
        return StoreError(f"{path} could not be found or made.", "Check that the folder above it exists.")
    return StoreError(f"{path} could not be used: {error.strerror}.", "Run `voc doctor`.")


def _full(path: Path) -> DiskFull:
    return DiskFull(f"No space is left to write {path}.", "Free some space; nothing that was stored before is lost.")


def _forbidden(path: Path) -> DiskFull:
    return DiskFull(f"{path} may not be written.", "Check the owner and rights of the home folder.")

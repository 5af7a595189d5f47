"""Encodings by content, one SQLite file per model: the `EncodingCache`.

A cache may be deleted at any time, so a damaged one is set aside and begun anew; nothing else is forgiven.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from voc import telemetry
from voc.errors import StoreDamaged
from voc.store.database import Database
from voc.store.faults import faults

CHUNK = 500
T = TypeVar("T")

_TABLE = "CREATE TABLE IF NOT EXISTS encodings (key BLOB PRIMARY KEY, vector BLOB NOT NULL, features BLOB NOT NULL)"


class SqliteEncodings:
    """`EncodingCache` over one file. Any number of threads and processes may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mending = threading.Lock()
        self._database: Database | None = None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        return self._try(lambda database: _get(database, keys))

    def put(self, rows: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        batch = list(rows)
        if batch:
            self._try(lambda database: _put(database, batch))

    def forget(self, keys: Sequence[bytes]) -> int:
        return self._try(lambda database: _forget(database, keys))

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _try(self, work: Callable[[Database], T]) -> T:
        """Do `work`; on a damaged file set it aside and do it again on a new one."""
        database = self._opened()
        try:
            return work(database)
        except StoreDamaged:
            self._set_aside(database)
            return work(self._opened())

    def _opened(self) -> Database:
        with self._mending:
            if self._database is None:
                self._database = _open(self._path)
            return self._database

    def _set_aside(self, broken: Database) -> None:
        with self._mending:
            if self._database is not broken:
                return  # another thread was faster
            broken.close()
            self._database = None
            move_aside(self._path)


def _open(path: Path) -> Database:
    with faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _with_table(path)
    except StoreDamaged:
        move_aside(path)
        return _with_table(path)


def _with_table(path: Path) -> Database:
    database = Database(path)
    try:
        with database.write() as connection:
            connection.exec_driver_sql(_TABLE)
    except BaseException:
        database.close()
        raise
    return database


def move_aside(path: Path) -> None:
    """Rename a damaged file, with its log, so that a new one can take its place."""
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    telemetry.log("cache.set_aside", file=path.name, to=aside.name)
    with faults(path):
        for end in ("", "-wal", "-shm"):
            file = path.with_name(path.name + end)
            if file.exists():
                file.rename(aside.with_name(aside.name + end))


def _get(database: Database, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
    found: dict[bytes, tuple[bytes, bytes]] = {}
    with database.read() as connection:
        for start in range(0, len(keys), CHUNK):
            chunk = tuple(keys[start : start + CHUNK])
            marks = ",".join("?" * len(chunk))
            query = f"SELECT key, vector, features FROM encodings WHERE key IN ({marks})"  # noqa: S608 - question marks
            found.update((row[0], (row[1], row[2])) for row in connection.exec_driver_sql(query, chunk))
    return found


def _put(database: Database, rows: list[tuple[bytes, bytes, bytes]]) -> None:
    with database.write() as connection:
        # An equal key means equal content and model: what stands there already is as good.
        connection.exec_driver_sql("INSERT OR IGNORE INTO encodings VALUES (?, ?, ?)", rows)


def _forget(database: Database, keys: Sequence[bytes]) -> int:
    with database.write() as connection:
        erased = sum(_erase(connection, tuple(keys[i : i + CHUNK])) for i in range(0, len(keys), CHUNK))
    # The log may still hold the pages as they were.
    database.settle()
    return erased


def _erase(connection: Connection, keys: tuple[bytes, ...]) -> int:
    marks = ",".join("?" * len(keys))
    return connection.exec_driver_sql(f"DELETE FROM encodings WHERE key IN ({marks})", keys).rowcount  # noqa: S608

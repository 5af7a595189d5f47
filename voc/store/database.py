"""One SQLite file: connections, transactions, upgrade on opening.

Readers see one consistent state per transaction and never wait for the writer (write-ahead log). Knows no table.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL

from voc.errors import StoreError, StoreLocked
from voc.store import migrations
from voc.store.faults import faults

WAIT_S = 10.0
"""How long a transaction waits for another process before it gives up."""


class Database:
    """A connection pool over one file; any number of threads may use it.

    Writers of this process queue at a lock, which is fairer than SQLite's polling; writers of other processes are
    waited for up to `wait_s` seconds. Raises StoreLocked, StoreDamaged, DiskFull, StoreError.
    """

    def __init__(self, path: Path, *, wait_s: float = WAIT_S) -> None:
        self.path = path
        self._wait_s = wait_s
        self._writer = threading.Lock()
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            json_serializer=_dumps,
            # SQLAlchemy quotes parameters in its messages; ours are customers' words.
            hide_parameters=True,
            max_overflow=-1,
        )
        event.listen(self._engine, "connect", self._prepare)
        event.listen(self._engine, "begin", _begin)

    def _prepare(self, connection: Any, _record: object) -> None:
        connection.isolation_level = None  # voc says BEGIN itself, see _begin
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(self._wait_s * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten, so that an erased customer is not left in free pages.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with faults(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: all of it or nothing. Not re-entrant."""
        if not self._writer.acquire(timeout=self._wait_s):
            raise StoreLocked(f"The database {self.path} is busy.", "Try again in a moment.")
        try:
            with faults(self.path), self._engine.execution_options(voc_writes=True).begin() as connection:
                yield connection
        finally:
            self._writer.release()

    def settle(self) -> None:
        """Bring the log into the main file and down to the disk: what was committed now survives a power cut."""
        with faults(self.path), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def upgrade(self) -> None:
        """Make an empty file a home's database, or bring an older one up. Raises SchemaTooNew, StoreError."""
        with self.read() as connection:
            version = _version(connection, self.path)
        if version == migrations.HEAD:
            return
        with self.write() as connection:
            # Asked again inside the transaction: another process may have upgraded meanwhile.
            version = _version(connection, self.path)
            if version != migrations.HEAD:
                migrations.upgrade(connection, version=version)

    def close(self) -> None:
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    """IMMEDIATE takes the write lock at once: a transaction that reads first would otherwise fail when it wants to
    write, without waiting (https://www.sqlite.org/lang_transaction.html)."""
    writes = connection.get_execution_options().get("voc_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _version(connection: Connection, path: Path) -> str | None:
    tables = {name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreError(f"{path} is a database of another program.", "Choose another --home.")
    version: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return version


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

"""Runs and the pointer to the current one: the `RunStore` over folders and SQLite.

A run becomes current in one transaction, after all its files are on the disk; whatever kills it before that leaves the
old run current. docs/decisions/0004-immutable-runs.md has the whole story.
"""

from __future__ import annotations

import dataclasses
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from voc.errors import NotFound, StoreError
from voc.model import LineageEvent, Run
from voc.ports import PublishedRun, RunResult
from voc.store.codec import iso, plain
from voc.store.database import Database
from voc.store.faults import faults
from voc.store.home import Home
from voc.store.live import bump, take_over
from voc.store.lock import HomeLock
from voc.store.revisions import drop_unreferenced
from voc.store.run_files import (
    BuildIndex,
    OpenIndex,
    read_files,
    read_lineage,
    read_manifest,
    sync,
    verify_files,
    write_files,
    write_manifest,
)
from voc.store.run_rows import RUNNING, counts_of, run_of
from voc.store.tables import published, runs

Step = Callable[[str], None]
"""Called with `files`, `manifest`, `renamed`, `committing` and `committed` as publishing passes them."""


def unwatched(step: str) -> None:
    """The step that nobody watches."""


class FolderRuns:
    """`RunStore` over a home. Reading is free for any thread; writing happens under the home's lock."""

    def __init__(
        self,
        database: Database,
        home: Home,
        *,
        build_index: BuildIndex,
        open_index: OpenIndex,
        step: Step = unwatched,
    ) -> None:
        self._database = database
        self._home = home
        self._build_index = build_index
        self._open_index = open_index
        self._step = step
        self._lock = HomeLock(home.lock)

    def lock(self) -> HomeLock:
        return self._lock

    def begin(self, *, started_at: datetime, options: Mapping[str, object]) -> Run:
        """Holds the lock while it clears leftovers; the caller goes on holding it for the run, or another process may
        take the run for dead."""
        run_id = f"run_{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"
        row = {
            "run_id": run_id,
            "status": RUNNING,
            "started_at": iso(started_at),
            "options": plain(options),
            "counts": {},
        }
        with self._lock:
            with self._database.write() as connection:
                _bury(connection)
                connection.execute(runs.insert(), row)
            self._sweep()
        return self.get(run_id)

    def publish(self, run: Run, result: RunResult, *, manifest: Mapping[str, object]) -> Run:
        """`run` brings the counts; without `finished_at` it ends now. Raises DiskFull, StoreLocked, StoreError."""
        run = dataclasses.replace(run, status="published", finished_at=run.finished_at or datetime.now(UTC))
        part, folder = self._home.part(run.run_id), self._home.run(run.run_id)
        with self._lock:
            try:
                with faults(part):
                    part.mkdir()
                write_files(part, result, self._build_index)
                self._step("files")
                sha256 = write_manifest(part, _manifest(run, manifest))
                self._step("manifest")
                with faults(folder):
                    part.rename(folder)
                    sync(self._home.runs)
                self._step("renamed")
                with self._database.write() as connection:
                    self._make_current(connection, run, sha256)
                    take_over(connection, result.mentions)
                    self._step("committing")
            except BaseException:
                # What is not published goes; if even that can't be asked now, the next run clears it away.
                with suppress(StoreError):
                    self._sweep()
                raise
        self._step("committed")
        return self.get(run.run_id)

    def fail(self, run: Run, error: str) -> Run:
        values = {"status": "failed", "finished_at": iso(datetime.now(UTC)), "error": error, "counts": counts_of(run)}
        with self._database.write() as connection:
            connection.execute(runs.update().where(runs.c.run_id == run.run_id, runs.c.status == RUNNING), values)
        _remove(self._home.part(run.run_id))
        return self.get(run.run_id)

    def current_id(self) -> str | None:
        with self._database.read() as connection:
            return connection.execute(select(published.c.run_id)).scalar()

    def open(self, run_id: str) -> PublishedRun:
        run = self._published(run_id)
        files = read_files(self._home.run(run_id), self._open_index)
        return PublishedRun(
            run=run,
            mentions=files.mentions,
            vectors=files.vectors,
            space=files.space,
            index=files.index,
            themes=files.themes,
            trends=files.trends,
            lineage=files.lineage,
        )

    def get(self, run_id: str) -> Run:
        run = self._row(run_id)
        if run.status != "published":
            return run
        return dataclasses.replace(run, manifest=read_manifest(self._home.run(run_id)))

    def lineage(self, run_id: str) -> Sequence[LineageEvent]:
        self._published(run_id)
        return read_lineage(self._home.run(run_id))

    def list(self) -> Sequence[Run]:
        """Without manifests; `get` has them."""
        query = select(runs).order_by(runs.c.started_at.desc(), runs.c.run_id.desc())
        with self._database.read() as connection:
            return [run_of(row) for row in connection.execute(query).mappings()]

    def verify(self, run_id: str) -> dict[str, str]:
        with self._database.read() as connection:
            query = select(runs.c.manifest_sha256).where(runs.c.run_id == run_id, runs.c.status == "published")
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown(run_id)
        return verify_files(self._home.run(run_id), row.manifest_sha256)

    def rollback(self, run_id: str) -> Run:
        """Items that came after that run are found again once there is a new one. Raises NotFound, StoreDamaged."""
        run = self._published(run_id)
        read_files(self._home.run(run_id), self._open_index)
        with self._lock, self._database.write() as connection:
            _point_at(connection, run_id)
            bump(connection)
        return run

    def prune(self, keep: int) -> Sequence[str]:
        """Also drops revisions that no kept run refers to. Raises RunLocked while a run is at work."""
        with self._lock:
            current = self.current_id()
            finished = [run.run_id for run in self.list() if run.status == "published"]
            doomed = [run_id for run_id in finished[max(keep, 0) :] if run_id != current]
            kept = [self._home.run(run_id) for run_id in finished if run_id not in doomed]
            with self._database.write() as connection:
                connection.execute(runs.delete().where(runs.c.run_id.in_(doomed)))
                drop_unreferenced(connection, kept)
            # Rows first, and down to the disk: a row without files is a broken run, files without a row are swept.
            self._database.settle()
            self._sweep()
        return doomed

    def _row(self, run_id: str) -> Run:
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.run_id == run_id)).mappings().one_or_none()
        if row is None:
            raise _unknown(run_id)
        return run_of(row)

    def _published(self, run_id: str) -> Run:
        if self._row(run_id).status != "published":
            raise _unknown(run_id)
        return self.get(run_id)

    def _make_current(self, connection: Connection, run: Run, manifest_sha256: str) -> None:
        values = {
            "status": "published",
            "finished_at": iso(run.finished_at or run.started_at),
            "counts": counts_of(run),
            "manifest_sha256": manifest_sha256,
        }
        mine = runs.update().where(runs.c.run_id == run.run_id, runs.c.status == RUNNING)
        if connection.execute(mine, values).rowcount != 1:
            raise StoreError("This run was given up by another one.", "Hold the home's lock from begin to publish.")
        _point_at(connection, run.run_id)
        bump(connection)

    def _sweep(self) -> None:
        """Delete folders of runs that are not published. Only under the lock."""
        whole = {run.run_id for run in self.list() if run.status == "published"}
        with faults(self._home.runs):
            entries = [path for path in self._home.runs.iterdir() if path.name.lstrip(".").startswith("run_")]
        _remove(*(path for path in entries if path.name not in whole))


def _bury(connection: Connection) -> None:
    """Whoever holds the lock is the only run alive; every other one that says `running` has died."""
    dead = runs.update().where(runs.c.status == RUNNING)
    connection.execute(dead, {"status": "failed", "finished_at": iso(datetime.now(UTC)), "error": "died"})


def _point_at(connection: Connection, run_id: str) -> None:
    pointer = insert(published).values(one=1, run_id=run_id)
    connection.execute(pointer.on_conflict_do_update(index_elements=["one"], set_={"run_id": run_id}))


def _manifest(run: Run, manifest: Mapping[str, object]) -> dict[str, object]:
    return {
        **manifest,
        "run_id": run.run_id,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "counts": counts_of(run),
    }


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _unknown(run_id: str) -> NotFound:
    return NotFound(f"There is no published run {run_id}.", "`voc runs` lists them.")

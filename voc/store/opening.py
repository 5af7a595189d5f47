"""Opening a home: one database, the stores over it, and the cache of a model's encodings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voc.alerts import AlertStore
from voc.delivery import OutboxStore
from voc.edits import EditStore
from voc.ports import FeedbackStore, LiveStore, RunStore, TagStore
from voc.store.alerts import SqlAlerts
from voc.store.database import WAIT_S, Database
from voc.store.edits import SqlEdits
from voc.store.encodings import SqliteEncodings
from voc.store.feedback import SqlFeedback
from voc.store.home import Home
from voc.store.live import SqlLive
from voc.store.outbox import SqlOutbox
from voc.store.run_files import BuildIndex, OpenIndex
from voc.store.runs import FolderRuns, Step, unwatched
from voc.store.tags import SqlTags


@dataclass(frozen=True, slots=True)
class Stores:
    """What a home holds; all of it shares one database."""

    home: Home
    feedback: FeedbackStore
    runs: RunStore
    live: LiveStore
    edits: EditStore
    alerts: AlertStore
    outbox: OutboxStore
    tags: TagStore
    database: Database

    def close(self) -> None:
        """Close the connections of this object; opened runs stay usable."""
        self.database.close()


def open_store(
    path: Path,
    *,
    build_index: BuildIndex,
    open_index: OpenIndex,
    wait_s: float = WAIT_S,
    step: Step = unwatched,
) -> Stores:
    """Open the home at `path`, making or upgrading it where needed.

    Raises StoreError and its kinds: SchemaTooNew, StoreLocked, StoreDamaged, DiskFull.
    """
    home = Home(path).make()
    database = Database(home.database, wait_s=wait_s)
    try:
        database.upgrade()
    except BaseException:
        database.close()
        raise
    runs = FolderRuns(database, home, build_index=build_index, open_index=open_index, step=step)
    return Stores(
        home=home,
        feedback=SqlFeedback(database, home),
        runs=runs,
        live=SqlLive(database),
        edits=SqlEdits(database),
        alerts=SqlAlerts(database),
        outbox=SqlOutbox(database),
        tags=SqlTags(database),
        database=database,
    )


def encoding_cache(path: Path, model_hash: str) -> SqliteEncodings:
    """The cache of one model's encodings in the home at `path`."""
    return SqliteEncodings(Home(path).encodings(model_hash))

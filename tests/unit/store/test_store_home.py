"""Opening a home: fresh, old, newer, foreign, damaged, locked, full, forbidden."""

from __future__ import annotations

import contextlib
import os
import resource
import runpy
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from voc.errors import DiskFull, SchemaTooNew, StoreDamaged, StoreError, StoreLocked
from voc.index import build_index, open_index
from voc.model import Feedback
from voc.ports import IngestPlan
from voc.store import Home, Stores, open_store

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "contract/test_runs_contract.py"))
made, publish = SAMPLES["made"], SAMPLES["publish"]


def opened(home: Path, **options) -> Stores:
    return open_store(home, build_index=build_index, open_index=open_index, **options)


def items(n: int, *, words: str = "late parcel") -> IngestPlan:
    rows = [Feedback(item_id=f"fb1:{i}", id=str(i), source="shop", text=words) for i in range(n)]
    return IngestPlan(add=rows)


@pytest.fixture
def home(tmp_path) -> Path:
    """A home with three items, closed."""
    stores = opened(tmp_path / "home")
    stores.feedback.write(items(3), ingest_id="in_1")
    stores.close()
    return tmp_path / "home"


def test_a_fresh_home_has_its_folders_and_is_for_its_owner_alone(tmp_path):
    stores = opened(tmp_path / "a" / "home")
    assert {path.name for path in stores.home.path.iterdir()} >= {"voc.db", "runs", "ingests", "cache"}
    assert stat.S_IMODE(stores.home.path.stat().st_mode) == 0o700
    stores.close()


def test_opening_again_keeps_everything(home):
    stores = opened(home)
    assert stores.feedback.count() == 3
    stores.close()


def test_a_home_that_many_open_for_the_first_time_is_made_once(tmp_path):
    failures: list[Exception] = []

    def work() -> None:
        try:
            stores = opened(tmp_path / "home")
            stores.feedback.count()
            stores.close()
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_file_in_place_of_the_home_is_said_so(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="is a file"):
        opened(tmp_path / "home")
    with pytest.raises(StoreError):
        opened(tmp_path / "home" / "below")


def test_a_home_of_a_newer_voc_is_left_alone(home):
    with contextlib.closing(sqlite3.connect(home / "voc.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'r9999'")
        database.commit()
    with pytest.raises(SchemaTooNew, match="newer voc"):
        opened(home)


def test_a_database_of_another_program_is_left_alone(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "voc.db")) as database:
        database.execute("CREATE TABLE theirs (x)")
        database.commit()
    with pytest.raises(StoreError, match="another program"):
        opened(tmp_path)


@pytest.mark.parametrize("start", [0, 4096])
def test_a_damaged_database_is_said_so(home, start):
    size = (home / "voc.db").stat().st_size
    with (home / "voc.db").open("r+b") as file:
        file.seek(start)
        file.write(b"\x55" * (size - start))
    with pytest.raises(StoreDamaged):  # noqa: PT012 - some damage shows when the first row is read
        stores = opened(home)
        try:
            list(stores.feedback.current())
        finally:
            stores.close()


def test_a_writer_waits_for_another_process_and_then_says_locked(home):
    stores = opened(home, wait_s=0.2)
    with contextlib.closing(sqlite3.connect(home / "voc.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            stores.feedback.write(items(4), ingest_id="in_2")
        assert stores.feedback.count() == 3  # readers never wait
        other.execute("COMMIT")
    stores.feedback.write(items(4), ingest_id="in_2")
    assert stores.feedback.count() == 4
    stores.close()


def test_a_database_that_is_held_exclusively_is_locked_for_opening(home):
    with contextlib.closing(sqlite3.connect(home / "voc.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            opened(home, wait_s=0.2)


@contextlib.contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The kernel refuses to write beyond `size` bytes in any file, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_while_writing_rows_loses_nothing(home):
    stores = opened(home)
    with no_file_beyond(200_000), pytest.raises(DiskFull, match="No space"):
        stores.feedback.write(items(3000, words="x" * 500), ingest_id="in_2")
    assert stores.feedback.count() == 3
    stores.feedback.write(items(5), ingest_id="in_3")
    assert stores.feedback.count() == 5
    stores.close()


@pytest.mark.parametrize("size", [1_000, 20_000, 90_000])
def test_a_full_disk_while_publishing_leaves_the_old_run(home, size):
    stores = opened(home)
    old = publish(stores, made(4))
    with stores.runs.lock():
        run = stores.runs.begin(started_at=old.started_at, options={})
        with no_file_beyond(size), pytest.raises(DiskFull):
            stores.runs.publish(run, made(500, dim=64), manifest={})
        assert stores.runs.fail(run, "disk full").status == "failed"
    assert stores.runs.current_id() == old.run_id
    assert [path.name for path in stores.home.runs.iterdir()] == [old.run_id]
    assert stores.runs.open(publish(stores, made(500, dim=64), days=1).run_id).run.mentions == 500
    stores.close()


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """Root may write anywhere: be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_home_that_may_not_be_written_is_said_so():
    # Not tmp_path: its parents are closed to others.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        opened(folder / "home").close()
        (folder / "home").chmod(0o555)
        with without_rights(), pytest.raises(DiskFull, match="may not be written"):
            opened(folder / "home")
        folder.chmod(0o555)
        with without_rights(), pytest.raises(DiskFull, match="may not be written"):
            opened(folder / "another")
    finally:
        folder.chmod(0o755)
        (folder / "home").chmod(0o755)
        shutil.rmtree(folder)


def test_places_in_a_home(tmp_path):
    home = Home(tmp_path)
    assert home.encodings("0123456789abcdef9999").name == "encodings-0123456789abcdef.db"
    assert home.part("run_1").name == ".run_1.part"
    assert home.rejected_file("in_1") == tmp_path / "ingests/in_1/rejected.jsonl"

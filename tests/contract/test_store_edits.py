"""What an EditStore promises, shown on the one over SQLite."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from voc.edits import Edit, Status, digest_of
from voc.errors import NotFound, UsageError
from voc.index import build_index, open_index
from voc.model import Feedback
from voc.ports import IngestPlan
from voc.store import open_store

BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    items = [Feedback(item_id=name, id=name, source="s", text=f"text of {name}") for name in ("a", "b")]
    stores.feedback.write(IngestPlan(add=items), ingest_id="ing_1")
    yield stores
    stores.close()


def score(number: int, item: str = "a", **says: str) -> Edit:
    return Edit(
        edit_id=f"edit_{number}",
        kind="score",
        target=item,
        says=says or {"sentiment": "negative"},
        at=BEGIN + timedelta(minutes=number),
        actor="key of a person",
        text_digest=digest_of(f"text of {item}"),
    )


def undo(number: int, of: int) -> Edit:
    return Edit(edit_id=f"edit_{number}", kind="undo", target=f"edit_{of}", at=BEGIN + timedelta(minutes=number))


def test_edits_come_back_as_they_went_in_oldest_first_though_their_times_are_equal(stores):
    # An id is no order: the log's own order is what counts.
    made = [dataclasses.replace(score(number), at=BEGIN) for number in (3, 1, 2)]
    for edit in made:
        stores.edits.add(edit)
    assert stores.edits.all() == made


def test_an_undo_is_added_and_the_undone_edit_stays_with_its_time(stores):
    stores.edits.add(score(1))
    stores.edits.add(undo(2, of=1))
    first, second = stores.edits.all()
    assert first == dataclasses.replace(score(1), undone_at=BEGIN + timedelta(minutes=2), status=Status.UNDONE)
    assert second == undo(2, of=1)


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (undo(9, of=7), NotFound),
        (undo(9, of=1), UsageError),
        (undo(9, of=2), UsageError),
        (score(9, "c"), NotFound),
    ],
    ids=["no such edit", "undone already", "an undo", "no such item"],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(stores, edit, error):
    stores.edits.add(score(1))
    stores.edits.add(undo(2, of=1))
    before, stamp = stores.edits.all(), stores.live.stamp()
    with pytest.raises(error):
        stores.edits.add(edit)
    assert stores.edits.all() == before
    assert stores.live.stamp() == stamp


def test_every_edit_moves_the_stamp_that_readers_watch_in_another_opening_too(stores):
    other = open_store(stores.home.path, build_index=build_index, open_index=open_index)
    stamps = [other.live.stamp()]
    for edit in (score(1), undo(2, of=1)):
        stores.edits.add(edit)
        stamps.append(other.live.stamp())
    stores.edits.forget(["a"])
    stamps.append(other.live.stamp())
    assert len(set(stamps)) == 4
    other.close()


def test_forgetting_an_item_erases_its_edits_and_their_undos_and_no_others(stores):
    for edit in (score(1), score(2, "b"), undo(3, of=1), score(4), undo(5, of=2)):
        stores.edits.add(edit)
    assert stores.edits.forget(["a", "nobody"]) == 3
    assert [edit.edit_id for edit in stores.edits.all()] == ["edit_2", "edit_5"]
    assert stores.edits.forget([]) == 0


def test_forgetting_an_item_erases_the_links_to_it_from_others(stores):
    link = dataclasses.replace(score(1, "b"), kind="must-link", says={"other": "a", "other_digest": "d"})
    for edit in (link, undo(2, of=1), score(3, "b")):
        stores.edits.add(edit)
    assert stores.edits.forget(["a"]) == 2
    assert [edit.edit_id for edit in stores.edits.all()] == ["edit_3"]


def test_forgetting_an_item_takes_it_out_of_what_splits_were_made_of(stores):
    says = {"key": "t_new", "label": "New", "query": "new", "seeds": "a:0 b:1 a:2"}
    stores.edits.add(dataclasses.replace(score(1), kind="split", target="t_old", says=says, text_digest=None))
    assert stores.edits.forget(["a"]) == 0
    (edit,) = stores.edits.all()
    assert edit.says == {**says, "seeds": "b:1"}


def test_no_text_is_kept_with_an_edit(stores):
    stores.edits.add(score(1))
    with stores.database.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM edits").fetchall()
    assert not any("text of" in str(cell) for cell in row)


def test_a_home_of_the_first_schema_gets_the_log_when_it_is_opened(tmp_path):
    from voc.store.database import Database

    stores = open_store(tmp_path / "old", build_index=build_index, open_index=open_index)
    item = Feedback(item_id="a", id="a", source="s", text="text of a")
    stores.feedback.write(IngestPlan(add=[item]), ingest_id="ing_1")
    stores.close()
    database = Database(tmp_path / "old" / "voc.db")
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE edits")
        connection.exec_driver_sql("DROP TABLE tags")
        connection.exec_driver_sql("DROP TABLE alerts")
        connection.exec_driver_sql("DROP TABLE outbox")
        connection.exec_driver_sql("ALTER TABLE live_mentions DROP COLUMN facets")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'r0001'")
    database.close()
    again = open_store(tmp_path / "old", build_index=build_index, open_index=open_index)
    again.edits.add(score(1))
    assert again.edits.all() == [score(1)]
    assert again.feedback.count() == 1
    again.close()

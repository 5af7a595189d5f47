"""What a TagStore promises, shown on the one over SQLite."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from voc.errors import NotFound
from voc.index import build_index, open_index
from voc.model import Figure, Tag
from voc.ports import TaughtTag
from voc.store import open_store

FIGURE = Figure(0.8, 0.5, 0.95)
TAG = Tag(
    name="late",
    version=0,
    description="Something came late",
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
    model="m",
    vector_hash="h",
    examples=8,
    counterexamples=0,
    background=100,
    doubtful=3,
    folds=8,
    threshold=0.4,
    precision=FIGURE,
    recall=FIGURE,
    f1=FIGURE,
    auc=FIGURE,
)


@pytest.fixture
def stores(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    yield stores
    stores.close()


def taught(name: str = "late", head: bytes = b"one") -> TaughtTag:
    return TaughtTag(dataclasses.replace(TAG, name=name), head)


def test_versions_are_counted_and_the_last_one_is_in_use(stores):
    assert [stores.tags.add(taught(head=head)).version for head in (b"one", b"two")] == [1, 2]
    assert stores.tags.add(taught("broken")).version == 1
    assert [(each.tag.name, each.tag.version, each.head) for each in stores.tags.active()] == [
        ("broken", 1, b"one"),
        ("late", 2, b"two"),
    ]
    assert [(tag.version, tag.active) for tag in stores.tags.versions("late")] == [(2, True), (1, False)]


def test_a_tag_comes_back_as_it_went_in(stores):
    kept = stores.tags.add(taught())
    assert kept == dataclasses.replace(TAG, version=1)
    assert stores.tags.versions("late") == [kept]


def test_an_older_version_can_be_put_in_use_again(stores):
    stores.tags.add(taught(head=b"one"))
    stores.tags.add(taught(head=b"two"))
    assert stores.tags.activate("late", 1).version == 1
    assert [each.head for each in stores.tags.active()] == [b"one"]
    assert stores.tags.add(taught(head=b"three")).version == 3


def test_a_version_that_is_not_there_changes_nothing(stores):
    stores.tags.add(taught())
    with pytest.raises(NotFound):
        stores.tags.activate("late", 7)
    assert [tag.active for tag in stores.tags.versions("late")] == [True]


def test_a_forgotten_tag_is_gone_with_its_bytes(stores):
    stores.tags.add(taught(head=b"unmistakable bytes of a head"))
    stores.tags.add(taught("other"))
    assert stores.tags.forget("late") == 1
    assert [each.tag.name for each in stores.tags.active()] == ["other"]
    for ask in (stores.tags.versions, stores.tags.forget):
        with pytest.raises(NotFound):
            ask("late")
    assert b"unmistakable" not in b"".join(
        path.read_bytes() for path in stores.home.path.glob("voc.db*") if path.is_file()
    )


def test_every_change_moves_the_stamp_that_readers_watch(stores):
    seen = [stores.live.stamp()]
    stores.tags.add(taught())
    seen.append(stores.live.stamp())
    stores.tags.add(taught())
    seen.append(stores.live.stamp())
    stores.tags.activate("late", 1)
    seen.append(stores.live.stamp())
    stores.tags.forget("late")
    seen.append(stores.live.stamp())
    assert len(set(seen)) == 5

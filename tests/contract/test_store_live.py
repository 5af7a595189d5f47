"""What a LiveStore promises, shown on the one over SQLite."""

from __future__ import annotations

import dataclasses

import pytest

from voc.index import build_index, open_index
from voc.ports import LiveMention
from voc.store import open_store


@pytest.fixture
def stores(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    yield stores
    stores.close()


def mention(item_id: str, index: int = 0, **fields) -> LiveMention:
    blank = LiveMention(
        item_id=item_id,
        id=f"row {item_id}",
        revision=1,
        index=index,
        start=0,
        end=5,
        lang="ko",
        theme="th_1",
        strength=0.5,
        how="assigned",
        reason=None,
        sentiment=(0.7, 0.2, 0.1),
        urgency=0.25,
        urgency_level="normal",
        urgency_reasons="money,churn",
        evidence="0-3",
        facets="emotions=anger:0.8;intents=",
        vector=b"\x00\x3c" * 4,
        neutral=b"\x00\x00\x80\x3f" * 4,
    )
    return dataclasses.replace(blank, **fields)


def test_mentions_come_back_as_they_went_in_ordered_by_item_and_index(stores):
    plain = mention("b")
    bare = mention("a", 1, theme=None, how=None, reason="unique", sentiment=None)
    stores.live.add([plain, bare, mention("a", 0)])
    assert stores.live.all() == [mention("a", 0), bare, plain]


def test_adding_an_item_again_replaces_all_its_mentions(stores):
    stores.live.add([mention("a", 0), mention("a", 1), mention("b")])
    stores.live.add([mention("a", 0, revision=2)])
    assert stores.live.all() == [mention("a", 0, revision=2), mention("b")]


def test_the_stamp_moves_with_every_write_and_with_nothing_else(stores):
    before = stores.live.stamp()
    stores.live.add([])
    stores.live.all()
    assert stores.live.stamp() == before
    stores.live.add([mention("a")])
    assert stores.live.stamp() > before


def test_another_opening_of_the_home_sees_the_stamp_move(stores):
    other = open_store(stores.home.path, build_index=build_index, open_index=open_index)
    before = other.live.stamp()
    stores.live.add([mention("a")])
    assert other.live.stamp() != before
    assert other.live.all() == [mention("a")]
    other.close()

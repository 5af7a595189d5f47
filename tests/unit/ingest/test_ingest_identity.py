"""Who a row is, and whether it changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from voc.ingest.identity import content_hash, item_id_of, item_id_of_repeat, row_key

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=("Cs",))), st.text(st.characters(exclude_categories=("Cs",))))
def test_an_item_id_is_short_tagged_and_fit_for_a_url(source: str, own: str) -> None:
    assert re.fullmatch(r"fb1_[a-z2-7]{20}", item_id_of(source, own))


def test_ids_never_change_between_versions() -> None:
    assert item_id_of("default", "1") == "fb1_n77bdvph7lbkidxpiawh"
    assert content_hash({"text": "The app is slow", "rating": 2.0}) == "e8083d4efe56807ed8d91ff11f521489"


def test_the_same_id_in_two_sources_is_two_items() -> None:
    assert item_id_of("app", "1") != item_id_of("web", "1")


def test_parts_do_not_run_into_each_other() -> None:
    assert item_id_of("ab", "c") != item_id_of("a", "bc")
    assert row_key("a", "", None, None) != row_key("a", "", None, "")


def test_every_part_of_a_row_without_id_counts() -> None:
    keys = {
        row_key("a", "t", NOW, "c"),
        row_key("b", "t", NOW, "c"),
        row_key("a", "u", NOW, "c"),
        row_key("a", "t", None, "c"),
        row_key("a", "t", NOW, None),
    }
    assert len(keys) == 5
    assert item_id_of_repeat("k", 1) != item_id_of_repeat("k", 2)


def test_one_moment_in_two_zones_is_one_row() -> None:
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    assert row_key("a", "t", NOW, None) == row_key("a", "t", seoul, None)
    assert content_hash({"created_at": NOW}) == content_hash({"created_at": seoul})


def test_empty_fields_and_their_order_do_not_count() -> None:
    full = content_hash({"text": "t", "nps": 3.0, "attributes": {"a": 1.0, "b": True}})
    assert full == content_hash({"attributes": {"b": True, "a": 1.0}, "nps": 3.0, "text": "t", "new": None, "more": ""})
    assert full != content_hash({"text": "t", "nps": 4.0, "attributes": {"a": 1.0, "b": True}})


def test_zero_is_not_empty() -> None:
    assert content_hash({"nps": 0.0}) != content_hash({})

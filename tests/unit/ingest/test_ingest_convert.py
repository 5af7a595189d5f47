"""One row to feedback, or to the reason why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.ingest import IngestOptions, Taken, from_dicts
from voc.model import Feedback, Rejected, Warned

SECRET = "zebra-words-of-a-customer"


def one(row: object, options: IngestOptions | None = None) -> Taken | Rejected:
    (result,) = from_dicts([row], options)
    return result


def taken(row: object, options: IngestOptions | None = None) -> Feedback:
    result = one(row, options)
    assert isinstance(result, Taken)
    return result.feedback


def test_a_full_row_keeps_every_field() -> None:
    item = taken(
        {
            "id": 17, "text": " The card is refused \n", "created_at": "2026-11-01T10:00:00+09:00", "source": "store", "channel": "app",
            "lang": "en-GB", "customer_id": "c1", "rating": "2", "nps": 3, "csat": 1.5, "ces": 7, "thread_id": "t9",
            "author_role": "Customer", "version": "5.10", "country": "GB", "product": "pay", "segment": "new", "stage": "trial",
            "device": "phone", "visits": "12",
        }
    )  # fmt: skip
    assert item == Feedback(
        item_id=item.item_id, content_hash=item.content_hash, id="17", text=" The card is refused \n",
        created_at=datetime(2026, 11, 1, 1, tzinfo=UTC), source="store", channel="app", lang="en", customer_id="c1", rating=2.0,
        nps=3.0, csat=1.5, ces=7.0, thread_id="t9", author_role="customer", version="5.10", country="GB", product="pay",
        segment="new", stage="trial", attributes={"device": "phone", "visits": 12.0},
    )  # fmt: skip


def test_a_row_without_id_is_called_by_ours() -> None:
    item = taken({"text": "slow"})
    assert item.id == item.item_id
    assert (item.source, item.author_role, item.created_at, item.revision) == ("default", "customer", None, 1)


def test_real_repeats_without_id_are_kept_and_reading_again_gives_the_same_ids() -> None:
    rows = [{"text": "good"}, {"text": "good"}, {"text": "bad"}]
    first, second = ([r.feedback.item_id for r in from_dicts(rows) if isinstance(r, Taken)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_an_empty_text_is_taken_with_a_survey_figure() -> None:
    item = taken({"text": "  ", "nps": 0})
    assert (item.text, item.nps) == ("", 0.0)


@pytest.mark.parametrize(
    "row", [{}, {"text": ""}, {"text": None, "rating": ""}, {"text": "\n", "nps": 11}, {"id": "1", "plan": "x"}]
)
def test_neither_text_nor_figure_is_rejected(row: dict[str, object]) -> None:
    own = row.get("id")
    assert one(row) == Rejected("input", 1, "no text and no survey figure", own if isinstance(own, str) else None)


def test_a_figure_out_of_range_is_null_and_warned_of_and_the_row_stays() -> None:
    result = one({"text": "slow", "rating": 9, "created_at": "soon"})
    assert isinstance(result, Taken)
    assert (result.feedback.rating, result.feedback.created_at) == (None, None)
    assert set(result.warnings) == {
        Warned(1, "rating is not between 1 and 5"),
        Warned(1, "created_at is not a date that can be read"),
    }


def test_options_fill_in_and_a_rows_own_value_wins() -> None:
    options = IngestOptions(source="store", channel="app", lang="ko", tz="Asia/Seoul")
    filled = taken({"text": "느려요", "created_at": "2026-11-01"}, options)
    assert (filled.source, filled.channel, filled.lang) == ("store", "app", "ko")
    assert filled.created_at == datetime(2026, 10, 31, 15, tzinfo=UTC)
    own = taken({"text": "slow", "source": "web", "channel": "chat", "lang": "en"}, options)
    assert (own.source, own.channel, own.lang) == ("web", "chat", "en")


def test_mapped_columns_are_read() -> None:
    item = taken({"body": "slow", "date": "2026-11-01"}, IngestOptions(mapping={"text": "body", "created_at": "date"}))
    assert (item.text, item.created_at, item.attributes) == ("slow", datetime(2026, 11, 1, tzinfo=UTC), {})
    assert taken("slow", IngestOptions(mapping={"text": "body"})).text == "slow"


def test_nested_objects_are_opened_once() -> None:
    item = taken({"text": "t", "attributes": {"plan": "pro"}, "meta": {"build": 7, "tags": ["a"], "deep": {"x": 1}}})
    assert item.attributes == {"plan": "pro", "meta.build": 7.0, "meta.tags": '["a"]', "meta.deep": '{"x": 1}'}


def test_an_agents_turn_keeps_its_role() -> None:
    assert taken({"text": "How can I help?", "author_role": "Agent", "thread_id": "t1"}).author_role == "agent"


def test_unreadable_characters_are_replaced_and_warned_of_once() -> None:
    result = one({"text": "a\ud83d b\0", "note\ud800": "\udc00"})
    assert isinstance(result, Taken)
    assert result.feedback.text == "a\ufffd b\ufffd"
    assert result.feedback.attributes == {"note\ufffd": "\ufffd"}
    assert len(result.warnings) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"text": [SECRET]}, {"text": {"a": SECRET}}, {"text": SECRET * 50_000}, {"text": "t", "id": SECRET * 50},
        {"text": "t", "customer_id": SECRET * 50}, 7, None, [SECRET],
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_rejected_without_its_words(row: object) -> None:
    result = one(row)
    assert isinstance(result, Rejected)
    assert SECRET not in result.reason


def test_a_rejected_row_is_known_by_its_id() -> None:
    assert one({"id": "r1", "text": ""}) == Rejected("input", 1, "no text and no survey figure", "r1")


def test_what_a_row_says_changes_its_hash_and_who_it_is_does_not() -> None:
    base = taken({"id": "1", "text": "slow"})
    assert base.content_hash == taken({"id": "2", "text": "slow", "source": "web", "plan": ""}).content_hash
    changed = [
        {"text": "slow!"},
        {"text": "slow", "rating": 1},
        {"text": "slow", "plan": "pro"},
        {"text": "slow", "lang": "en"},
    ]
    assert base.content_hash not in {taken(row).content_hash for row in changed}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["text", "id", "created_at", "source", "lang", "rating", "nps", "author_role", "customer_id", "attributes"]
)


@given(st.dictionaries(KEYS | st.text(st.characters(exclude_categories=()), max_size=6), JSON, max_size=8))
def test_any_json_object_is_taken_or_rejected_and_can_be_stored(row: dict[str, object]) -> None:
    result = one(row)
    if isinstance(result, Taken):
        repr(result.feedback.attributes).encode()
        for part in (result.feedback.text, result.feedback.id, result.feedback.source, *result.feedback.attributes):
            part.encode()

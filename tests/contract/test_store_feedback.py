"""What a FeedbackStore promises, shown on the one over SQLite."""

from __future__ import annotations

import dataclasses
import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from voc.errors import Ambiguous, NotFound, UsageError
from voc.index import build_index, open_index
from voc.model import Feedback, IngestCounts, Rejected, Warned
from voc.ports import Condition, IngestPlan, Stored
from voc.store import open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    yield stores
    stores.close()


def item(n: int, **fields) -> Feedback:
    defaults = {
        "item_id": f"fb1:{n:03d}",
        "id": f"row-{n}",
        "source": "shop",
        "text": f"The parcel number {n} came late",
        "content_hash": f"hash-{n}",
    }
    return Feedback(**(defaults | fields))


def add(stores, *items: Feedback, tokens: dict[str, str] | None = None) -> None:
    stores.feedback.write(IngestPlan(add=items, tokens=tokens or {}), ingest_id="in_1")


def where(stores, field: str, op: str, value) -> list[str]:
    return sorted(stores.feedback.select([Condition(field, op, value)]))


def test_an_item_comes_back_as_it_went_in(stores):
    full = item(
        1,
        text="앱이 자꾸 꺼져요 😤\n\tline two",
        created_at=datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9))),
        channel="app",
        lang="ko",
        customer_id="c-9",
        rating=1.0,
        nps=0.0,
        csat=2.0,
        ces=7.0,
        thread_id="t-1",
        author_role="agent",
        version="2.1",
        country="KR",
        product="card",
        segment="smb",
        stage="trial",
        attributes={"매장": "강남", "visits": 3.0, "vip": True, 'odd "key"': "x"},
        redactions={"email": 2},
    )
    add(stores, full)
    assert stores.feedback.find("fb1:001") == full
    assert stores.feedback.find("row-1", source="shop") == full
    assert list(stores.feedback.current()) == [full]
    assert stores.feedback.find("fb1:001").created_at == full.created_at


def test_a_bare_item_comes_back_with_its_gaps(stores):
    add(stores, item(1, text=""))
    assert stores.feedback.find("fb1:001") == item(1, text="")


def test_known_tells_revision_and_content_of_what_is_stored(stores):
    add(stores, *(item(n) for n in range(1200)))
    known = stores.feedback.known([f"fb1:{n:03d}" for n in range(1100)] + ["fb1:nobody"])
    assert len(known) == 1100
    assert known["fb1:007"] == Stored(revision=1, content_hash="hash-7")


def test_current_is_ordered_by_item_id_whatever_the_order_of_writing(stores):
    add(stores, item(3), item(1))
    add(stores, item(2))
    assert [i.item_id for i in stores.feedback.current()] == ["fb1:001", "fb1:002", "fb1:003"]


def test_an_update_replaces_the_current_revision_and_keeps_the_old_one(stores):
    add(stores, item(1), tokens={"fb1:001": "parcel late"})
    changed = item(1, text="It came", content_hash="new", revision=2)
    stores.feedback.write(IngestPlan(update=[changed], tokens={"fb1:001": "came"}), ingest_id="in_2")
    assert list(stores.feedback.current()) == [changed]
    assert stores.feedback.count() == 1
    both = stores.feedback.get([("fb1:001", 1), ("fb1:001", 2), ("fb1:001", 3)])
    assert both == {("fb1:001", 1): item(1), ("fb1:001", 2): changed}
    assert stores.feedback.match(["late"], limit=5) == []
    assert [hit for hit, _ in stores.feedback.match(["came"], limit=5)] == ["fb1:001"]


def test_a_home_as_it_stood_knows_nothing_later(stores):
    add(stores, item(1, created_at=NOON), item(2, created_at=NOON + timedelta(days=1)), item(3))
    before = stores.feedback.until(NOON + timedelta(hours=1))
    assert [one.id for one in before.current()] == ["row-1", "row-3"]
    assert before.count() == 2
    known = before.fingerprint()
    changed = item(1, text="Never mind", revision=2, content_hash="other", created_at=NOON + timedelta(days=2))
    stores.feedback.write(IngestPlan(update=[changed], tokens={}), ingest_id="in_2")
    assert before.fingerprint() == known
    assert [one.text for one in before.current()] == ["The parcel number 1 came late", "The parcel number 3 came late"]
    assert before.until(NOON + timedelta(days=3)).fingerprint() == stores.feedback.fingerprint()


def test_a_text_that_became_empty_leaves_lexical_search(stores):
    add(stores, item(1), tokens={"fb1:001": "parcel"})
    stores.feedback.write(IngestPlan(update=[item(1, text="", revision=2, content_hash="e")]), ingest_id="in_2")
    assert stores.feedback.match(["parcel"], limit=5) == []


def test_two_ingests_that_planned_the_same_item_do_not_overwrite_each_other(stores):
    add(stores, item(1))
    add(stores, item(1))
    assert stores.feedback.known(["fb1:001"])["fb1:001"].revision == 1
    add(stores, item(1, text="Another text", content_hash="other"))
    assert stores.feedback.known(["fb1:001"])["fb1:001"] == Stored(2, "other")
    assert stores.feedback.count() == 1


def test_a_write_that_fails_leaves_nothing(stores):
    broken = dataclasses.replace(item(2), source=None)
    with pytest.raises(Exception, match="could not be used"):
        add(stores, item(1), broken, tokens={"fb1:001": "parcel"})
    assert stores.feedback.count() == 0
    assert stores.feedback.match(["parcel"], limit=5) == []


def test_an_error_never_carries_a_customers_words(stores):
    secret = dataclasses.replace(item(2, text="my secret words"), source=None)
    with pytest.raises(Exception, match="could not be used") as caught:
        add(stores, secret)
    chain, error = "", caught.value
    while error is not None:
        chain, error = chain + str(error), error.__cause__ or error.__context__
    assert "secret" not in chain


def test_an_id_of_two_sources_needs_the_source(stores):
    add(stores, item(1, id="42", source="shop"), item(2, id="42", source="chat"))
    with pytest.raises(Ambiguous) as caught:
        stores.feedback.find("42")
    assert "chat, shop" in caught.value.hint
    assert stores.feedback.find("42", source="chat").item_id == "fb1:002"


def test_our_id_wins_over_a_callers_id_that_looks_the_same(stores):
    add(stores, item(1), item(2, id="fb1:001"))
    assert stores.feedback.find("fb1:001").id == "row-1"


def test_an_unknown_id_is_not_found(stores):
    with pytest.raises(NotFound):
        stores.feedback.find("nobody")


def test_the_fingerprint_follows_the_content_and_nothing_else(stores, tmp_path):
    add(stores, item(1), item(2))
    other = open_store(tmp_path / "other", build_index=build_index, open_index=open_index)
    add(other, item(2))
    add(other, item(1))
    assert stores.feedback.fingerprint() == other.feedback.fingerprint()
    other.feedback.write(IngestPlan(update=[item(1, revision=2, content_hash="x")]), ingest_id="in_2")
    assert stores.feedback.fingerprint() != other.feedback.fingerprint()
    other.close()


def test_conditions_on_fields(stores):
    add(
        stores,
        item(1, lang="ko", rating=1.0, version="2", created_at=NOON),
        item(2, lang="en", rating=3.0, version="2.1", created_at=NOON + timedelta(days=1)),
        item(3, lang="en"),
    )
    assert where(stores, "lang", "=", "en") == ["fb1:002", "fb1:003"]
    assert where(stores, "rating", "<=", 1) == ["fb1:001"]
    assert where(stores, "rating", ">", 1.0) == ["fb1:002"]
    assert where(stores, "rating", "!=", 1.0) == ["fb1:002", "fb1:003"]
    assert where(stores, "version", "=", 2.0) == ["fb1:001"]
    assert where(stores, "version", "=", 2.1) == ["fb1:002"]
    seoul = NOON.astimezone(timezone(timedelta(hours=9)))
    assert where(stores, "created_at", ">=", NOON + timedelta(seconds=1)) == ["fb1:002"]
    assert where(stores, "created_at", "<=", seoul) == ["fb1:001"]
    assert where(stores, "created_at", "<", "2026-03-01T21:00:00.5+09:00") == ["fb1:001"]
    assert where(stores, "item_id", "=", "fb1:003") == ["fb1:003"]
    assert stores.feedback.select([Condition("lang", "=", "en"), Condition("rating", ">=", 2)]) == {"fb1:002"}
    assert len(stores.feedback.select([])) == 3


def test_conditions_on_attributes(stores):
    add(
        stores,
        item(1, attributes={"매장": "강남", "visits": 3.0, "vip": True, 'a".b': "x"}),
        item(2, attributes={"매장": "부산", "visits": "3", "vip": False}),
        item(3),
    )
    assert where(stores, "매장", "=", "강남") == ["fb1:001"]
    assert where(stores, "매장", "!=", "강남") == ["fb1:002", "fb1:003"]
    assert where(stores, "visits", "=", 3.0) == ["fb1:001", "fb1:002"]
    assert where(stores, "visits", ">=", 2) == ["fb1:001"]
    assert where(stores, "vip", "=", True) == ["fb1:001"]
    assert where(stores, "vip", "=", False) == ["fb1:002"]
    assert where(stores, 'a".b', "=", "x") == ["fb1:001"]
    assert where(stores, "never seen", "=", "x") == []
    assert where(stores, "매장", "=", "x' OR 1=1 --") == []


@pytest.mark.parametrize(("field", "value"), [("rating", "low"), ("rating", True), ("created_at", "soon")])
def test_a_value_that_can_not_be_compared_is_wrong_use(stores, field, value):
    with pytest.raises(UsageError):
        where(stores, field, "=", value)


def test_lexical_search_ranks_rare_words_and_breaks_ties_by_item(stores):
    tokens = {f"fb1:{n:03d}": "배송 늦" for n in range(6)} | {"fb1:006": "환불 배송", "fb1:007": "c++ 😤 앱 화면 느리"}
    add(stores, *(item(n) for n in range(8)), tokens=tokens)
    hits = stores.feedback.match(["환불", "배송"], limit=4)
    assert [hit for hit, _ in hits] == ["fb1:006", "fb1:000", "fb1:001", "fb1:002"]
    assert hits[0][1] > hits[1][1] == hits[2][1]
    assert [hit for hit, _ in stores.feedback.match(["😤"], limit=4)] == ["fb1:007"]
    assert [hit for hit, _ in stores.feedback.match(["c++"], limit=4)] == ["fb1:007"]


@pytest.mark.parametrize("odd", ['"', "*", "AND", "tokens:x", "NEAR(a b)", "", "a\x00b", "^x", "(", "'"])
def test_no_token_can_break_the_query(stores, odd):
    add(stores, item(1), tokens={"fb1:001": "parcel"})
    assert [hit for hit, _ in stores.feedback.match([odd, "parcel"], limit=3)] == ["fb1:001"]


def test_a_very_long_query_is_answered(stores):
    add(stores, item(1), tokens={"fb1:001": "parcel"})
    assert len(stores.feedback.match([f"w{n}" for n in range(3000)] + ["parcel"], limit=3)) == 1
    assert stores.feedback.match([], limit=3) == []


def test_an_ingest_leaves_its_ledger_and_the_rows_it_could_not_take(stores):
    counts = IngestCounts("in_7", 3, 1, 0, 0, 2, 1, str(stores.home.rejected_file("in_7")))
    rejected = [Rejected("a.csv", 3, "no text"), Rejected("a.csv", 9, "날짜가 아님")]
    stores.feedback.record_ingest(counts, rejected, [Warned(4, "rating out of range")], at=NOON)
    lines = stores.home.rejected_file("in_7").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"file": "a.csv", "line": 3, "reason": "no text"},
        {"file": "a.csv", "line": 9, "reason": "날짜가 아님"},
    ]
    assert json.loads(stores.home.warnings_file("in_7").read_text()) == {"line": 4, "reason": "rating out of range"}


def test_readers_keep_their_state_while_another_thread_writes(stores):
    add(stores, *(item(n) for n in range(2000)))
    reading = stores.feedback.current()
    first = next(reading)
    writer = threading.Thread(target=add, args=(stores, *(item(n, item_id=f"fb1:x{n}") for n in range(50))))
    writer.start()
    writer.join()
    assert len([first, *reading]) == 2000
    assert stores.feedback.count() == 2050


def test_many_threads_may_write_and_read_at_once(stores):
    failures: list[Exception] = []

    def work(start: int) -> None:
        try:
            for n in range(start, start + 20):
                add(stores, item(n), tokens={f"fb1:{n:03d}": "parcel"})
                stores.feedback.match(["parcel"], limit=3)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=work, args=(20 * t,)) for t in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stores.feedback.count() == 240


def test_dates_are_told_without_texts_and_unknown_items_are_left_out(stores):
    add(stores, item(1, created_at=NOON), item(2))
    found = stores.feedback.dates([("fb1:001", 1), ("fb1:002", 1), ("fb1:999", 1), ("fb1:001", 7)])
    assert found == {("fb1:001", 1): NOON, ("fb1:002", 1): None}


def test_traits_are_told_without_texts_and_unknown_items_are_left_out(stores):
    add(stores, item(1, channel="store", version="3.2"), item(2, channel=None))
    refs = [("fb1:001", 1), ("fb1:002", 1), ("fb1:999", 1), ("fb1:001", 7)]
    assert stores.feedback.traits(refs, ["channel"]) == {("fb1:001", 1): ("store",), ("fb1:002", 1): (None,)}
    assert stores.feedback.traits(refs, ["version", "channel"])["fb1:001", 1] == ("3.2", "store")


def test_tokens_of_items_are_read_as_they_were_written(stores):
    add(stores, item(1), item(2), tokens={"fb1:001": "parcel late"})
    assert stores.feedback.tokens(["fb1:001", "fb1:002", "fb1:999"]) == {"fb1:001": "parcel late"}

"""Posted rows before any run: requests taken at once mean what they mean one after the other."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from voc.index import build_index, open_index
from voc.ingest import IngestOptions
from voc.intake import Posted, accept
from voc.ports import Tools
from voc.store import open_store


def never(*_: object) -> Any:
    """A tool that needs a model."""
    raise AssertionError("no run is published: nothing is encoded")


@pytest.fixture
def homes(tmp_path):
    """A function that makes empty homes."""
    opened = []

    def make() -> Tools:
        home = tmp_path / str(len(opened))
        stores = open_store(home, build_index=build_index, open_index=open_index)
        opened.append(stores)
        numbers = count()
        return Tools(
            home=home,
            model=None,
            scored_by="",
            model_hash=never,
            vector_hash=never,
            feedback=stores.feedback,
            runs=stores.runs,
            live=stores.live,
            edits=stores.edits,
            alerts=stores.alerts,
            outbox=stores.outbox,
            tags=stores.tags,
            encoder=never,
            encodings=never,
            flat_index=never,
            new_id=lambda prefix: f"{prefix}_{next(numbers)}",
            now=lambda: datetime(2026, 3, 1, tzinfo=UTC),
        )

    yield make
    for stores in opened:
        stores.close()


def take(tools, rows):
    return accept(tools, None, rows, IngestOptions(), heads=None)


SAME = {"text": "The parcel came late"}
REQUESTS = [
    [SAME],
    [SAME, SAME],
    [SAME, 7, {"id": "a", "text": "It broke"}],
    [{"id": "a", "text": "It broke again"}, {"id": "b", "text": "Fine"}],
    [{"id": "a", "text": "It broke"}, {"id": "b", "text": "Fine"}],
    [{"id": "c", "text": "One"}, {"id": "c", "text": "Two"}],
    [{"id": "c", "text": "One"}],
]


def test_equal_posts_that_are_taken_together_are_one_item(homes):
    tools = homes()
    answers = take(tools, [Posted(request, SAME) for request in range(8)])
    assert [answer.status for answer in answers] == ["added", *["unchanged"] * 7]
    assert len({answer.item_id for answer in answers}) == 1
    assert tools.feedback.count() == 1


def test_equal_rows_of_one_request_are_as_many_items(homes):
    tools = homes()
    assert [answer.status for answer in take(tools, [SAME, SAME])] == ["added", "added"]
    assert [answer.status for answer in take(tools, [SAME, SAME])] == ["unchanged", "unchanged"]


def test_requests_taken_together_leave_what_they_leave_one_by_one(homes):
    together, alone = homes(), homes()
    at_once = take(together, [Posted(number, row) for number, rows in enumerate(REQUESTS) for row in rows])
    one_by_one = [answer for rows in REQUESTS for answer in take(alone, rows)]
    assert at_once == one_by_one
    assert list(together.feedback.current()) == list(alone.feedback.current())
    assert {answer.status for answer in at_once} == {"added", "updated", "unchanged", "rejected"}


def test_words_of_the_last_text_are_found_and_those_before_are_not(homes):
    tools = homes()
    take(tools, [Posted(1, {"id": "a", "text": "parcel"}), Posted(2, {"id": "a", "text": "coupon"})])
    assert len(tools.feedback.match(["coupon"], limit=5)) == 1
    assert tools.feedback.match(["parcel"], limit=5) == []

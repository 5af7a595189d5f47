"""What an ingest writes: every law of counting, on a store that is a dict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from voc.ingest import Planner, Status, from_dicts, plan
from voc.ingest.convert import Taken
from voc.model import Feedback
from voc.ports import Stored


class DictStore:
    """The current revision of every item."""

    def __init__(self) -> None:
        self.rows: dict[str, Feedback] = {}

    def known(self, item_ids: Sequence[str]) -> Mapping[str, Stored]:
        return {i: Stored(self.rows[i].revision, self.rows[i].content_hash) for i in item_ids if i in self.rows}

    def write(self, rows: Sequence[Feedback]) -> None:
        self.rows |= {row.item_id: row for row in rows}


def feedback(*rows: tuple[str | None, str]) -> list[Feedback]:
    given_rows = [{"id": own, "text": text} for own, text in rows]
    return [row.feedback for row in from_dicts(given_rows) if isinstance(row, Taken)]


def ingest(store: DictStore, rows: Sequence[Feedback], chunk: int = 1000, write_at_once: bool = True) -> dict[str, int]:
    planner = Planner(store.known)
    later: list[Feedback] = []
    for start in range(0, len(rows), chunk):
        added = planner.take(rows[start : start + chunk])
        store.write(added) if write_at_once else later.extend(added)
    store.write(later)
    store.write(planner.finish())
    return {status.value: planner.counts()[status] for status in Status}


def counts(added: int = 0, updated: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"added": added, "updated": updated, "unchanged": unchanged}


def test_same_file_twice_adds_nothing() -> None:
    store, rows = DictStore(), feedback(("1", "slow"), (None, "good"), (None, "good"), ("2", "bad"))
    assert ingest(store, rows) == counts(added=4)
    before = dict(store.rows)
    assert ingest(store, rows) == counts(unchanged=4)
    assert store.rows == before


def test_changed_text_is_a_new_version() -> None:
    store = DictStore()
    ingest(store, feedback(("1", "slow")))
    assert ingest(store, feedback(("1", "fast now"))) == counts(updated=1)
    (row,) = store.rows.values()
    assert (row.text, row.revision) == ("fast now", 2)


def test_the_last_row_of_a_file_wins_and_is_counted_as_updated() -> None:
    store, rows = DictStore(), feedback(("1", "first"), ("1", "second"))
    assert ingest(store, rows) == counts(added=1, updated=1)
    (row,) = store.rows.values()
    assert (row.text, row.revision) == ("second", 2)


def test_a_file_with_two_versions_of_an_item_adds_nothing_when_read_again() -> None:
    store, rows = DictStore(), feedback(("1", "first"), ("1", "second"))
    ingest(store, rows)
    before = dict(store.rows)
    assert ingest(store, rows) == counts(unchanged=2)
    assert store.rows == before


def test_an_exact_repeat_in_a_file_is_unchanged() -> None:
    assert ingest(DictStore(), feedback(("1", "same"), ("1", "same"))) == counts(added=1, unchanged=1)


def test_several_new_versions_in_a_file_are_one_new_revision() -> None:
    store = DictStore()
    ingest(store, feedback(("1", "v1")))
    assert ingest(store, feedback(("1", "v2"), ("1", "v2"), ("1", "v3"))) == counts(updated=2, unchanged=1)
    (row,) = store.rows.values()
    assert (row.text, row.revision) == ("v3", 2)


def test_a_small_request_is_planned_at_once_with_a_status_a_row() -> None:
    store = DictStore()
    ingest(store, feedback(("old", "text"), ("changed", "text")))
    planned = plan(feedback(("new", "text"), ("old", "text"), ("changed", "other")), store.known)
    assert list(planned.statuses) == ["added", "unchanged", "updated"]
    assert ([row.id for row in planned.add], [row.id for row in planned.update]) == (["new"], ["changed"])


ROWS = st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from(["a", "b", "c"])), max_size=12)


@given(ROWS, ROWS, st.integers(1, 5), st.booleans())
def test_counts_add_up_and_chunks_do_not_matter(
    before: list[tuple[str, str]], rows: list[tuple[str, str]], chunk: int, at_once: bool
) -> None:
    whole, parts = DictStore(), DictStore()
    for store in (whole, parts):
        ingest(store, feedback(*before))
    counted = ingest(whole, feedback(*rows))
    assert ingest(parts, feedback(*rows), chunk, at_once) == counted
    assert parts.rows == whole.rows
    assert sum(counted.values()) == len(rows)
    assert {row.id: row.text for row in whole.rows.values()} == dict(before) | dict(rows)
    settled = dict(whole.rows)
    assert ingest(whole, feedback(*rows)) == counts(unchanged=len(rows))
    assert whole.rows == settled

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.api.cursors import cursor_at, offset_of
from voc.api.errors import KeyReused
from voc.api.replies import Replies
from voc.errors import UsageError


def test_the_same_key_and_body_is_worked_on_once():
    replies, calls = Replies(), []

    def work() -> bytes:
        calls.append(1)
        return b"answer"

    assert replies.once("k", {"a": 1}, work) == (b"answer", False)
    assert replies.once("k", {"a": 1}, work) == (b"answer", True)
    assert len(calls) == 1


def test_callers_at_the_same_time_share_one_answer():
    replies, calls, answers = Replies(), [], []
    begun = threading.Event()

    def work() -> bytes:
        begun.wait(5)
        calls.append(1)
        return f"answer {len(calls)}".encode()

    threads = [threading.Thread(target=lambda: answers.append(replies.once("k", [1], work))) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join(10)
    assert calls == [1]
    assert {answer for answer, _ in answers} == {b"answer 1"}
    assert sorted(kept for _, kept in answers) == [False] + [True] * 7


def test_a_key_with_another_body_is_refused():
    replies = Replies()
    replies.once("k", {"a": 1}, lambda: b"answer")
    with pytest.raises(KeyReused):
        replies.once("k", {"a": 2}, lambda: b"other")


def test_a_failure_is_not_kept():
    replies = Replies()

    def fail() -> bytes:
        raise UsageError("no")

    with pytest.raises(UsageError):
        replies.once("k", 1, fail)
    assert replies.once("k", 1, lambda: b"answer") == (b"answer", False)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_use_is_refused(key):
    with pytest.raises(UsageError):
        Replies().once(key, 1, lambda: b"")


def test_the_oldest_answers_make_room():
    replies = Replies(most_keys=3, most_bytes=100)
    for number in range(5):
        replies.once(f"k{number}", number, lambda: b"x")
    assert [replies.once(f"k{number}", number, lambda: b"y")[1] for number in (4, 3, 2)] == [True, True, True]
    assert replies.once("k0", 0, lambda: b"y") == (b"y", False)
    replies.once("large", 0, lambda: b"x" * 100)
    assert replies.once("k4", 4, lambda: b"y") == (b"y", False)


@given(st.integers(0, 2**32 - 1), st.text(), st.integers(1, 1000))
def test_a_cursor_means_its_place_in_its_own_question(offset, query, k):
    assert offset_of(cursor_at(offset, query, k), query, k) == offset


@given(st.integers(0, 10_000), st.text(), st.text())
def test_a_cursor_of_another_question_is_refused(offset, query, other):
    if query == other:
        return
    with pytest.raises(UsageError):
        offset_of(cursor_at(offset, query), other)


@given(st.text(min_size=1))
def test_a_cursor_that_nobody_gave_is_refused(text):
    with pytest.raises(UsageError):
        offset_of(text, "question")

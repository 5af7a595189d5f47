"""Packs side by side: in order, on one core each, given up when the caller gives up."""

from __future__ import annotations

import threading
import time

import pytest
import torch

from voc.engines.crew import PACKS_EACH, Crew


def test_answers_come_in_the_order_of_the_parts():
    def slow_first(part: int) -> int:
        time.sleep(0.05 if part == 0 else 0)
        return part * part

    assert list(Crew(3).each(slow_first, range(20))) == [part * part for part in range(20)]


def test_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=10)
    assert list(Crew(2).each(lambda part: both.wait() >= 0 and part, [1, 2])) == [1, 2]


def test_a_thread_of_many_has_one_core_and_a_single_part_the_callers_threads():
    mine = torch.get_num_threads()
    assert set(Crew(2).each(lambda _: torch.get_num_threads(), range(6))) == {1}
    assert list(Crew(2).each(lambda _: threading.current_thread(), [0])) == [threading.current_thread()]
    assert torch.get_num_threads() == mine


def test_an_error_reaches_the_caller_and_ends_the_work():
    done: list[int] = []

    def fails_at_three(part: int) -> int:
        if part == 3:
            raise ValueError("three")
        done.append(part)
        return part

    with pytest.raises(ValueError, match="three"):
        list(Crew(2).each(fails_at_three, range(1000)))
    assert len(done) < 50


def test_parts_are_small_enough_for_every_thread_to_have_its_turns():
    assert Crew(1).share(100_000, 2048, 256) == 2048
    assert Crew(2).share(100_000, 2048, 256) == 2048
    assert Crew(8).share(32_000, 2048, 256) == 32_000 // (8 * PACKS_EACH)
    assert Crew(8).share(300, 2048, 256) == 256
    assert Crew(8).share(300, 128, 256) == 128

"""Packs side by side: in order, on one core each, given up when the caller gives up."""

from __future__ import annotations

import threading
import time

import pytest
import torch

from voc.engines.crew import PACKS_EACH, Crew


def each(crew: Crew, work, parts):
    with crew.shift() as shift:
        return list(shift.each(work, parts))


def share(crew: Crew, *numbers: int) -> int:
    with crew.shift() as shift:
        return shift.share(*numbers)


def test_answers_come_in_the_order_of_the_parts():
    def slow_first(part: int) -> int:
        time.sleep(0.05 if part == 0 else 0)
        return part * part

    assert each(Crew(3), slow_first, range(20)) == [part * part for part in range(20)]


def test_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=10)
    assert each(Crew(2), lambda part: both.wait() >= 0 and part, [1, 2]) == [1, 2]


def test_a_thread_of_many_has_one_core_and_a_single_part_the_callers_threads():
    mine = torch.get_num_threads()
    assert set(each(Crew(2), lambda _: torch.get_num_threads(), range(6))) == {1}
    assert each(Crew(2), lambda _: threading.current_thread(), [0]) == [threading.current_thread()]
    assert torch.get_num_threads() == mine


def test_an_error_reaches_the_caller_and_ends_the_work():
    done: list[int] = []

    def fails_at_three(part: int) -> int:
        if part == 3:
            raise ValueError("three")
        done.append(part)
        return part

    with pytest.raises(ValueError, match="three"):
        each(Crew(2), fails_at_three, range(1000))
    assert len(done) < 50


def test_parts_are_small_enough_for_every_thread_to_have_its_turns():
    assert share(Crew(1), 100_000, 2048, 256) == 2048
    assert share(Crew(2), 100_000, 2048, 256) == 2048
    assert share(Crew(8), 32_000, 2048, 256) == 32_000 // (8 * PACKS_EACH)
    assert share(Crew(8), 300, 2048, 256) == 256
    assert share(Crew(8), 300, 128, 256) == 128


def test_calls_at_the_same_time_share_the_threads_in_larger_parts():
    crew, mine = Crew(2), threading.current_thread()
    with crew.shift() as first, crew.shift() as second:
        assert first.share(1200, 2048, 256) == 256
        assert second.share(1200, 2048, 256) == 2048
        assert list(second.each(lambda _: threading.current_thread(), [0])) != [mine]
    assert share(crew, 1200, 2048, 256) == 256


def test_one_thread_works_in_the_callers():
    assert each(Crew(1), lambda _: threading.current_thread(), [0, 1]) == [threading.current_thread()] * 2

"""Nights counted again: what late feedback brings is found, and nothing is told a second time."""

from __future__ import annotations

import numpy as np
import pytest
from made_panels import STRICT, noise, of, panel_of, told

from voc.trend.events import Event, Kin
from voc.trend.late import watch_late
from voc.trend.streams import Stream

LAST = 110
"""The last night that was watched."""


def again(counts: np.ndarray, events: list[Event], *late: int, kin: Kin | None = None) -> list[Event]:
    panel = panel_of(counts[:, : LAST + 1])
    return watch_late(panel, range(min(late), LAST + 1), events, set(late), STRICT, kin or Kin())


@pytest.fixture
def counts() -> np.ndarray:
    """An outage of t7 that was told on its night."""
    made = noise(11)
    made[7, 104:109] += 60
    return made


@pytest.fixture
def events(counts) -> list[Event]:
    found = told(panel_of(counts[:, : LAST + 1]))
    assert [event.headline.stream.theme for event in of("t7", found)] == ["t7"]
    return found


def test_an_outage_in_late_feedback_is_found_on_its_night_and_the_told_one_is_not_told_again(counts, events):
    counts[9, 98] += 40
    (event,) = again(counts, events, 98)
    assert (event.headline.stream.theme, event.opened) == ("t9", 98)
    assert event.last < LAST


@pytest.mark.parametrize("days", [(104,), (105, 106), (108, 109)])
def test_more_about_an_outage_that_was_told_is_no_second_one(counts, events, days):
    counts[7, list(days)] += 10
    assert again(counts, events, *days) == []


def test_the_beginning_of_an_outage_that_was_told_is_no_second_one(counts, events):
    counts[7, 100:104] += 60
    assert again(counts, events, 100, 101, 102, 103) == []


def test_an_earlier_trouble_of_a_theme_that_was_quiet_again_is_one_of_its_own(counts):
    counts[7, 104:108] -= 60
    (known,) = of("t7", told(panel_of(counts[:, : LAST + 1])))
    assert known.opened == 108
    counts[7, 97] += 40
    (event,) = again(counts, [known], 97)
    assert (event.headline.stream.theme, event.opened) == ("t7", 97)


def test_what_late_feedback_has_nothing_to_do_with_is_not_told(counts):
    assert [event.opened for event in again(counts, [], 104)] == [104]
    assert again(counts, [], 97) == []


@pytest.mark.parametrize("seed", range(12, 20))
def test_the_same_nights_once_more_tell_nothing(seed):
    made = noise(seed)
    for row, day, people in np.random.default_rng(seed).integers((0, 70, 10), (40, LAST, 80), (12, 3)).tolist():
        made[row, day : day + 3] += people
    events = told(panel_of(made[:, : LAST + 1]), begin=LAST - 27)
    assert events
    assert again(made, events, *range(LAST - 13, LAST + 1)) == []


def test_another_source_has_an_outage_of_its_own(counts):
    streams = [Stream(f"t{row}", *(("source", "a") if row < 20 else ("source", "b"))) for row in range(40)]
    streams[27] = Stream("t7", "source", "b")
    panel = panel_of(counts[:, : LAST + 1], streams)
    (known,) = of("t7", told(panel))
    counts[27, 104] += 60
    panel = panel_of(counts[:, : LAST + 1], streams)
    (event,) = watch_late(panel, range(104, LAST + 1), [known], {104}, STRICT, Kin())
    assert (event.place, event.opened) == (("source", "b"), 104)

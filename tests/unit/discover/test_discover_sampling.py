"""A part of very many mentions: large enough, the same whatever the order and from night to night, carried to all."""

from __future__ import annotations

import numpy as np
import pytest

from voc.discover import Options, discover, sampling
from voc.discover.sampling import drawn, spread

WIDTH = 24


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(sampling, "WHOLE", 300)


def names(n: int) -> list[str]:
    return [f"m{at:06}" for at in range(n)]


def test_few_are_taken_whole(small):
    assert drawn(names(300), 5).tolist() == list(range(300))


def test_the_smallest_theme_still_shows(small):
    assert len(drawn(names(2000), 20)) == 1000
    assert len(drawn(names(2000), 200)) == 300


def test_the_same_are_drawn_in_any_order_and_most_of_them_again_when_more_have_come(small):
    keys = names(1000)
    chosen = {keys[at] for at in drawn(keys, 50)}
    mixed = list(reversed(keys))
    assert {mixed[at] for at in drawn(mixed, 50)} == chosen
    more = keys + [f"n{at}" for at in range(50)]
    again = {more[at] for at in drawn(more, 50)}
    assert len(again & chosen) >= 0.9 * len(chosen)


def test_a_group_is_carried_to_those_as_near_as_half_of_it_and_to_nobody_else():
    rng = np.random.default_rng(0)
    centres = unit(rng.standard_normal((2, WIDTH)))
    rows = unit(np.concatenate([centre + 0.1 * rng.standard_normal((100, WIDTH)) for centre in centres]))
    rows = np.concatenate([rows, unit(rng.standard_normal((50, WIDTH)))])
    part = np.arange(0, 200, 4)
    found = spread(rows, part, np.where(part < 100, 0, 1))
    assert found[part].tolist() == [0] * 25 + [1] * 25
    assert set(found[:100].tolist()) <= {0, -1}
    assert 0.3 <= (found[:100] == 0).mean() <= 0.8
    assert (found[200:] == -1).all()


def test_topics_come_out_of_a_part_as_of_the_whole(small):
    rng = np.random.default_rng(1)
    centres = unit(rng.standard_normal((6, WIDTH)))
    which = np.repeat(np.arange(6), 200)
    rows = unit(centres[which] + 0.08 * rng.standard_normal((1200, WIDTH)))
    found = discover(rows, keys=names(1200), options=Options())
    assert len(found.centroids) == 6
    assert all(len(set(found.fine[which == topic].tolist())) == 1 for topic in range(6))

"""What several layouts agree on."""

from __future__ import annotations

import numpy as np

from voc.discover.consensus import agreed_groups


def layouts(*rows: list[int]) -> list[np.ndarray]:
    return [np.array(row, np.int64) for row in rows]


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == at).tolist()) for at in set(labels.tolist()) - {-1}}


def test_numbers_of_labels_mean_nothing():
    found = agreed_groups(layouts([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0], [5, 5, 5, 2, 2, 2]), smallest=2)
    assert partition(found) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}


def test_one_layout_of_five_does_not_join_what_four_part():
    apart, joined = [0, 0, 0, 0, 1, 1, 1, 1], [0] * 8
    found = agreed_groups(layouts(apart, apart, joined, apart, apart), smallest=2)
    assert partition(found) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_a_row_that_most_layouts_leave_out_is_left_out():
    found = agreed_groups(layouts([0, 0, 0, -1], [0, 0, 0, 0], [0, 0, 0, -1]), smallest=2)
    assert found.tolist() == [0, 0, 0, -1]


def test_a_group_below_the_smallest_size_is_dissolved():
    found = agreed_groups(layouts(*[[0, 0, 0, 0, 0, 0, 1]] * 3), smallest=2)
    assert partition(found) == {frozenset(range(6))}


def test_where_nothing_is_agreed_the_layout_most_like_the_others_is_taken():
    rng = np.random.default_rng(0)
    one = np.repeat(np.arange(20), 10)
    near = [np.where(rng.random(200) < 0.6, one, rng.integers(0, 20, 200)) for _ in range(2)]
    far = [rng.integers(0, 20, 200) for _ in range(2)]
    found = agreed_groups([far[0], near[0], one, far[1], near[1]], smallest=8)
    assert partition(found) == partition(one)


def test_nothing_found_anywhere_is_nothing():
    assert agreed_groups(layouts([-1, -1], [-1, -1], [-1, -1]), smallest=2).tolist() == [-1, -1]

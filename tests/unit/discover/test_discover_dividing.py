"""One theme in two: the nearer of two directions, and the cut between what a query means and what it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.discover import divide, meant

SIDES = np.eye(2, dtype=np.float32)


def test_the_nearer_direction_decides_and_a_tie_stays():
    vectors = np.array([[0.9, 0.1], [0.1, 0.9], [0.5, 0.5], [-0.9, -0.1]], np.float32)
    assert divide(vectors, SIDES).tolist() == [False, True, False, True]


@given(st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32)), min_size=1, max_size=20))
def test_a_vector_alone_gets_what_it_gets_among_others(rows):
    vectors = np.array(rows, np.float32)
    together = divide(vectors, SIDES)
    assert together.tolist() == [bool(divide(vectors[at : at + 1], SIDES)[0]) for at in range(len(vectors))]


@pytest.mark.parametrize(
    ("cosines", "expected"),
    [
        ([0.1, 0.8, 0.12, 0.85, 0.09], [False, True, False, True, False]),
        ([0.5, 0.5, 0.5], [False, False, False]),
        ([0.5], [False]),
        ([], []),
        ([0.2, 0.9], [False, True]),
    ],
)
def test_the_cut_lies_in_the_gap(cosines, expected):
    assert meant(np.array(cosines, np.float64)).tolist() == expected


@given(st.lists(st.floats(-1, 1).map(lambda value: round(value, 3)), min_size=2, max_size=40))
def test_the_cut_is_that_of_greatest_variance_between_the_groups(values):
    cosines = np.array(values)
    high = meant(cosines)
    cuts = sorted(set(values))[:-1]
    if not cuts:
        assert not high.any()
        return

    def between(mask):
        return mask.sum() * (~mask).sum() * (cosines[mask].mean() - cosines[~mask].mean()) ** 2

    assert between(high) == pytest.approx(max(between(cosines > cut) for cut in cuts))
    assert cosines[high].min() > cosines[~high].max()

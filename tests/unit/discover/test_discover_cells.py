"""Cells around centroids: what is kept of them answers as a comparison with all centroids would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from voc.discover import assign
from voc.discover.cells import Cells
from voc.discover.night import _agreed

WIDTH = 12


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@given(seed=st.integers(0, 10_000), themes=st.integers(1, 6), added=st.integers(1, 4))
def test_adding_one_by_one_is_as_comparing_with_all(seed, themes, added):
    rng = np.random.default_rng(seed)
    rows = unit(rng.standard_normal((60, WIDTH)))
    centroids = unit(rng.standard_normal((themes + added, WIDTH)))
    cells = Cells.around(centroids[:themes], rows)
    for at in range(themes, themes + added):
        cells = cells.adding(at, centroids[at])
    whole = Cells.around(centroids, rows)
    for name in ("label", "best", "other", "second"):
        assert np.array_equal(getattr(cells, name), getattr(whole, name)), name
    assert np.array_equal(cells.label, assign(rows, centroids, -1.0).labels)


def test_rows_of_a_centroid_taken_away_go_to_the_second_nearest():
    rng = np.random.default_rng(0)
    rows, centroids = unit(rng.standard_normal((200, WIDTH))), unit(rng.standard_normal((5, WIDTH)))
    left = Cells.around(centroids, rows).without(2)
    others = [0, 1, 3, 4]
    assert left.label.tolist() == [others[at] for at in assign(rows, centroids[others], -1.0).labels]


@given(seed=st.integers(0, 1000))
def test_agreement_of_weighted_rows_is_that_of_the_mentions_they_stand_for(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.integers(-1, 4, 40), rng.integers(-1, 5, 40)
    counts = rng.integers(0, 5, 40)
    one, other = np.repeat(before, counts), np.repeat(after, counts)
    assert _agreed(before, after, counts.astype(float)) == pytest.approx(adjusted_rand_score(one, other), abs=1e-8)

"""Cells around centroids: what is kept of them answers as a comparison with all centroids would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.discover import assign
from voc.discover.cells import Cells

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

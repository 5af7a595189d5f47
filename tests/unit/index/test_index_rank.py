from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.index.rank import best, exact, scores_of


@given(st.integers(1, 50), st.integers(0, 99), st.data())
def test_a_score_does_not_depend_on_the_rows_around_it(n, seed, data):
    rng = np.random.default_rng(seed)
    vectors, query = rng.standard_normal((n, 24)).astype(np.float32), rng.standard_normal(24).astype(np.float32)
    some = data.draw(st.lists(st.integers(0, n - 1), min_size=1))
    np.testing.assert_array_equal(scores_of(vectors, query)[some], scores_of(vectors[some], query))


@given(st.integers(1, 80), st.integers(1, 90), st.integers(0, 99))
def test_the_shortcut_over_many_rows_changes_nothing(n, k, seed):
    rng = np.random.default_rng(seed)
    vectors = np.repeat(rng.standard_normal((n, 8)), rng.integers(1, 4, size=n), axis=0).astype(np.float32)
    query = rng.standard_normal(8).astype(np.float32)
    everything = np.arange(len(vectors), dtype=np.int64)
    for quick, slow in zip(exact(vectors, None, query, k), best(vectors, everything, query, k), strict=True):
        np.testing.assert_array_equal(quick, slow)

"""What every VectorIndex promises: FlatIndex, FAISS exact, FAISS with an inverted file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voc.errors import StoreDamaged, StoreError
from voc.index import FlatIndex, build_index, open_index

Make = Callable[[np.ndarray], object]
DIM = 16


def unit(n: int, *, seed: int = 0, clusters: int = 12) -> np.ndarray:
    """Clustered unit vectors: what sentence encodings look like."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((clusters, DIM))
    vectors = centres[rng.integers(clusters, size=n)] + 0.4 * rng.standard_normal((n, DIM))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(params=["flat", "faiss", "faiss-inverted"])
def make(request, tmp_path) -> Make:
    def faiss(vectors: np.ndarray):
        folder = tmp_path / f"index-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        build_index(vectors, folder, flat_rows=0 if request.param == "faiss-inverted" and len(vectors) else 10**6)
        return open_index(folder)

    return FlatIndex if request.param == "flat" else faiss


def test_best_come_first_with_their_inner_product(make):
    vectors = unit(400)
    scores, rows = make(vectors).search(vectors[[7, 300]], 5)
    assert rows[:, 0].tolist() == [7, 300]
    assert scores.shape == rows.shape == (2, 5)
    assert scores.dtype == np.float32
    assert rows.dtype == np.int64
    assert (np.diff(scores, axis=1) <= 0).all()
    np.testing.assert_allclose(scores[0], vectors[rows[0]] @ vectors[7], atol=1e-6)


def test_ties_are_ordered_by_row_even_when_thousands_say_the_same(make):
    vectors = np.repeat(unit(3), 1500, axis=0)
    _, rows = make(vectors).search(vectors[[1500]], 10)
    assert rows[0].tolist() == list(range(1500, 1510))


def test_a_rare_filter_still_gives_k(make):
    vectors = unit(3000)
    allowed = np.zeros(3000, np.bool_)
    # Far away from the query on purpose: an index that filters after searching would find none of them.
    far = np.argsort(vectors @ vectors[0])[:20]
    allowed[far] = True
    _, rows = make(vectors).search(vectors[[0]], 10, allowed=allowed)
    assert set(rows[0].tolist()) <= set(far.tolist())
    assert len(set(rows[0].tolist())) == 10


def test_rows_are_minus_one_where_fewer_than_k_are_allowed(make):
    vectors = unit(50)
    allowed = np.zeros(50, np.bool_)
    allowed[[3, 9]] = True
    _, rows = make(vectors).search(vectors[[9]], 4, allowed=allowed)
    assert rows[0].tolist() == [9, 3, -1, -1]
    _, none = make(vectors).search(vectors[[9]], 4, allowed=np.zeros(50, np.bool_))
    assert none[0].tolist() == [-1] * 4


def test_more_than_there_is_gives_what_there_is(make):
    vectors = unit(5)
    index = make(vectors)
    _, rows = index.search(vectors[[0]], 8)
    assert sorted(rows[0].tolist()) == [-1, -1, -1, 0, 1, 2, 3, 4]
    assert len(index) == 5


def test_an_empty_index_finds_nothing(make):
    index = make(np.zeros((0, DIM), np.float32))
    _, rows = index.search(unit(2), 3)
    assert len(index) == 0
    assert rows.tolist() == [[-1] * 3] * 2


def test_an_answer_does_not_depend_on_its_neighbours_or_on_threads(make):
    vectors = unit(2000, seed=3)
    index = make(vectors)
    queries = unit(40, seed=4)
    together = index.search(queries, 7)
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(lambda i: index.search(queries[i : i + 1], 7), range(40)))
    np.testing.assert_array_equal(together[0], np.concatenate([scores for scores, _ in alone]))
    np.testing.assert_array_equal(together[1], np.concatenate([rows for _, rows in alone]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), n=st.integers(1, 60), k=st.integers(1, 20), seed=st.integers(0, 99))
def test_exact_faiss_equals_the_reference_to_the_last_bit(tmp_path_factory, data, n, k, seed):
    vectors = unit(n, seed=seed)[data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))]
    allowed = data.draw(st.none() | st.lists(st.booleans(), min_size=n, max_size=n).map(np.array))
    folder = tmp_path_factory.mktemp("index")
    build_index(vectors, folder)
    ours = open_index(folder).search(unit(3, seed=seed + 1), k, allowed=allowed)
    reference = FlatIndex(vectors).search(unit(3, seed=seed + 1), k, allowed=allowed)
    np.testing.assert_array_equal(ours[1], reference[1])
    np.testing.assert_array_equal(ours[0], reference[0])


def test_the_inverted_file_finds_nearly_what_an_exact_search_finds(tmp_path):
    vectors = unit(20_000, seed=1, clusters=60)
    build_index(vectors, tmp_path, flat_rows=0)
    queries = unit(100, seed=2, clusters=60)
    _, found = open_index(tmp_path).search(queries, 10)
    _, truth = FlatIndex(vectors).search(queries, 10)
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found.tolist(), truth.tolist(), strict=True)])
    assert recall >= 0.95


@pytest.mark.parametrize("flat_rows", [0, 10_000])
def test_equal_vectors_give_equal_files(tmp_path: Path, flat_rows: int):
    vectors = unit(3000)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        build_index(vectors, tmp_path / name, flat_rows=flat_rows)
    assert (tmp_path / "one/index.faiss").read_bytes() == (tmp_path / "two/index.faiss").read_bytes()


def test_a_missing_or_cut_file_is_damage(tmp_path):
    with pytest.raises(StoreDamaged):
        open_index(tmp_path)
    build_index(unit(10), tmp_path)
    whole = (tmp_path / "index.faiss").read_bytes()
    (tmp_path / "index.faiss").write_bytes(whole[: len(whole) // 4])
    with pytest.raises(StoreDamaged):
        open_index(tmp_path)


def test_a_query_of_another_width_is_refused(tmp_path):
    build_index(unit(10), tmp_path)
    with pytest.raises(StoreError, match="different models"):
        open_index(tmp_path).search(np.ones((1, DIM + 1), np.float32), 3)

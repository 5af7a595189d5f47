"""Sums in blocks: the bits of one row after the other, whatever the block."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.discover import exact
from voc.discover.centroids import Nearest, centroids_of
from voc.discover.context import in_context
from voc.discover.exact import sums_by, sums_in_order, whole

WIDTH = 16


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(params=[1, 7, 4096])
def block(request, monkeypatch) -> int:
    monkeypatch.setattr(exact, "BLOCK", request.param)
    return request.param


def test_sums_in_order_are_those_of_one_row_after_the_other(block):
    rng = np.random.default_rng(0)
    rows, groups = unit(rng.standard_normal((300, WIDTH))) / 3, rng.integers(-1, 9, 300)
    one_by_one = np.zeros((10, WIDTH))
    for group, row in zip(groups.tolist(), rows, strict=True):
        if group >= 0:
            one_by_one[group] += row
    assert np.array_equal(sums_in_order(groups, rows, 10), one_by_one)


def test_whole_sums_are_the_same_in_any_order(block):
    rng = np.random.default_rng(1)
    rows, groups, order = unit(rng.standard_normal((300, WIDTH))), rng.integers(0, 9, 300), rng.permutation(300)
    found = sums_by(groups, rows, 9)
    assert np.array_equal(found, sums_by(groups[order], rows[order], 9))
    assert np.array_equal(found[4], whole(rows[groups == 4]).sum(axis=0))


def test_no_rows_no_sums():
    assert sums_in_order(np.zeros(0, np.int64), np.zeros((0, WIDTH), np.float32), 2).tolist() == [[0.0] * WIDTH] * 2
    assert centroids_of(np.zeros((0, WIDTH), np.float32), np.zeros(0, np.int64)).shape == (0, WIDTH)


@given(seed=st.integers(0, 10_000), left=st.integers(0, 6))
def test_among_some_centroids_is_as_comparing_with_them(seed, left):
    """Equal centroids, too: whose number a tie goes to depends on the order."""
    rng = np.random.default_rng(seed)
    centroids = unit(rng.integers(-1, 2, (6, 3)) + 0.01)
    rows = unit(rng.integers(-2, 3, (50, 3)) + 0.02)
    order = rng.permutation(6)[:left]
    found, wanted = Nearest.of(rows, centroids).among(order, rows, centroids), Nearest.of(rows, centroids[order])
    for name in ("labels", "cosine", "tied"):
        assert np.array_equal(getattr(found, name), getattr(wanted, name)), name


def test_places_that_are_asked_for_are_those_of_all(monkeypatch):
    monkeypatch.setattr("voc.discover.exact.BLOCK", 5)
    rng = np.random.default_rng(2)
    texts, items = rng.integers(0, 40, 90), np.unique(rng.integers(0, 50, 90), return_inverse=True)[1]
    rows, bare, wanted = unit(rng.standard_normal((40, WIDTH))), rng.random(90) < 0.3, rng.permutation(90)[:30]
    every = in_context(rows[texts], items, bare)
    assert np.array_equal(in_context(rows, items, bare, texts=texts), every)
    assert np.array_equal(in_context(rows, items, bare, texts=texts, wanted=wanted, threads=2), every[wanted])

"""A mention leans towards its item: how far, and that nothing else moves it."""

from __future__ import annotations

import numpy as np
import pytest

from voc.discover import in_context


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def rows() -> np.ndarray:
    return unit(np.random.default_rng(3).standard_normal((40, 24)))


def test_a_mention_alone_in_its_item_stays_bit_for_bit(rows):
    assert np.array_equal(in_context(rows, np.arange(40)), rows)


def test_mentions_of_one_item_come_closer_and_keep_unit_length(rows):
    items = np.repeat(np.arange(10), 4)
    leant = in_context(rows, items)
    assert np.allclose(np.linalg.norm(leant, axis=1), 1.0, atol=1e-6)
    for item in range(10):
        own = items == item
        assert (leant[own] @ leant[own].T).mean() > (rows[own] @ rows[own].T).mean()


def test_two_mentions_at_right_angles_stay_what_they_are():
    pair = np.eye(2, 8, dtype=np.float32)
    leant = in_context(pair, np.zeros(2, np.int64))
    assert np.diag(leant @ pair.T) == pytest.approx([0.967, 0.967], abs=0.002)


def test_neither_order_nor_other_items_change_a_bit(rows):
    items = np.repeat(np.arange(8), 5)
    whole = in_context(rows, items)
    order = np.random.default_rng(5).permutation(40)
    assert np.array_equal(in_context(rows[order], items[order]), whole[order])
    own = np.flatnonzero(items == 3)
    assert np.array_equal(in_context(rows[own], np.zeros(5, np.int64)), whole[own])


def test_nothing_gives_nothing():
    assert in_context(np.zeros((0, 4), np.float32), np.zeros(0, np.int64)).shape == (0, 4)

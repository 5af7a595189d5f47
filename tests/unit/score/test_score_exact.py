"""Scores do not depend on batch size, order or company, to the bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from voc.score.layers import LIMIT, STEPS, Dense, Standardiser, grid
from voc.score.mentions import score_mentions


def _columns(scores, row):
    return [
        value[row].tobytes() if isinstance(value, np.ndarray) and value.dtype != object else value[row]
        for value in (getattr(scores, field.name) for field in fields(scores))
    ]


def test_a_batch_of_one_equals_a_batch_of_a_thousand(small_heads, features):
    matrix = features(1000)
    texts, langs = [f"text number {i}, still no refund" for i in range(1000)], ["en"] * 1000
    together = score_mentions(matrix, texts, langs, small_heads)
    for row in (0, 1, 499, 998, 999):
        alone = score_mentions(matrix[row : row + 1], [texts[row]], ["en"], small_heads)
        assert _columns(alone, 0) == _columns(together, row)


def test_order_of_rows_changes_nothing(small_heads, features):
    matrix, texts = features(300), [f"item {i}" for i in range(300)]
    order = np.random.default_rng(3).permutation(300)
    straight = score_mentions(matrix, texts, ["en"] * 300, small_heads)
    shuffled = score_mentions(matrix[order], [texts[i] for i in order], ["en"] * 300, small_heads)
    assert np.array_equal(straight.sentiment[order], shuffled.sentiment)
    assert np.array_equal(straight.urgency[order], shuffled.urgency)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_sums_of_grid_steps_are_exact_whatever_the_order(seed, n):
    rng = np.random.default_rng(seed)
    steps = grid(rng.normal(scale=5, size=(n, 1152)))
    layer = Dense.of(rng.normal(size=(1152, 2)), np.zeros(2))
    reorder = rng.permutation(1152)
    exact = [
        [sum(int(a) * int(b) for a, b in zip(row, column, strict=True)) for column in layer.weights.T]
        for row in steps[:1]
    ]
    assert np.array_equal(steps @ layer.weights, steps[:, reorder] @ layer.weights[reorder])
    assert (steps[:1] @ layer.weights).astype(np.int64).tolist() == exact


def test_quantised_layer_stays_close_to_the_float_layer():
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(1152, 4)), rng.normal(size=4)
    inputs = rng.normal(size=(50, 1152))
    difference = Dense.of(weights, bias)(grid(inputs)) - (inputs @ weights + bias)
    # Rounding an input to 1/256 errs by at most 1/512, with random sign: √1152 / 512 / √3 is 0.04 standard deviations.
    assert np.abs(difference).max() < 0.25


def test_outliers_are_cut_and_values_land_on_the_grid():
    standardiser = Standardiser(np.zeros(3, np.float32), np.ones(3, np.float32))
    steps = standardiser(np.array([[100.0, -100.0, 0.5]], dtype=np.float16))
    assert steps.tolist() == [[LIMIT * STEPS, -LIMIT * STEPS, STEPS / 2]]


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_layer_reads_back_from_its_file_as_it_was(tmp_path, order):
    rng = np.random.default_rng(0)
    layer = Dense.of(np.asarray(rng.normal(size=(8, 3)), order=order), rng.normal(size=3))
    save_file(layer.arrays("a"), tmp_path / "layer.safetensors")
    again = Dense.read(load_file(tmp_path / "layer.safetensors"), "a")
    steps = grid(rng.normal(size=(5, 8)))
    assert np.array_equal(layer(steps), again(steps))

"""The formulas, against scikit-learn and SciPy, against counting by hand, and at their edges."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from voc.evaluate.metrics import (
    accuracy,
    auc,
    bootstrap,
    calibration_error,
    class_figures,
    confusion,
    macro_f1,
    quadratic_kappa,
    recall_when_flagged,
)

SEEDS = range(8)


def drawn(seed: int, classes: int = 4, n: int = 60):
    """Gold and guesses that agree somewhat; small draws leave classes out."""
    dice = np.random.default_rng(seed)
    gold = dice.integers(0, classes, n)
    guess = np.where(dice.random(n) < 0.6, gold, dice.integers(0, classes, n))
    return gold, guess


@pytest.fixture(scope="module")
def sklearn():
    return pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [6, 60])
def test_classes_are_those_of_scikit_learn(sklearn, seed, n):
    gold, guess = drawn(seed, n=n)
    assert (confusion(gold, guess, 4) == sklearn.confusion_matrix(gold, guess, labels=range(4))).all()
    theirs = sklearn.precision_recall_fscore_support(gold, guess, labels=range(4), zero_division=np.nan)
    ours = class_figures(gold, guess, 4)
    for name, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert np.allclose([getattr(row, name) for row in ours], values, equal_nan=True), name
    there = sorted(set(gold.tolist()))
    expected = sklearn.f1_score(gold, guess, labels=there, average="macro")
    assert macro_f1(gold, guess, 4) == pytest.approx(expected)
    assert accuracy(gold, guess) == pytest.approx(sklearn.accuracy_score(gold, guess))


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_is_that_of_scikit_learn(sklearn, seed):
    gold, guess = drawn(seed)
    assert quadratic_kappa(gold, guess) == pytest.approx(sklearn.cohen_kappa_score(gold, guess, weights="quadratic"))


def test_kappa_counted_by_hand():
    """One pair is two apart: 4. By chance, 2 · 2 / 3 pairs are 0 against 2 and 1 · 1 / 3 are 2 against 0, 4 each."""
    gold, guess = np.array([0, 0, 2]), np.array([0, 2, 2])
    assert quadratic_kappa(gold, guess, 3) == pytest.approx(1 - 4 / (2 * 2 * 4 / 3 + 1 * 1 * 4 / 3))
    assert quadratic_kappa(gold, gold, 3) == 1.0
    assert quadratic_kappa(gold, 2 - gold, 3) < 0
    assert np.isnan(quadratic_kappa(np.zeros(3, int), np.zeros(3, int)))


@pytest.mark.parametrize("seed", SEEDS)
def test_auc_is_that_of_scikit_learn_and_of_mann_and_whitney(sklearn, seed):
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    dice = np.random.default_rng(seed)
    positive, scores = dice.random(40) < 0.3, dice.integers(0, 9, 40) / 8  # with ties
    found = auc(positive, scores)
    assert found == pytest.approx(sklearn.roc_auc_score(positive, scores))
    wins = stats.mannwhitneyu(scores[positive], scores[~positive]).statistic
    assert found == pytest.approx(wins / (positive.sum() * (~positive).sum()))


def test_auc_needs_both_sides():
    assert np.isnan(auc(np.ones(3, bool), np.arange(3.0)))
    assert np.isnan(auc(np.zeros(3, bool), np.arange(3.0)))


def test_recall_of_flagged_items():
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0])
    positive = np.zeros(10, bool)
    positive[[0, 2, 9]] = True
    assert recall_when_flagged(positive, scores) == pytest.approx(1 / 3)
    assert recall_when_flagged(positive, scores, 0.3) == pytest.approx(2 / 3)
    assert recall_when_flagged(positive, scores, 1.0) == 1.0
    assert np.isnan(recall_when_flagged(np.zeros(10, bool), scores))
    assert np.isnan(recall_when_flagged(positive[:4], scores[:4]))  # a fifth of four is nobody


def test_ties_at_the_border_count_as_on_average_over_their_orders():
    scores, positive = np.array([0.9, 0.5, 0.5, 0.5, 0.1]), np.array([False, True, False, True, True])
    orders = [order for order in permutations(range(5)) if (np.diff(scores[list(order)]) <= 0).all()]
    every = [positive[list(order)][:2].sum() / 3 for order in orders]
    assert recall_when_flagged(positive, scores, 0.4) == pytest.approx(np.mean(every))


def test_calibration_counted_by_hand():
    confidence = np.array([0.6, 0.6, 0.9, 0.9])
    correct = np.array([True, False, True, True])
    assert calibration_error(correct, confidence, bins=2) == pytest.approx((0.1 + 0.1) / 2)
    assert calibration_error(correct, confidence, bins=1) == pytest.approx(0.0)


def test_honest_chances_are_calibrated_and_boasting_is_not():
    dice = np.random.default_rng(5)
    chance = dice.random(20_000)
    happened = dice.random(20_000) < chance
    assert calibration_error(happened, chance) < 0.02
    assert calibration_error(happened, np.sqrt(chance)) > 0.1


def test_an_interval_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    values = np.random.default_rng(1).normal(size=80)
    ours = bootstrap(lambda i: float(values[i].mean()), 80, repeats=4000)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=4000, rng=np.random.default_rng(2))
    low, high = theirs.confidence_interval
    assert (ours.low, ours.high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    dice = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        right = dice.random(100) < 0.7
        found = bootstrap(lambda i, right=right: float(right[i].mean()), 100, repeats=200)
        hits += found.low <= 0.7 <= found.high
    assert 180 <= hits <= 198


def test_a_seed_decides_the_draws():
    values = np.arange(30.0)
    figures = [bootstrap(lambda i: float(values[i].mean()), 30, seed=seed) for seed in (1, 1, 2)]
    assert figures[0] == figures[1]
    assert figures[0].low != figures[2].low


def test_what_is_not_defined_is_not_a_number():
    assert np.isnan(bootstrap(lambda i: 1.0, 0).value)
    found = bootstrap(lambda i: float("nan"), 5, repeats=10)
    assert np.isnan([found.value, found.low, found.high]).all()
    # A draw without positives is left out of the interval.
    positive, scores = np.array([True, False, False]), np.array([0.9, 0.1, 0.2])
    assert bootstrap(lambda i: auc(positive[i], scores[i]), 3, repeats=200).low == 1.0

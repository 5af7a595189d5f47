"""Figures with intervals: macro-F1, weighted kappa, AUC, calibration error, percentile bootstrap.

Owns formulas only. All arrays are one-dimensional over items unless a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % percentile-bootstrap interval over `n` items."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap(measure: Callable[[NDArray[np.int64]], float], n: int, repeats: int = 1000) -> Figure:
    """`measure` takes row numbers. Efron 1979, percentile interval; rows where it is undefined are left out."""
    rng = np.random.default_rng(0)
    draws = np.array([measure(rng.integers(0, n, n)) for _ in range(repeats)])
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(float(measure(np.arange(n))), float(low), float(high), n)


def of_labels(measure: Callable[[Labels, Labels], float], gold: Labels, guess: Labels) -> Figure:
    """`measure` of two label arrays with its interval."""
    return bootstrap(lambda rows: measure(gold[rows], guess[rows]), len(gold))


def accuracy(gold: Labels, guess: Labels) -> float:
    return float((gold == guess).mean())


def macro_f1(gold: Labels, guess: Labels, classes: int = 3) -> float:
    """Mean over the classes that occur of 2TP / (2TP + FP + FN)."""
    scores = []
    for label in range(classes):
        true = int(((gold == label) & (guess == label)).sum())
        either = int((gold == label).sum() + (guess == label).sum())
        if (gold == label).any():
            scores.append(2 * true / either)
    return float(np.mean(scores))


def quadratic_kappa(gold: Labels, guess: Labels, classes: int = 4) -> float:
    """1 − Σ wO / Σ wE with w = (i − j)², after Cohen 1968."""
    observed = np.zeros((classes, classes))
    np.add.at(observed, (gold, guess), 1.0)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / len(gold)
    weights = np.subtract.outer(np.arange(classes), np.arange(classes)) ** 2.0
    spread = float((weights * expected).sum())
    return 1.0 - float((weights * observed).sum()) / spread if spread else float("nan")


def auc(positive: NDArray[np.bool_], scores: Array) -> float:
    """Probability that a positive outranks a negative (Mann–Whitney), ties counted half; NaN if a side is empty."""
    above, below = scores[positive], np.sort(scores[~positive])
    if not len(above) or not len(below):
        return float("nan")
    wins = np.searchsorted(below, above, side="left") + np.searchsorted(below, above, side="right")
    return float(wins.sum() / (2.0 * len(above) * len(below)))


def calibration_error(correct: NDArray[np.bool_], confidence: Array, bins: int = 10) -> float:
    """Expected calibration error with equal-count bins (Nixon et al. 2019): mean |share correct − mean confidence|."""
    order = np.argsort(confidence, kind="stable")
    gaps = [
        (len(part), abs(float(correct[part].mean()) - float(confidence[part].mean())))
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return sum(count * gap for count, gap in gaps) / len(order)

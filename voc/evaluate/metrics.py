"""Figures with intervals: macro-F1, weighted kappa, AUC, calibration error, percentile bootstrap.

Owns formulas only. All arrays are one-dimensional over items unless a docstring says otherwise; labels are numbers from
0 on. What can't be computed is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % percentile-bootstrap interval over `n` items."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class against the rest. Precision is NaN if it was never answered, recall if no item has it."""

    precision: float
    recall: float
    f1: float
    support: int


def bootstrap(measure: Callable[[Labels], float], n: int, repeats: int = 1000, seed: int = 0) -> Figure:
    """`measure` takes row numbers. Draws in which it is undefined are left out.

    Percentile interval of Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
    """
    if n == 0:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    rng = np.random.default_rng(seed)
    draws = np.array([measure(rng.integers(0, n, n)) for _ in range(repeats)])
    draws = draws[np.isfinite(draws)]
    low, high = np.percentile(draws, [2.5, 97.5]) if len(draws) else (float("nan"), float("nan"))
    return Figure(float(measure(np.arange(n))), float(low), float(high), n)


def of_labels(measure: Callable[[Labels, Labels], float], gold: Labels, guess: Labels) -> Figure:
    """`measure` of two label arrays with its interval."""
    return bootstrap(lambda rows: measure(gold[rows], guess[rows]), len(gold))


def confusion(gold: Labels, guess: Labels, classes: int) -> Labels:
    """Counts (classes, classes), gold by guess."""
    return np.bincount(gold * classes + guess, minlength=classes * classes).reshape(classes, classes)


def accuracy(gold: Labels, guess: Labels) -> float:
    """Share of items whose guess is the gold label."""
    return float((gold == guess).mean())


def class_figures(gold: Labels, guess: Labels, classes: int) -> tuple[ClassFigures, ...]:
    """Precision, recall and F1 = 2TP / (2TP + FP + FN) of each class."""
    counts = confusion(gold, guess, classes)
    true, support, answered = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    return tuple(
        ClassFigures(
            precision=_share(true[k], answered[k]),
            recall=_share(true[k], support[k]),
            f1=_share(2 * true[k], support[k] + answered[k]),
            support=int(support[k]),
        )
        for k in range(classes)
    )


def macro_f1(gold: Labels, guess: Labels, classes: int = 3) -> float:
    """Mean over the classes that occur in `gold` of 2TP / (2TP + FP + FN)."""
    counts = confusion(gold, guess, classes)
    support, answered = counts.sum(axis=1), counts.sum(axis=0)
    there = support > 0
    return float(np.mean(2 * counts.diagonal()[there] / (support + answered)[there]))


def quadratic_kappa(gold: Labels, guess: Labels, classes: int = 4) -> float:
    """Agreement of ordered labels beyond chance, 1 − Σ wO / Σ wE with w = (i − j)².

    Cohen 1968, "Weighted kappa", Psychological Bulletin 70, 213–220. NaN where all items have one label and one guess.
    """
    observed = confusion(gold, guess, classes).astype(np.float64)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / len(gold)
    weights = np.subtract.outer(np.arange(classes), np.arange(classes)) ** 2.0
    spread = float((weights * expected).sum())
    return 1.0 - float((weights * observed).sum()) / spread if spread else float("nan")


def auc(positive: Flags, scores: Array) -> float:
    """Probability that a positive outranks a negative (Mann–Whitney), ties counted half; NaN if a side is empty."""
    above, below = scores[positive], np.sort(scores[~positive])
    if not len(above) or not len(below):
        return float("nan")
    wins = np.searchsorted(below, above, side="left") + np.searchsorted(below, above, side="right")
    return float(wins.sum() / (2.0 * len(above) * len(below)))


def recall_when_flagged(positive: Flags, scores: Array, share: float = 0.2) -> float:
    """Share of the positives among the items with the highest scores, `share` of all, rounded down.

    Items that tie at the border count by the part of them that fits. NaN without positives or with nothing flagged.
    """
    flagged = int(len(scores) * share + 1e-9)
    if flagged == 0 or not positive.any():
        return float("nan")
    border = np.partition(scores, -flagged)[-flagged]
    above, tied = scores > border, scores == border
    fits = (flagged - int(above.sum())) / int(tied.sum())
    return float((positive[above].sum() + fits * positive[tied].sum()) / positive.sum())


def calibration_error(correct: Flags, confidence: Array, bins: int = 10) -> float:
    """Expected calibration error: mean |share correct − mean confidence| over bins, weighted by their items.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", with bins of equal count, as Nixon et al. 2019 advise.
    """
    order = np.argsort(confidence, kind="stable")
    gaps = [
        (len(part), abs(float(correct[part].mean()) - float(confidence[part].mean())))
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return sum(count * gap for count, gap in gaps) / len(order)


def _share(part: int, whole: int) -> float:
    return float(part / whole) if whole else float("nan")

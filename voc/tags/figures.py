"""From out-of-fold scores to a threshold, probabilities, and figures with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.model import Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 500
"""Samples of the bootstrap."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Out-of-fold log-odds: of examples (n,) and of what stands for everything else (m,)."""

    inside: NDArray[np.float64]
    outside: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 at a threshold, and the area under the ROC curve."""

    precision: Figure
    recall: Figure
    f1: Figure
    auc: Figure


def best_threshold(scores: Scores) -> float:
    """The log-odds with the best F1, half-way to the next lower score; the highest such one where several are."""
    cuts = np.unique(np.concatenate([scores.inside, scores.outside]))
    hits = len(scores.inside) - np.searchsorted(np.sort(scores.inside), cuts)
    wrong = len(scores.outside) - np.searchsorted(np.sort(scores.outside), cuts)
    f1 = 2 * hits / (hits + wrong + len(scores.inside))
    best = int(np.flatnonzero(f1 == f1.max())[-1])
    below = cuts[best - 1] if best else cuts[best] - 1.0
    return float((cuts[best] + below) / 2)


def calibrate(scores: Scores, prior: float) -> tuple[float, float]:
    """Slope and intercept that turn a score into log-odds where a share `prior` of all mentions has the tag.

    Platt's sigmoid with his smoothed targets, fitted by Newton's method as in Lin, Lin & Weng 2007, "A note on Platt's
    probabilistic outputs for support vector machines"; both sides are weighted to the prior.
    """
    n, m = len(scores.inside), len(scores.outside)
    values = np.concatenate([scores.inside, scores.outside])
    targets = np.concatenate([np.full(n, (n + 1.0) / (n + 2.0)), np.full(m, 1.0 / (m + 2.0))])
    weights = np.concatenate([np.full(n, prior / n), np.full(m, (1.0 - prior) / m)])
    inputs = np.stack([values, np.ones(n + m)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(100):
        p = _sigmoid(inputs @ line)
        slope = inputs.T @ (weights * (p - targets))
        bend = (inputs * (weights * np.maximum(p * (1.0 - p), 1e-9))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        line = line - step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    # A score that says the opposite of what it should (examples without anything in common) has no slope.
    return max(float(line[0]), 1e-3), float(line[1])


def measure(scores: Scores, threshold: float, seed: int) -> Quality:
    """Figures with 95 % intervals of a bootstrap within both sides."""
    rng = np.random.default_rng(seed)
    n, m = len(scores.inside), len(scores.outside)
    rows = [_figures(scores, threshold)]
    for _ in range(ROUNDS):
        drawn = Scores(scores.inside[rng.integers(0, n, n)], scores.outside[rng.integers(0, m, m)])
        rows.append(_figures(drawn, threshold))
    low, high = np.quantile(np.array(rows[1:]), (0.025, 0.975), axis=0)
    made = [Figure(float(v), float(a), float(b)) for v, a, b in zip(rows[0], low, high, strict=True)]
    return Quality(*made)


def _figures(scores: Scores, threshold: float) -> tuple[float, float, float, float]:
    hits = int((scores.inside >= threshold).sum())
    wrong = int((scores.outside >= threshold).sum())
    n, m = len(scores.inside), len(scores.outside)
    outside = np.sort(scores.outside)
    below, upto = np.searchsorted(outside, scores.inside), np.searchsorted(outside, scores.inside, "right")
    return (
        hits / (hits + wrong) if hits else 0.0,
        hits / n,
        2 * hits / (hits + wrong + n),
        float((below + upto).sum() / (2.0 * n * m)),
    )


def _sigmoid(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(odds, -50.0, 50.0)))
    return found

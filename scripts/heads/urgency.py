"""Calibrating urgency: the branch's answers, tone and words as one sum, on rows that the branch never saw.

A proportional-odds model (McCullagh 1980): P(level ≥ k) = logistic(z − t_k). Every answer of the branch has a say: that
somebody is blocked or leaves speaks of urgency as much as the branch's own level does (stacking, Wolpert 1992). Words
may only raise urgency and words taken back only lower it. Fitted in float64 by L-BFGS on one thread: the same input
gives the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voc.evaluate.metrics import quadratic_kappa
from voc.model import REASONS
from voc.score.cues import find_cues

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]

PARTS = ("sentiment", "set_aside", *(f"cue:{reason}" for reason in REASONS))


OUTPUT_RIDGE, PART_RIDGE = 40.0, 0.3
"""Strength of the ridge penalties: on the weights of the branch's answers, in standard deviations, and on those of tone
and words. Chosen by cross-validation on the gold items."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the fit sees of n rows: every answer of the branch, logits (n, columns), and values of PARTS (n, 14)."""

    outputs: Array
    parts: Array

    def take(self, rows: NDArray[np.int64]) -> Inputs:
        return Inputs(self.outputs[rows], self.parts[rows])


@dataclass(frozen=True, slots=True)
class Direction:
    """z = outputs · weights + parts · part weights + bias; log-odds of "high or critical"."""

    outputs: Array
    parts: Array
    bias: float

    def __call__(self, inputs: Inputs) -> Array:
        z: Array = inputs.outputs @ self.outputs + inputs.parts @ self.parts + self.bias
        return z

    def scaled(self, slope: float, shift: float) -> Direction:
        return Direction(self.outputs * slope, self.parts * slope, self.bias * slope + shift)


def parts_of(texts: Sequence[str], tone: Array) -> Array:
    """Values of PARTS, (n, 14). `tone` is P(negative) − P(positive), (n,)."""
    parts = np.zeros((len(texts), len(PARTS)))
    parts[:, 0] = tone
    for row, text in enumerate(texts):
        cues = find_cues(text)
        counted = {cue.reason for cue in cues if cue.set_aside is None}
        parts[row, 1] = len(counted) < len({cue.reason for cue in cues})
        for column, reason in enumerate(REASONS, start=2):
            parts[row, column] = reason in counted
    return parts


def fit_direction(inputs: Inputs, levels: NDArray[np.int64]) -> Direction:
    """Maximum likelihood with ridge penalties; bias such that 0 is the threshold of `high`."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    mean, deviation = inputs.outputs.mean(axis=0), inputs.outputs.std(axis=0) + 1e-6
    target = torch.from_numpy((levels[:, None] >= np.arange(1, 4)).astype(np.float64))
    x, extra = torch.from_numpy((inputs.outputs - mean) / deviation), torch.from_numpy(inputs.parts)
    sign = torch.tensor([-1.0 if name == "set_aside" else 1.0 for name in PARTS], dtype=torch.float64)

    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    roots = torch.full((len(PARTS),), 0.3, dtype=torch.float64, requires_grad=True)
    thresholds = torch.tensor([-1.0, 1.0, 3.0], dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        # A square keeps the sign of each part.
        parts = sign * roots**2
        z = x @ weights + extra @ parts
        odds = functional.binary_cross_entropy_with_logits(z[:, None] - thresholds, target, reduction="sum")
        return odds + OUTPUT_RIDGE * (weights**2).sum() + PART_RIDGE * (parts**2).sum()

    minimise([weights, roots, thresholds], loss)
    found = weights.detach().numpy() / deviation
    parts = (sign * roots**2).detach().numpy()
    return Direction(found, parts, -float(thresholds[1].detach()) - float(mean @ found))


def minimise(parameters: list[torch.Tensor], loss: Callable[[], torch.Tensor]) -> None:
    """L-BFGS to convergence, in place."""
    import torch

    optimiser = torch.optim.LBFGS(
        parameters, max_iter=100, tolerance_grad=1e-6, tolerance_change=1e-10, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(closure)


# -------------------------------------------------------------------------------------------------- calibration


def calibrate(z: Array, urgent: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of Platt's logistic calibration (1999), by Newton's method, from cross-fitted z."""
    design = np.column_stack([z, np.ones_like(z)])
    theta = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-(design @ theta)))
        gradient = design.T @ (p - urgent)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        theta -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(theta[0]), float(theta[1])


def choose_lower_thresholds(score: Array, levels: NDArray[np.int64]) -> tuple[float, float]:
    """Lowest scores of normal and of high: the pair with the best quadratic-weighted kappa over low, normal, high."""
    candidates = np.unique(np.quantile(score, np.linspace(0.02, 0.98, 60)))
    pairs = [(low, high) for i, low in enumerate(candidates) for high in candidates[i + 1 :]]
    capped = np.minimum(levels, 2)

    def kappa(cut: tuple[float, float]) -> float:
        return quadratic_kappa(capped, (score >= cut[0]).astype(np.int64) + (score >= cut[1]), classes=3)

    normal, high = max(pairs, key=kappa)
    return float(normal), float(high)


def choose_critical_threshold(score: Array, critical: NDArray[np.bool_], weights: Array) -> float:
    """Lowest score of critical among items that are high at least and have a reason for it.

    The cut with the best F½, which counts precision twice: in doubt the lower level, and nobody is woken for nothing.
    """

    def f_half(cut: float) -> float:
        named = score >= cut
        right = (weights * (named & critical)).sum()
        return float(1.25 * right / ((weights * named).sum() + 0.25 * (weights * critical).sum()))

    return float(max(np.unique(score), key=f_half))


def choose_reason_threshold(logits: Array, cue: NDArray[np.bool_], gold: NDArray[np.bool_]) -> float:
    """The log-odds from which the head may name a reason beside its words, best F1; infinite if words alone do better.

    Too few examples (under eight) say nothing: infinite.
    """
    if gold.sum() < 8:
        return float("inf")

    def f1(cut: float) -> float:
        named = cue | (logits >= cut)
        return float(2 * (named & gold).sum() / max(named.sum() + gold.sum(), 1))

    best = max(np.unique(logits), key=f1)
    return float(best) if f1(float(best)) > f1(float("inf")) else float("inf")

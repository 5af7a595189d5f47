"""Calibrating urgency: the branch's answers, tone and words as one sum, on items that the branch never saw.

A proportional-odds model (McCullagh 1980): P(level ≥ k) = logistic(z − t_k). Every answer of the branch has a say: that
somebody is blocked or leaves speaks of urgency as much as the branch's own level does (stacking, Wolpert 1992). So has
what the other mentions of an item say (`voc.score.company`). An item's z is that of its most urgent mention; the fit
uses a smooth maximum. Words may only raise urgency and words taken back only lower it. Fitted in float64 by L-BFGS on
one thread: the same input gives the same weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heads.mentions import Mentions, highest, over_items, rows_of
from voc.evaluate.metrics import quadratic_kappa
from voc.score.cues import find_cues
from voc.score.heads import PARTS
from voc.score.mentions import words_of

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]

OUTPUT_RIDGE, PART_RIDGE = 160.0, 0.3
"""Strength of the ridge penalties: on the weights of the branch's answers, in standard deviations, and on those of tone
and words. Chosen by cross-validation on the gold items."""
SHARPNESS = 4.0
"""Of the smooth maximum over an item's mentions."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the fit sees of m mentions: the branch's answers, float64 (m, columns), values of PARTS (m, 14), and the
    item of each (m,), ascending from 0."""

    outputs: Array
    parts: Array
    item_of: NDArray[np.int64]

    @classmethod
    def of(cls, mentions: Mentions, sentiment: Array) -> Inputs:
        """`sentiment` has the probabilities of each mention (m, 3)."""
        parts = [words_of(p, find_cues(text)) for p, text in zip(sentiment, mentions.texts, strict=True)]
        return cls(mentions.values, np.array(parts), mentions.item_of)

    def take(self, items: NDArray[np.int64]) -> Inputs:
        """Those of `items`, numbered anew in their order."""
        rows, numbers = rows_of(self.item_of, items)
        return Inputs(self.outputs[rows], self.parts[rows], numbers)


@dataclass(frozen=True, slots=True)
class Direction:
    """Log-odds of "high or critical": what the answers of a mention alone count, what the strongest and the mean of its
    item count against its own, and its words with those of its neighbours."""

    text: Array
    most: Array
    mean: Array
    parts: Array
    bias: float

    def __call__(self, inputs: Inputs) -> Array:
        """z of each item: that of the mention that is most urgent by itself, in its company."""
        most, mean = over_items(inputs.outputs, inputs.item_of)
        words, _ = over_items(inputs.parts, inputs.item_of)
        alone = inputs.outputs @ self.text + inputs.parts @ self.parts
        z = inputs.outputs @ self.text + (most - inputs.outputs) @ self.most + (mean - inputs.outputs) @ self.mean
        speaks = alone == highest(alone, inputs.item_of)[inputs.item_of]
        return highest(np.where(speaks, z + words @ self.parts + self.bias, -np.inf), inputs.item_of)

    def scaled(self, slope: float, shift: float) -> Direction:
        return Direction(
            self.text * slope, self.most * slope, self.mean * slope, self.parts * slope, self.bias * slope + shift
        )


def fit_direction(inputs: Inputs, levels: NDArray[np.int64]) -> Direction:
    """Maximum likelihood with ridge penalties; `levels` of the items. The bias makes 0 the threshold of `high`."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    middle, deviation = inputs.outputs.mean(axis=0), inputs.outputs.std(axis=0) + 1e-6
    target = torch.from_numpy((levels[:, None] >= np.arange(1, 4)).astype(np.float64))
    units = (inputs.outputs - middle) / deviation
    seen = [torch.from_numpy(part) for part in (units, *over_items(units, inputs.item_of))]
    extra = torch.from_numpy(over_items(inputs.parts, inputs.item_of)[0])
    item_of = torch.from_numpy(inputs.item_of)
    sign = torch.tensor([-1.0 if name == "set_aside" else 1.0 for name in PARTS], dtype=torch.float64)

    weights = [torch.zeros(units.shape[1], dtype=torch.float64, requires_grad=True) for _ in seen]
    roots = torch.full((len(PARTS),), 0.3, dtype=torch.float64, requires_grad=True)
    thresholds = torch.tensor([-1.0, 1.0, 3.0], dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        # A square keeps the sign of each part.
        parts = sign * roots**2
        z = extra @ parts
        for values, weight in zip(seen, weights, strict=True):
            z = z + values @ weight
        odds = functional.binary_cross_entropy_with_logits(
            _smooth_highest(z, item_of, len(levels))[:, None] - thresholds, target, reduction="sum"
        )
        ridge = OUTPUT_RIDGE * sum((weight**2).sum() for weight in weights)
        total: torch.Tensor = odds + ridge + PART_RIDGE * (parts**2).sum()
        return total

    minimise([*weights, roots, thresholds], loss)
    own, most, mean = (weight.detach().numpy() / deviation for weight in weights)
    # Alone, a mention is the strongest and the mean of its item.
    text = own + most + mean
    parts = (sign * roots**2).detach().numpy()
    return Direction(text, most, mean, parts, -float(thresholds[1].detach()) - float(middle @ text))


def _smooth_highest(z: torch.Tensor, item_of: torch.Tensor, items: int) -> torch.Tensor:
    """Each item's maximum, smoothly: log of the sum of exponentials, over SHARPNESS."""
    import torch

    top = torch.full((items,), -torch.inf, dtype=z.dtype).scatter_reduce(0, item_of, z.detach(), "amax")
    sums = torch.zeros(items, dtype=z.dtype).index_add(0, item_of, torch.exp(SHARPNESS * (z - top[item_of])))
    return top + torch.log(sums) / SHARPNESS


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


def choose_critical_threshold(
    score: Array, levels: NDArray[np.int64], gated: NDArray[np.bool_], lower: tuple[float, float], weights: Array
) -> float:
    """Lowest score of critical, for items that are `gated`: with a reason that cannot wait.

    The cut with the best weighted quadratic kappa over all four levels; of equal ones the highest, since nobody should
    be woken for nothing.
    """
    below = (score >= lower[0]).astype(np.int64) + (score >= lower[1])

    def kappa(cut: float) -> float:
        return _weighted_kappa(levels, np.where(gated & (score >= cut), 3, below), weights)

    candidates = np.unique(score[gated & (score >= lower[1])])
    return float(max(candidates, key=lambda cut: (kappa(float(cut)), cut)))


def _weighted_kappa(gold: NDArray[np.int64], guess: NDArray[np.int64], weights: Array) -> float:
    """`quadratic_kappa` where rows count differently."""
    distance = np.subtract.outer(np.arange(4), np.arange(4)) ** 2.0
    observed = np.zeros((4, 4))
    np.add.at(observed, (gold, guess), weights)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / weights.sum()
    return 1.0 - float((distance * observed).sum() / (distance * expected).sum())


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

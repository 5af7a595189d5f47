"""From a settled branch to calibrated heads: the order of the steps, and what is fitted on what.

The branch brings a linear head for every task. On rows that it never saw follow the temperature of sentiment, the sum
and the thresholds of urgency, and the thresholds of reasons and facets. For gold items "never saw" means the branch of
their fold: `Unseen` holds what it said. Owns the recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heads.facets import facet_rules
from heads.sources import Row
from heads.splits import folds
from heads.urgency import (
    PARTS,
    Direction,
    Inputs,
    calibrate,
    choose_critical_threshold,
    choose_lower_thresholds,
    choose_reason_threshold,
    fit_direction,
    parts_of,
)
from voc.model import REASONS
from voc.score.heads import OUTPUTS, Heads, SentimentRule, UrgencyRule, probabilities
from voc.score.layers import Dense, Standardiser
from voc.score.mentions import CRITICAL_REASONS

Encode = Callable[[Sequence[str]], NDArray[np.float16]]
Array = NDArray[np.float64]

INNER_FOLDS = 5
URGENCY_LANGUAGES = frozenset(("ar", "de", "en", "es", "fr", "hi", "it", "ko", "pt"))
SENTIMENT_LANGUAGES = URGENCY_LANGUAGES - {"hi"}
"""Languages with measured evidence: docs/benchmarks/scores.md. Hindi, which UMSAB has romanised, is near chance."""


@dataclass(frozen=True, slots=True)
class BranchHeads:
    """The branch's own linear heads on raw features, every task of OUTPUTS: weights (width, columns), biases."""

    weights: Array
    biases: Array

    def __call__(self, features: NDArray[np.float16]) -> Array:
        """Features (n, width) to logits (n, columns)."""
        logits: Array = features.astype(np.float64) @ self.weights + self.biases
        return logits


@dataclass(frozen=True, slots=True)
class Unseen:
    """What branches said of rows that they did not see: logits (n, columns)."""

    rows: tuple[Row, ...]
    logits: Array

    def take(self, kept: NDArray[np.int64]) -> Unseen:
        return Unseen(tuple(self.rows[i] for i in kept.tolist()), self.logits[kept])


def unseen(rows: Sequence[Row], encode: Encode, heads: BranchHeads) -> Unseen:
    """Read `rows` with a branch that did not see them."""
    return Unseen(tuple(rows), heads(encode([row.text for row in rows])))


def together(parts: Sequence[Unseen]) -> Unseen:
    return Unseen(
        tuple(row for part in parts for row in part.rows),
        np.concatenate([part.logits for part in parts]),
    )


def fit_heads(dev: Unseen, gold: Unseen, branch: BranchHeads, standardiser: Standardiser, model_id: str) -> Heads:
    """Heads of `branch`, calibrated on development rows and on gold items. Deterministic."""
    # The branch's heads speak of raw features; the product's of features in standard deviations.
    weights = branch.weights * standardiser.scale.astype(np.float64)[:, None]
    biases = branch.biases + standardiser.mean.astype(np.float64) @ branch.weights
    sentiment = _sentiment_rule(together([dev, gold]))
    rubric = dev.take(np.array([i for i, row in enumerate(dev.rows) if row.source in ("written", "read")]))
    urgency, direction = _urgency(gold, rubric, sentiment)
    at = columns("level")
    # The sum over the branch's answers is itself linear in the features: one column.
    level, bias = weights @ direction.outputs, float(biases @ direction.outputs) + direction.bias
    weights[:, at], biases[at] = level[:, None], bias
    return Heads(
        model_id, "", standardiser, Dense.of(weights, biases), sentiment, urgency, facet_rules(dev.rows, dev.logits)
    )


def fit_standardiser(features: NDArray[np.float16]) -> Standardiser:
    """Mean and standard deviation of each feature."""
    wide = features.astype(np.float64)
    return Standardiser(wide.mean(axis=0).astype(np.float32), (wide.std(axis=0) + 1e-6).astype(np.float32))


def columns(task: str) -> slice:
    """Where a task stands in the matrix."""
    start = 0
    for name, labels in OUTPUTS.items():
        if name == task:
            return slice(start, start + len(labels))
        start += len(labels)
    raise KeyError(task)


# -------------------------------------------------------------------------------------------------- sentiment


def _sentiment_rule(seen: Unseen) -> SentimentRule:
    """The temperature of least log loss on rows that were not seen, each source counting the same."""
    sure = [
        i
        for i, row in enumerate(seen.rows)
        if row.sentiment is not None and not (row.source == "nsmc" and row.sentiment == 1)
    ]
    logits = seen.logits[sure, columns("sentiment")]
    labels = np.array([seen.rows[i].sentiment for i in sure])
    sources = np.array([seen.rows[i].source for i in sure])
    counts = np.array([1.0 / (sources == source).sum() for source in sources])

    def loss(temperature: float) -> float:
        found = probabilities(logits, temperature)[np.arange(len(labels)), labels]
        return float(-(counts * np.log(np.maximum(found, 1e-12))).sum())

    return SentimentRule(float(min(np.round(np.arange(0.5, 3.01, 0.05), 2), key=loss)), SENTIMENT_LANGUAGES)


# ---------------------------------------------------------------------------------------------------- urgency


def _urgency(gold: Unseen, rubric: Unseen, sentiment: SentimentRule) -> tuple[UrgencyRule, Direction]:
    """The rule, and the sum that the head's column is made of.

    The sum is fitted on gold items. Other rubric rows are too clear-cut for it (with them its AUC on gold items falls
    by 0.014), and serve where gold has too few: critical, and the rarer reasons.
    """
    rows = together([gold, rubric])
    levels = np.array([row.levels[0] for row in rows.rows if row.levels is not None])
    direction = fit_direction(
        _inputs([row.text for row in gold.rows], gold.logits, sentiment), levels[: len(gold.rows)]
    )
    inputs = _inputs([row.text for row in rows.rows], rows.logits, sentiment)
    n = len(gold.rows)
    z = np.concatenate([_cross_fitted(inputs, gold.rows, levels), direction(inputs)[n:]])
    slope, shift = calibrate(z[:n], levels[:n] >= 2)
    direction = direction.scaled(slope, shift)
    score = 1.0 / (1.0 + np.exp(-(slope * z + shift)))
    normal, high = choose_lower_thresholds(score[:n], levels[:n])
    reasons = rows.logits[:, columns("reasons")]
    gated = np.flatnonzero(_named_critical(reasons, inputs.parts) & (score > high))
    # Critical is rare in the gold items; the written ones have enough of it to place a cut, and too much of it.
    counts = np.where(gated < n, 1.0, 0.3)
    thresholds = (normal, high, choose_critical_threshold(score[gated], levels[gated] == 3, counts))
    reason_thresholds = tuple(
        choose_reason_threshold(
            reasons[:, k],
            inputs.parts[:, PARTS.index(f"cue:{reason}")] > 0,
            np.array([reason in (row.reasons or ()) for row in rows.rows]),
        )
        for k, reason in enumerate(REASONS)
    )
    parts: Mapping[str, float] = dict(zip(PARTS, (float(value) for value in direction.parts), strict=True))
    return UrgencyRule(parts, thresholds, reason_thresholds, URGENCY_LANGUAGES), direction


def _inputs(texts: Sequence[str], logits: Array, sentiment: SentimentRule) -> Inputs:
    p = probabilities(logits[:, columns("sentiment")], sentiment.temperature)
    return Inputs(logits, parts_of(texts, p[:, 0] - p[:, 2]))


def _cross_fitted(inputs: Inputs, gold: Sequence[Row], levels: NDArray[np.int64]) -> Array:
    """z of the gold rows, which come first, each from a sum that was fitted without it."""
    strata = [(row.lang, row.levels) for row in gold]
    numbers = np.array(folds(gold, strata, INNER_FOLDS))
    z = np.empty(len(gold))
    for fold in range(INNER_FOLDS):
        held, kept = np.flatnonzero(numbers == fold), np.flatnonzero(numbers != fold)
        z[held] = fit_direction(inputs.take(kept), levels[kept])(inputs.take(held))
    return z


def _named_critical(reasons: Array, parts: Array) -> NDArray[np.bool_]:
    """Rows with words, or a head's word, for a reason that cannot wait."""
    critical = sorted(CRITICAL_REASONS)
    cue = parts[:, [PARTS.index(f"cue:{name}") for name in critical]].any(axis=1)
    said: NDArray[np.bool_] = cue | (reasons[:, [REASONS.index(name) for name in critical]] > 0).any(axis=1)
    return said

"""From a settled branch to calibrated heads: the order of the steps, and what is fitted on what.

The branch brings a linear head for every task, and wording (`heads.wording`) adds to its answers. On rows that neither
saw follow the temperature of sentiment, the sum and the thresholds of urgency, and the thresholds of reasons and
facets. For gold items "never saw" means the branch of their fold: `Unseen` holds what it said. Owns the recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heads.facets import facet_rules
from heads.mentions import Mentions, highest, joined, mentions_of
from heads.sources import Row
from heads.splits import folds
from heads.urgency import (
    Inputs,
    calibrate,
    choose_critical_threshold,
    choose_lower_thresholds,
    choose_reason_threshold,
    fit_direction,
)
from voc.model import REASONS
from voc.score.company import Neighbours
from voc.score.heads import OUTPUTS, PARTS, Heads, SentimentRule, UrgencyRule, probabilities
from voc.score.layers import Dense, Standardiser
from voc.score.mentions import CRITICAL_REASONS
from voc.score.wording import Wording

Encode = Callable[[Sequence[str]], NDArray[np.float16]]
Array = NDArray[np.float64]
Say = Callable[[Sequence[str]], Array]
"""Texts to raw answers (n, ANSWERS)."""

INNER_FOLDS = 5
MEASURED_APART = ("en", "ko")
"""Languages with development rows enough for a temperature of their own."""
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
    """What branches said of rows that they did not see: logits (n, columns) of whole texts, and of their mentions."""

    rows: tuple[Row, ...]
    logits: Array
    mentions: Mentions

    def take(self, kept: NDArray[np.int64]) -> Unseen:
        return Unseen(tuple(self.rows[i] for i in kept.tolist()), self.logits[kept], self.mentions.take(kept))


def unseen(rows: Sequence[Row], say: Say) -> Unseen:
    """Read `rows`; `say` answers for a branch that did not see them."""
    texts = [row.text for row in rows]
    return Unseen(tuple(rows), say(texts), mentions_of(texts, say))


def together(parts: Sequence[Unseen]) -> Unseen:
    return Unseen(
        tuple(row for part in parts for row in part.rows),
        np.concatenate([part.logits for part in parts]),
        joined([part.mentions for part in parts]),
    )


def fit_heads(
    dev: Unseen,
    gold: Unseen,
    branch: BranchHeads,
    added: Array,
    wording: Wording,
    standardiser: Standardiser,
    model_id: str,
) -> Heads:
    """Heads of `branch` with `added` to every text's answers (ANSWERS,), and of `wording`, calibrated on what all of it
    said of development rows and of gold items. Deterministic."""
    # The branch's heads speak of raw features; the product's of features in standard deviations.
    weights = branch.weights * standardiser.scale.astype(np.float64)[:, None]
    biases = branch.biases + standardiser.mean.astype(np.float64) @ branch.weights + added
    sentiment = _sentiment_rule(together([dev, gold]))
    rubric = dev.take(np.array([i for i, row in enumerate(dev.rows) if row.source in ("written", "read")]))
    urgency = _urgency(gold, rubric, sentiment)
    facets = facet_rules(dev.rows, dev.logits)
    return Heads(model_id, "", standardiser, Dense.of(weights, biases), wording, sentiment, urgency, facets)


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
    """Temperatures of least log loss on rows that were not seen: Korean, English, and the other languages together."""
    sure = [
        i
        for i, row in enumerate(seen.rows)
        if row.sentiment is not None and not (row.source == "nsmc" and row.sentiment == 1)
    ]
    langs = np.array([seen.rows[i].lang for i in sure])
    logits = seen.logits[sure, columns("sentiment")]
    rows = [seen.rows[i] for i in sure]

    def of(kept: NDArray[np.bool_]) -> float:
        return _temperature(logits[kept], [row for row, own in zip(rows, kept.tolist(), strict=True) if own])

    others = ~np.isin(langs, MEASURED_APART) & np.isin(langs, sorted(SENTIMENT_LANGUAGES))
    return SentimentRule(of(others), {lang: of(langs == lang) for lang in MEASURED_APART}, SENTIMENT_LANGUAGES)


def _temperature(logits: Array, rows: Sequence[Row]) -> float:
    """The temperature of least log loss, each source counting the same."""
    labels = np.array([row.sentiment for row in rows])
    sources = np.array([row.source for row in rows])
    counts = np.array([1.0 / (sources == source).sum() for source in sources])

    def loss(temperature: float) -> float:
        found = probabilities(logits, temperature)[np.arange(len(labels)), labels]
        return float(-(counts * np.log(np.maximum(found, 1e-12))).sum())

    return float(min(np.round(np.arange(0.5, 3.01, 0.05), 2), key=loss))


# ---------------------------------------------------------------------------------------------------- urgency


def _urgency(gold: Unseen, rubric: Unseen, sentiment: SentimentRule) -> UrgencyRule:
    """The sum is fitted on gold items; other rubric rows serve where gold has too few: critical, and rarer reasons."""
    rows = together([gold, rubric])
    levels = np.array([row.levels[0] for row in rows.rows if row.levels is not None])
    inputs = _inputs(rows, sentiment)
    own, n = np.arange(len(gold.rows)), len(gold.rows)
    direction = fit_direction(inputs.take(own), levels[:n])
    z = np.concatenate([_cross_fitted(inputs.take(own), gold.rows, levels[:n]), direction(inputs)[n:]])
    slope, shift = calibrate(z[:n], levels[:n] >= 2)
    direction = direction.scaled(slope, shift)
    score = 1.0 / (1.0 + np.exp(-(slope * z + shift)))
    normal, high = choose_lower_thresholds(score[:n], levels[:n])
    reasons = _of_items(rows.mentions.values[:, columns("reasons")], inputs.item_of)
    words = _of_items(inputs.parts, inputs.item_of)
    # Critical is too rare in the gold items to place a cut, and far too frequent in the other rubric rows: these count
    # as if they had the levels of the gold items.
    shares = [np.bincount(part, minlength=4) / len(part) for part in (levels[:n], levels[n:])]
    counts = np.concatenate([np.ones(n), (shares[0] / shares[1])[levels[n:]]])
    critical = choose_critical_threshold(score, levels, _named_critical(reasons, words), (normal, high), counts)
    thresholds = (normal, high, critical)
    reason_thresholds = tuple(
        choose_reason_threshold(
            reasons[:, k],
            words[:, PARTS.index(f"cue:{reason}")] > 0,
            np.array([reason in (row.reasons or ()) for row in rows.rows]),
        )
        for k, reason in enumerate(REASONS)
    )
    return UrgencyRule(
        direction.text,
        direction.bias,
        Neighbours(direction.most, direction.mean, direction.parts),
        dict(zip(PARTS, (float(value) for value in direction.parts), strict=True)),
        thresholds,
        reason_thresholds,
        URGENCY_LANGUAGES,
    )


def _inputs(rows: Unseen, sentiment: SentimentRule) -> Inputs:
    langs = [rows.rows[item].lang for item in rows.mentions.item_of.tolist()]
    return Inputs.of(rows.mentions, sentiment.probabilities(rows.mentions.values[:, columns("sentiment")], langs))


def _cross_fitted(inputs: Inputs, gold: Sequence[Row], levels: NDArray[np.int64]) -> Array:
    """z of the gold items, each from a sum that was fitted without it."""
    strata = [(row.lang, row.levels) for row in gold]
    numbers = np.array(folds(gold, strata, INNER_FOLDS))
    z = np.empty(len(gold))
    for fold in range(INNER_FOLDS):
        held, kept = np.flatnonzero(numbers == fold), np.flatnonzero(numbers != fold)
        z[held] = fit_direction(inputs.take(kept), levels[kept])(inputs.take(held))
    return z


def _of_items(values: Array, item_of: NDArray[np.int64]) -> Array:
    """Each column's maximum over each item's mentions."""
    return np.column_stack([highest(column, item_of) for column in values.T])


def _named_critical(reasons: Array, parts: Array) -> NDArray[np.bool_]:
    """Rows with words, or a head's word, for a reason that cannot wait."""
    critical = sorted(CRITICAL_REASONS)
    cue = parts[:, [PARTS.index(f"cue:{name}") for name in critical]].any(axis=1)
    said: NDArray[np.bool_] = cue | (reasons[:, [REASONS.index(name) for name in critical]] > 0).any(axis=1)
    return said

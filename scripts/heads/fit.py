"""From a corpus and its features to a pair of calibrated heads: the order of the steps, and what is fitted on what.

Owns the recipe. `fit_heads` takes the gold rows to learn from as an argument, so that cross-validation runs the very
recipe that makes the shipped weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heads.corpus import Corpus
from heads.sentiment import SentimentOptions, fit_sentiment, fit_standardiser
from heads.sources import SentimentRow, UrgencyRow
from heads.splits import folds
from heads.urgency import (
    PARTS,
    WEIGHTS,
    Inputs,
    UrgencyOptions,
    calibrate,
    choose_critical_threshold,
    choose_lower_thresholds,
    choose_reason_threshold,
    fit_direction,
    fit_reasons,
    inputs_of,
)
from voc.model import REASONS
from voc.score.heads import Heads, SentimentHead, UrgencyHead
from voc.score.layers import Dense
from voc.score.mentions import CRITICAL_REASONS

Encode = Callable[[Sequence[str]], NDArray[np.float16]]

SOURCE_WEIGHTS = {
    "umsab": 1.3,
    "nsmc": 1.5,
    "kote": 0.7,
    "goemotions_en": 0.4,
    "goemotions_ko": 0.4,
    "semeval14": 0.7,
    "written": 6.0,
    "gold": 18.0,
}
"""What a row counts for sentiment, 1 where not named. Gold and written rows are few and of the kind that is scored."""
NSMC_NEUTRAL = 0.3
"""Films with 5 to 8 stars are called neutral there; many such reviews are plain praise."""
URGENCY_LANGUAGES = frozenset(("ar", "de", "en", "es", "fr", "hi", "it", "ko", "pt"))
SENTIMENT_LANGUAGES = URGENCY_LANGUAGES - {"hi"}
"""Languages with measured evidence: docs/benchmarks/scores.md. Hindi, which UMSAB has romanised, is near chance."""
INNER_FOLDS = 5


def fit_heads(corpus: Corpus, gold: Sequence[UrgencyRow], encode: Encode, model_id: str) -> Heads:
    """Both heads, learned from `corpus` with `gold` as its only gold rows. Deterministic."""
    sentiment = _fit_sentiment(corpus, gold, encode)
    return Heads(model_id, "", sentiment, _fit_urgency(corpus, gold, encode, sentiment))


# -------------------------------------------------------------------------------------------------- sentiment


def _fit_sentiment(corpus: Corpus, gold: Sequence[UrgencyRow], encode: Encode) -> SentimentHead:
    from_gold = [
        SentimentRow(row.text, row.lang, row.sentiment, "gold", "train") for row in gold if row.sentiment is not None
    ]
    rows = [*corpus.train, *from_gold]
    weights = np.array([_sentiment_weight(row) for row in rows])
    head = fit_sentiment(
        encode([row.text for row in rows]),
        np.array([row.label for row in rows]),
        weights / weights.mean(),
        SENTIMENT_LANGUAGES,
        SentimentOptions(),
    )
    return replace(head, temperature=_temperature(head, corpus.dev, encode))


def _sentiment_weight(row: SentimentRow) -> float:
    doubtful = row.source == "nsmc" and row.label == 1
    return NSMC_NEUTRAL if doubtful else SOURCE_WEIGHTS.get(row.source, 1.0)


def _temperature(head: SentimentHead, dev: Sequence[SentimentRow], encode: Encode) -> float:
    """The temperature of least log loss on development rows, each source counting the same."""
    sure = [row for row in dev if not (row.source == "nsmc" and row.label == 1)]
    log_p = np.log(np.maximum(head.probabilities(encode([row.text for row in sure])), 1e-12))
    labels, sources = np.array([row.label for row in sure]), np.array([row.source for row in sure])
    weights = np.array([1.0 / (sources == source).sum() for source in sources])

    def loss(temperature: float) -> float:
        scaled = log_p / temperature
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(weights * scaled[np.arange(len(labels)), labels]).sum())

    return float(min(np.round(np.arange(0.5, 3.01, 0.05), 2), key=loss))


# ---------------------------------------------------------------------------------------------------- urgency


def _fit_urgency(corpus: Corpus, gold: Sequence[UrgencyRow], encode: Encode, sentiment: SentimentHead) -> UrgencyHead:
    """Direction and reasons on all rows; scale, thresholds and reason thresholds from cross-fitted gold rows."""
    options = UrgencyOptions()
    own = [row for row in corpus.weak if row.source == "written"]
    rows = [*gold, *own, *(row for row in corpus.weak if row.source != "written")]
    features = encode([row.text for row in rows])
    standardiser = fit_standardiser(features)
    probabilities = sentiment.probabilities(features)
    tone = probabilities[:, 0] - probabilities[:, 2]
    inputs = inputs_of(features, [row.text for row in rows], tone, standardiser)

    z, reason_logits = _cross_fitted(inputs, rows, len(gold) + len(own), options)
    levels = np.array([row.low for row in rows[: len(z)]])
    slope, shift = calibrate(z[: len(gold)], levels[: len(gold)] >= 2)
    score = 1.0 / (1.0 + np.exp(-(slope * z + shift)))
    normal, high = choose_lower_thresholds(score[: len(gold)], levels[: len(gold)])
    # Critical is rare in the gold items; the written ones have enough of it to place a cut.
    may_be_critical = inputs.parts[: len(z), [PARTS.index(f"cue:{name}") for name in sorted(CRITICAL_REASONS)]].any(
        axis=1
    )
    gated = np.flatnonzero(may_be_critical & (score > high))
    counts = np.array([WEIGHTS[rows[i].source] for i in gated])
    thresholds = (normal, high, choose_critical_threshold(score[gated], levels[gated] == 3, counts))
    reason_thresholds = tuple(
        choose_reason_threshold(
            reason_logits[: len(gold), k],
            inputs.parts[: len(gold), PARTS.index(f"cue:{reason}")] > 0,
            np.array([reason in (row.reasons or ()) for row in gold]),
        )
        for k, reason in enumerate(REASONS)
    )
    direction = fit_direction(inputs, rows, options).scaled(slope, shift)
    return UrgencyHead(
        standardiser=standardiser,
        level=Dense.of(direction.text[:, None], np.array([direction.bias])),
        reasons=Dense.of(*fit_reasons(inputs, rows, options)),
        weights=dict(zip(PARTS, (float(value) for value in direction.parts), strict=True)),
        thresholds=thresholds,
        reason_thresholds=reason_thresholds,
        languages=URGENCY_LANGUAGES,
    )


def _cross_fitted(
    inputs: Inputs, rows: Sequence[UrgencyRow], count: int, options: UrgencyOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """z (count,) and reason log-odds (count, 12) of the first `count` rows, each from a fit that did not see it."""
    numbers = np.array(folds(rows[:count], [(row.source, row.lang, row.low) for row in rows[:count]], INNER_FOLDS))
    z, reasons = np.empty(count), np.empty((count, len(REASONS)))
    for fold in range(INNER_FOLDS):
        held = np.flatnonzero(numbers == fold)
        kept = np.concatenate([np.flatnonzero(numbers != fold), np.arange(count, len(rows))])
        kept_rows = [rows[i] for i in kept]
        z[held] = fit_direction(inputs.take(kept), kept_rows, options)(inputs.take(held))
        weights, biases = fit_reasons(inputs.take(kept), kept_rows, options)
        reasons[held] = inputs.text[held] @ weights + biases
    return z, reasons

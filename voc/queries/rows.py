"""Rows of the run's table, and live mentions, as scores of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voc.facets import facets_of
from voc.model import SENTIMENTS, MentionScore, Sentiment, Urgency
from voc.ports import LiveMention, MentionTable
from voc.spans import spans_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_score(table: MentionTable, row: int) -> MentionScore:
    """What the heads said of mention `row` of a run."""
    return MentionScore(
        sentiment_of(table.sentiment[row].tolist()),
        Urgency(
            level=str(table.urgency_level[row]),
            score=float(table.urgency[row]),
            reasons=_names(table.urgency_reasons[row]),
            evidence=spans_of(table.evidence[row]),
        ),
        facets_of(table.facets[row]),
    )


def live_score(mention: LiveMention) -> MentionScore:
    """What the heads said of a live mention."""
    return MentionScore(
        sentiment_of(mention.sentiment),
        Urgency(
            level=mention.urgency_level,
            score=mention.urgency,
            reasons=_names(mention.urgency_reasons),
            evidence=spans_of(mention.evidence),
        ),
        facets_of(mention.facets),
    )


def sentiment_of(probs: Sequence[float] | None) -> Sentiment:
    """Probabilities as a sentiment; None or NaN is an abstention."""
    if probs is None or probs[0] != probs[0]:
        return Sentiment(None, 0.0, None)
    negative, neutral, positive = (float(value) for value in probs)
    best = max(range(3), key=lambda at: (negative, neutral, positive)[at])
    return Sentiment(SENTIMENTS[best], positive - negative, (negative, neutral, positive))


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()

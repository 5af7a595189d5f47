"""Small heads with drawn weights, and heads that say the same of every text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voc.model import REASONS
from voc.score.heads import Heads, SentimentHead, UrgencyHead
from voc.score.layers import Dense, Standardiser

WIDTH = 8


def _small(seed: int = 0) -> Heads:
    """Heads over 8 features with random weights; thresholds 0.2, 0.5, 0.9; evidence for Korean and English."""
    rng = np.random.default_rng(seed)
    standardiser = Standardiser(
        rng.normal(size=WIDTH).astype(np.float32), rng.uniform(0.5, 2.0, WIDTH).astype(np.float32)
    )
    weights = {"sentiment": 0.5, "set_aside": -1.0, **{f"cue:{reason}": 2.0 for reason in REASONS}}
    return Heads(
        model_id="synthetic",
        digest="0",
        sentiment=SentimentHead(
            standardiser,
            Dense.of(rng.normal(size=(WIDTH, 6)), rng.normal(size=6)),
            Dense.of(rng.normal(size=(6, 3)), rng.normal(size=3)),
            temperature=1.3,
            languages=frozenset({"ko", "en"}),
        ),
        urgency=UrgencyHead(
            standardiser,
            Dense.of(rng.normal(size=(WIDTH, 1)), rng.normal(size=1)),
            Dense.of(rng.normal(size=(WIDTH, len(REASONS))), np.full(len(REASONS), -5.0)),
            weights=weights,
            thresholds=(0.2, 0.5, 0.9),
            reason_thresholds=tuple(np.inf for _ in REASONS),
            languages=frozenset({"ko", "en"}),
        ),
    )


def _steady(logit: float = -2.0) -> Heads:
    """Heads that say the same of every text: an even sentiment and `logit` for urgency; only words make a difference."""
    drawn = _small()
    flat = Dense(np.zeros((WIDTH, 1)), np.ones(1), np.array([logit]))
    even = Dense(np.zeros((6, 3)), np.ones(3), np.zeros(3))
    return Heads(
        model_id="steady",
        digest="0",
        sentiment=SentimentHead(
            drawn.sentiment.standardiser, drawn.sentiment.hidden, even, 1.0, drawn.sentiment.languages
        ),
        urgency=UrgencyHead(
            drawn.urgency.standardiser,
            flat,
            drawn.urgency.reasons,
            drawn.urgency.weights,
            drawn.urgency.thresholds,
            drawn.urgency.reason_thresholds,
            drawn.urgency.languages,
        ),
    )


def _features(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=2.0, size=(n, WIDTH)).astype(np.float16)


@pytest.fixture(scope="session")
def small_heads() -> Heads:
    return _small()


@pytest.fixture(scope="session")
def steady_heads() -> Heads:
    return _steady()


@pytest.fixture(scope="session")
def features() -> Callable[..., np.ndarray]:
    return _features

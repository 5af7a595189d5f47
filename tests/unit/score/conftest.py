"""Small heads with drawn weights, and heads that say the same of every text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voc.model import REASONS
from voc.score.company import Neighbours
from voc.score.heads import ANSWERS as COLUMNS
from voc.score.heads import FACETS, PARTS, FacetRule, Heads, SentimentRule, UrgencyRule
from voc.score.layers import Dense, Standardiser
from voc.score.wording import Wording

WIDTH = 8
LEVEL = np.eye(COLUMNS)[3]
"""The head's own level alone decides."""


def _small(seed: int = 0) -> Heads:
    """Heads over 8 features with random weights; thresholds 0.2, 0.5, 0.9; evidence for Korean and English."""
    rng = np.random.default_rng(seed)
    standardiser = Standardiser(
        rng.normal(size=WIDTH).astype(np.float32), rng.uniform(0.5, 2.0, WIDTH).astype(np.float32)
    )
    biases = rng.normal(size=COLUMNS)
    biases[4 : 4 + len(REASONS)] = -5.0
    return _heads("synthetic", standardiser, Dense.of(rng.normal(size=(WIDTH, COLUMNS)), biases), _drawn(rng))


def _steady(logit: float = -2.0) -> Heads:
    """Heads that say the same of every text: an even sentiment and `logit` for urgency; only words make a difference."""
    biases = np.zeros(COLUMNS)
    biases[3] = logit
    biases[4:] = -5.0
    matrix = Dense(np.zeros((WIDTH, COLUMNS)), np.ones(COLUMNS), biases)
    return _heads("steady", _small().standardiser, matrix, Wording.of(np.zeros((2, COLUMNS)), np.ones(2, np.int16)))


def _drawn(rng: np.random.Generator) -> Wording:
    """Wording of 64 buckets, one in eight of them unknown."""
    rarity = np.where(np.arange(64) % 8, rng.integers(256, 2048, 64), 0).astype(np.int16)
    return Wording.of(0.5 * rng.normal(size=(64, COLUMNS)), rarity)


def _heads(name: str, standardiser: Standardiser, matrix: Dense, wording: Wording) -> Heads:
    known = frozenset({"ko", "en"})
    weights = {"sentiment": 0.5, "set_aside": -1.0, **{f"cue:{reason}": 2.0 for reason in REASONS}}
    return Heads(
        model_id=name,
        digest="0",
        standardiser=standardiser,
        matrix=matrix,
        wording=wording,
        sentiment=SentimentRule(temperature=1.3, by_language={"ko": 0.8}, languages=known),
        urgency=UrgencyRule(
            LEVEL,
            0.0,
            Neighbours(0.5 * LEVEL, 0.3 * LEVEL, np.array([weights[name] for name in PARTS])),
            weights,
            (0.2, 0.5, 0.9),
            tuple(np.inf for _ in REASONS),
            known,
        ),
        facets={facet: FacetRule(tuple(0.0 for _ in labels), known, 0.5) for facet, labels in FACETS.items()},
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

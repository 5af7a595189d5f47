"""Rows as targets: numbers for every task, and how much each counts where a row says nothing of a task (0).

Owns the weights of sources. Tasks are the outputs of the heads, see `voc.score.heads`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heads.sources import Row
from voc.model import EMOTIONS, EXPERIENCE, INTENTS, JOURNEY, REASONS

SETS = {
    "reasons": REASONS,
    "emotions": EMOTIONS,
    "intents": INTENTS,
    "journey": JOURNEY,
    "experience": EXPERIENCE,
}
"""Tasks in which a text may have several labels, with the labels in order."""
TASK_WEIGHTS = {
    "sentiment": 1.5,
    "level": 4.0,
    "reasons": 4.0,
    "emotions": 2.0,
    "intents": 2.0,
    "journey": 2.0,
    "experience": 2.0,
}
"""What a task's loss counts. Urgency and the finer labels are known of few rows of a batch."""
SENTIMENT_WEIGHTS = {
    "umsab": 1.5,
    "nsmc": 1.3,
    "kote": 0.7,
    "goemotions_en": 0.3,
    "goemotions_ko": 0.3,
    "semeval14": 0.7,
    "written": 2.0,
    "read": 2.0,
    "gold": 2.0,
}
"""What a row counts for sentiment, 1 where not named. Written, read and gold rows are of the kind that is scored."""
NSMC_NEUTRAL = 0.3
"""Films with 5 to 8 stars are called neutral there; many such reviews are plain praise."""
LEVEL_WEIGHTS = {"gold": 1.5, "written": 1.0, "read": 1.0, "nsmc": 0.1, "banking77": 0.2, "app_review_type": 0.2}
"""What a row counts for urgency: labels by the rubric in full, weak ones little."""
INTENT_WEIGHTS = {"app_review_type": 0.7}
LABEL_WEIGHTS = {"gold": 1.5, "written": 1.0, "read": 1.0}
"""What a row counts for the tasks of several labels, 0.5 where not named."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Targets of n rows, float32; a weight of 0 hides a target.

    sentiment (n,) int64 class; levels (n, 3): level ≥ 1, 2, 3; level_weights (n, 3); sets[task] (n, labels);
    set_weights[task] (n,)
    """

    sentiment: NDArray[np.int64]
    sentiment_weights: NDArray[np.float32]
    levels: NDArray[np.float32]
    level_weights: NDArray[np.float32]
    sets: dict[str, NDArray[np.float32]]
    set_weights: dict[str, NDArray[np.float32]]


def targets_of(rows: Sequence[Row]) -> Targets:
    """Targets in the order of `rows`."""
    steps = np.arange(1, 4)
    ranges = np.array([row.levels or (0, 3) for row in rows])
    counts = np.array([LEVEL_WEIGHTS.get(row.source, 0.0) for row in rows])
    # A range of levels only speaks of the steps outside of it.
    known = (ranges[:, :1] >= steps) | (ranges[:, 1:] < steps)
    return Targets(
        sentiment=np.array([row.sentiment or 0 for row in rows], np.int64),
        sentiment_weights=np.array([_sentiment_weight(row) for row in rows], np.float32),
        levels=(ranges[:, :1] >= steps).astype(np.float32),
        level_weights=(known * counts[:, None]).astype(np.float32),
        sets={task: _hot(rows, task, labels) for task, labels in SETS.items()},
        set_weights={task: np.array([_set_weight(row, task) for row in rows], np.float32) for task in SETS},
    )


def _sentiment_weight(row: Row) -> float:
    if row.sentiment is None:
        return 0.0
    doubtful = row.source == "nsmc" and row.sentiment == 1
    return NSMC_NEUTRAL if doubtful else SENTIMENT_WEIGHTS.get(row.source, 1.0)


def _set_weight(row: Row, task: str) -> float:
    if getattr(row, task) is None:
        return 0.0
    own = INTENT_WEIGHTS if task == "intents" else LABEL_WEIGHTS
    return own.get(row.source, LABEL_WEIGHTS.get(row.source, 0.5))


def _hot(rows: Sequence[Row], task: str, labels: Sequence[str]) -> NDArray[np.float32]:
    """One column a label, 1 where the row has it."""
    return np.array([[label in (getattr(row, task) or ()) for label in labels] for row in rows], np.float32)

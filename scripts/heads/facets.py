"""Thresholds of emotions, intents, journey and experience: the log-odds from which a label is named, on unseen rows.

A label's threshold has the best F1 averaged over the sources that know it, so that a set with a label on every second
text does not decide for feedback. A label that is right too seldom is never named.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heads.sources import Row
from voc.score.heads import FACETS, OUTPUTS, FacetRule

Array = NDArray[np.float64]
FACET_LANGUAGES = frozenset(("en", "ko"))
FEWEST = 8
"""Examples below which a threshold says nothing."""
WORST = 0.3
"""Least F1 of a label that is named at all."""


def facet_rules(dev: Sequence[Row], logits: Array) -> dict[str, FacetRule]:
    """A rule a facet; `quality` is the macro-F1 over labels at these thresholds, on the rows that chose them."""
    rules, start = {}, 0
    for task, labels in OUTPUTS.items():
        if task in FACETS:
            rules[task] = _rule(dev, logits[:, start : start + len(labels)], task, labels)
        start += len(labels)
    return rules


def _rule(dev: Sequence[Row], odds: Array, task: str, labels: Sequence[str]) -> FacetRule:
    known = np.array([i for i, row in enumerate(dev) if getattr(row, task) is not None])
    sources = np.array([_kind(dev[int(i)].source) for i in known])
    truth = np.array([[label in getattr(dev[int(i)], task) for label in labels] for i in known])
    thresholds, scores = [], []
    for k in range(len(labels)):
        cut, score = best_threshold(odds[known, k], truth[:, k], sources)
        thresholds.append(cut)
        scores.append(score)
    return FacetRule(tuple(thresholds), FACET_LANGUAGES, float(np.mean(scores)))


def best_threshold(odds: Array, truth: NDArray[np.bool_], sources: NDArray[np.str_]) -> tuple[float, float]:
    """(threshold, F1 there); an infinite one where the label is too rare or too often wrong."""
    groups = [rows for name in sorted(set(sources)) if truth[rows := np.flatnonzero(sources == name)].sum() >= FEWEST]
    if not groups:
        return float("inf"), 0.0

    def f1(cut: float) -> float:
        return float(np.mean([_f1(odds[rows] >= cut, truth[rows]) for rows in groups]))

    candidates = np.unique(np.quantile(odds, np.linspace(0.0, 1.0, 201)))
    best = max((float(cut) for cut in candidates), key=f1)
    return (best, f1(best)) if f1(best) >= WORST else (float("inf"), f1(best))


def _kind(source: str) -> str:
    """Written and read rows are one source: both are labelled as feedback is."""
    return "rubric" if source in ("written", "read") else source


def _f1(named: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float(2 * (named & truth).sum() / max(named.sum() + truth.sum(), 1))

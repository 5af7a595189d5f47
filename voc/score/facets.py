"""Emotions, intents, journey stages and dimensions of experience: log-odds to labels, and mentions to an item.

A mention may have several labels of a facet, or none. Stages and dimensions are light heads, trained on invented
feedback: docs/scores.md has what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from voc.model import Facet, Facets, Span
from voc.score.heads import FACETS, FacetRule

if TYPE_CHECKING:
    from numpy.typing import NDArray


def facets_reached(
    odds: Mapping[str, NDArray[np.float64]], rules: Mapping[str, FacetRule]
) -> Mapping[str, Sequence[tuple[Facet, ...]]]:
    """Facet → for each of n texts the labels whose log-odds, (n, labels), reach their threshold, likeliest first."""
    return {name: _named(odds[name], rules[name], labels) for name, labels in FACETS.items()}


def facets_of(
    reached: Mapping[str, Sequence[tuple[Facet, ...]]],
    row: int,
    rules: Mapping[str, FacetRule],
    *,
    known: Callable[[frozenset[str]], bool],
) -> Facets:
    """Of text `row`. `known` says whether its language is one of a head's; where it is not, the head abstains."""
    return Facets(**{name: reached[name][row] if known(rules[name].languages) else None for name in FACETS})


def item_facets(mentions: Sequence[tuple[Span, Facets]]) -> Facets:
    """What any mention has; a label's probability is its mean over the mentions' text: the item's main one is first."""
    return Facets(**{name: _pooled((span, getattr(facets, name)) for span, facets in mentions) for name in FACETS})


def _named(odds: NDArray[np.float64], rule: FacetRule, labels: Sequence[str]) -> list[tuple[Facet, ...]]:
    found: list[tuple[Facet, ...]] = [()] * len(odds)
    reached = odds >= np.array(rule.thresholds)
    for row in np.flatnonzero(reached.any(axis=1)).tolist():
        at = np.flatnonzero(reached[row])
        # By log-odds, not by what is rounded: two near-certain labels keep their order.
        likeliest = at[np.argsort(-odds[row, at], kind="stable")].tolist()
        found[row] = tuple(Facet(labels[label], _probability(float(odds[row, label]))) for label in likeliest)
    return found


def _probability(value: float) -> float:
    return round(1.0 / (1.0 + math.exp(-min(max(value, -30.0), 30.0))), 3)


def _pooled(mentions: Iterable[tuple[Span, tuple[Facet, ...] | None]]) -> tuple[Facet, ...] | None:
    known = [(max(span.end - span.start, 1), facets) for span, facets in mentions if facets is not None]
    if not known:
        return None
    total = sum(length for length, _ in known)
    sums: dict[str, float] = {}
    for length, facets in known:
        for facet in facets:
            sums[facet.name] = sums.get(facet.name, 0.0) + length * facet.probability
    pooled = [Facet(name, round(value / total, 3)) for name, value in sums.items()]
    return tuple(sorted(pooled, key=lambda facet: (-facet.probability, facet.name)))

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


def facets_of(
    odds: Mapping[str, NDArray[np.float64]], rules: Mapping[str, FacetRule], *, known: Callable[[frozenset[str]], bool]
) -> Facets:
    """The labels of one text whose log-odds reach their threshold, likeliest first.

    `odds` has (labels,) for each facet; `known` says whether the text's language is one of a head's. Where it is not,
    the facet is None: the head abstains.
    """
    return Facets(
        **{
            name: _named(odds[name], rules[name], labels) if known(rules[name].languages) else None
            for name, labels in FACETS.items()
        }
    )


def item_facets(mentions: Sequence[tuple[Span, Facets]]) -> Facets:
    """What any mention has; a label's probability is its mean over the mentions' text: the item's main one is first."""
    return Facets(**{name: _pooled((span, getattr(facets, name)) for span, facets in mentions) for name in FACETS})


def _named(odds: NDArray[np.float64], rule: FacetRule, labels: Sequence[str]) -> tuple[Facet, ...]:
    reached = [
        (float(value), label)
        for label, value, lowest in zip(labels, odds, rule.thresholds, strict=True)
        if value >= lowest
    ]
    # By log-odds, not by what is rounded: two near-certain labels keep their order.
    ordered = sorted(reached, key=lambda pair: -pair[0])
    return tuple(
        Facet(label, round(1.0 / (1.0 + math.exp(-min(max(value, -30.0), 30.0))), 3)) for value, label in ordered
    )


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

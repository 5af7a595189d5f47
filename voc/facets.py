"""Facets as a table stores them: `emotions=anger:0.83,anxiety:0.41;intents=bug:0.9;journey=`.

A facet that is not there is one that the head abstained from; an empty one has no label.
"""

from __future__ import annotations

import dataclasses

from voc.model import Facet, Facets

NAMES = tuple(field.name for field in dataclasses.fields(Facets))


def facets_text(facets: Facets) -> str:
    """Facets in the order of the class, labels in their own."""
    parts = []
    for name in NAMES:
        labels: tuple[Facet, ...] | None = getattr(facets, name)
        if labels is not None:
            parts.append(f"{name}=" + ",".join(f"{label.name}:{label.probability:g}" for label in labels))
    return ";".join(parts)


def facets_of(text: str | None) -> Facets:
    """Read what `facets_text` wrote; nothing is an abstention from all."""
    if not text:
        return Facets()
    parts = (part.partition("=") for part in text.split(";"))
    return Facets(**{name: _labels(labels) for name, _, labels in parts if name in NAMES})


def _labels(text: str) -> tuple[Facet, ...]:
    pairs = (label.partition(":") for label in text.split(",") if label)
    return tuple(Facet(name, float(probability)) for name, _, probability in pairs)

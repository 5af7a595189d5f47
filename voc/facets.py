"""Facets as a table stores them: `emotions=anger:0.83,anxiety:0.41;intents=bug:0.9;journey=`.

A facet that is not there is one that the head abstained from; an empty one has no label.
"""

from __future__ import annotations

import dataclasses
import re

from voc.model import Facet, Facets

NAMES = tuple(field.name for field in dataclasses.fields(Facets))
_FACET = {name: re.compile(rf"(?:^|;){name}=([^;]*)") for name in NAMES}


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


def has_label(text: str | None, facet: str, label: str) -> bool:
    """Whether a stored text has a label in a facet. A filter asks it of every mention, so not all is read."""
    found = _FACET[facet].search(text or "")
    return found is not None and f",{label}:" in f",{found[1]}"


def without_label(text: str | None, facet: str) -> bool:
    """Whether the head answered, and named nothing."""
    found = _FACET[facet].search(text or "")
    return found is not None and not found[1]


def _labels(text: str) -> tuple[Facet, ...]:
    pairs = (label.partition(":") for label in text.split(",") if label)
    return tuple(Facet(name, float(probability)) for name, _, probability in pairs)

"""Exemplars of a theme: three to five of its members, central, readable, and unlike each other.

Owns the choice alone; returns rows, the caller knows the texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_POOL = 120
"""Members that are compared with each other; more would not be central."""
_VARIETY = 0.45
"""Weight of unlikeness in MMR."""
_ALIKE = 0.97
"""Cosine above which two members say the same."""
SHORT, LONG = 12, 160
"""Code points between which a quote reads well."""
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*(?:_?\d+)?>|\[[A-Z_]{3,}\]")
_MARKS = re.compile(r"[^\w\s]{3,}|https?://|(.)\1{4,}")


def readability(text: str) -> float:
    """0…1: a complete sentence of readable length without placeholders, links or shouting is 1."""
    score = 1.0
    if len(text) < SHORT:
        score -= 0.35 * (1 - len(text) / SHORT) + 0.15
    if len(text) > LONG:
        score -= min(0.4, (len(text) - LONG) / 800 + 0.1)
    if _PLACEHOLDER.search(text):
        score -= 0.25
    if _MARKS.search(text):
        score -= 0.1
    letters = sum(c.isalpha() for c in text)
    if letters < 0.5 * len(text) or (letters > 12 and text.isupper()):
        score -= 0.2
    return max(score, 0.0)


def exemplars(
    rows: Sequence[int],
    texts: Sequence[str],
    closeness: NDArray[np.float32],
    vectors: NDArray[np.float32],
    items: Sequence[str],
    *,
    limit: int,
) -> list[int]:
    """Up to `limit` of `rows`, most central first.

    Maximal marginal relevance: Carbonell, J. & Goldstein, J. (1998), The use of MMR, diversity-based reranking.
    Relevance is closeness to the centroid times readability; likeness is the cosine of `vectors` (n, d), unit length.
    Texts equal but for case, blanks and marks are taken once, and of each item one mention. `rows` must be in canonical
    order: it breaks ties.
    """
    seen: dict[str, int] = {}
    for row in rows:
        seen.setdefault(_bare(texts[row]), row)
    unlike = sorted(seen.values(), key=lambda row: -round(float(closeness[row]), 6))[: 4 * _POOL]
    merit = np.asarray(
        [max(float(closeness[r]), 0.0) * (0.3 + 0.7 * readability(texts[r])) for r in unlike], dtype=np.float64
    )
    best: dict[str, int] = {}
    for at in np.argsort(-np.round(merit, 6), kind="stable").tolist():
        best.setdefault(items[unlike[at]], at)
    pool = np.array(list(best.values())[:_POOL], dtype=np.int64)
    members = vectors[np.asarray(unlike, dtype=np.int64)[pool]].astype(np.float64) if len(pool) else vectors[:0]
    picked = _mmr(np.round(merit[pool], 6), members @ members.T, limit)
    return [unlike[int(pool[i])] for i in picked]


def _mmr(merit: NDArray[np.floating], likeness: NDArray[np.floating], limit: int) -> list[int]:
    picked: list[int] = []
    nearest = np.zeros(len(merit))
    while len(picked) < min(limit, len(merit)):
        value = (1 - _VARIETY) * merit - _VARIETY * nearest
        value[nearest > _ALIKE] -= 1.0
        value[picked] = -np.inf
        best = int(np.argmax(np.round(value, 6)))
        if picked and nearest[best] > _ALIKE:
            break  # only repeats are left
        picked.append(best)
        nearest = np.maximum(nearest, likeness[best])
    return picked


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def shares(sizes: Sequence[int], places: int) -> list[int]:
    """Places per language in proportion to size, by largest remainder; who has 15 % gets one."""
    total = sum(sizes)
    if total == 0:
        return [0] * len(sizes)
    exact = [places * size / total for size in sizes]
    given = [int(x) for x in exact]
    for i in sorted(range(len(sizes)), key=lambda i: (-(exact[i] - given[i]), i))[: places - sum(given)]:
        given[i] += 1
    for i, size in enumerate(sizes):
        largest = max(range(len(sizes)), key=lambda j: given[j])
        if given[i] == 0 and size >= 0.15 * total and given[largest] > 1:
            given[i] += 1
            given[largest] -= 1
    return given

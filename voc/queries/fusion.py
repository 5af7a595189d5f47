"""How the two halves of a search become one order.

Dense scores are cosines, lexical ones BM25. Each half is put on a scale of its own (dense: distance from the best
candidates' floor; lexical: share of the best score), and the lexical half weighs as much as it can help: by the share
of the query's words that its best hit really contains. A query in another language than the texts matches no word, so
that half then weighs nothing and can't hurt (plain reciprocal-rank fusion lets it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEXICAL_WEIGHT = 0.5
"""Weight of the lexical half when its best hit contains every word of the query."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each half gave an item; None where it did not find it."""

    dense: float | None
    lexical: float | None


UNKNOWN = Parts(None, None)
"""Of an answer that no search gave."""


def fuse(
    dense: Mapping[str, float], lexical: Mapping[str, float], *, coverage: float
) -> list[tuple[str, float, Parts]]:
    """(item, score, parts), best first, ties by item.

    dense: cosine per item; lexical: BM25 per item; coverage: 0…1, share of the query's tokens in the best lexical hit.
    """
    weight = LEXICAL_WEIGHT * coverage if lexical else 0.0
    top = max(lexical.values(), default=0.0)
    floor, ceiling = _range(dense)
    rows = []
    for item in dense.keys() | lexical.keys():
        near, words = dense.get(item), lexical.get(item)
        closeness = (near - floor) / (ceiling - floor) if near is not None else 0.0
        share = words / top if words is not None and top > 0 else 0.0
        rows.append((item, round((1 - weight) * closeness + weight * share, 6), Parts(near, words)))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return rows


def _range(dense: Mapping[str, float]) -> tuple[float, float]:
    """Lowest and highest cosine among the candidates, never equal."""
    if not dense:
        return 0.0, 1.0
    low, high = min(dense.values()), max(dense.values())
    return low, high if high > low else low + 1.0

"""How the parts of a search become one order.

Dense scores are cosines, lexical ones BM25; a third part are the matters of the query by their names in another
language. Each part is put on a scale of its own (dense: distance from the best candidates' floor; lexical: share of the
best score), and a lexical part weighs as much as it can help: by the share of the query's words that its best hit
really contains. Words that nothing contains weigh nothing and can't hurt (plain reciprocal-rank fusion lets them). An
item in the query's language is judged by the query's words, a foreign one by their translations.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

LEXICAL_WEIGHT = 0.5
"""Weight of a lexical part when its best hit contains every word of the query."""
TRANSLATED_WEIGHT = 0.7
"""The same of the words of another language: there the vectors are weaker, and the words help more."""
FOREIGN = 0.95
"""Factor of an item in another language: of two that answer alike, people would rather read their own."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Items that hold words of a query.

    scores:   item → how well, higher is better; comparable within one set of matches
    coverage: 0…1, share of the query's words that the best of them holds
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    coverage: float = 0.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What each part gave an item; None where it did not find it."""

    dense: float | None
    lexical: float | None
    translated: float | None = None


UNKNOWN = Parts(None, None)
"""Of an answer that no search gave."""


def fuse(
    dense: Mapping[str, float], own: Matches, other: Matches, foreign: Collection[str] = ()
) -> list[tuple[str, float, Parts]]:
    """(item, score, parts), best first, ties by item.

    dense: cosine per item; own: matches of the query's words; other: of their translations; foreign: items in another
    language than the query
    """
    floor, ceiling = _range(dense)
    native, abroad = _Scale(own, LEXICAL_WEIGHT), _Scale(other, TRANSLATED_WEIGHT)
    rows = []
    for item in dense.keys() | own.scores.keys() | other.scores.keys():
        near = dense.get(item)
        closeness = (near - floor) / (ceiling - floor) if near is not None else 0.0
        score = FOREIGN * abroad.mix(closeness, item) if item in foreign else native.mix(closeness, item)
        rows.append((item, round(score, 6), Parts(near, own.scores.get(item), other.scores.get(item))))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return rows


class _Scale:
    """Puts matches beside a closeness of 0…1, as heavy as they can help."""

    def __init__(self, matches: Matches, weight: float) -> None:
        self._scores = matches.scores
        self._top = max(matches.scores.values(), default=0.0)
        self._weight = weight * matches.coverage

    def mix(self, closeness: float, item: str) -> float:
        share = self._scores[item] / self._top if item in self._scores and self._top > 0 else 0.0
        return (1 - self._weight) * closeness + self._weight * share


def by_words(own: Matches) -> list[tuple[str, float, Parts]]:
    """As `fuse`, of the query's words alone; the score is BM25."""
    ranked = sorted(own.scores.items(), key=lambda row: (-row[1], row[0]))
    return [(item, score, Parts(None, score)) for item, score in ranked]


def _range(dense: Mapping[str, float]) -> tuple[float, float]:
    """Lowest and highest cosine among the candidates, never equal."""
    if not dense:
        return 0.0, 1.0
    low, high = min(dense.values()), max(dense.values())
    return low, high if high > low else low + 1.0

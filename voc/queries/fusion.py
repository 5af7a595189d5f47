"""How the parts of a search become one order.

Dense scores are cosines, lexical ones BM25; a third part are the matters of the query by their names in another
language. Closeness is the cosine's place between the worst and the best candidate. To it is added what words tell: the
share of the best lexical score, as heavy as that part can help, which is the share of the query's words that its best
hit really contains. Words that nothing contains weigh nothing and can't hurt (plain reciprocal-rank fusion lets them).
Of the two lexical parts the better one counts, since an item is in one language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

LEXICAL_WEIGHT = 1.0
"""Weight of the query's own words beside closeness when the best hit contains every one of them."""
TRANSLATED_WEIGHT = 1.0
"""The same of the names of another language."""
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
    floor, ceiling = min(dense.values(), default=0.0), max(dense.values(), default=0.0)
    words, names = _Weighed(own, LEXICAL_WEIGHT), _Weighed(other, TRANSLATED_WEIGHT)
    most = 1.0 + max(words.weight, names.weight)
    rows = []
    for item in dense.keys() | own.scores.keys() | other.scores.keys():
        near = dense.get(item)
        closeness = 0.0 if near is None else (near - floor) / (ceiling - floor) if ceiling > floor else 1.0
        score = (closeness + max(words.of(item), names.of(item))) / most * (FOREIGN if item in foreign else 1.0)
        rows.append((item, round(score, 6), Parts(near, own.scores.get(item), other.scores.get(item))))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return rows


class _Weighed:
    """Matches as shares of the best of them, times what they can help."""

    def __init__(self, matches: Matches, weight: float) -> None:
        self.weight = weight * matches.coverage
        self._scores = matches.scores
        self._top = max(matches.scores.values(), default=0.0)

    def of(self, item: str) -> float:
        return self.weight * self._scores[item] / self._top if item in self._scores and self._top > 0 else 0.0


def by_words(own: Matches) -> list[tuple[str, float, Parts]]:
    """As `fuse`, of the query's words alone; the score is BM25."""
    ranked = sorted(own.scores.items(), key=lambda row: (-row[1], row[0]))
    return [(item, score, Parts(None, score)) for item, score in ranked]

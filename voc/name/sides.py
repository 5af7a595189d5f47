"""The two sides of a theme across languages: its members of one language, counted on their own.

Owns the tables that keywords and labels read: who is a member, in which language, with what weight and terms. A word is
rare or common among texts of its own language only; mixing Korean and English counts would make every word of the
smaller language look telling.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voc.name.stopwords import COARSE_WORDS, FEEDBACK_FILLERS, KOREAN_FILLERS
from voc.name.units import Kind, Link, Mood, Unit

_KOREAN = (Kind.NOUN, Kind.VERB, Kind.QUALITY)
NOWHERE = -1
"""Group of the mentions without a theme: they count as background."""


@dataclass(frozen=True, slots=True)
class Side:
    """The members of one group in one language. `rows` in canonical order; `weights` beside them, mean 1."""

    group: int
    lang: str
    rows: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.weights)


@dataclass(frozen=True, slots=True)
class Counts:
    """Weighted counts over the sides of one language.

    inside:   group → term → weight of the members that hold it (each member once)
    overall:  term → weight over all mentions of the language
    surfaces: term → how it was written, with counts
    postings: term → rows that hold it
    totals:   group → number of its members; everything: their sum
    """

    inside: Mapping[int, Mapping[str, float]]
    overall: Mapping[str, float]
    surfaces: Mapping[str, Counter[str]]
    postings: Mapping[str, frozenset[int]]
    totals: Mapping[int, float]
    everything: float


def language_of(units: Sequence[Unit], lang: str) -> str:
    """The language a mention counts for: Korean as soon as it has a Korean word, otherwise what it was taken for."""
    if any(unit.kind in _KOREAN for unit in units):
        return "ko"
    base = lang.partition("-")[0].lower()
    return "en" if base in ("", "und", "ko") else base


def sides_of(groups: Sequence[int], langs: Sequence[str], weights: Sequence[float], order: Sequence[int]) -> list[Side]:
    """Every (group, language) with its members, the background included, sorted by group and language."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in order:
        found[groups[row], langs[row]].append(row)
    sides = []
    for (group, lang), rows in sorted(found.items()):
        mean = math.fsum(weights[row] for row in rows) / len(rows) or 1.0
        sides.append(Side(group, lang, tuple(rows), tuple(weights[row] / mean for row in rows)))
    return sides


def keyword_terms(units: Sequence[Unit]) -> dict[str, str]:
    """Term → surface of one mention: single words, and pairs of neighbours that may be a compound."""
    terms: dict[str, str] = {}
    previous: Unit | None = None
    for unit in units:
        if previous is not None and unit.link is Link.NEXT and _pairs(previous, unit):
            between = "" if unit.start == previous.end else " "
            joint = "" if unit.kind is Kind.NOUN else " "
            terms.setdefault(f"{previous.form}{joint}{unit.form}", f"{previous.surface}{between}{unit.surface}")
        if _tells(unit):
            terms.setdefault(unit.form, unit.surface)
        previous = unit
    return terms


def names_something(units: Sequence[Unit]) -> bool:
    """Whether a mention has a word of its own that could be a keyword; "I already did." and "#fail" have none."""
    return any(_tells(unit) and not unit.form.startswith("#") for unit in units)


def _tells(unit: Unit) -> bool:
    if unit.stop or unit.kind in (Kind.ADVERB, Kind.NUMBER, Kind.HANDLE) or unit.form in COARSE_WORDS:
        return False
    if unit.kind is Kind.WORD:
        return len(unit.form) > 1
    return unit.form not in KOREAN_FILLERS and (unit.kind is not Kind.CODE or len(unit.form) > 1)


def _pairs(first: Unit, second: Unit) -> bool:
    if first.kind is Kind.NOUN and second.kind is Kind.NOUN:
        return first.mood is Mood.PLAIN and _tells(first) and _tells(second)
    if first.kind is Kind.WORD and second.kind is Kind.WORD:
        telling = [_tells(unit) for unit in (first, second)]
        filler = any(unit.stop and unit.surface in FEEDBACK_FILLERS for unit in (first, second))
        return all(telling) or (filler and any(telling))
    return False


def count(sides: Sequence[Side], terms: Sequence[Mapping[str, str]]) -> Counts:
    """Counts over the sides of one language; `terms` of every mention by row."""
    inside: dict[int, dict[str, float]] = {}
    overall: dict[str, float] = defaultdict(float)
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    postings: dict[str, list[int]] = defaultdict(list)
    for side in sides:
        own: dict[str, float] = defaultdict(float)
        for row, weight in zip(side.rows, side.weights, strict=True):
            for term, surface in terms[row].items():
                own[term] += weight
                surfaces[term][surface] += 1
                postings[term].append(row)
        inside[side.group] = own
        for term, weight in own.items():
            overall[term] += weight
    totals = {side.group: side.total for side in sides}
    return Counts(
        inside, overall, surfaces, {t: frozenset(rows) for t, rows in postings.items()}, totals, sum(totals.values())
    )


def surface_of(counts: Counts, term: str) -> str:
    """The most common way a term is written; ties by length, then alphabet."""
    return min(counts.surfaces[term].items(), key=lambda item: (-item[1], len(item[0]), item[0]))[0]

"""The label of a theme: the short phrase of its members that covers most of them and few others.

Owns scoring, the choice among candidates, and uniqueness. Where candidates come from stands in `phrases`; no language
model is asked.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voc.name.keywords import weigh
from voc.name.phrase import Phrase
from voc.name.sides import Counts, Side
from voc.name.words import HANGUL

SHORTLIST = 12
"""Candidates per side that are scored in full (and embedded, where that is possible)."""
_LEAST = 0.015
"""A label was said, in these words, by this share of the members."""
_WORTH = 0.5
CONVINCING = 0.2
"""Score below which no phrase speaks for the theme and its two leading keywords do it better."""
FAITHFUL = 0.03
"""Cover below which no phrase speaks for the theme at all, however telling its words are."""
_BESIDE = 0.4
"""What is left of a score when the phrase has none of the theme's leading words."""
_VAGUE = (" 없음", " 많음", " 가능", " 나옴", " 모름", " 큼", " 안 함", " 사용", " 이용", " 확인", " 시간")
"""Endings that say little without the rest of the sentence."""
_SINGLE = 0.4
"""What is left of a shape with a number in it: "Flight 1401" is one case of many."""
_PIECE = 0.6
"""A phrase is a piece of a longer one if the longer one stands in this share of its mentions."""
_LONGEST = 34
"""Characters; a label has to fit a table's cell."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may become the label of a side, with its score from counting alone."""

    text: str
    terms: tuple[str, ...]
    score: float
    cover: float
    """Share of the side's members that it speaks for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a theme could be called in one language: labels (one at least) and words of its own, best first."""

    labels: Sequence[str]
    words: Sequence[str]


def candidates(side: Side, phrases: Sequence[Sequence[Phrase]], counts: Counts) -> list[Candidate]:
    """The best candidates of a side, best first; ties by text. `phrases` of every mention by row."""
    support: dict[tuple[str, ...], float] = defaultdict(float)
    readings: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    says: dict[tuple[str, ...], float] = defaultdict(float)
    for row, weight in zip(side.rows, side.weights, strict=True):
        for phrase in phrases[row]:
            readings[phrase.terms][phrase.text] += 1
            says[phrase.terms] += phrase.says - 0.5 * phrase.joint
        for terms in {phrase.terms for phrase in phrases[row]}:
            support[terms] += weight
    weights = weigh(counts, side.group)
    least = 1.0 if len(side.rows) < 8 else min(5.0, max(1.5, _LEAST * len(side.rows)))
    shared = [terms for terms, weight in support.items() if weight >= least] or list(support)
    rough = sorted(shared, key=lambda terms: (-support[terms] * _pull(terms, weights), terms))
    scored = []
    texts = {terms: reading(readings[terms]) for terms in rough[: 8 * SHORTLIST]}
    for terms, text in texts.items():
        if is_label(text) and not _is_piece(terms, texts, support):
            shape = _shape(text, says[terms] / readings[terms].total())
            scored.append(_scored(side, terms, text, shape, support[terms], counts, weights))
    return sorted(scored, key=lambda c: (-c.score, c.text))[:SHORTLIST]


def _is_piece(
    terms: tuple[str, ...], texts: Mapping[tuple[str, ...], str], support: Mapping[tuple[str, ...], float]
) -> bool:
    """Whether a phrase is hardly ever said without a word before or after it: "excellent customer" (service).

    After the nested terms of Frantzi, Ananiadou & Mima 2000, "Automatic recognition of multi-word terms".
    """
    inner = f" {texts[terms]} "
    return any(
        support[other] >= _PIECE * support[terms] and inner in f" {text} "
        for other, text in texts.items()
        if other != terms and len(text) > len(inner) - 2 and is_label(text)
    )


def _pull(terms: Sequence[str], weights: Mapping[str, float]) -> float:
    """How telling the terms are together, before their co-occurrence is looked up."""
    return 0.02 + sum(weights.get(term, 0.0) for term in terms)


def _scored(
    side: Side,
    terms: tuple[str, ...],
    text: str,
    shape: float,
    support: float,
    counts: Counts,
    weights: Mapping[str, float],
) -> Candidate:
    """Score = √(cover · telling) · lift · shape.

    cover:   geometric mean of the shares of members in which the phrase stands, and in which its terms all occur
    telling: c-TF-IDF of its terms, as a share of the side's best terms
    lift:    log of how much likelier the phrase's terms are here than in the whole language, 0…3
    shape:   see `_shape`
    """
    known = [term for term in terms if term in counts.postings]
    together = frozenset.intersection(*(counts.postings[term] for term in known)) if known else frozenset()
    inside = sum(weight for row, weight in zip(side.rows, side.weights, strict=True) if row in together)
    if len(known) < len(terms):
        inside = support  # a filler or a negation that no posting holds: only the phrase itself counts
    cover = math.sqrt(support * max(inside, support)) / side.total
    everywhere = max(len(together), 1) / max(counts.everything, 1.0)
    lift = min(3.0, math.log1p(max(inside, support) / side.total / everywhere))
    best = sum(sorted(weights.values(), reverse=True)[:4]) or 1.0
    telling = sum(weights.get(term, 0.0) for term in terms) / best
    if not _leading(weights) & set(terms):
        shape *= _BESIDE
    return Candidate(text, terms, math.sqrt(cover * max(telling, 0.02)) * lift * shape, cover)


def _leading(weights: Mapping[str, float]) -> set[str]:
    """The words that tell the theme best; one of them belongs in its label."""
    ranked = sorted(weights, key=lambda term: (-weights[term], term))[:6]
    return {part for term in ranked for part in (term, *term.split())}


def _shape(text: str, says: float) -> float:
    """Phrases that say what is the matter beat those that name a thing; one word taken apart and long ones lose.

    says: mean of `Phrase.says` over its readings, lessened where they were one written word
    """
    shape = (1.0 + 0.5 * says) * (1.0 if len(text.split()) <= 4 else 0.85) * (0.6 if text.endswith(_VAGUE) else 1.0)
    return shape * (_SINGLE if any(char.isdigit() for char in text) else 1.0)


def reading(texts: Counter[str]) -> str:
    """How a candidate is mostly written, numbers aside; ties: the fuller, then by alphabet."""
    written: Counter[str] = Counter()
    for text, times in texts.items():
        written[" ".join(word for word in text.split() if not word.isdigit())] += times
    return min(written.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))[0]


def is_label(text: str) -> bool:
    """Two to six words (or one Korean compound), short enough for a table, no word twice."""
    words = text.split()
    return 2 <= len(words) <= 6 and len(text) <= _LONGEST and len({w.casefold() for w in words}) == len(words)


def ranked(found: Sequence[Candidate], nearness: Mapping[str, float]) -> list[Candidate]:
    """Candidates worth being the label, best first; where vectors are known, closeness to the centroid weighs in.

    `nearness` maps a candidate's text to its cosine with the centroid. The cosines of one side lie close together, so
    it is their place between the side's worst and best that counts. What scores below half the best is left out.
    """
    near = [nearness[c.text] for c in found if c.text in nearness]
    low, high = (min(near), max(near)) if near else (0.0, 0.0)

    def total(c: Candidate) -> float:
        place = (nearness[c.text] - low) / (high - low) if c.text in nearness and high > low else 0.5
        return c.score * (0.5 + place)

    best = max((total(c) for c in found), default=0.0)
    return sorted((c for c in found if total(c) >= _WORTH * best), key=lambda c: (-total(c), c.text))


def from_keywords(words: Sequence[str]) -> str:
    """A label where no phrase is shared: the two leading keywords that are not one word in two forms."""
    other = next((word for word in words[1:] if _root(word) != _root(words[0])), None)
    return " · ".join(words[:1] if other is None else (words[0], other))


def _root(word: str) -> str:
    return word.casefold()[:4] if word.isascii() else word


def cased(label: str) -> str:
    """First letter of a label in upper case, unless Korean stands in it."""
    return label if HANGUL.search(label) else label[:1].upper() + label[1:]


def unique(options: Sequence[Mapping[str, Options]]) -> list[dict[str, str]]:
    """A label per theme and reader such that nobody's label, in any language, is also somebody else's.

    options: of each theme, in order of precedence. The first theme that wants a label has it; a later one takes its
             next best, then its best with a word of its own beside it, at last with a number.
    """
    taken: set[str] = set()
    result = []
    for own in options:
        named = {lang: _free(wanted, taken) for lang, wanted in own.items()}
        taken.update(_same(label) for label in named.values())
        result.append(named)
    return result


def _free(wanted: Options, taken: set[str]) -> str:
    first = wanted.labels[0]
    beside = (f"{first} · {word}" for word in wanted.words if _same(word) not in _same(first))
    numbered = (f"{first} ({n})" for n in range(2, len(taken) + 3))
    return next(label for label in (*wanted.labels, *beside, *numbered) if _same(label) not in taken)


def _same(label: str) -> str:
    return "".join(label.casefold().split())

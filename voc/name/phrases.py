"""Short phrases of a mention that could stand as a label: noun chains, noun + predicate, verb phrases.

Owns the choice of grammar by language. Which phrase wins is decided in `labels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voc.name.phrase import Phrase
from voc.name.phrases_korean import korean_phrases
from voc.name.phrases_words import gram_phrases, word_phrases
from voc.name.units import Kind, Unit


def phrases_of(units: Sequence[Unit], lang: str) -> Iterator[Phrase]:
    """Candidates of one mention; the same one may come more than once."""
    if any(unit.kind in (Kind.NOUN, Kind.VERB, Kind.QUALITY) for unit in units):
        yield from korean_phrases(units)
    elif any(unit.kind is Kind.GRAM for unit in units):
        yield from gram_phrases(units)
    else:
        yield from word_phrases(units, lang)

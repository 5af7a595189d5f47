"""Short phrases of a mention that could stand as a label: noun chains, noun + predicate, verb phrases.

Owns the record and the choice of grammar by language. Which phrase wins is decided in `labels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from voc.name.units import Kind, Unit

BOUND = "="
"""A term that no text holds: the phrase counts where it stands as such, not where its words merely meet."""


class Phrase(NamedTuple):
    """One candidate.

    terms: forms of its content words, sorted; two phrases with equal terms are the same candidate
    text:  how it reads
    says:  0 names a thing (noun chain), 1 says what is with it (has a predicate, a request or a problem)
    joint: one word in the text (인증번호), taken apart only to be read
    """

    terms: tuple[str, ...]
    text: str
    says: int
    joint: bool = False


def phrases_of(units: Sequence[Unit], lang: str) -> Iterator[Phrase]:
    """Candidates of one mention; the same one may come more than once."""
    from voc.name.phrases_korean import korean_phrases
    from voc.name.phrases_words import gram_phrases, word_phrases

    if any(unit.kind in (Kind.NOUN, Kind.VERB, Kind.QUALITY) for unit in units):
        yield from korean_phrases(units)
    elif any(unit.kind is Kind.GRAM for unit in units):
        yield from gram_phrases(units)
    else:
        yield from word_phrases(units, lang)

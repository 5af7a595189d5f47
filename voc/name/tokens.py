"""Text → units → lexical tokens, in whatever language: what search indexes and what names are made of.

Owns the choice of analyser per stretch of text and which units become search tokens. A token depends on the text alone:
not on its neighbours in a batch, the threads, or (function words aside) on the language it was taken for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voc.name.kiwi import morphemes
from voc.name.korean import is_light, korean_units
from voc.name.korean_rules import rule_units
from voc.name.units import Kind, Link, Mood, Unit
from voc.name.words import EMOTICON, HANGUL, code_spans, other_units

Units = tuple[Unit, ...]
_CHUNK = 2048
"""Texts analysed at a time, so that memory follows the chunk and not the corpus."""


@dataclass(frozen=True, slots=True)
class Tokeniser:
    """Reads texts as units and as search tokens. Cheap to make; all instances share one analyser.

    threads: workers of the Korean analyser, 0 for all cores; never changes a result
    kiwi:    False forces the rules that stand in for the analyser where it is not installed
    """

    threads: int = 0
    kiwi: bool = True

    def tokens(self, text: str, lang: str = "und") -> list[str]:
        """Lexical tokens of one text, in order, repeats included: what the index holds and a query asks for."""
        return self.tokens_many([text], [lang])[0]

    def tokens_many(self, texts: Sequence[str], langs: Sequence[str]) -> list[list[str]]:
        """Lexical tokens of many texts, in input order; each as `tokens` would give it."""
        rules = not self.kiwi
        return [
            search_tokens(units, pairs=rules) for text, units in zip(texts, self._stream(texts, langs), strict=True)
        ]

    def units_many(self, texts: Sequence[str], langs: Sequence[str]) -> list[Units]:
        """Units of many texts, in input order, with offsets into the composed (NFC) text."""
        return list(self._stream(texts, langs))

    def _stream(self, texts: Sequence[str], langs: Sequence[str]) -> Iterator[Units]:
        for begin in range(0, len(texts), _CHUNK):
            chunk = [unicodedata.normalize("NFC", text) for text in texts[begin : begin + _CHUNK]]
            yield from self._read(chunk, langs[begin : begin + _CHUNK])

    def _read(self, texts: Sequence[str], langs: Sequence[str]) -> list[Units]:
        calm = [EMOTICON.sub(lambda m: " " * len(m.group()), text) for text in texts]
        korean = [i for i, text in enumerate(calm) if HANGUL.search(text)]
        codes = {i: code_spans(calm[i]) for i in korean}
        bare = {i: _without(calm[i], codes[i]) for i in korean}
        analysed = morphemes([bare[i] for i in korean], threads=self.threads) if self.kiwi and korean else None
        if analysed is None:
            read = {i: rule_units(bare[i], langs[i]) for i in korean}
        else:
            read = {i: korean_units(bare[i], langs[i], ms) for i, ms in zip(korean, analysed, strict=True)}
        return [
            tuple(_with_codes(read[i], codes[i]) if i in read else other_units(text, langs[i]))
            for i, text in enumerate(calm)
        ]


def _without(text: str, spans: Sequence[tuple[int, int, Unit | None]]) -> str:
    """The text with the spans blanked out, every offset kept."""
    for start, end, _ in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _with_codes(units: list[Unit], spans: Sequence[tuple[int, int, Unit | None]]) -> list[Unit]:
    codes = [unit for _, _, unit in spans if unit is not None]
    return sorted([*units, *codes], key=lambda unit: unit.start) if codes else units


def search_tokens(units: Sequence[Unit], *, pairs: bool = False) -> list[str]:
    """The tokens of a text for BM25, from its units.

    Adjacent Korean nouns also give one joined token, so that 고객 센터 meets 고객센터. A hash tag also gives its word.
    `pairs` adds the syllable pairs of Korean words (bigrams, as in Lucene's CJK analyser), for rule-made units.
    """
    tokens: list[str] = []
    previous: Unit | None = None
    for unit in units:
        if unit.stop or unit.kind is Kind.ADVERB or is_light(unit):
            previous = None
            continue
        tokens.append(unit.form.lstrip("@") if unit.kind is Kind.HANDLE else unit.form)
        if unit.form.startswith("#"):
            tokens.append(unit.form[1:])
        if unit.kind is Kind.NOUN:
            if previous is not None and unit.link is Link.NEXT:
                tokens.append(previous.form + unit.form)
            if pairs and len(unit.form) > 2:
                tokens.extend(unit.form[i : i + 2] for i in range(len(unit.form) - 1))
        previous = unit if unit.kind is Kind.NOUN and unit.mood is not Mood.MEANS else None
    return tokens

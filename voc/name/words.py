"""Units of everything that is not Korean: words, codes, numbers, and character pairs of scripts without blanks.

Owns the split into stretches by script and the marks that are no words (addresses, placeholders, emoticons). Hangul is
left to `korean`; which units become tokens is decided in `tokens`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voc.name.stems import fold, stem
from voc.name.stopwords import function_words
from voc.name.units import Kind, Link, Unit

_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"
"""Combining marks and Indic blocks: Python's \\w leaves their vowel signs out."""
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3041-\u3096\u309d-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Khmer, kana and Han: scripts that put no blank between words."""
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"

HANGUL = re.compile(f"[{_HANGUL}]")
EMOTICON = re.compile("[\u3131-\u318e\u1100-\u11ff]+")
"""Stray jamo: ㅋㅋㅋ, ㅠㅠ, ㅡㅡ, ㅇㅇ."""

_TOKEN = re.compile(
    rf"""
      (?P<drop>   <[A-Z][A-Z_]*(?:_?\d+)?> | (?:https?://|www\.)\S+ | [\w.+-]{1, 64}@[\w-]{1, 255}\.[\w.-]+ )
    | (?P<handle> @\w+ )
    | (?P<tag>    [#][^\W\d_]\w* )
    | (?P<number> \d[\d,.:]*(?:st|nd|rd|th|hrs?|mins?|secs?|am|pm|k|m|x|kg|km|gb|mb|h|s|d)(?![^\W_{_HANGUL}]) )
    | (?P<code>   v?\d+(?:\.\d+){{2,}}[A-Za-z]? | v\d+(?:\.\d+)+
                | (?=[A-Za-z_-]*\d)(?=\d*[-_]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)* )
    | (?P<plain>  \d+(?:[.,:]\d+)* )
    | (?P<gram>   [{_UNSPACED}]+ )
    | (?P<word>   [^\W\d_{_HANGUL}{_UNSPACED}](?:[^\W\d_{_HANGUL}{_UNSPACED}]|[{_MARKS}]|['’](?=[^\W\d_]))*
                  (?:-[^\W\d_{_HANGUL}{_UNSPACED}]+)* )
    """,
    re.VERBOSE,
)
_BLANK = re.compile(r"\s*")


def other_units(text: str, lang: str, start: int = 0, end: int | None = None) -> list[Unit]:
    """Units of text[start:end] outside Hangul, in order, with offsets into `text`.

    Function words stay in the list, marked `stop`. Placeholders of redaction, links and addresses leave nothing but a
    gap. `lang` decides about function words alone, never about forms.
    """
    stops = function_words(lang)
    units: list[Unit] = []
    last = -1
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        group = match.lastgroup or "drop"
        if group != "drop":
            near = Link.NEXT if last >= 0 and _BLANK.fullmatch(text, last, match.start()) else Link.APART
            units.extend(_of_match(group, match.group(), match.start(), near, stops))
            last = match.end()
    return units


def code_spans(text: str) -> list[tuple[int, int, Unit | None]]:
    """(start, end, unit) of what an analyser must not cut: codes, tags, handles; None for what is dropped."""
    spans: list[tuple[int, int, Unit | None]] = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup
        if group == "drop":
            spans.append((match.start(), match.end(), None))
        elif group in ("code", "tag", "handle"):
            unit = _of_match(group, match.group(), match.start(), Link.NEXT, frozenset())[0]
            spans.append((match.start(), match.end(), unit))
    return spans


def _of_match(group: str, raw: str, start: int, link: Link, stops: frozenset[str]) -> list[Unit]:
    end = start + len(raw)
    if group == "gram":
        return _grams(raw, start, link)
    if group == "word":
        form, surface, stop = _word(raw, stops)
        if not stop and link is Link.NEXT and not raw.isupper():
            surface = raw.replace("’", "'").removesuffix("'s")  # capitals inside a sentence mean something
        return [Unit(form, surface, Kind.WORD, start, end, link, nominal=surface, stop=stop)] if form else []
    kind = {"handle": Kind.HANDLE, "tag": Kind.CODE, "code": Kind.CODE}.get(group, Kind.NUMBER)
    return [Unit(fold(raw), raw, kind, start, end, link, nominal=raw)]


@lru_cache(maxsize=262144)
def _word(raw: str, stops: frozenset[str]) -> tuple[str, str, bool]:
    """(form, surface, is a function word). An acronym keeps its capitals, any other word is lower-case."""
    plain = raw.replace("’", "'")
    lower = plain.lower()
    stop = lower in stops or len(lower) == 1
    if lower.endswith("'s") and not stop:
        plain, lower = plain[:-2], lower[:-2]
        stop = lower in stops
    folded = fold(lower.replace("'", "").replace("-", ""))
    surface = plain if plain.isupper() and 2 <= len(plain) <= 5 else lower
    return stem(folded), surface, stop


def _grams(raw: str, start: int, link: Link) -> list[Unit]:
    """Overlapping pairs of characters; a single character stands alone (as in Lucene's CJK analyser)."""
    if len(raw) == 1:
        return [_gram(raw, start, link)]
    return [_gram(raw[i : i + 2], start + i, link if i == 0 else Link.NEXT) for i in range(len(raw) - 1)]


def _gram(pair: str, start: int, link: Link) -> Unit:
    return Unit(pair, pair, Kind.GRAM, start, start + len(pair), link, nominal=pair)

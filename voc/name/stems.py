"""Stems of Latin words: accents folded, English suffixes stripped. The same word has the same stem in every text.

Porter's algorithm is applied whatever the language is thought to be: a query of one word rarely tells its language, and
a stem that depended on it would miss the documents it stands in. Shipping one stemmer per language is not done here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_VOWEL = "[aeiouy]"
_STEP2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
    "al", "er", "ic", "ou",
)  # fmt: skip


@lru_cache(maxsize=262144)
def fold(word: str) -> str:
    """Lower case without accents: Über → uber, naïve → naive."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _measure(stem: str) -> int:
    """Porter's m: how often a vowel run is followed by a consonant run."""
    return len(re.findall(r"[aeiouy]+[^aeiouy]+", _y_as_vowel(stem)))


def _y_as_vowel(stem: str) -> str:
    """Write a consonantal y (at the start, or after a vowel) as j, so that the classes above hold."""
    return re.sub(r"(^|[aeiou])y", r"\1j", stem)


def _has_vowel(stem: str) -> bool:
    return re.search(_VOWEL, _y_as_vowel(stem)) is not None


def _short(stem: str) -> bool:
    """Porter's *o: ends consonant, vowel, consonant, the last not w, x or y."""
    return re.search(r"[^aeiouy][aeiouy][^aeiouywx]$", _y_as_vowel(stem)) is not None


@lru_cache(maxsize=262144)
def stem(word: str) -> str:
    """The stem of a folded word. Porter, M. F. (1980), An algorithm for suffix stripping, Program 14(3)."""
    if len(word) <= 2 or not word.isascii() or not word.isalpha():
        return word
    word = _plural(word)
    word = _past(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _mapped(word, _STEP2)
    word = _mapped(word, _STEP3)
    return _tidy(_residue(word))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        base = word[: -len(suffix)]
        if word.endswith(suffix) and _has_vowel(base):
            if base.endswith(("at", "bl", "iz")):
                return base + "e"
            if base[-1:] == base[-2:-1] and base[-1:] not in "aeioulsz":
                return base[:-1]
            return base + "e" if _measure(base) == 1 and _short(base) else base
    return word


def _mapped(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for suffix, replacement in table:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            return base + replacement if _measure(base) > 0 else word
    return word


def _residue(word: str) -> str:
    for suffix in _STEP4:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            if suffix == "ion" and not base.endswith(("s", "t")):
                return word
            return base if _measure(base) > 1 else word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not _short(base)):
            word = base
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word

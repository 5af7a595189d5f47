"""Korean predicates: dictionary form, negation, and the nominal form that ends a label (되 → 됨, 어렵 → 어려움).

Pure spelling rules over Hangul syllables; no analyser needed. Conjugation towards a label is all there is: it does not
analyse endings (see `korean`).
"""

from __future__ import annotations

from functools import lru_cache

_BASE = 0xAC00
_M = 16
"""Index of the final consonant ㅁ; ㄹ is 8, ㄻ is 10, ㅂ 17, ㅅ 19, ㄷ 7, ㅎ 27."""


def _final(syllable: str) -> int:
    code = ord(syllable) - _BASE
    return code % 28 if 0 <= code < 11172 else -1


def _with_final(syllable: str, final: int) -> str:
    return chr(ord(syllable) - _final(syllable) + final)


@lru_cache(maxsize=65536)
def nominal(stem: str, *, irregular: bool = False) -> str:
    """The stem with the nominaliser -(으)ㅁ: 되 → 됨, 늦 → 늦음, 힘들 → 힘듦, 어렵 (irregular) → 어려움.

    Standard conjugation (한글 맞춤법 18항): vowel stems take ㅁ, ㄹ stems ㄻ, other consonants 음; irregular ㅂ
    becomes 우, ㅅ and ㅎ fall, ㄷ becomes ㄹ.
    """
    last = stem[-1:]
    final = _final(last) if last else -1
    if final < 0:
        return stem
    if final == 0:
        return stem[:-1] + _with_final(last, _M)
    if final == 8:
        return stem[:-1] + _with_final(last, 10)
    if irregular and final == 17:
        return stem[:-1] + _with_final(last, 0) + "움"
    if irregular and final == 19:
        return stem[:-1] + _with_final(last, 0) + "음"
    if irregular and final == 7:
        return stem[:-1] + _with_final(last, 8) + "음"
    if irregular and final == 27:
        return stem[:-1] + _with_final(last, _M)
    return stem + "음"


@lru_cache(maxsize=65536)
def forms(stem: str, negation: str = "", *, irregular: bool = False) -> tuple[str, str, str]:
    """(form, surface, nominal) of a predicate: ("안되다", "안 되다", "안 됨") for 되 with 안."""
    blank = " " if negation else ""
    return f"{negation}{stem}다", f"{negation}{blank}{stem}다", f"{negation}{blank}{nominal(stem, irregular=irregular)}"


def has_final(syllable: str) -> bool:
    """Whether a Hangul syllable ends in a consonant."""
    return _final(syllable) > 0

"""The language of a text: script first, then an identifier, and no answer rather than a guess.

Owns the rules of script and the thresholds. The identifier is py3langid (LangID, Lui & Baldwin 2012), loaded at first
use. Measured in `docs/benchmarks/cleaning.md`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from voc.clean.english import ENGLISH, ENGLISH_ONLY
from voc.clean.normalise import normalise
from voc.clean.pii import PLACEHOLDER
from voc.model import UNDETERMINED

_NOISE = re.compile(
    rf"{PLACEHOLDER.pattern}|\b[a-z]{{2,10}}://\S*|\b[A-Za-z0-9-]{{1,60}}(?:\.[A-Za-z]{{2,24}}){{1,3}}(?:/\S*)?|[@#]\w+|\brt\b",
    re.IGNORECASE,
)
_LETTERS = {
    "hangul": "가-힣ㄱ-ㆎᄀ-ᇿ",
    "kana": "ぁ-ゖァ-ヺー",
    "han": "㐀-䶿一-鿿",
    "latin": "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿ",
    "cyrillic": "Ѐ-ԯ",
    "arabic": "ؠ-يٮ-ۓەۺ-ۿݐ-ݿ",
    "devanagari": "ऄ-हक़-ॡ",
}
_ONE_LANGUAGE = {
    "el": "Ͱ-Ͽἀ-῿",
    "he": "א-ת",
    "hy": "Ա-և",
    "ka": "Ⴀ-ჿ",
    "th": "ก-ฺเ-ๆ",
    "lo": "ກ-ຽເ-ໆ",
    "km": "ក-ឳ",
    "my": "က-ဪ",
    "bn": "অ-হ",
    "pa": "ਅ-ਹ",
    "gu": "અ-હ",
    "ta": "அ-ஹ",
    "te": "అ-హ",
    "kn": "ಅ-ಹ",
    "ml": "അ-ഹ",
    "si": "අ-ෆ",
    "am": "ሀ-ፚ",
}
_SCRIPTS = {name: re.compile(f"[{letters}]+") for name, letters in (_LETTERS | _ONE_LANGUAGE).items()}
_NOT_LATIN = re.compile(
    "[" + "".join(letters for name, letters in (_LETTERS | _ONE_LANGUAGE).items() if name != "latin") + "]"
)
_COMMON = ("hangul", "kana", "han", "latin")
_RARE = re.compile(
    "[" + "".join(letters for name, letters in (_LETTERS | _ONE_LANGUAGE).items() if name not in _COMMON) + "]"
)
_CANDIDATES = {
    "latin": "en de fr es pt it nl sv da no fi pl cs sk hu ro tr id vi ca hr sl et lv lt ms tl sw af is ga cy "
    "eu gl sq az uz",
    "cyrillic": "ru uk bg sr mk be kk ky mn",
    "arabic": "ar fa ur ps ckb ug",
    "devanagari": "hi mr ne",
}
"""Languages that the identifier chooses from, by script: those in which people write feedback."""
_SCRIPT_OF = {language: script for script, languages in _CANDIDATES.items() for language in languages.split()}
_SCRIPT_OF |= {"ko": "hangul", "ja": "kana", "zh": "han"} | {language: language for language in _ONE_LANGUAGE}
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+(?:['’][A-Za-z]+)?")

_HANGUL_WEIGHT = 4
"""A syllable block says as much as two or three Latin letters, and Korean text is full of Latin product names."""
_SURE = {"cyrillic": 0.5, "arabic": 0.5, "devanagari": 0.4}
_SURE_LATIN = ((40, 0.45), (20, 0.6), (12, 0.8), (6, 0.95))
"""(letters, probability): what the identifier must reach from this many letters on; below the last it is not asked."""
_MOST_READ, _MOST_LETTERS = 20_000, 2_000
"""Characters looked at, before and after markup is off: nobody changes language later on."""


class _Identifier(Protocol):
    def rank(self, instance: str) -> list[tuple[str, float]]: ...


def detect(text: str, hint: str | None = None) -> str:
    """ISO 639-1 code of the language of `text`, or "und".

    `hint` is what the source says ("ko", "en-US"). It decides where the text does not, unless the script rules it out.
    """
    letters = _NOISE.sub(" ", normalise(text[:_MOST_READ]).text[:_MOST_LETTERS])
    script = dominant_script(letters)
    found = _by_script(letters, script)
    if found != UNDETERMINED:
        return found
    hinted = (hint or "").lower().replace("_", "-").split("-")[0]
    if re.fullmatch("[a-z]{2,3}", hinted) and (script is None or _SCRIPT_OF.get(hinted, script) == script):
        return hinted
    return UNDETERMINED


def dominant_script(text: str) -> str | None:
    """The script most of the letters are in, by name ("hangul", "latin") or by the one language written in it."""
    if _NOT_LATIN.search(text) is None:
        return "latin" if _SCRIPTS["latin"].search(text) else None
    names = _SCRIPTS if _RARE.search(text) else _COMMON
    counts = {name: sum(map(len, _SCRIPTS[name].findall(text))) for name in names}
    counts["hangul"] *= _HANGUL_WEIGHT
    if counts["kana"] * 10 >= counts["han"] and counts["kana"]:
        counts["kana"] = _HANGUL_WEIGHT * (counts["kana"] + counts["han"])
    counts["han"] *= _HANGUL_WEIGHT
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] else None


def written_in(language: str) -> str | None:
    """The script a language is written in, named as in `dominant_script`; None if not known."""
    return _SCRIPT_OF.get(language)


def _by_script(letters: str, script: str | None) -> str:
    alone = {"hangul": "ko", "kana": "ja", "han": "zh"}.get(script or "", script)
    if script is None or alone is None:
        return UNDETERMINED
    if script not in _CANDIDATES:
        return alone
    if script == "latin":
        found = _latin(letters)
        other = dominant_script(_SCRIPTS["latin"].sub(" ", letters)) if found == UNDETERMINED else None
        return found if other is None else _by_script(_SCRIPTS["latin"].sub(" ", letters), other)
    return _identified(letters, script, _SURE[script])


def _latin(letters: str) -> str:
    words = [word.lower().replace("’", "'") for word in _LATIN_WORD.findall(letters)]
    if _reads_english(words):
        return "en"
    length = sum(map(len, words))
    for least, sure in _SURE_LATIN:
        if length >= least:
            return _identified(letters, "latin", sure)
    return UNDETERMINED


def _reads_english(words: list[str]) -> bool:
    """All words English and one of them nothing else; or half of them, and three of them nothing else."""
    known, only = sum(word in ENGLISH for word in words), sum(word in ENGLISH_ONLY for word in words)
    return (known == len(words) and only >= 1) or (2 * known >= len(words) and only >= 3)


def _identified(letters: str, script: str, sure: float) -> str:
    """The likeliest language of the script, if it holds at least the share `sure` among those of the script."""
    candidates = set(_CANDIDATES[script].split())
    ranked = [(language, share) for language, share in _identifier().rank(letters) if language in candidates]
    total = sum(share for _, share in ranked)
    if total <= 0 or ranked[0][1] < sure * total:
        return UNDETERMINED
    return ranked[0][0]


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 5 MB, needed by few texts of a Korean file

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)  # type: ignore[attr-defined]
    identifier.set_languages(sorted(known & {language for group in _CANDIDATES.values() for language in group.split()}))  # type: ignore[attr-defined]
    return identifier

"""Units of Korean text without an analyser: particles and endings cut off by rule.

Coarser than Kiwi: it knows no dictionary, so a compound stays whole and a rare ending may stay on. Good enough for
keywords and search where `kiwipiepy` is not installed; syllable pairs (in `tokens`) make up for what it misses.
"""

from __future__ import annotations

import re

from voc.name.predicates import forms, has_final
from voc.name.stopwords import DEGREE, KOREAN_FILLERS
from voc.name.units import Kind, Link, Mood, Unit
from voc.name.words import other_units

_PARTICLES = (
    "에서부터", "으로부터", "에서는", "에서도", "으로는", "으로도", "에게서", "한테서", "이라도", "이라고",
    "이라는", "까지는", "까지도", "부터는", "이라서", "이지만", "인데요", "이에요", "입니다", "이네요", "에서",
    "으로", "에게", "한테", "까지", "부터", "처럼", "보다", "이나", "라도", "라고", "라는", "이랑", "하고",
    "조차", "마저", "밖에", "이든", "에는", "에도", "로는", "로도", "께서", "인데", "이고", "예요", "은", "는",
    "이", "가", "을", "를", "에", "의", "도", "만", "로", "와", "과", "랑", "나",
)  # fmt: skip
"""Longest first within a length; which of 은/는, 이/가, 을/를, 과/와 fits is decided by the syllable before."""
_AFTER_FINAL = frozenset(("은", "이", "을", "과"))
_AFTER_VOWEL = frozenset(("는", "가", "를", "와", "로", "랑", "나"))

_ACTION = re.compile(
    r"(?:하|해|했|한|할|함|합|되|돼|됐|된|될|됨|됩)(?:기|지|시)?(?:었|였|겠)?"
    r"(?:습니다|니다|니까|네요|어요|아요|여요|세요|십시오|는데요?|던데|지만|고요?|서요?|면|려고|려면|길|게|요|다|도|줘요?|주세요|야)*$"
)
_ENDING = re.compile(
    r"(?:았|었|였|겠)?(?:습니다|습니까|읍니다|네요|어요|아요|에요|예요|세요|더라고요|던데요?|는데요?|은데요?|지만|거든요?|군요"
    r"|잖아요?|니까|어서|아서|려고|려면|으면|도록|게요|나요|가요|지요|죠|네|고|음|다|요)$"
)
_NEGATED = re.compile(r"(안|못)\s*(되|돼|됩|됐|됨|된|될|하|해|했|함|합|한|할)[가-힣]*")
_WORD = re.compile(r"[가-힣]+|[^가-힣]+")


def rule_units(text: str, lang: str) -> list[Unit]:
    """Units of a text by rule, in order: nouns where a particle or 하다/되다 shows them, predicates as bare stems."""
    units: list[Unit] = []
    last = 0
    for match in _NEGATED.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before and not before.isspace() and match.group(1) != "안":
            continue
        units.extend(_stretch(text, lang, last, match.start()))
        stem = "되" if match.group(2) in "되돼됩됐됨된될" else "하"
        form, surface, noun_form = forms(stem, match.group(1))
        units.append(Unit(form, surface, Kind.VERB, match.start(), match.end(), Link.PARTICLE, Mood.PLAIN, noun_form))
        last = match.end()
    units.extend(_stretch(text, lang, last, len(text)))
    return units


def _stretch(text: str, lang: str, start: int, end: int) -> list[Unit]:
    units: list[Unit] = []
    link = Link.APART
    for match in _WORD.finditer(text, start, end):
        raw = match.group()
        if not ("가" <= raw[0] <= "힣"):
            others = other_units(text, lang, match.start(), match.end())
            units.extend(others)
            if others or raw.strip():
                link = Link.NEXT if others and raw.rstrip()[-1:] not in ".,!?" else Link.APART
            continue
        unit, after = _word(raw, match.start(), link)
        if unit is not None:
            units.append(unit)
        link = after
    return units


def _word(raw: str, start: int, link: Link) -> tuple[Unit | None, Link]:
    """The unit of one written word, and how the next one hangs on it."""
    if raw in DEGREE:
        word = DEGREE[raw]
        return Unit(word, word, Kind.ADVERB, start, start + len(raw), link, Mood.PLAIN, word), Link.NEXT
    action = _ACTION.search(raw, 1)
    if action is not None and action.start() >= 2:
        return _made(raw[: action.start()], start, link, Mood.ACTION), Link.APART
    noun = strip_particle(raw)
    if noun != raw:
        return _made(noun, start, link, Mood.PLAIN), Link.PARTICLE
    ending = _ENDING.search(raw)
    if ending is not None and ending.start() >= 1:
        return _stem(raw[: ending.start()], start, link), Link.APART
    return _made(raw, start, link, Mood.PLAIN), Link.NEXT


def _made(noun: str, start: int, link: Link, mood: Mood) -> Unit | None:
    if noun in KOREAN_FILLERS and len(noun) == 1:
        return None
    return Unit(noun, noun, Kind.NOUN, start, start + len(noun), link, mood, noun)


def _stem(stem: str, start: int, link: Link) -> Unit | None:
    """A predicate without its ending; stems of one syllable say too little to be kept."""
    if len(stem) < 2:
        return None
    return Unit(stem, stem, Kind.QUALITY, start, start + len(stem), link, Mood.PLAIN, stem)


def strip_particle(word: str) -> str:
    """The word without its particle, where at least two syllables remain: 배송이 → 배송, 회의 stays."""
    for particle in _PARTICLES:
        if not word.endswith(particle) or len(word) - len(particle) < 2:
            continue
        closed = has_final(word[-len(particle) - 1])
        if (particle in _AFTER_FINAL and not closed) or (particle in _AFTER_VOWEL and closed):
            continue
        return word[: -len(particle)]
    return word

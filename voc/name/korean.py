"""Units of Korean text from Kiwi's morphemes: nouns, roots, and predicates with their negation, request and …기 forms.

Owns the reading of morpheme tags. Particles and endings never become units; they only set `Link` and `Mood`. Loading
Kiwi is `kiwi`'s job, text without an analyser goes to `korean_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voc.name.predicates import forms
from voc.name.stopwords import DEGREE, KOREAN_LIGHT, word_set
from voc.name.units import Kind, Link, Mood, Unit
from voc.name.words import other_units


class Morpheme(Protocol):
    """What Kiwi gives for a morpheme: Sejong tag, form, and where it stands in the text (code points)."""

    form: str
    tag: str
    start: int
    len: int


_NOUNS = ("NNG", "NNP", "XR")
_PREDICATES = ("VV", "VA", "VV-I", "VA-I", "VV-R", "VA-R")
_VERBALISERS = ("XSV", "XSA", "XSA-I", "XSA-R", "XSV-I", "XSV-R")
_CASES = ("JKS", "JKO", "JKC", "JX", "JKB", "JKG")
_APART_PARTICLES = word_set("보다 처럼 만큼 같이 부터 까지 한테 에게 랑 이랑 하고 와 과 마다")
_PLURALS = word_set("들 님 씨 쯤 당 분 별")
_SUBJECT = "가"
"""Kiwi takes the particle for the suffix -가 before foreign words."""
_NEGATIONS = ("안", "못")
_SPELLINGS = {
    "업뎃": "업데이트",
    "업댓": "업데이트",
    "업뎃트": "업데이트",
    "업글": "업그레이드",
    "어플": "앱",
    "어플리케이션": "앱",
    "애플리케이션": "앱",
    "비번": "비밀번호",
    "폰": "휴대폰",
    "핸드폰": "휴대폰",
    "에러": "오류",
}
"""Short and long ways to write one thing; they meet in names and in search."""
_BECOMES = {"끄": "꺼지", "켜": "켜지", "깨": "깨지", "끊": "끊어지"}
"""Verbs that …어지다 turns into what happens to a product by itself."""
_ASKED_VERBS = {
    "고치": "수정",
    "만들": "제작",
    "바꾸": "변경",
    "없애": "삭제",
    "넣": "추가",
    "늘리": "확대",
    "줄이": "축소",
    "하": "",
}
"""Verbs whose request reads better as a noun: 고쳐 주세요 → 수정 요청."""


@dataclass
class _Reading:
    """The state of one walk over the morphemes of a text."""

    text: str
    lang: str
    morphemes: Sequence[Morpheme]
    units: list[Unit] = field(default_factory=list)
    link: Link = Link.APART
    negation: str = ""

    def tag(self, i: int) -> str:
        return self.morphemes[i].tag if i < len(self.morphemes) else ""

    def form(self, i: int) -> str:
        return self.morphemes[i].form if i < len(self.morphemes) else ""

    def add(self, unit: Unit) -> None:
        self.units.append(unit)
        self.link = Link.NEXT

    def apart(self) -> None:
        self.link = Link.APART
        self.negation = ""


def korean_units(text: str, lang: str, morphemes: Sequence[Morpheme]) -> list[Unit]:
    """Units of a text from its morphemes, in order; foreign stretches by the rules of their script."""
    reading = _Reading(text, lang, morphemes)
    i = 0
    while i < len(morphemes):
        i = _step(reading, i)
    return reading.units


def _step(r: _Reading, i: int) -> int:
    """Read what starts at morpheme i; the index of the next unread one."""
    tag, form = r.tag(i), r.form(i)
    if tag in _NOUNS:
        return _noun(r, i)
    if tag in _PREDICATES:
        return _predicate(r, i)
    if tag in ("SL", "SH"):
        return _foreign(r, i)
    if tag == "SN":
        return _number(r, i)
    if tag == "MAG" and form in _NEGATIONS:
        r.negation = form
        return i + 1
    if tag == "MAG" and form in DEGREE:
        m = r.morphemes[i]
        r.add(Unit(DEGREE[form], DEGREE[form], Kind.ADVERB, m.start, m.start + m.len, r.link, nominal=DEGREE[form]))
    elif (tag in _CASES and form not in _APART_PARTICLES) or (tag == "XSN" and form == _SUBJECT):
        r.link = Link.PARTICLE if r.link is not Link.APART else Link.APART
    elif tag != "MAG":
        r.apart()
    return i + 1


def _noun(r: _Reading, i: int) -> int:
    first = r.morphemes[i]
    form, end, i = _SPELLINGS.get(first.form, first.form), first.start + first.len, i + 1
    while r.tag(i) == "XSN" and r.morphemes[i].start == end and r.form(i) != _SUBJECT:
        if r.form(i) not in _PLURALS:
            form += r.form(i)
        end, i = end + r.morphemes[i].len, i + 1
    if form == "부탁":
        _ask(r)
    if r.negation and r.tag(i) in _VERBALISERS:  # 안 편하다 is a predicate, not a noun
        return _negated_noun(r, i, form, first.start)
    mood = Mood.ACTION if r.tag(i) in _VERBALISERS else Mood.PLAIN
    r.add(Unit(form, form, Kind.NOUN, first.start, end, r.link, mood, form))
    return _verbalised(r, i) if mood is Mood.ACTION else i


def _negated_noun(r: _Reading, i: int, form: str, start: int) -> int:
    """안 + noun + 하다: the noun, then what was negated (안 추천해요 → 추천, 안하다)."""
    m = r.morphemes[i]
    r.add(Unit(form, form, Kind.NOUN, start, m.start, r.link, Mood.ACTION, form))
    _negative(r, r.negation, m.form, m)
    r.negation = ""
    return i + 1


def _verbalised(r: _Reading, i: int) -> int:
    """What follows noun + 하다 or 되다: negation, request, …기."""
    m = r.morphemes[i]
    tail, negation = _negation_after(r, i + 1)
    if negation:
        _negative(r, negation, "되" if negation == "불가" else m.form, m)
        return tail
    if _is_request(r, i + 1):
        _ask(r)
    elif r.tag(i + 1) == "ETN" and r.form(i + 1) == "기":
        noun = r.units[-1]
        r.units[-1] = noun._replace(mood=Mood.MEANS, nominal=f"{noun.form}{m.form}기")
        return i + 2
    r.apart()
    return i + 1


def _negative(r: _Reading, negation: str, stem: str, at: Morpheme) -> None:
    form, surface, noun_form = forms(stem, "안" if negation == "불가" else negation)
    r.add(Unit(form, surface, Kind.VERB, at.start, at.start + at.len, Link.NEXT, Mood.PLAIN, noun_form))
    r.apart()


def _predicate(r: _Reading, i: int) -> int:
    m, tag = r.morphemes[i], r.tag(i)
    stem, start = m.form, m.start
    if r.tag(i + 1) == "EC" and r.form(i + 2) == "지" and r.tag(i + 2) == "VX":
        stem = _BECOMES.get(stem, stem)
    negation, r.negation = r.negation, ""
    if stem == "좋" and r.form(i - 1) == "면":  # …면 좋겠다 is a wish, not praise
        _ask(r)
        r.apart()
        return i + 1
    if stem == "바라" and r.units:
        _ask(r)
        r.apart()
        return i + 1
    tail, after = _negation_after(r, i + 1)
    if after and not negation:
        negation = "안" if after == "불가" and stem in ("하", "되") else after.replace("불가", "못")
        stem = "되" if after == "불가" and stem == "하" else stem
    form, surface, noun_form = forms(stem, negation, irregular=tag.endswith("-I"))
    kind = Kind.QUALITY if tag.startswith("VA") else Kind.VERB
    unit = Unit(form, surface, kind, start, start + m.len, r.link, Mood.PLAIN, noun_form)
    if not negation and r.tag(i + 1) == "ETN" and r.form(i + 1) == "기":
        r.add(unit._replace(mood=Mood.MEANS, nominal=f"{m.form}기"))
        return i + 2
    r.add(unit)
    if not negation and _is_request(r, i + 1):
        _ask(r, _ASKED_VERBS.get(m.form))
    r.apart()
    return max(tail, i + 1)


def _negation_after(r: _Reading, i: int) -> tuple[int, str]:
    """(next index, negation) of …지 않다 (안), …지 못하다 (못), …ㄹ 수 없다 (불가); (i, "") where there is none."""
    j = i + 1 if r.tag(i) == "EP" else i
    if r.form(j) == "지" and r.tag(j) == "EC":
        j += 1 + (r.tag(j + 1) in _CASES)
        if r.tag(j).startswith("VX") and r.form(j) in ("않", "못하", "말"):
            return j + 1, "못" if r.form(j) == "못하" else "안"
    elif r.tag(j) == "ETM" and r.form(j + 1) == "수" and r.tag(j + 1) == "NNB":
        j += 2 + (r.tag(j + 2) in _CASES)
        if r.form(j) == "없":
            return j + 1, "불가"
    return i, ""


def _is_request(r: _Reading, i: int) -> bool:
    """Whether …아/어 주세요 follows (not the thanks of …어 주셔서)."""
    if r.tag(i) == "EC" and r.form(i) in ("어", "아", "게", "도록") and r.form(i + 1) == "하":
        i += 2  # …하게 해 주세요
    if not (r.tag(i) == "EC" and r.form(i) in ("어", "아") and r.form(i + 1) == "주" and r.tag(i + 1) == "VX"):
        return False
    j = i + 2 + (r.form(i + 2) == "시")
    return r.tag(j) == "EF" or r.form(j) in ("면", "기") or j >= len(r.morphemes)


def _ask(r: _Reading, noun: str | None = None) -> None:
    """Mark the last content unit as asked for."""
    if r.units and r.units[-1].kind in (Kind.NOUN, Kind.VERB):
        unit = r.units[-1]
        asked = noun if noun is not None else unit.form if unit.kind is Kind.NOUN else None
        nominal = unit.nominal if asked is None else f"{asked} 요청".strip()
        r.units[-1] = unit._replace(mood=Mood.REQUEST, nominal=nominal)


def _foreign(r: _Reading, i: int) -> int:
    start = r.morphemes[i].start
    end = start + r.morphemes[i].len
    for unit in other_units(r.text, r.lang, start, end):
        r.add(unit._replace(link=r.link))
    return i + 1


def _number(r: _Reading, i: int) -> int:
    """A number with what counts it, written together: 3일, 2만원, 1:1."""
    start = r.morphemes[i].start
    end = start + r.morphemes[i].len
    i += 1
    while r.tag(i) in ("NR", "NNB", "SN") and r.morphemes[i].start == end:
        end, i = end + r.morphemes[i].len, i + 1
    raw = r.text[start:end]
    r.add(Unit(raw.lower(), raw, Kind.NUMBER, start, end, r.link, Mood.PLAIN, raw))
    r.apart()
    return i


def is_light(unit: Unit) -> bool:
    """A predicate that means nothing alone (하다, 되다)."""
    return unit.form in KOREAN_LIGHT

"""Korean label candidates: 고객센터 연결 안 됨, 지문 로그인 추가 요청, 쓰기 편함, 인증 번호 오류.

Owns the patterns over units and how their words are put together. A candidate never ends in a particle or an ending,
because units have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from voc.name.phrase import BOUND, Phrase
from voc.name.stopwords import COARSE_WORDS, KOREAN_FILLERS, KOREAN_LIGHT, word_set
from voc.name.units import Kind, Link, Mood, Unit

_PREDICATES = (Kind.VERB, Kind.QUALITY)
_LONGEST = 3
"""Nouns before a predicate; more make a sentence, not a label."""
_PROBLEMS = word_set(
    """
    오류 에러 실패 문제 불가 불가능 먹통 지연 장애 불편 불만 최고 최악 환불 취소 초기화 누락 충돌 버그 튕김 종료
    멈춤 렉 버벅 폭탄 개선 추가 별로 불친절 친절 만족 짜증 답답 실망 거지 쓰레기 도배 강제 차단 중복 무한 로딩
    """
)
"""Nouns that say what is the matter, as a predicate would."""
_EDGELESS = word_set("후 시 중 전")
"""업데이트 후, 실행 시: fine inside a phrase, never at its start or end."""
_CHAINED = word_set("사용 이용 시간 확인 필요") | _EDGELESS
"""Fillers that may be part of a chain (대기 시간, 사용 불가)."""
_USE = word_set("쓰다 사용 이용")
"""Predicates of use: alone they say nothing, with 잘 they are what content customers write most."""
_AT = word_set("한눈 한번 한방 제때 마음")
"""Nouns that say how, and are written with 에 before what is said: 한눈에 보임."""
_PRAISE = word_set("굿 짱 캡짱 최고 최악 베스트 강추 대박 만점 별로 감사 조아")
"""Nouns that judge and so are nobody's subject."""
_MUTE = KOREAN_LIGHT | word_set(
    """
    나다 비하다 들다 주다 보다 가다 오다 알다 해보다 드리다 바라다 죽다 미치다 만들다 쓰다 받다 내다 두다 놓다 위하다
    대하다 통하다 어쩌다 말다 시키다 가지다 갖다 버리다 못나다 크다 그러다 이러다 들어가다 하나 따르다 안하다
    넘다 치다 오르다 먹다 사다 살다 잡다 지다 차다 타다 싸다 터지다 모르다 못하다 많다 갈다
    """
)
"""Predicates that end no label unless negated, asked for, or with a noun that carries them (see `_weighs`)."""
_WITH_NOUN = word_set("없다 많다 모르다 못하다 안하다 크다 싸다 터지다 차다")


def korean_phrases(units: Sequence[Unit]) -> Iterator[Phrase]:
    """Candidates of one mention's units."""
    for i, unit in enumerate(units):
        if unit.form in COARSE_WORDS:
            continue
        if unit.kind in _PREDICATES and unit.mood is not Mood.MEANS:
            yield from _predications(units, i)
        elif _is_noun(unit):
            yield from _chains(units, i)
            if unit.mood in (Mood.ACTION, Mood.REQUEST) or unit.form in _PROBLEMS:
                yield from _predications(units, i)


def _is_noun(unit: Unit) -> bool:
    if unit.form in COARSE_WORDS or (unit.form in KOREAN_FILLERS and unit.form not in _CHAINED):
        return False
    return unit.kind in (Kind.NOUN, Kind.CODE) or (unit.kind is Kind.WORD and not unit.stop)


def _chain_before(units: Sequence[Unit], i: int, *, limit: int) -> list[Unit]:
    """The nouns that stand right before units[i], written one after the other, nearest last."""
    chain: list[Unit] = []
    while i > 0 and len(chain) < limit and units[i].link is Link.NEXT:
        i -= 1
        if not _is_noun(units[i]) or units[i].mood is Mood.MEANS:
            break
        chain.insert(0, units[i])
    return chain


def _chains(units: Sequence[Unit], i: int) -> Iterator[Phrase]:
    """Two to four nouns in a row that end at i."""
    last = units[i]
    if last.form in _EDGELESS or last.mood is Mood.MEANS:
        return
    before = _chain_before(units, i, limit=_LONGEST)
    asked = last.mood is Mood.REQUEST
    for n in range(0 if asked else 1, len(before) + 1):
        nouns = [*before[len(before) - n :], last]
        if nouns[0].form not in _EDGELESS:
            says = int(asked or last.form in _PROBLEMS or last.mood is Mood.ACTION)
            yield _phrase(nouns, "요청" if asked else "", says)


def _predications(units: Sequence[Unit], i: int) -> Iterator[Phrase]:
    """Nouns, then what is said of them: the subject or object may carry a particle, an adverb may stand between."""
    head = units[i]
    j, adverb = i, None
    while j > 0 and units[j].link is not Link.APART and units[j - 1].kind is Kind.ADVERB:
        j -= 1
        adverb = units[j]
    if adverb is not None and units[i - 1].form == "잘" and head.form in _USE and head.mood is not Mood.REQUEST:
        yield Phrase((head.form,), "잘 쓰고 있음", 1)
    praise = head.kind is Kind.NOUN and head.mood is Mood.ACTION and head.form in _PROBLEMS
    if adverb is not None and (praise or head.kind is Kind.QUALITY) and _weighs(head, alone=True):
        yield Phrase((head.form,), f"{adverb.surface} {head.nominal}", 1)
    if j == 0 or units[j].link is Link.APART:
        return
    subject = units[j - 1]
    if subject.mood is Mood.MEANS and subject.nominal.endswith("기"):
        if head.kind is Kind.QUALITY or head.mood is Mood.ACTION:
            yield Phrase(tuple(sorted({subject.form, head.form})), f"{subject.nominal} {head.nominal}", 1)
        return
    if (
        not _is_noun(subject)
        or subject.form in _PRAISE
        or not _weighs(head, alone=False)
        or (head.kind is Kind.NOUN and j == i and _next(head))
    ):
        return  # a chain already says it
    nouns = [*_chain_before(units, j - 1, limit=_LONGEST - 1), subject]
    for n in range(1, len(nouns) + 1):
        if nouns[-n].form not in _EDGELESS:
            yield _phrase(nouns[-n:], head.nominal, 1, head)


def _next(unit: Unit) -> bool:
    return unit.link is Link.NEXT


def _weighs(head: Unit, *, alone: bool) -> bool:
    if head.kind is Kind.NOUN or (head.mood is Mood.REQUEST and head.nominal.endswith("요청")):
        return True
    return head.form not in _MUTE or (not alone and head.form in _WITH_NOUN)


def _phrase(nouns: Sequence[Unit], ending: str, says: int, head: Unit | None = None) -> Phrase:
    """Join what was written together in the text; a phrase of one written word is taken apart."""
    text = nouns[0].surface
    for before, noun in pairwise(nouns):
        text += ("" if noun.start == before.end and noun.kind is before.kind else " ") + noun.surface
    if head is not None and nouns[-1].surface in _AT:
        text += "에"
    joint = not ending and " " not in text
    if joint:
        text = " ".join(noun.surface for noun in nouns)
    terms = {noun.form for noun in nouns if noun.form not in _EDGELESS} | ({head.form} if head else set())
    if ending.endswith("요청"):
        terms = (terms - {"하다"}) | {BOUND}
    return Phrase(tuple(sorted(terms)), f"{text} {ending}".strip(), says, joint)

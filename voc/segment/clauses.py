"""Where one sentence speaks of two things: contrast and change of topic, in Korean and English.

Owns boundaries inside a sentence. Cautious: a clause that only gives the background of the next one
("로그인하는데 오류가 나요", "it crashes while loading") stays with it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from voc.segment import korean

_WORD = re.compile(r"\S+")
_HANGUL = re.compile(r"[가-힣]")
_LETTERS = re.compile(r"[^\W\d_]")

_LEAST_WORDS, _LEAST_LETTERS = 2, 5
"""A Korean clause on its own has at least so many words and letters; an English one `_LEAST_ENGLISH` words."""
_LEAST_ENGLISH = 2

_TURN = re.compile(
    r"(?:(?<=[\s,;])(?:but|however|yet(?= (?:the|it|i|they|my|you|we|there|still|another)\b)|although|"
    r"even though|though|whereas|except that|on the other hand|unfortunately)"
    r"|(?<=, )while(?= (?:the|it|its|i|they|my|you|we|this|that|other|others|some)\b)|(?<=,)while)\b(?!,?\s*\Z)",
    re.IGNORECASE,
)
_NO_TURN_BEFORE = re.compile(
    r"\b(?:nothing|anything|all|none|everything|can't help|cannot help|last|not only[^.;]{0,120}|as|even)\s*,?\s*\Z",
    re.IGNORECASE,
)
_NO_TURN_AFTER = re.compile(r"\s*(?:also\b|for\b|of course\b|rather\b)", re.IGNORECASE)
_CONCEDES = re.compile(r"\A\W*(?:although|though|even though|while|whilst|whereas)\s", re.IGNORECASE)
_SEMICOLON = re.compile(r";(?=\s)")


def clauses(text: str) -> list[tuple[int, int]]:
    """Stretches of one sentence that together cover it, each about one thing."""
    cuts = set(_korean_cuts(text)) if _HANGUL.search(text) else set(_english_cuts(text))
    return list(pairwise(sorted(cuts | {0, len(text)})))


def has_turn(text: str) -> bool:
    """Whether anything in a text contrasts with what came before it."""
    return len(clauses(text)) > 1


# ----------------------------------------------------------------------------------------------------- Korean


def _korean_cuts(text: str) -> list[int]:
    """Cuts after a connective ending or before a connective word, from left to right.

    Whether a cut stands is judged on the clause since the last cut and on the stretch up to the next candidate.
    """
    words = list(_WORD.finditer(text))
    candidates = [number for number in range(1, len(words)) if _may_cut(words, number)]
    cuts: list[int] = []
    begin = 0
    for number, after in pairwise([*candidates, len(words)]):
        left = text[words[begin].start() : words[number - 1].end()]
        right = text[words[number].start() : words[after - 1].end()]
        if _stands(left, text[words[number].start() :], right):
            cuts.append(words[number].start())
            begin = number
    return cuts


def _may_cut(words: list[re.Match[str]], number: int) -> bool:
    before, here = words[number - 1][0][-16:], words[number][0][:16]
    connective = _is_connective(here) and not korean.holds_connective(before)
    return connective or korean.turns(before) or korean.may_turn(before) or korean.may_add(before, here)


def _is_connective(word: str) -> bool:
    return word.rstrip(",.~") in korean.CONTRAST | korean.ADDITION


def _stands(left: str, rest: str, right: str) -> bool:
    """Whether the clause on the left and what follows speak of two things."""
    if not (_is_clause(left) and _is_clause(rest)):
        return False
    last, first = left.rsplit(maxsplit=1)[-1][-16:], right.split(maxsplit=1)[0][:16].rstrip(",.~")
    if first in korean.CONTRAST or korean.turns(last):
        return True
    if first in korean.ADDITION:
        return _topic(right.split()[1:]) is not None and _topic(left.split()) is not None
    one, other = _topic(left.split()), _topic(right.split())
    new_topic = one is not None and other is not None and one != other
    if korean.may_turn(last):
        return new_topic or korean.tone(left) * korean.tone(right) < 0
    return new_topic


def _is_clause(text: str) -> bool:
    words = text.split()
    return len(words) >= _LEAST_WORDS and len(_LETTERS.findall(text)) >= _LEAST_LETTERS


def _topic(words: list[str]) -> str | None:
    """The first thing marked as topic or subject, without its particle."""
    return next((word[:-1] for word in words if korean.is_topic(word)), None)


# ---------------------------------------------------------------------------------------------------- English


def _english_cuts(text: str) -> list[int]:
    cuts: list[int] = []
    for at in sorted([*_turns(text), *(match.end() for match in _SEMICOLON.finditer(text)), *_after_concession(text)]):
        begin = cuts[-1] if cuts else 0
        if _words(text[begin:at]) >= _LEAST_ENGLISH and _words(text[at : at + 200]) > _LEAST_ENGLISH:
            cuts.append(at)
    return cuts


def _turns(text: str) -> list[int]:
    return [
        match.start()
        for match in _TURN.finditer(text)
        if not _NO_TURN_BEFORE.search(text[max(0, match.start() - 140) : match.start()])
        and not _NO_TURN_AFTER.match(text[match.end() : match.end() + 12])
    ]


def _after_concession(text: str) -> list[int]:
    """After the first comma, with enough words before it: "Although the room was nice, …"."""
    if not _CONCEDES.match(text):
        return []
    comma = text.find(",", 12)
    return [comma + 1] if comma > 0 and _words(text[:comma]) > _LEAST_ENGLISH else []


def _words(text: str) -> int:
    return sum(bool(_LETTERS.search(word)) for word in text.split())

"""Where sentences end: punctuation, line breaks, lists, emoji, and Korean endings without any of them.

Owns boundaries between sentences. Gives positions in the normalised text; clauses are `segment.clauses`.
"""

from __future__ import annotations

import re
from itertools import pairwise

from voc.segment import korean

_SHORTENED = (
    "mr mrs ms dr prof st vs etc no nr inc ltd co corp dept est approx ca cf fig vol ver jr sr tel ext min max "
    "avg e.g i.e eg ie u.s u.k a.m p.m "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun z.b bzw usw evtl ggf inkl "
    "p.ej sra sres"
)
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_STOP = re.compile(r"[.!?。！？…]+[)\]\"'”’»」』]*")
_LINE = re.compile(r"\n")
_EMOJI = re.compile(r"[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001f2ff\U0001f300-\U0001faff]+")
_MARKER = re.compile(r"(?:(?<=\s)|\A)(?:(?P<number>[0-9]{1,2})[.)](?=\s?[^\s0-9])|[①-⑳]|[•▪◦●■□◆★☆※✔✅-](?=\s))")
_WORD = re.compile(r"\S+")
_HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
_LAUGH_RUN = re.compile(r"(?<=[가-힣])[~!?.]*(?:[ㅋㅎㅠㅜ]{2,}|[ㅠㅜ])[~!?.]*(?=[가-힣])")
_WRAPPED_LINE = 40
"""From this length on a line that breaks before a small letter was wrapped by a mail program, not ended."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Stretches of `text` that together cover it, each ending where a sentence may end.

    Time is linear in the text, whatever is in it.
    """
    cuts = {0, len(text)}
    cuts.update(_after_stops(text))
    cuts.update(_at_lines(text))
    cuts.update(_after_emoji(text))
    cuts.update(_at_markers(text))
    if _HANGUL.search(text):
        cuts.update(_after_korean_endings(text))
        cuts.update(match.end() for match in _LAUGH_RUN.finditer(text))
    return list(pairwise(sorted(cuts)))


def _after_stops(text: str) -> list[int]:
    return [match.end() for match in _STOP.finditer(text) if _is_end(text, match)]


def _is_end(text: str, stop: re.Match[str]) -> bool:
    """Whether this run of stops ends a sentence, and is no decimal point, abbreviation, host name or drawn breath."""
    start, end = stop.span()
    if end == len(text):
        return True
    following = text[end]
    first = text[end + 1 : end + 2] if following == " " else following
    if "。" in stop[0] or "！" in stop[0] or "？" in stop[0]:
        return True
    if not following.isspace():
        return _ends_without_blank(text, start, end)
    if stop[0][0] != ".":
        return stop[0][0] in "!?" or not first.islower()
    if stop[0].startswith(".."):
        return not first.islower()
    return not _is_abbreviation(text[max(0, start - 12) : start]) and not first.islower()


def _ends_without_blank(text: str, start: int, end: int) -> bool:
    """Letters on both sides, as in "안돼요.고쳐주세요" and "great.But", and not "3.5", "naver.com", "Node.js"."""
    before, following = text[start - 1 : start], text[end]
    if _HANGUL.match(following):
        return bool(before) and not before.isascii()
    if text[start] in "!?":
        return following.isalnum()
    return (
        following.isupper()
        and text[end + 1 : end + 2].islower()
        and text[max(0, start - 3) : start].islower()
        and start >= 3
    )


def _is_abbreviation(before: str) -> bool:
    """Whether the last word before a full stop is known to be cut short, an initial, or the number of a list entry."""
    word = before.rsplit(None, 1)[-1].lower().lstrip("([\"'") if before.strip() else ""
    return (
        word in _ABBREVIATIONS
        or (len(word) == 1 and word.isascii() and word.isalpha())
        or (word.isdecimal() and len(word) <= 2)
    )


def _at_lines(text: str) -> list[int]:
    cuts, line_start = [], 0
    for match in _LINE.finditer(text):
        at = match.end()
        wrapped = (
            match.start() - line_start >= _WRAPPED_LINE
            and text[at : at + 1].islower()
            and (text[match.start() - 1].islower() or text[match.start() - 1] == ",")
        )
        if not wrapped:
            cuts.append(at)
        line_start = at
    return cuts


def _after_emoji(text: str) -> list[int]:
    """After emoji, unless a small Latin letter goes on: "I ❤ this app"."""
    cuts = []
    for match in _EMOJI.finditer(text):
        rest = text[match.end() : match.end() + 2].lstrip()
        if rest and not (rest[0].isascii() and (rest[0].islower() or not rest[0].isalnum())):
            cuts.append(match.end())
    return cuts


def _at_markers(text: str) -> list[int]:
    """Before the entries of a list. Numbers count only from two entries on, in order: "1. … 2. …"."""
    cuts, expected, numbered = [], 1, []
    for match in _MARKER.finditer(text):
        if match["number"] is None:
            if match[0] != "-" or match.start() == 0 or text[match.start() - 1] == "\n":
                cuts.append(match.start())
        elif int(match["number"]) == expected:
            numbered.append(match.start())
            expected += 1
    return cuts + (numbered if len(numbered) >= 2 else [])


def _after_korean_endings(text: str) -> list[int]:
    words = list(_WORD.finditer(text))
    return [
        word.end()
        for word, following in pairwise(words)
        if _HANGUL.search(word[0][-8:]) and korean.ends_sentence(word[0][-16:], following[0][:12])
    ]

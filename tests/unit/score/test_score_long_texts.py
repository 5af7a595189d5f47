"""Texts of hundreds of thousands of characters: scored in a time that grows with them, at the right places."""

from __future__ import annotations

import random
import time

from voc.model import Span
from voc.score import cues, in_item
from voc.score.cues import find_cues

WORDS = ("the parcel came late", "I want my money back", "never again", "the lid is broken", "환불해 주세요")


def long_text(length: int, blank: str) -> str:
    dice = random.Random(1)
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(f"{dice.choice(WORDS)} {len(parts)}.{blank}")
    return "".join(parts)


def test_a_place_in_a_long_text_is_found_behind_collapsed_blanks():
    item = "A headline. " + long_text(6000, " \n ")
    start = len("A headline. ")
    mention = " ".join(item[start:].split())
    at = mention.index("money back", 5000)
    found = in_item(Span(at, at + 10), mention, item, start, len(item))
    assert item[found.start : found.end] == "money back"
    # The same answer as character by character, which is too slow for such a text.
    at = mention.index("parcel came", 1000)
    part = in_item(Span(at, at + 11), mention[:3900], item, start, len(item))
    assert in_item(Span(at, at + 11), mention, item, start, len(item)) == part
    assert item[part.start : part.end] == "parcel came"


def test_a_long_text_that_differs_in_more_than_blanks_is_evidence_as_a_whole():
    item = "<b>" + long_text(6000, " ") + "</b>"
    mention = item.removeprefix("<b>").removesuffix("</b>").strip()
    assert in_item(Span(10, 20), mention, item, 0, len(item)) == Span(0, len(item))


def test_time_grows_with_the_text_and_not_with_its_square():
    spent = []
    for length in (40_000, 320_000):
        item = long_text(length, "  ")
        mention = " ".join(item.split())
        began = time.process_time()
        for cue in find_cues(mention)[-20:]:
            in_item(cue.span, mention, item, 0, len(item))
        spent.append(time.process_time() - began)
    assert spent[1] < 30 * spent[0] + 0.5, spent  # the square would be 64 times as long


def test_a_sentence_begins_behind_the_last_mark():
    dice = random.Random(2)
    for _ in range(500):
        text = "".join(dice.choice("ab .!?。…\n") for _ in range(30))
        at = dice.randrange(30)
        expected = max((match.end() for match in cues._SENTENCE_END.finditer(text, 0, at)), default=0)
        assert cues._sentence(text, Span(at, at + 1))[0] == expected

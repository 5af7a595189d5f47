"""What a reader sees in the own language: words, labels, quotes."""

from __future__ import annotations

from voc.model import Exemplar
from voc.report.html import readable
from voc.report.words import LANGUAGES, WORDS


def quote(text):
    return Exemplar("1", "fb1_1", text, 0, len(text))


def test_both_languages_know_every_word():
    assert {frozenset(word) for word in WORDS.values()} == {frozenset(LANGUAGES)}


def test_a_reader_gets_the_quotes_of_the_own_language_first():
    ko, en, other = quote("배송이 늦어요"), quote("so late"), quote("immer zu spät")
    assert readable([ko, en, other], "en") == [en, other, ko]
    assert readable([en, ko, other], "ko") == [ko, en, other]

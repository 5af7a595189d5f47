"""What a matter is called in another language: the words of a query, read against a list of names."""

from __future__ import annotations

import pytest

from voc.name import Glossary, Tokeniser
from voc.name.glossary import keeps_its_words

TOKENISER = Tokeniser(threads=1)
LINES = ["결제, 지불\tpayment, pay", "고객센터\tcustomer service", "카드\tcard", "취소\tcancel, cancelled"]


@pytest.fixture(scope="module")
def shipped() -> Glossary:
    return Glossary.load(TOKENISER)


@pytest.fixture(scope="module")
def small() -> Glossary:
    return Glossary.of([("ko-en", line) for line in LINES], TOKENISER)


def known(glossary: Glossary, query: str, lang: str) -> list[list[str]]:
    return [list(names) for names in glossary.translations(TOKENISER.tokens(query, lang))]


def test_a_word_has_all_names_of_the_other_language(small):
    assert known(small, "결제가 안 돼요", "ko") == [["payment", "pai"]]
    assert known(small, "payments", "en") == [["결제", "지불"]]


def test_inflected_words_meet_the_list(small):
    assert known(small, "카드 취소됐어요", "ko") == [["card"], ["cancel"]]


def test_a_korean_compound_is_known_whole_and_an_english_phrase_by_its_neighbours(small):
    assert ["custom servic"] in known(small, "고객 센터 불친절", "ko")
    assert known(small, "rude customer service", "en") == [["고객센터"]]
    assert known(small, "service for a customer", "en") == []


def test_a_matter_named_twice_counts_once_and_an_unknown_word_not_at_all(small):
    assert len(known(small, "카드 결제 카드", "ko")) == 2
    assert known(small, "quantum", "en") == []


@pytest.mark.parametrize(
    ("query", "lang", "name"),
    [
        ("결제가 안 돼요", "ko", "payment"),
        ("로그인이 안 됩니다", "ko", "login"),
        ("환불해 주세요", "ko", "refund"),
        ("앱이 자꾸 튕겨요", "ko", "crash"),
        ("can't log in", "en", "로그인"),
        ("late delivery", "en", "배송"),
        ("the staff were rude", "en", "불친절"),
    ],
)
def test_what_ships_knows_what_customers_speak_of(shipped, query, lang, name):
    expected = TOKENISER.tokens(name, "en" if lang == "ko" else "ko")[-1]
    assert any(expected in names for names in known(shipped, query, lang))


def test_a_name_that_would_lose_a_word_stands_for_nothing():
    glossary = Glossary.of([("ko-en", "오배송\twrong item"), ("ko-en", "환불\tmoney back, refund")], TOKENISER)
    assert known(glossary, "배송이 늦어요", "ko") == []
    assert known(glossary, "money", "en") == []
    assert known(glossary, "refund", "en") == [["환불"]]


def test_every_name_that_ships_keeps_its_words():
    from importlib.resources import files

    text = (files("voc.models") / "glossaries" / "ko-en.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 250
    lost = [
        name.strip()
        for line in lines
        for lang, side in zip(("ko", "en"), line, strict=True)
        for name in side.split(",")
        if not keeps_its_words(name.strip(), TOKENISER.tokens(name.strip(), lang))
    ]
    assert lost == []


def test_the_parts_of_a_known_compound_do_not_count_again(shipped):
    assert len(known(shipped, "카드 등록", "ko")) == 1

"""Lexical tokens: what search indexes and keywords are made of."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.name import Tokeniser

HAS_KIWI = importlib.util.find_spec("kiwipiepy") is not None
needs_kiwi = pytest.mark.skipif(not HAS_KIWI, reason="kiwipiepy is not installed")
ANALYSERS = [pytest.param(True, marks=needs_kiwi, id="kiwi"), pytest.param(False, id="rules")]

INFLECTED = [
    "배송이",
    "배송은",
    "배송을",
    "배송도",
    "배송만",
    "배송의",
    "배송에",
    "배송으로",
    "배송에서",
    "배송까지",
    "배송부터",
    "배송보다",
    "배송처럼",
    "배송이나",
    "배송이라도",
    "배송에는",
    "결제가",
    "결제는",
    "결제를",
    "결제도",
    "결제만",
    "결제로",
    "결제의",
    "결제와",
    "결제나",
    "결제까지",
    "결제부터",
    "결제에서",
    "결제하고",
    "결제해서",
    "결제했는데",
    "결제합니다",
    "결제하면",
    "결제해요",
    "결제하려고",
    "결제했습니다",
    "결제하세요",
    "결제하지만",
    "환불을",
    "환불은",
    "환불이",
    "환불해주세요",
    "환불했어요",
    "환불하려면",
    "환불합니다",
    "로그인이",
    "로그인을",
    "로그인은",
    "로그인에서",
    "로그인하면",
    "로그인했는데",
    "로그인해도",
    "로그인하려고",
    "로그인됩니다",
    "로그인되는데",
    "상담원이",
    "상담원은",
    "상담원을",
    "상담원에게",
    "상담원한테",
    "상담원과",
    "상담원의",
    "인증번호가",
    "인증번호를",
    "인증번호는",
    "인증번호도",
    "인증번호로",
    "화면이",
    "화면을",
    "화면은",
    "화면에서",
    "화면으로",
]
BARE = set(
    """
    은 는 이 가 을 를 의 에 에서 에게 한테 으로 로 와 과 도 만 까지 부터 보다 처럼 이나 이라도 에는 하고 하면 해서 했는데 합니다 해요 하려고 했습니다 하세요 하지만 해주세요 했어요 하려면 해도 됩니다 되는데 습니다 어요 네요 는데 지만 다 요 고 서 면
    """.split()
)
STEMS = {"배송", "결제", "환불", "로그인", "상담원", "상담", "인증번호", "인증", "번호", "화면"}


@pytest.mark.parametrize("kiwi", ANALYSERS)
@pytest.mark.parametrize("word", INFLECTED)
def test_an_inflected_word_gives_no_bare_particle_or_ending(word, kiwi):
    tokens = Tokeniser(kiwi=kiwi).tokens(word, "ko")
    assert tokens
    assert not BARE & set(tokens)


@pytest.mark.parametrize("kiwi", ANALYSERS)
@pytest.mark.parametrize("word", INFLECTED)
def test_an_inflected_word_meets_its_stem(word, kiwi):
    assert STEMS & set(Tokeniser(kiwi=kiwi).tokens(word, "ko"))


@pytest.mark.parametrize("kiwi", ANALYSERS)
def test_three_particles_collapse_to_one_noun(kiwi):
    tokeniser = Tokeniser(kiwi=kiwi)
    assert [tokeniser.tokens(t, "ko") for t in ("배송이", "배송은", "배송을")] == [["배송"]] * 3


@needs_kiwi
def test_a_compound_written_apart_meets_the_one_written_together():
    apart, together = Tokeniser().tokens_many(["고객 센터에 전화", "고객센터에 전화"], ["ko", "ko"])
    assert "고객센터" in apart
    assert "고객센터" in together


@needs_kiwi
@pytest.mark.parametrize("text", ["안 돼요", "안되네요", "되지 않습니다", "안됨"])
def test_negation_in_any_spelling_is_one_token(text):
    assert Tokeniser().tokens(text, "ko") == ["안되다"]


@needs_kiwi
def test_predicates_are_indexed_in_their_dictionary_form():
    assert Tokeniser().tokens("너무 느려서 불편했어요", "ko") == ["느리다", "불편"]


@pytest.mark.parametrize("kiwi", ANALYSERS)
def test_emoticons_leave_nothing(kiwi):
    tokeniser = Tokeniser(kiwi=kiwi)
    assert tokeniser.tokens("ㅋㅋㅋ ㅠㅠ ㅡㅡ 😀!!!", "ko") == []
    assert tokeniser.tokens("환불ㅋㅋㅋㅋ", "ko") == tokeniser.tokens("환불ㅠㅠ", "ko") == ["환불"]


@pytest.mark.parametrize("kiwi", ANALYSERS)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E-4012 오류가 떠요", "e-4012"),
        ("5.3.0 버전에서 멈춰요", "5.3.0"),
        ("갤럭시 S23에서 안 열려요", "s23"),
        ("keeps failing with ERR-77", "err-77"),
    ],
)
def test_codes_stay_whole(text, code, kiwi):
    assert code in Tokeniser(kiwi=kiwi).tokens(text, "ko")


@pytest.mark.parametrize("kiwi", ANALYSERS)
def test_placeholders_links_and_addresses_are_dropped(kiwi):
    text = "<EMAIL> 로 답장 https://example.org/x <PHONE>"
    assert Tokeniser(kiwi=kiwi).tokens(text, "ko") == Tokeniser(kiwi=kiwi).tokens("로 답장", "ko")


def test_a_hash_tag_is_found_with_and_without_its_sign():
    assert Tokeniser().tokens("#refund now", "en") == ["#refund", "refund"]


def test_english_inflections_and_accents_meet():
    tokens = Tokeniser().tokens_many(["crashes", "crashing", "Crashed", "café", "cafe"], ["en"] * 5)
    assert tokens == [["crash"]] * 3 + [["cafe"]] * 2


@needs_kiwi
@pytest.mark.parametrize("lang", ["ko", "en", "und"])
def test_each_script_goes_its_own_way_whatever_the_language_says(lang):
    assert Tokeniser().tokens("checkout 화면에서 결제가 crashes", lang) == ["checkout", "화면", "결제", "crash"]


def test_scripts_without_blanks_give_pairs_of_characters():
    assert Tokeniser().tokens("没有收到", "zh") == ["没有", "有收", "收到"]
    assert Tokeniser().tokens("สินค้า", "th")


def test_a_hyphenated_word_meets_the_one_written_together():
    assert Tokeniser().tokens("e-mail", "en") == Tokeniser().tokens("email", "en")


@needs_kiwi
def test_decomposed_hangul_gives_the_same_tokens():
    import unicodedata

    text = "결제가 안 돼요"
    assert Tokeniser().tokens(unicodedata.normalize("NFD", text), "ko") == Tokeniser().tokens(text, "ko")


@needs_kiwi
def test_threads_and_batches_change_nothing():
    texts = [f"{word} {n}번 확인했는데 앱이 느려요" for n, word in enumerate(INFLECTED)]
    langs = ["ko"] * len(texts)
    one_by_one = [Tokeniser(threads=1).tokens(text, "ko") for text in texts]
    assert Tokeniser(threads=2).tokens_many(texts, langs) == one_by_one


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_read_and_units_point_into_it(text):
    import unicodedata

    composed = unicodedata.normalize("NFC", text)
    for unit in Tokeniser(kiwi=False).units_many([text], ["und"])[0]:
        assert 0 <= unit.start < unit.end <= len(composed)
        assert unit.form


def test_empty_texts_give_empty_lists():
    assert Tokeniser().tokens_many(["", "  "], ["ko", "en"]) == [[], []]
    assert Tokeniser().tokens_many([], []) == []


def test_a_missing_analyser_is_told_once_and_replaced_by_rules(monkeypatch, caplog):
    import logging
    import sys

    from voc.name import kiwi

    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    monkeypatch.setattr(kiwi, "_ANALYSER", kiwi.Analyser())
    with caplog.at_level(logging.INFO, logger="voc"):
        tokens = [Tokeniser().tokens("배송이 안 돼요", "ko") for _ in range(3)]
    assert tokens == [["배송", "안되다"]] * 3
    assert len(caplog.records) == 1

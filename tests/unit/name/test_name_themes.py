"""Names of whole themes: labels, keywords and exemplars over a small bilingual corpus of our own."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.name import Members, NameOptions, Tokeniser, name, names_something
from voc.name.drafts import Read, drafts
from voc.name.exemplars import exemplars
from voc.name.phrases import phrases_of
from voc.name.sides import keyword_terms
from voc.name.stopwords import FUNCTION_WORDS, KOREAN_FILLERS

pytestmark = pytest.mark.skipif(importlib.util.find_spec("kiwipiepy") is None, reason="kiwipiepy is not installed")

DELIVERY_KO = [
    "배송이 너무 늦어요", "주문한 지 열흘인데 배송이 늦네요", "배송은 늦고 연락도 없어요", "배송이 늦어서 취소했습니다",
    "배송을 기다리다 지쳤어요, 배송 지연 너무해요", "배송 지연 안내라도 해주세요", "배송이 자꾸 늦어지네요",
]  # fmt: skip
DELIVERY_EN = [
    "My parcel came with a late delivery again", "Late delivery for the third time", "Another late delivery, no apology",
    "late delivery and nobody told me", "The late delivery ruined the birthday", "delivery was late by five days",
]  # fmt: skip
LOGIN = [
    "로그인이 안 돼요", "로그인 안됨", "업데이트하고 로그인이 안되네요", "비밀번호를 바꿔도 로그인이 되지 않아요",
    "지문 로그인이 안 됩니다", "로그인이 계속 안 되는데 확인 부탁드려요", "어제부터 로그인 안 돼요 E-4012",
]  # fmt: skip
LOGIN_AGAIN = [
    "PC에서 로그인이 안 돼요", "PC 웹에서는 로그인 안됨", "회사 PC로 로그인이 안되네요", "PC 로그인이 안 됩니다",
    "노트북 PC에서 로그인이 되지 않아요",
]  # fmt: skip
DARK = [
    "다크모드 추가해 주세요", "다크 모드 지원 부탁드려요", "다크모드 있으면 좋겠어요", "다크모드 추가 부탁합니다",
    "밤에 눈이 아파요 다크 모드 추가해 주세요",
]  # fmt: skip
CRASH = [
    "The app keeps crashing on startup", "App keeps crashing after the update", "keeps crashing when I open photos",
    "It keeps crashing, please fix", "app crashes on startup every time",
]  # fmt: skip
GROUPS = [DELIVERY_KO + DELIVERY_EN, LOGIN, LOGIN_AGAIN, DARK, CRASH]
COARSE = [0, 1, 1, 2, 2]


def members(order=None, *, kiwi: bool = True) -> Members:
    texts = [text for group in GROUPS for text in group] + ["ㅋㅋㅋ", "<EMAIL>"]
    fine = np.array([i for i, group in enumerate(GROUPS) for _ in group] + [-1, -1])
    langs = ["en" if text.isascii() else "ko" for text in texts]
    rng = np.random.default_rng(7)
    vectors = np.eye(8)[fine] + 0.2 * rng.standard_normal((len(texts), 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    close = (vectors * np.eye(8)[fine]).sum(axis=1)
    order = list(range(len(texts))) if order is None else list(order)
    return Members(
        [texts[i] for i in order],
        [langs[i] for i in order],
        [f"i{i:03d}" for i in order],
        fine[order],
        close[order].astype(np.float32),
        np.ones(len(order), np.float32),
        vectors[order].astype(np.float32),
        Tokeniser(kiwi=kiwi).units_many([texts[i] for i in order], [langs[i] for i in order]),
    )


@pytest.fixture(scope="module")
def names():
    return name(members(), COARSE)


def test_every_theme_has_a_label_of_two_to_six_words(names):
    for named in names.fine:
        for label in named.labels.values():
            assert 2 <= len(label.replace("·", " ").split()) <= 6, label


def test_labels_say_what_the_members_say(names):
    login, dark, crash = names.fine[1], names.fine[3], names.fine[4]
    assert login.label == "로그인 안 됨"
    assert dark.label.replace(" ", "") == "다크모드추가요청"
    assert crash.label.lower().startswith(("app keeps crashing", "keeps crashing"))


def test_a_bilingual_theme_has_a_label_in_each_language(names):
    labels = names.fine[0].labels
    assert "배송" in labels["ko"]
    assert labels["en"].lower() == "late delivery"


def test_a_theme_of_one_language_lends_its_label_to_the_other_reader(names):
    assert names.fine[1].labels["en"] == names.fine[1].labels["ko"]


def test_labels_are_unique_in_every_language(names):
    for lang in ("ko", "en"):
        labels = [named.labels[lang].casefold() for named in names.fine]
        assert len(set(labels)) == len(labels)


def test_two_themes_with_one_phrase_are_told_apart_by_a_word_of_their_own(names):
    assert "PC" in names.fine[2].label or names.fine[2].label.startswith("로그인 안 됨 ·")


def test_no_keyword_is_a_stop_word_or_part_of_another(names):
    for named in names.fine + names.coarse:
        bare = [word.casefold().replace(" ", "") for word in named.keywords]
        assert len(set(bare)) == len(bare)
        assert not set(bare) & (KOREAN_FILLERS | FUNCTION_WORDS["en"])


def test_particles_collapse_in_keywords(names):
    korean = [word for word in names.fine[0].keywords if not word.isascii()]
    assert sum(word.startswith("배송") for word in korean) == 1


def test_a_bilingual_theme_has_keywords_of_both_languages(names):
    words = names.fine[0].keywords
    assert any(word.isascii() for word in words)
    assert any(not word.isascii() for word in words)


def test_an_item_is_quoted_once_however_many_of_its_mentions_are_central():
    rows = range(6)
    texts = [f"The parcel came {n} hours late again" for n in ("two", "three", "four", "five", "six", "seven")]
    picked = exemplars(
        rows, texts, np.full(6, 0.9, np.float32), np.eye(6, dtype=np.float32), ["a", "a", "a", "b", "b", "c"], limit=5
    )
    assert len(picked) == 3
    assert {["a", "a", "a", "b", "b", "c"][row] for row in picked} == {"a", "b", "c"}


def test_exemplars_are_members_and_mix_the_languages(names):
    data = members()
    for named in names.fine:
        assert 3 <= len(named.exemplars) <= 5
        assert len({data.texts[row] for row in named.exemplars}) == len(named.exemplars)
        assert all(data.fine[row] == named.number for row in named.exemplars)
    assert {data.langs[row] for row in names.fine[0].exemplars} == {"ko", "en"}


def test_languages_are_counted(names):
    assert names.fine[0].languages == {"ko": len(DELIVERY_KO), "en": len(DELIVERY_EN)}


def test_coarse_themes_are_named_after_what_their_children_share(names):
    assert [named.number for named in names.coarse] == [0, 1, 2]
    assert "로그인" in names.coarse[1].label
    assert len({named.label for named in names.coarse}) == 3


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(names, random):
    data = members()
    order = list(range(len(data.texts)))
    random.shuffle(order)
    shuffled = name(members(order), COARSE)
    for a, b in zip(names.fine + names.coarse, shuffled.fine + shuffled.coarse, strict=True):
        assert (a.label, a.labels, a.keywords, a.languages) == (b.label, b.labels, b.keywords, b.languages)
        assert a.exemplars == tuple(order[row] for row in b.exemplars)


def test_nearness_to_the_centroid_decides_between_phrases_of_like_weight():
    def embed(texts):  # puts whatever speaks of a delay on the theme's own axis
        vectors = np.array([np.eye(8)[0] if "지연" in text else -np.eye(8)[0] for text in texts])
        return vectors.astype(np.float32)

    assert "지연" in name(members(), COARSE, embed=embed).fine[0].labels["ko"]


def test_without_the_analyser_names_are_still_names():
    names = name(members(kiwi=False), COARSE)
    assert names.fine[1].label == "로그인 안 됨"
    for named in names.fine:
        assert len(named.label.split()) >= 2


def test_nothing_to_name_gives_no_names():
    empty = Members(
        [], [], [], np.zeros(0, np.int64), *(np.zeros(0, np.float32),) * 2, np.zeros((0, 8), np.float32), []
    )
    assert name(empty, []) == type(name(empty, []))((), ())


def test_a_theme_that_no_text_speaks_for_is_called_as_before_and_has_no_keywords():
    called = {"ko": "다크 모드", "en": "Dark mode"}
    named = name(members(), [*COARSE, 2, 3], called={len(COARSE): called})
    empty, nowhere = named.fine[len(COARSE) :]
    assert (empty.labels, empty.keywords, empty.exemplars) == (called, (), ())
    assert (nowhere.label, nowhere.keywords, named.coarse[3].keywords) == ("#7", (), ())


def test_options_bound_what_is_said():
    short = name(members(), COARSE, options=NameOptions(keywords=3, exemplars=3))
    assert all(len(named.exemplars) <= 3 for named in short.fine)
    assert all(len(named.keywords) <= 6 for named in short.fine)


def test_what_content_customers_write_most_can_be_a_label():
    texts = ["잘 쓰고 있어요", "아주 잘 쓰고 있습니다", "잘 사용하고 있어요", "잘 쓰고 있네요", "잘쓰고 있어요 좋아요"]
    read = Tokeniser().units_many(texts, ["ko"] * len(texts))
    assert all("잘 쓰고 있음" in {phrase.text for phrase in phrases_of(units, "ko")} for units in read)


def test_a_clause_without_a_word_of_its_own_names_nothing():
    texts = ["I already did.", "@someair no they dont", "#fail", "the bag is lost", "왜 이러는 걸까요?", "환불 안 돼요"]
    read = Tokeniser().units_many(texts, ["en"] * 4 + ["ko"] * 2)
    assert [names_something(units) for units in read] == [False, False, False, True, False, True]


def test_how_something_is_seen_keeps_its_particle():
    units = Tokeniser().units_many(["한눈에 보여서 좋아요", "한눈에 보이니 편해요"], ["ko", "ko"])
    assert all("한눈에 보임" in {phrase.text for phrase in phrases_of(read, "ko")} for read in units)


def test_a_label_is_no_piece_of_what_is_said():
    said = ["excellent customer service", "such excellent customer service", "truly excellent customer service"]
    said += ["excellent customer service at the desk", "thanks for the excellent customer service"]
    assert "excellent customer" in {phrase.text for phrase in phrases_of(read_en(said)[0], "en")}
    found = {candidate.text for candidate in candidates_of(said)}
    assert "excellent customer service" in found
    assert "excellent customer" not in found


def test_a_label_is_no_single_case():
    said = [f"flight {number} from jfk is late again" for number in (1401, 1402, 1403, 1404, 1405, 1401)]
    found = {candidate.text for candidate in candidates_of(said)}
    assert found
    assert not any(char.isdigit() for text in found for char in text)


def read_en(said: list[str]):
    return Tokeniser().units_many(said, ["en"] * len(said))


def candidates_of(said: list[str]):
    """Candidates for the label of a theme with these mentions, beside another one."""
    texts = [*said, "dark mode please", "add a dark mode", "dark mode is missing"]
    rows = np.array([0] * len(said) + [1] * 3)
    units = read_en(texts)
    read = Read(
        tuple(range(len(texts))),
        ("en",) * len(texts),
        tuple(keyword_terms(unit) for unit in units),
        tuple(tuple(phrases_of(unit, "en")) for unit in units),
    )
    return drafts(rows, 2, np.ones(len(texts)), read, NameOptions(), phrases=True)[0].found["en"]

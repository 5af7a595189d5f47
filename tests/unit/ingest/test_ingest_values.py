"""Cells: figures, languages, roles, attributes, and strings that can be stored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.ingest.values import attribute, author_role, figure, is_blank, language, words, writable


@pytest.mark.parametrize("given_value", ["4", "4.0", " 4 ", 4, 4.0, Decimal(4), "+4"])
def test_a_figure_may_be_a_number_or_spell_one(given_value: object) -> None:
    assert figure("rating", given_value) == (4.0, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("rating", 0), ("rating", 6), ("nps", 11), ("nps", -1), ("csat", "5.5"), ("ces", 8), ("nps", 1e400)],
)
def test_a_figure_out_of_range_is_null_with_a_warning(name: str, value: object) -> None:
    number, warning = figure(name, value)
    assert number is None
    assert warning is not None
    assert warning.startswith(f"{name} is not between")


@pytest.mark.parametrize("value", ["4점", "five", "5/5", "4,5", True, [4], {"a": 1}, "1e0", "nan"])
def test_a_figure_that_is_no_number_is_null_with_a_warning(value: object) -> None:
    assert figure("rating", value) == (None, "rating is not a number")


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_no_figure_is_no_warning(value: object) -> None:
    assert figure("nps", value) == (None, None)


@pytest.mark.parametrize(("name", "least", "most"), [("rating", 1, 5), ("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)])
def test_both_ends_of_a_scale_are_in_range(name: str, least: int, most: int) -> None:
    assert (figure(name, least)[0], figure(name, str(most))[0]) == (least, most)


@pytest.mark.parametrize(
    ("given_value", "code"),
    [
        ("ko-KR", "ko"),
        ("EN_us", "en"),
        ("ko", "ko"),
        ("kor", "ko"),
        ("Korean", "ko"),
        ("zh-Hant-TW", "zh"),
        ("fil", "fil"),
    ],
)
def test_languages_are_normalised(given_value: str, code: str) -> None:
    assert language(given_value) == (code, None)


@pytest.mark.parametrize("value", [None, "", "und", "unknown", "UND", "null"])
def test_an_unknown_language_is_left_to_be_found(value: object) -> None:
    assert language(value) == (None, None)


def test_nonsense_for_a_language_is_a_warning() -> None:
    assert language("a language") == (None, "lang is not a language code")


@pytest.mark.parametrize(
    ("given_value", "role"),
    [
        (None, "customer"),
        ("", "customer"),
        ("Customer", "customer"),
        ("user", "customer"),
        ("AGENT", "agent"),
        ("bot", "bot"),
    ]
    + [("system", "system"), ("assistant", "bot"), ("상담원", "agent")],
)
def test_roles_are_normalised(given_value: object, role: str) -> None:
    assert author_role(given_value) == (role, None)


def test_an_unknown_role_is_kept_and_warned_of() -> None:
    role, warning = author_role("Moderator")
    assert role == "moderator"
    assert warning is not None


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("12", 12.0), ("12.5", 12.5), ("-3", -3.0), ("0", 0.0), ("007", "007"), ("1.10", "1.10"), ("1e5", "1e5"), ("+82", "+82"),
        ("1234567890123456", "1234567890123456"), ("true", True), ("False", False), ("yes", "yes"), (" gold ", "gold"), (3, 3.0),
        (2**60, str(2**60)), (True, True), (None, None), ("", None), (float("nan"), None), (float("inf"), None),
        (["a", 1], '["a", 1]'), ("가입", "가입"),
    ],
)  # fmt: skip
def test_attributes_keep_what_a_number_would_lose(given_value: object, kept: object) -> None:
    found = attribute(given_value)
    assert found == kept
    assert type(found) is type(kept)


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none())
def test_an_attribute_read_twice_is_the_same(value: object) -> None:
    once = attribute(value)
    assert attribute(once) == once


@given(st.text(st.characters(exclude_categories=())))
def test_every_string_can_be_written_as_utf8(text: str) -> None:
    mended = writable(text)
    mended.encode()
    assert "\0" not in mended
    assert writable(mended) == mended


def test_what_stands_for_null_in_data_frames_is_blank() -> None:
    class NotATime:
        """Behaves as pandas.NaT: unlike itself."""

        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return False

    class NAType(NotATime):
        """Behaves as pandas.NA: comparing it answers with itself, which is neither true nor false."""

        def __ne__(self, other: object) -> NAType:  # type: ignore[override]
            return self

        def __bool__(self) -> bool:
            raise TypeError("ambiguous")

    for nothing in (NotATime(), NAType(), float("nan"), Decimal("NaN"), None, " \u3000"):
        assert is_blank(nothing)
    for something in (0, 0.0, False, [], "x"):
        assert not is_blank(something)


def test_lone_surrogates_are_replaced_and_pairs_are_joined() -> None:
    assert writable("a\ud83db") == "a\ufffdb"
    assert writable("a\ud83d\ude00b\udc00") == "a😀b\ufffd"


def test_whole_numbers_lose_their_fraction_in_words() -> None:
    assert (words(1001.0), words(3.5), words(7), words(True)) == ("1001", "3.5", "7", "true")

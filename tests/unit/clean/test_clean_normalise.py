from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.clean import normalise
from voc.clean.normalise import storable

messy = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("가각힣ㅋㅠ아\u1112\u1161\u11ab\u200d\u200b\ufe0f👨👩♀\u0301e&;<>/bp[]()*_`#!.~ \n\t０１ａ"),
    ),
    max_size=80,
)
pieces = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<br/>",
            "&lt;",
            "&amp;",
            "&#60;",
            "[a](http://x.y/z)",
            "**",
            "http://a.b/c?d",
            "ㅋㅋㅋㅋ",
            "...",
            "<EMAIL>",
            "가",
            " ",
            "\n",
            "<",
            "b",
            ">",
            "&",
            "amp;",
            "`",
            "# ",
        ]
    ),
    max_size=25,
).map("".join)


@given(st.one_of(messy, pieces))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.one_of(messy, pieces))
def test_every_character_knows_a_stretch_of_the_source(text: str) -> None:
    done = normalise(text)
    assert len(done.starts) == len(done.ends) == len(done.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(done.starts, done.ends, strict=True))
    assert list(done.starts) == sorted(done.starts)
    assert list(done.ends) == sorted(done.ends)


@given(st.one_of(messy, pieces))
def test_normalised_text_is_composed_and_has_single_blanks(text: str) -> None:
    done = normalise(text).text
    assert unicodedata.is_normalized("NFC", done)
    assert "  " not in done
    assert done == done.strip()


def test_decomposed_hangul_is_composed_and_points_at_its_jamo() -> None:
    source = unicodedata.normalize("NFD", "앱이 좋다")
    done = normalise(source)
    assert done.text == "앱이 좋다"
    assert [source[a:b] for a, b in zip(done.starts, done.ends, strict=True)] == [
        unicodedata.normalize("NFD", char) for char in "앱이 좋다"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text stays", "plain text stays"),
        ("a\u200bb\u200dc\ufeff", "abc"),
        ("ＡＢＣ　１２３！", "ABC 123!"),
        ("<p>첫째 <b>줄</b></p><p>둘째</p>", "첫째 줄\n둘째"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("see [the help page](https://x.example/a?b=1) now", "see the help page now"),
        ("https://www.shop.example/item/12?ref=mail is dead", "shop.example is dead"),
        ("**아주** 느림", "아주 느림"),
        ("좋아요ㅋㅋㅋㅋㅋㅋ!!!!!!", "좋아요ㅋㅋ!!"),
        ("sooooooo slow.....", "sooo slow..."),
        ("1000000원 3333333", "1000000원 3333333"),
        ("<설정> 메뉴의 <EMAIL> 칸", "<설정> 메뉴의 <EMAIL> 칸"),
        ("가격 <3만원 & 배송>1주", "가격 <3만원 & 배송>1주"),
        ("👩‍💻 🤷🏽‍♀️ ❤️", "👩💻 🤷 ❤"),
        ("a \n\n  b\t c", "a\nb c"),
        ("김**님이 최**님께", "김**님이 최**님께"),
        ("\x07벨\x1b", "벨"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_what_models_see(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_span_leads_back_to_the_markup_around_a_word() -> None:
    source = "그냥 <b>느려요</b> 진짜"
    done = normalise(source)
    at = done.text.index("느려요")
    span = done.span(at, at + 3)
    assert source[span.start : span.end] == "느려요"


def test_what_no_store_can_hold_is_dropped() -> None:
    assert storable("a\x00b\ud83dc") == "abc"


@pytest.mark.parametrize(
    "unit", ["<", "&amp;", "[", "![x](", "<script>", "**a", "`", "가", "e\u0301", " \n", "http://", "<b "]
)
def test_a_hostile_cell_takes_linear_time(unit: str) -> None:
    start = time.perf_counter()
    normalise(unit * (200_000 // len(unit)))
    assert time.perf_counter() - start < 5

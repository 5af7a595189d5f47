from __future__ import annotations

import time

import pytest

from voc.clean import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("로그인이 안돼요", "ko"),
        ("App이 crash 나요", "ko"),
        ("Premium Family 플랜 별로", "ko"),
        ("ㅋㅋㅋ", "ko"),
        ("アプリが落ちる", "ja"),
        ("应用总是闪退", "zh"),
        ("приложение не работает", "ru"),
        ("แอปค้างบ่อยมาก", "th"),
        ("η εφαρμογή κολλάει", "el"),
        ("good", "en"),
        ("nice app", "en"),
        ("GREAT!!!", "en"),
        ("The delivery came two days late and nobody answered my messages.", "en"),
        ("Die Lieferung kam zwei Tage zu spät und niemand hat geantwortet.", "de"),
        ("La livraison est arrivée avec deux jours de retard, personne ne répond.", "fr"),
        ("El pedido llegó dos días tarde y nadie contesta mis mensajes.", "es"),
    ],
)
def test_language_is_told(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "👍👍", "12345", "<EMAIL> <PHONE>", "super", "https://shop.example/item", "@handle"]
)
def test_too_little_to_tell_is_undetermined(text: str) -> None:
    assert detect(text) == "und"


def test_hint_decides_where_the_text_does_not() -> None:
    assert detect("super", "de-AT") == "de"
    assert detect("👍", "ko_KR") == "ko"


def test_hint_gives_way_to_the_script() -> None:
    assert detect("로그인이 안돼요", "en") == "ko"
    assert detect("ok", "ko") == "und"


def test_hint_that_is_no_language_code_is_ignored() -> None:
    assert detect("ok", "unknown!") == "und"


@pytest.mark.parametrize("unit", ["1", "a", "a.", "http", "가", "@", "<b>"])
def test_a_cell_of_a_megabyte_is_told_at_once(unit: str) -> None:
    start = time.perf_counter()
    detect(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - start < 3

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.api.pages.language import preferred
from voc.report.words import LANGUAGES


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-GB,en;q=0.9,ko;q=0.8", "en"),
        ("fr,ko;q=0.3", "ko"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("ko;q=0", "en"),
        ("ko;q=0,en;q=0", "en"),
        ("ko;q=0.5,en;q=0.9", "en"),
        ("korean", "en"),
    ],
)
def test_a_page_speaks_the_language_that_the_browser_prefers(header, language):
    assert preferred(header) == language


@given(st.text())
def test_any_header_gives_one_of_our_languages(header):
    assert preferred(header) in LANGUAGES


def test_the_chosen_language_is_remembered(fake_client):
    first = fake_client.get("/?lang=ko", headers={"accept": "text/html", "accept-language": "en"})
    assert '<html lang="ko">' in first.text
    assert "voc_lang=ko" in first.headers["set-cookie"]
    again = fake_client.get("/", headers={"accept": "text/html", "accept-language": "en"})
    assert '<html lang="ko">' in again.text


def test_a_language_that_we_do_not_speak_is_not_remembered(fake_client):
    answer = fake_client.get("/?lang=fr", headers={"accept": "text/html", "accept-language": "ko"})
    assert '<html lang="ko">' in answer.text
    assert "set-cookie" not in answer.headers

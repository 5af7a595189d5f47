from __future__ import annotations

import re
from importlib.resources import files

import pytest

HTML = {"accept": "text/html"}


def page(client, path, **params):
    return client.get(path, params=params, headers=HTML)


@pytest.fixture(scope="module")
def theme(client):
    return client.get("/v1/themes").json()["data"][0]


@pytest.mark.parametrize("path", ["/", "/?level=coarse", "/search", "/search?q=refund", "/attention", "/docs"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_opens_in_both_languages(client, path, language):
    answer = client.get(path + ("&" if "?" in path else "?") + f"lang={language}", headers=HTML)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_has_one_heading_a_search_box_with_a_label_and_landmarks(client, language):
    html = page(client, "/", lang=language).text
    assert html.count("<h1") == 1
    assert 'role="search"' in html
    assert '<label class="hidden" for="q">' in html
    assert html.count("<main") == 1
    assert 'class="skip" href="#main"' in html
    for label in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert f'id="{label}"' in html


def test_the_first_page_shows_every_theme_as_a_link(client):
    html = page(client, "/").text
    for theme in client.get("/v1/themes").json()["data"]:
        assert f'href="/themes/{theme["key"]}"' in html


def test_a_themes_page_shows_its_figures_and_customers_words(client, theme):
    html = page(client, f"/themes/{theme['key']}", lang="en").text
    assert theme["labels"].get("en", theme["label"]) in html.replace("&#39;", "'").replace("&amp;", "&")
    assert f"<b>{theme['reach']:,}</b>" in html
    assert "<mark>" in html
    assert "/items/fb1" in html


def test_a_themes_items_are_paged(client, theme):
    first, second = (page(client, f"/themes/{theme['key']}", page=number).text for number in (1, 2))
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="?page=1"' in second
    latest = [re.findall(r'href="(/items/[^"]+)"', html.partition('id="latest"')[2]) for html in (first, second)]
    assert latest[0]
    assert latest[1]
    assert not set(latest[0]) & set(latest[1])


def test_a_search_shows_the_mention_that_answers(client):
    html = page(client, "/search", q="my refund has not arrived").text
    marks = re.findall(r"<mark>([^<]+)</mark>", html)
    assert len(marks) == 20
    assert any("refund" in mark for mark in marks[:5])
    assert 'value="my refund has not arrived"' in html


def test_a_filter_that_can_not_be_read_is_said_beside_its_field(client):
    answer = page(client, "/search", q="refund", where="lang=")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="lang="' in answer.text
    assert 'value="refund"' in answer.text


def test_an_items_page_shows_the_whole_text_once_with_its_mentions(client):
    text = "배송은 빨랐는데 포장이 엉망이었어요. 계란이 다 깨져서 왔습니다."
    client.post("/v1/feedback", json={"id": "page-1", "text": text, "rating": 2})
    html = page(client, "/items/page-1", lang="ko").text
    shown = re.search(r'<div class="text"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert shown is not None
    assert re.sub(r"<sup>\d+</sup>|<[^>]+>", "", shown[1]) == text
    mentions = client.get("/v1/items/page-1").json()["mentions"]
    assert html.count('id="mention-') == len(mentions) > 1


def test_what_customers_and_readers_write_is_never_markup(client):
    attack = '<img src=x onerror=alert(1)> "><script>alert(2)</script>'
    client.post("/v1/feedback", json={"id": 'x"><b>', "text": f"The checkout broke {attack}", "channel": "<i>c</i>"})
    for answer in (
        page(client, "/search", q=attack),
        page(client, "/search", q="a", where=attack),
        page(client, '/items/x"><b>'),
        page(client, f"/items/{attack}"),
        page(client, f"/?lang={attack}"),
    ):
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "<i>c</i>" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_pages_hold_no_script_and_no_style_of_their_own(client, theme):
    for path in ("/", f"/themes/{theme['key']}", "/search?q=late", "/attention", "/docs"):
        html = client.get(path, headers=HTML).text
        assert re.findall(r"<script[^>]*>", html) == re.findall(r'<script src="/static/page.js\?v=\w+" defer>', html)
        assert "<style" not in html
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html)


def test_the_report_may_run_nothing(client):
    answer = page(client, "/report", lang="ko")
    assert '<html lang="ko">' in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_before_the_first_run_the_page_says_what_to_do(fake_client):
    for path in ("/", "/attention", "/themes/t_1"):
        answer = fake_client.get(path, headers=HTML)
        assert answer.status_code == 200
        assert "voc run" in answer.text


def test_an_unknown_theme_is_a_page_that_says_so(client):
    answer = page(client, "/themes/t_none", lang="ko")
    assert answer.status_code == 404
    assert "찾을 수 없습니다" in answer.text


def palette(dark: bool) -> dict[str, str]:
    css = (files("voc.report") / "templates" / "report.css").read_text()
    css += (files("voc.api") / "static" / "page.css").read_text()
    colours: dict[str, str] = {}
    for mode, block in re.findall(r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}", css):
        if dark or not mode:
            colours.update(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    return colours


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *((ink, paper) for ink in ("ink", "soft", "blue", "red", "green") for paper in ("paper", "wash")),
        ("paper", "red"),
        ("paper", "blue"),
        ("paper", "ink"),
        ("ink", "mark"),
        ("ink", "field"),
        ("soft", "field"),
        ("ink", "hover"),
    ],
)
def test_words_stand_out_from_what_is_behind_them(ink, paper, dark):
    """WCAG 2.2, success criterion 1.4.3: a contrast of at least 4.5 to 1."""
    colours = palette(dark)
    lighter, darker = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5

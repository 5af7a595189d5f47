"""The pages of alerts: what is listed, what stands behind it, and forms that act once and only for this site."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from made_alerts import an_alert

from voc.alerts import Kind, Quote, Share, Status
from voc.api.app import create_app
from voc.config import Settings

HTML = {"accept": "text/html", "accept-language": "en"}
ALERT = "/alerts/alert_1"


@pytest.fixture(scope="module")
def service(demo_home, tmp_path_factory):
    """The service over a copy of the demo's home that these tests may put alerts into."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("alerted") / "home")
    app = create_app(Settings(home=home, tz="Asia/Seoul"))
    with TestClient(app) as client:
        client.store = app.state.service.engine._tools.alerts
        for alert in client.store.all():  # what nights told of the sample is not what is looked at here
            client.store.act(alert.alert_id, Status.CLOSED, at=datetime(2020, 1, 1, tzinfo=UTC), reason="put away")
        yield client


@pytest.fixture(scope="module")
def theme(service):
    return service.get("/v1/themes").json()["data"][0]


@pytest.fixture
def client(service, theme):
    """The service with one open alert of the largest theme, told anew for every test."""
    quote = theme["exemplars"][0]
    alert = an_alert(
        theme=theme["key"],
        label='Late <b>"deliveries"</b>',
        where=(Share("version", "3.2", 0.75, 0.6, 0.86, 0.1),),
        evidence=(Quote(quote["item_id"], 1, quote["start"], quote["end"]), Quote("fb1_erased", 1, 0, 9)),
    )
    service.cookies.clear()  # of the language
    service.store.put([alert], watched=1)
    service.post("/v1/alerts/alert_1/reopen")
    return service


def page(client, path=ALERT, **params):
    return client.get(path, params=params, headers=HTML)


def send(client, action, headers=None, **fields):
    """As a browser does, that follows the redirect."""
    return client.post(f"{ALERT}/{action}", data=fields or {"assignee": ""}, headers={**HTML, **(headers or {})})


def status(client):
    return client.store.get("alert_1").status


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", ["/alerts", "/alerts?show=all", ALERT])
def test_every_page_opens_in_both_languages_without_script_or_style(client, path, language):
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1") == 1
    assert 'href="/alerts" aria-current="page"' in answer.text
    assert "<b>&#34;" not in answer.text
    assert "Late &lt;b&gt;" in answer.text
    assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    for label in re.findall(r'aria-labelledby="([^"]+)"', answer.text):
        assert f'id="{label}"' in answer.text


def test_an_alert_shows_what_it_rests_on(client, theme):
    html = page(client).text
    quote = theme["exemplars"][0]
    assert "24 people where about 6.0 were to be expected in 3 days, 4.0 times (95 %: 2.5–6.1)" in html
    assert "Source: shop" in html
    assert "since 2026-03-06" in html
    assert "31 people so far" in html
    assert "Version 3.2: 75 % (60 % – 86 %), before 10 %" in html
    assert f'href="/items/{quote["item_id"]}"' in html
    assert "fb1_erased" not in html
    assert f'href="/themes/{theme["key"]}"' in html
    assert "status_" not in html


def test_a_themes_page_and_the_first_page_follow_its_alert(client, theme):
    path = f"/themes/{theme['key']}"
    html = page(client, path).text
    assert '<span class="state emerging">' in html
    told = html.partition('id="alerts"')[2].partition("</section>")[0]
    assert f'href="{ALERT}"' in told
    assert "2026-03-06 – 2026-03-08" in told
    assert "Source: shop" in told
    days = page(client, "/").text.partition('id="spikes"')[2].partition("</section>")[0]
    assert f'href="{ALERT}"' in days
    row = client.get(f"/v1/themes/{theme['key']}").json()
    assert row["state"] == client.get("/v1/trends", params={"theme": theme["key"]}).json()["data"][0]["state"]
    assert row["state"] == "emerging"
    send(client, "close", reason="noise")
    assert '<span class="state emerging">' not in page(client, path).text
    assert client.get(f"/v1/themes/{theme['key']}").json()["state"] == theme["state"]


def test_an_alert_of_a_mood_counts_unhappy_people(client, theme):
    client.store.put([an_alert(theme=theme["key"], kind=Kind.SENTIMENT, alert_id="alert_2", ratio_high=1e6)], watched=1)
    html = page(client, "/alerts/alert_2").text
    client.store.act("alert_2", Status.CLOSED, at=datetime.now(UTC))
    assert "24 unhappy people" in html
    assert "4.0 times (95 %: ≥ 2.5)" in html


@pytest.mark.parametrize(
    ("standing", "offered"),
    [
        ("open", ["acknowledge", "assign", "snooze", "close"]),
        ("acknowledged", ["assign", "snooze", "close", "reopen"]),
        ("snoozed", ["reopen", "assign", "close"]),
        ("closed", ["reopen"]),
    ],
)
def test_only_what_can_be_done_is_offered(client, standing, offered):
    store, now = client.store, datetime.now(UTC)
    store.act("alert_1", Status(standing), at=now, until=now + timedelta(days=1) if standing == "snoozed" else None)
    html = page(client).text
    assert re.findall(rf'action="{ALERT}/(\w+)"', html) == offered
    for name in re.findall(r'<input id="(\w+)" name="\w+"', html.partition('class="acts"')[2]):
        assert f'<label for="{name}">' in html


def test_forms_acknowledge_assign_snooze_close_and_reopen(client):
    assert send(client, "acknowledge").url.path == ALERT
    assert status(client) == "acknowledged"
    assert "Assignee: Mina" in send(client, "assign", assignee="Mina").text
    assert "until 2099-01-02" in send(client, "snooze", until="2099-01-02").text
    assert status(client) == "snoozed"
    assert ALERT not in page(client, "/alerts").text
    assert ALERT in page(client, "/alerts", show="all").text
    send(client, "reopen")
    closed = send(client, "close", reason="fixed <i>at last</i>, call 010-1234-5678")
    assert "fixed &lt;i&gt;at last&lt;/i&gt;, call &lt;PHONE&gt;" in closed.text
    assert status(client) == "closed"
    assert send(client, "reopen").status_code == 200
    assert status(client) == "open"


def test_acting_answers_with_a_redirect_so_that_reloading_acts_once(client):
    answer = client.post(f"{ALERT}/acknowledge", data={"assignee": "Jo"}, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, ALERT)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("close", {}),
        ("close", {"reason": "  "}),
        ("close", {"reason": "Erzebet " * 200}),
        ("assign", {}),
        ("assign", {"assignee": "Erzebet" * 40}),
        ("snooze", {"until": "when Erzebet is back"}),
        ("snooze", {"until": "2020-01-01"}),
        ("acknowledge", {"reason": "Erzebet said so"}),
    ],
)
def test_what_can_not_be_done_is_said_above_the_forms(client, action, fields):
    answer = send(client, action, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "Erzebet" not in answer.text
    assert f'action="{ALERT}/close"' in answer.text
    assert status(client) == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
    ],
)
def test_a_form_of_another_site_does_nothing(client, headers):
    answer = send(client, "close", headers, reason="not yours")
    assert answer.status_code == 403
    assert status(client) == "open"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_a_form_of_this_site_acts(client, headers):
    assert send(client, "acknowledge", headers).status_code == 200
    assert status(client) == "acknowledged"


@pytest.mark.parametrize(
    ("path", "sent", "code"),
    [
        ("alert_9/close", {"data": {"reason": "x"}}, 404),
        ("alert_1/explode", {"data": {"reason": "x"}}, 422),
        ("alert_1/close", {"json": {"reason": "x"}}, 415),
        ("alert_1/close", {"content": b"reason=\xff"}, 400),
        ("alert_1/close", {"content": b"a=1&b=2&c=3&d=4&reason=x"}, 400),
    ],
)
def test_what_is_no_form_of_ours_is_a_page_that_says_so(client, path, sent, code):
    headers = {**HTML, "content-type": "application/x-www-form-urlencoded"} if "content" in sent else HTML
    answer = client.post(f"/alerts/{path}", headers=headers, **sent)
    assert answer.status_code == code
    assert "text/html" in answer.headers["content-type"]
    assert status(client) == "open"


def test_an_unknown_alert_is_a_page_that_says_so(client):
    answer = page(client, "/alerts/alert_none", lang="ko")
    assert answer.status_code == 404
    assert "찾을 수 없습니다" in answer.text


def test_the_first_page_shows_open_alerts_and_follows_what_people_do(client):
    assert f'href="{ALERT}"' in page(client, "/").text
    send(client, "snooze", until="2099-01-02")
    first = page(client, "/").text
    assert "Nothing goes beyond expectation." in first
    assert "at most 0.3 false alarms a month" in first
    now = datetime.now(UTC)
    client.store.act("alert_1", Status.SNOOZED, at=now, until=now - timedelta(seconds=1))
    assert "Nothing goes beyond expectation." not in page(client, "/").text


def test_the_served_report_links_alerts_and_quotes_and_the_one_by_the_api_stands_alone(client, theme):
    quote = theme["exemplars"][0]["item_id"]
    served = page(client, "/report").text
    assert f'href="{ALERT}"' in served
    assert f'href="/items/{quote}"' in served
    alone = client.get("/v1/reports/latest", params={"format": "html"}).text
    assert "Late &lt;b&gt;" in alone
    assert 'href="/' not in alone
    rows = client.get("/v1/reports/latest", params={"format": "json"}).json()
    assert [row["alert_id"] for row in rows["unusual"]["open"]] == ["alert_1"]
    assert rows["week"]["first"][0]["alert_id"] == "alert_1"
    assert rows["week"]["first"][0]["reasons"][0] == "unusual"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "One text sent 30 times on 2026-11-05 ("),
        ("ko", "2026-11-05 같은 글 30번 ("),
    ],
)
def test_campaigns_stand_below_the_alerts_and_in_the_report(client, language, said):
    for path in ("/alerts", "/", "/report"):
        html = page(client, path, lang=language).text
        assert said in html, path
        assert "💎하루 10분" in html
    text = client.get("/v1/reports/latest", params={"format": "md", "lang": language}).text
    assert said in text.replace("\\", "")


def test_before_the_first_run_the_page_says_what_to_do(tmp_path):
    with TestClient(create_app(Settings(home=tmp_path / "home"))) as client:
        answer = client.get("/alerts", headers=HTML)
    assert answer.status_code == 200
    assert "voc run" in answer.text

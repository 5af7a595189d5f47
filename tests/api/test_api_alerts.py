from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from made_alerts import NIGHT, an_alert

from voc.alerts import Quote, Share
from voc.api import alerts as shapes
from voc.api.app import create_app
from voc.config import Settings


@pytest.fixture(scope="module")
def service(demo_home, tmp_path_factory):
    """The service over a copy of the demo's home that these tests may put alerts into."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("alerted") / "home")
    app = create_app(Settings(home=home, tz="Asia/Seoul"))
    with TestClient(app) as client:
        client.held = app.state.service.engine
        yield client


@pytest.fixture
def exemplar(service):
    """A quote of the largest theme, with that theme's key and label."""
    theme = service.get("/v1/themes").json()["data"][0]
    return {**theme["exemplars"][0], "theme": theme["key"], "label": theme["label"]}


@pytest.fixture
def client(service, exemplar):
    """The service with one open alert, which is told anew for every test."""
    alert = an_alert(
        theme=exemplar["theme"],
        label=exemplar["label"],
        expected=6.00004,
        p=3.2149e-19,
        where=(Share("version", "3.2", 0.75, 0.6, 0.86, 0.1),),
        evidence=(
            Quote(exemplar["item_id"], 1, exemplar["start"], exemplar["end"]),
            Quote("fb1_erased", 1, 0, 9),
        ),
    )
    tools = service.held._tools
    tools.alerts.put([alert, replace(alert, alert_id="alert_2", opened=NIGHT - timedelta(days=1))], watched=1)
    for name in ("alert_1", "alert_2"):
        service.post(f"/v1/alerts/{name}/reopen")
    return service


def ours(rows):
    """The alerts made here; the nights of the sample have told some, too."""
    return [row for row in rows if row["alert_id"].startswith("alert_")]


def listed(client, **params):
    answer = client.get("/v1/alerts", params=params).json()
    shapes.Alerts.model_validate(answer)
    return {row["alert_id"]: row["status"] for row in ours(answer["data"])}


def act(client, action, name="alert_1", **said):
    answer = client.post(f"/v1/alerts/{name}/{action}", json=said)
    assert answer.status_code == 200, answer.text
    shapes.Alert.model_validate(answer.json())
    return answer.json()


def test_an_alert_is_told_with_its_quotes_and_without_those_that_were_erased(client, exemplar):
    answer = client.get("/v1/alerts").json()
    shapes.Alerts.model_validate(answer)
    told = ours(answer["data"])
    assert [row["alert_id"] for row in told] == ["alert_1", "alert_2"]
    row = told[0]
    said = exemplar["text"][exemplar["start"] : exemplar["end"]]
    assert row["evidence"] == [{"id": exemplar["id"], "item_id": exemplar["item_id"], "text": said}]
    assert row["where"] == [{"field": "version", "value": "3.2", "share": 0.75, "low": 0.6, "high": 0.86, "usual": 0.1}]
    assert (row["opened"], row["since"], row["closed"]) == ("2026-03-08T00:00:00Z", "2026-03-06T00:00:00Z", None)
    assert (row["expected"], row["p"], row["q"]) == (6.0, 3.21e-19, 4.1e-7)
    assert (row["theme"], row["label"], row["scope"]) == (exemplar["theme"], exemplar["label"], {"source": "shop"})


def test_a_closed_alert_is_listed_only_with_all(client):
    closed = act(client, "close", reason="a known outage, call 010-1234-5678")
    assert closed["status"] == "closed"
    assert closed["closed"]
    assert closed["reason"] == "a known outage, call <PHONE>"
    assert listed(client) == {"alert_2": "open"}
    assert listed(client, all="true") == {"alert_1": "closed", "alert_2": "open"}
    assert act(client, "reopen")["reason"] is None
    assert listed(client) == {"alert_1": "open", "alert_2": "open"}


def test_an_acknowledged_alert_stays_listed_with_who_is_at_it(client):
    assert act(client, "acknowledge", assignee="Mina")["assignee"] == "Mina"
    assert listed(client) == {"alert_1": "acknowledged", "alert_2": "open"}
    assert client.post("/v1/alerts/alert_2/acknowledge").json()["status"] == "acknowledged"


def test_a_snoozed_alert_is_left_out_until_its_time_and_is_open_then(client):
    week = act(client, "snooze")
    ends = datetime.fromisoformat(week["snoozed_until"])
    assert timedelta(days=6, hours=23) < ends - datetime.now(UTC) <= timedelta(days=7)
    assert listed(client) == {"alert_2": "open"}
    assert listed(client, all="true") == {"alert_1": "snoozed", "alert_2": "open"}
    assert act(client, "snooze", until="2099-01-02")["snoozed_until"] == "2099-01-01T15:00:00Z"  # midnight in Seoul
    store, now = client.held._tools.alerts, datetime.now(UTC)
    store.act("alert_1", store.get("alert_1").status, at=now, until=now - timedelta(seconds=1))
    assert listed(client) == {"alert_1": "open", "alert_2": "open"}


def test_assigning_acknowledges_an_open_alert_and_lets_a_snoozed_one_sleep(client):
    engine = client.held
    assert act(client, "assign", assignee="Mina")["status"] == "acknowledged"
    assert client.post("/v1/alerts/alert_1/assign").status_code == 400
    asleep = act(client, "snooze", name="alert_2")
    assigned = engine.act_on_alert("alert_2", "assign", assignee="Jo").alert
    assert (assigned.status, assigned.assignee) == ("snoozed", "Jo")
    assert listed(client, all="true") == {"alert_1": "acknowledged", "alert_2": "snoozed"}
    assert act(client, "reopen", name="alert_2")["snoozed_until"] is None
    assert asleep["snoozed_until"] is not None


def test_an_alert_of_a_merged_theme_speaks_of_the_theme_that_stays(client, exemplar):
    other = next(
        row["key"]
        for row in client.get("/v1/themes", params={"level": "fine"}).json()["data"]
        if row["key"] != exemplar["theme"]
    )
    body = {"kind": "merge", "theme": other, "others": [exemplar["theme"]]}
    merged = client.post("/v1/edits", json=body).json()
    row = ours(client.get("/v1/alerts").json()["data"])[0]
    assert (row["theme"], row["themes"], row["label"]) == (other, [other], exemplar["label"])
    client.post("/v1/edits", json={"kind": "undo", "edit": merged["edit_id"]})
    assert ours(client.get("/v1/alerts").json()["data"])[0]["theme"] == exemplar["theme"]


def test_an_alert_of_a_hidden_theme_is_listed_with_all_only_and_behind_the_others(client, exemplar):
    hidden = client.post("/v1/edits", json={"kind": "hide", "theme": exemplar["theme"]}).json()
    assert listed(client) == {}
    assert listed(client, all=True) == {"alert_1": "open", "alert_2": "open"}
    assert {row["hidden"] for row in ours(client.get("/v1/alerts", params={"all": True}).json()["data"])} == {True}
    assert "/alerts/alert_1" not in client.get("/").text + client.get("/alerts").text
    links = re.findall(r'href="/alerts/([^"?/]+)"', client.get("/alerts", params={"show": "all"}).text)
    assert set(links[-2:]) == {"alert_1", "alert_2"}
    assert client.get("/alerts/alert_1").status_code == 200
    client.post("/v1/edits", json={"kind": "undo", "edit": hidden["edit_id"]})
    assert "/alerts/alert_1" in client.get("/").text


def test_the_spam_of_the_sample_is_one_flag_and_no_alert(client, planted):
    answer = client.get("/v1/alerts/flags").json()
    shapes.Flags.model_validate(answer)
    (row,) = answer["data"]
    assert row["copies"] == len(planted["spam"]["ids"]) == 30
    assert (row["since"], row["until"]) == ("2026-11-04T15:00:00Z", "2026-11-05T15:00:00Z")  # a day in Seoul
    assert sum(row["sources"].values()) == 30
    assert row["label"] == client.get(f"/v1/themes/{row['theme']}").json()["label"]
    copies = {client.get(f"/v1/items/{quote['item_id']}").json()["id"] for quote in row["evidence"]}
    assert len(copies) == 3
    assert copies <= set(planted["spam"]["ids"])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("alert_9/close", {}, 404, "not_found"),
        ("alert_1/forward", {"assignee": "Mina"}, 422, "validation"),
        ("alert_1/close", {"until": "2099-01-01"}, 400, "usage"),
        ("alert_1/acknowledge", {"reason": "Erzebet said so"}, 400, "usage"),
        ("alert_1/acknowledge", {"assignee": " "}, 400, "usage"),
        ("alert_1/snooze", {"until": "when Erzebet is back"}, 400, "usage"),
        ("alert_1/snooze", {"until": "2020-01-01"}, 400, "usage"),
        ("alert_1/close", {"because": "Erzebet"}, 422, "validation"),
    ],
)
def test_what_can_not_be_done_is_a_problem_that_repeats_nothing(client, path, body, status, code):
    answer = client.post(f"/v1/alerts/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Erzebet" not in answer.text
    assert listed(client) == {"alert_1": "open", "alert_2": "open"}


def test_a_closed_alert_can_not_be_acknowledged(client):
    act(client, "close")
    answer = client.post("/v1/alerts/alert_1/acknowledge")
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")
    assert "reopen" in answer.json()["hint"]


def test_a_browser_on_another_site_can_not_act(client):
    answer = client.post("/v1/alerts/alert_1/close", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert listed(client) == {"alert_1": "open", "alert_2": "open"}


def test_alerts_before_the_first_run_are_a_problem_with_a_hint(tmp_path):
    with TestClient(create_app(Settings(home=tmp_path / "home"))) as client:
        answer = client.get("/v1/alerts")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_run")

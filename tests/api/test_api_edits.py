from __future__ import annotations

import shutil

import pytest
from fastapi.testclient import TestClient

from voc.api import answers
from voc.api.app import create_app
from voc.api.edits import Edit, Edits
from voc.config import Settings


@pytest.fixture(scope="module")
def client(demo_home, tmp_path_factory):
    """The service over a copy of the demo's home that these tests may correct."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("edited") / "home")
    with TestClient(create_app(Settings(home=home, tz="Asia/Seoul"))) as client:
        yield client


@pytest.fixture
def item(client):
    """An item that nobody calls urgent, with a theme."""
    for theme in client.get("/v1/themes").json()["data"]:
        for hit in client.get(f"/v1/themes/{theme['key']}/items").json()["data"]:
            if hit["urgency"]["level"] in ("low", "normal") and not hit["corrected"]:
                return hit
    raise AssertionError("every item is urgent")


def correct(client, hit, **said):
    made = client.post("/v1/edits", json={"kind": "score", "item": hit["item_id"], **said})
    assert made.status_code == 201, made.text
    Edit.model_validate(made.json())
    return made.json()


def shown(client, hit):
    """Every answer that shows a score of the item or counts it."""
    key = hit["theme"]["key"]
    return {
        "item": client.get(f"/v1/items/{hit['item_id']}").json(),
        "theme": client.get(f"/v1/themes/{key}").json(),
        "items": [h for h in client.get(f"/v1/themes/{key}/items").json()["data"] if h["item_id"] == hit["item_id"]],
        "attention": client.get("/v1/attention", params={"limit": 200}).json(),
        "search": client.post("/v1/search", json={"q": hit["text"][:200], "k": 50}).json(),
        "report": client.get("/v1/reports/latest").json(),
        "home page": client.get("/").text,
        "item page": client.get(f"/items/{hit['item_id']}").text,
    }


def test_a_correction_shows_in_the_next_answers_and_pages_and_its_undo_leaves_no_trace(client, item):
    before = shown(client, item)
    made = correct(client, item, sentiment="positive", urgency="critical")
    after = shown(client, item)
    # Of an item that was positive already, the theme's mood and with it the bar on the page may stay.
    assert {name for name in before if before[name] == after[name]} <= {"home page"}
    answers.ItemOut.model_validate(after["item"])
    answers.Hits.model_validate(after["attention"])
    assert after["item"]["corrected"] is True
    assert after["item"]["sentiment"] == {"label": "positive", "score": 1.0}
    assert {mention["urgency"]["level"] for mention in after["item"]["mentions"]} == {"critical"}
    assert after["theme"]["urgency"]["critical"] > before["theme"]["urgency"]["critical"]
    assert item["item_id"] in [hit["item_id"] for hit in after["attention"]["data"] if hit["corrected"]]
    assert "corrected" in after["item page"]
    assert "corrected" not in before["item page"]
    undone = client.post("/v1/edits", json={"kind": "undo", "edit": made["edit_id"]})
    assert undone.status_code == 201
    assert shown(client, item) == before


def test_the_home_page_follows_a_correction_though_its_report_is_kept(client):
    theme = max(client.get("/v1/themes").json()["data"], key=lambda theme: theme["sentiment"]["negative"])
    before = client.get("/").text
    items = client.get(f"/v1/themes/{theme['key']}/items", params={"limit": 200}).json()["data"]
    made = [correct(client, hit, sentiment="positive") for hit in items]
    assert client.get("/").text != before
    for edit in made:
        client.post("/v1/edits", json={"kind": "undo", "edit": edit["edit_id"]})
    assert client.get("/").text == before


def test_the_log_is_listed_newest_first_with_what_holds(client, item):
    first = correct(client, item, sentiment="negative")
    second = correct(client, item, urgency="low")
    client.post("/v1/edits", json={"kind": "undo", "edit": second["edit_id"]})
    page = client.get("/v1/edits").json()
    Edits.model_validate(page)
    assert page["next"] is None
    rows = page["data"][:3]
    assert [(row["kind"], row["status"]) for row in rows] == [
        ("undo", "active"),
        ("score", "undone"),
        ("score", "active"),
    ]
    assert [row["edit_id"] for row in rows[1:]] == [second["edit_id"], first["edit_id"]]
    assert {row["actor"] for row in rows} == {"operator"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "score", "item": "nobody", "sentiment": "negative"}, 404, "not_found"),
        ({"kind": "score", "item": "nobody"}, 400, "usage"),
        ({"kind": "score", "item": "nobody", "sentiment": "cross"}, 422, "validation"),
        ({"kind": "score", "item": "nobody", "mood": "cross"}, 422, "validation"),
        ({"kind": "undo", "edit": "edit_none"}, 404, "not_found"),
        ({"kind": "undo"}, 422, "validation"),
        ({"kind": "shout", "item": "nobody"}, 422, "validation"),
        ({"item": "nobody"}, 422, "validation"),
        ([], 422, "validation"),
    ],
)
def test_what_makes_no_sense_is_a_problem_and_changes_nothing(client, body, status, code):
    before = client.get("/v1/edits").json()
    answer = client.post("/v1/edits", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "cross" not in answer.text
    assert client.get("/v1/edits").json() == before


def test_an_edit_can_be_undone_once(client, item):
    made = correct(client, item, urgency="low")
    again = [client.post("/v1/edits", json={"kind": "undo", "edit": made["edit_id"]}).status_code for _ in range(2)]
    assert again == [201, 400]


def test_themes_are_named_joined_and_hidden_over_http_and_back(client):
    before = client.get("/v1/themes").json()
    keep, other, third = before["data"][:3]
    posted = [
        {"kind": "rename", "theme": keep["key"], "label": "Late parcels"},
        {"kind": "merge", "theme": keep["key"], "others": [other["key"]]},
        {"kind": "hide", "theme": third["key"]},
        {"kind": "pin", "theme": keep["key"]},
        {"kind": "move", "item": third["exemplars"][0]["item_id"], "theme": keep["key"]},
    ]
    quote = keep["exemplars"][-1]
    posted.append({"kind": "split", "theme": keep["key"], "query": quote["text"][quote["start"] : quote["end"]][:200]})
    made = []
    for body in posted:
        reply = client.post("/v1/edits", json=body)
        assert reply.status_code == 201, reply.text
        made.append(Edit.model_validate(reply.json()))
    now = {theme["key"]: theme for theme in client.get("/v1/themes").json()["data"]}
    assert now[keep["key"]]["label"] == "Late parcels"
    assert now[keep["key"]]["pinned"] is True
    apart = now[keep["key"]]["mentions"] + now[made[-1].says["key"]]["mentions"]
    assert apart > keep["mentions"] + other["mentions"]  # the moved item's are among them
    assert not {other["key"], third["key"]} & now.keys()
    assert client.get(f"/v1/themes/{third['key']}").json()["hidden"] is True
    assert client.get(f"/v1/themes/{other['key']}").json()["key"] == keep["key"]
    assert "Late parcels" in client.get(f"/themes/{other['key']}").text
    assert "Late parcels" in client.get("/").text
    for edit in made:
        assert client.post("/v1/edits", json={"kind": "undo", "edit": edit.edit_id}).status_code == 201
    assert client.get("/v1/themes").json() == before


def test_the_home_page_follows_every_kind_of_theme_edit(client):
    client.get("/")
    keep, other, third = (theme["key"] for theme in client.get("/v1/themes").json()["data"][:3])
    coarse = client.get("/v1/themes", params={"level": "coarse"}).json()["data"][-1]["key"]
    for body in (
        {"kind": "rename", "theme": keep, "label": "A name of our own", "reason": "Easier to say"},
        {"kind": "hide", "theme": third},
        {"kind": "hide", "theme": coarse},
        {"kind": "merge", "theme": keep, "others": [other]},
    ):
        before = client.get("/").text
        made = client.post("/v1/edits", json=body).json()
        assert client.get("/").text != before, body
        assert client.post("/v1/edits", json={"kind": "undo", "edit": made["edit_id"]}).status_code == 201
        assert client.get("/").text == before, body
    (named,) = (row for row in client.get("/v1/edits").json()["data"] if row["says"].get("reason"))
    assert named["says"] == {"label": "A name of our own", "reason": "Easier to say"}
    made = client.post("/v1/edits", json={"kind": "hide", "theme": third}).json()
    assert third not in {theme["key"] for theme in client.get("/v1/themes").json()["data"]}
    listed = client.get("/v1/themes", params={"hidden": True}).json()["data"]
    assert [theme["hidden"] for theme in listed if theme["key"] == third] == [True]
    client.post("/v1/edits", json={"kind": "undo", "edit": made["edit_id"]})


def test_what_people_write_is_redacted(client):
    key = client.get("/v1/themes").json()["data"][0]["key"]
    made = client.post("/v1/edits", json={"kind": "rename", "theme": key, "label": "Call 010-1234-5678"}).json()
    assert "1234" not in made["says"]["label"]
    client.post("/v1/edits", json={"kind": "undo", "edit": made["edit_id"]})


def test_wrong_theme_edits_are_clear_errors(client):
    (key, other) = (theme["key"] for theme in client.get("/v1/themes").json()["data"][:2])
    for body, status in (
        ({"kind": "rename", "theme": "th_none", "label": "x"}, 404),
        ({"kind": "rename", "theme": key, "label": " "}, 400),
        ({"kind": "rename", "theme": key}, 422),
        ({"kind": "merge", "theme": key, "others": []}, 422),
        ({"kind": "merge", "theme": key, "others": [key]}, 400),
        ({"kind": "move", "item": "nobody", "theme": other}, 404),
    ):
        assert client.post("/v1/edits", json=body).status_code == status, body

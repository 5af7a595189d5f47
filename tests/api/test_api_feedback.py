from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from voc.api import answers


def test_posted_feedback_is_searchable_at_once_and_has_a_theme(client):
    text = "The courier left my groceries at the wrong building and the parcel arrived two hours late again"
    answer = client.post("/v1/feedback", json={"id": "post-1", "text": text, "channel": "ticket", "lang": "en"})
    assert answer.status_code == 202
    answers.FeedbackOut.model_validate(answer.json())
    (result,) = answer.json()["results"]
    assert (result["id"], result["status"], result["reason"]) == ("post-1", "added", None)
    hits = client.get("/v1/search", params={"q": "courier brought my order to another building, late"}).json()["data"]
    found = next(hit for hit in hits if hit["item_id"] == result["item_id"])
    assert found["text"] == text
    item = client.get("/v1/items/post-1").json()
    assert item["theme"] is not None
    assert {mention["how"] for mention in item["mentions"] if mention["theme"]} == {"assigned"}
    theme = client.get(f"/v1/themes/{item['theme']}/items", params={"limit": 200}).json()["data"]
    assert result["item_id"] in {hit["item_id"] for hit in theme}


def test_the_same_post_twice_adds_nothing_and_another_text_is_an_update(client):
    first = client.post("/v1/feedback", json={"id": "post-2", "text": "환불 처리가 너무 늦어요"}).json()["results"][0]
    again = client.post("/v1/feedback", json={"id": "post-2", "text": "환불 처리가 너무 늦어요"}).json()["results"][0]
    other = client.post("/v1/feedback", json={"id": "post-2", "text": "환불 받았습니다"}).json()["results"][0]
    assert [row["status"] for row in (first, again, other)] == ["added", "unchanged", "updated"]
    assert first["item_id"] == again["item_id"] == other["item_id"]
    assert client.get("/v1/items/post-2").json()["text"] == "환불 받았습니다"


def test_an_idempotency_key_gives_the_same_answer_again(client):
    body = {"id": "post-3", "text": "The coupon code did not work"}
    first = client.post("/v1/feedback", json=body, headers={"idempotency-key": "key-1"})
    again = client.post("/v1/feedback", json=body, headers={"idempotency-key": "key-1"})
    assert first.json()["results"][0]["status"] == "added"
    assert again.json() == first.json()
    assert again.status_code == 202
    assert again.headers["idempotency-replayed"] == "true"
    other = client.post("/v1/feedback", json={"text": "other"}, headers={"idempotency-key": "key-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_bad_item_is_rejected_in_its_place_and_the_others_are_taken(client):
    rows = [{"id": "ok-1", "text": "Fine delivery"}, {"id": "bad"}, 7, None, {"id": "ok-2", "text": "", "rating": 4}]
    results = client.post("/v1/feedback", json={"items": rows}).json()["results"]
    assert [row["status"] for row in results] == ["added", "rejected", "rejected", "rejected", "added"]
    assert [bool(row["reason"]) for row in results] == [False, True, True, True, False]
    assert results[1]["id"] == "bad"


def test_personal_data_is_gone_before_anything_is_stored(client):
    client.post("/v1/feedback", json={"id": "post-4", "text": "Call me on 010-1234-5678 or at minji.kim@example.com"})
    item = client.get("/v1/items/post-4")
    assert "010-1234-5678" not in item.text
    assert "minji" not in item.text
    assert sum(item.json()["redactions"].values()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "half a character \ud83d here",
        "null \x00 byte",
        "<script>alert(1)</script> broken",
        "a" * 20_000,
        "👍👍",
        "ㅠㅠ",
    ],
)
def test_strange_texts_are_taken_or_rejected_but_never_break_the_service(client, text):
    answer = client.post(
        "/v1/feedback", content=json.dumps({"text": text}), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 202
    result = answer.json()["results"][0]
    assert result["status"] in ("added", "unchanged", "rejected")
    if result["item_id"]:
        assert client.get(f"/v1/items/{result['item_id']}").status_code == 200


@pytest.mark.parametrize("body", ["[" * 50_000, "{}", "null", '"text"', "7", '{"items": []}', "NaN", '{"text": 1e999}'])
def test_strange_bodies_never_break_the_service(client, body):
    answer = client.post("/v1/feedback", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (202, 400, 422)


@pytest.mark.parametrize("items", ["abc", None, 7, {"text": "The parcel came late"}])
def test_items_that_are_no_list_are_refused(fake, fake_client, items):
    answer = fake_client.post("/v1/feedback", json={"items": items})
    assert answer.status_code == 422
    assert fake.accepted == []


def test_an_id_with_a_slash_has_an_address(client):
    client.post("/v1/feedback", json={"id": "shop/eu/7", "text": "Where is my order?"})
    assert client.get("/v1/items/shop/eu/7").json()["id"] == "shop/eu/7"


def test_an_id_of_two_sources_needs_the_source(client):
    for source in ("store_a", "store_b"):
        client.post("/v1/feedback", json={"id": "twin", "source": source, "text": f"Order of {source} is missing"})
    answer = client.get("/v1/items/twin")
    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous")
    assert client.get("/v1/items/twin", params={"source": "store_a"}).json()["source"] == "store_a"


def test_a_conversations_agent_is_context_and_not_the_customers_voice(client):
    row = {"id": "turn-1", "text": "We are sorry for the late delivery", "author_role": "agent"}
    result = client.post("/v1/feedback", json=row).json()["results"][0]
    assert result["status"] == "added"
    assert client.get("/v1/items/turn-1").json()["mentions"] == []


def test_equal_posts_that_arrive_at_once_are_one_item(client):
    def post(_: int) -> str:
        answer = client.post("/v1/feedback", json={"text": "The gift wrap was torn when it came"})
        return answer.json()["results"][0]["status"]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(post, range(8))) == ["added", *["unchanged"] * 7]

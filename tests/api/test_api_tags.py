from __future__ import annotations

import pytest

from voc.api import answers
from voc.api import tags as shapes

EXAMPLES = [
    "The fruit was bruised",
    "딸기가 다 물러서 왔어요",
    "Rotten tomatoes in the box",
    "상추가 시들었어요",
    "The bananas were black on arrival",
    "우유가 상했어요",
    "Mouldy bread again",
    "고기에서 냄새가 나요",
    "The salad was slimy",
]


@pytest.fixture
def tag(client):
    body = {"name": "Spoiled food", "description": "Food came spoiled", "examples": EXAMPLES}
    answer = client.post("/v1/tags", json=body)
    yield answer
    client.delete("/v1/tags/spoiled_food")


def test_a_tag_is_taught_shown_listed_and_forgotten(client, tag):
    assert tag.status_code == 201
    assert tag.headers["location"] == "/v1/tags/spoiled_food"
    shapes.TagOut.model_validate(tag.json())
    assert client.get("/v1/tags/spoiled_food").json() == tag.json()
    listed = client.get("/v1/tags").json()
    shapes.Tags.model_validate(listed)
    assert [row["name"] for row in listed["data"]] == ["spoiled_food"]
    assert client.delete("/v1/tags/spoiled_food").json() == {"name": "spoiled_food", "versions": 1}
    assert client.get("/v1/tags").json() == {"data": [], "next": None}
    for call in (client.get, client.delete):
        assert call("/v1/tags/spoiled_food").status_code == 404


def test_hits_items_and_posted_items_carry_the_tag(client, tag):
    hits = client.get("/v1/search", params={"q": "fresh", "where": "tag=spoiled_food", "k": 5}).json()
    answers.Hits.model_validate(hits)
    assert hits["data"]
    assert {ref["name"] for hit in hits["data"] for ref in hit["tags"]} == {"spoiled_food"}
    client.post("/v1/feedback", json={"id": "tagged", "text": "The bananas were black and the tomatoes rotten"})
    item = client.get("/v1/items/tagged").json()
    answers.ItemOut.model_validate(item)
    assert [ref["name"] for ref in item["tags"]] == ["spoiled_food"]
    assert "spoiled_food" in client.get("/items/tagged", headers={"accept": "text/html"}).text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "a", "description": "b", "examples": EXAMPLES[:7]}, 400, "usage"),
        ({"name": "a=b", "description": "b", "examples": EXAMPLES}, 400, "usage"),
        ({"name": "a", "description": " ", "examples": EXAMPLES}, 400, "usage"),
        ({"name": "a", "description": "b", "examples": [*EXAMPLES, ""]}, 422, "input"),
        ({"name": "a", "description": "b", "examples": EXAMPLES, "items": ["nobody"]}, 404, "not_found"),
        ({"name": "a", "examples": EXAMPLES}, 422, "validation"),
    ],
)
def test_what_can_not_be_taught_is_a_problem_that_repeats_nothing(client, body, status, code):
    answer = client.post("/v1/tags", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "bruised" not in answer.text
    assert client.get("/v1/tags").json()["data"] == []

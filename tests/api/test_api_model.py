from __future__ import annotations

import base64

import numpy as np
import pytest

from voc.api import answers

TEXTS = ["결제가 안 돼요", "I can't pay with my card", "The strawberries were sweet and fresh"]


def test_vectors_have_openais_shape_and_unit_length(client):
    answer = client.post("/v1/embeddings", json={"input": TEXTS, "model": "multilingual-e5-small"}).json()
    answers.EmbeddingsOut.model_validate(answer)
    assert (answer["object"], answer["model"]) == ("list", "multilingual-e5-small")
    assert [row["index"] for row in answer["data"]] == [0, 1, 2]
    vectors = np.array([row["embedding"] for row in answer["data"]])
    assert vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2]


def test_base64_holds_the_same_numbers(client):
    plain = client.post("/v1/embeddings", json={"input": TEXTS[0]}).json()["data"][0]["embedding"]
    coded = client.post("/v1/embeddings", json={"input": TEXTS[0], "encoding_format": "base64"}).json()
    held = np.frombuffer(base64.b64decode(coded["data"][0]["embedding"]), "<f4")
    assert held.tolist() == np.float32(plain).tolist()


def test_a_query_and_a_passage_are_embedded_differently(client):
    def vector(kind: str) -> list[float]:
        return client.post("/v1/embeddings", json={"input": TEXTS[0], "input_type": kind}).json()["data"][0][
            "embedding"
        ]

    default = client.post("/v1/embeddings", json={"input": TEXTS[0]}).json()["data"][0]["embedding"]
    assert vector("passage") == default
    assert vector("query") != default


def test_usage_counts_tokens_of_all_texts(client):
    one, both = (
        client.post("/v1/embeddings", json={"input": texts}).json()["usage"]["prompt_tokens"]
        for texts in (TEXTS[:1], TEXTS[:2])
    )
    assert 3 < one < both


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"input": []}, 422, "validation"),
        ({"input": [1, 2]}, 422, "validation"),
        ({"input": ["a"] * 1001}, 422, "validation"),
        ({"input": "a", "input_type": "song"}, 422, "validation"),
        ({"input": ["a", "  "]}, 400, "usage"),
        ({"input": "a", "dimensions": 12}, 400, "usage"),
        ({"input": "a", "model": "another"}, 404, "not_found"),
    ],
)
def test_what_can_not_be_embedded_is_a_problem(client, body, status, code):
    answer = client.post("/v1/embeddings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_scores_come_in_the_order_of_the_request_and_bad_rows_say_so(client):
    rows = [{"id": "a", "text": TEXTS[0]}, {"id": "b"}, "The app is great", 5, {"text": TEXTS[1]}]
    answer = client.post("/v1/score", json={"items": rows}).json()
    answers.Scores.model_validate(answer)
    data = answer["data"]
    assert ["error" in row for row in data] == [False, True, False, True, False]
    assert [row["id"] for row in data[:2]] == ["a", "b"]
    assert [data[at]["text"] for at in (0, 2, 4)] == [TEXTS[0], "The app is great", TEXTS[1]]


def test_a_score_does_not_depend_on_its_company(client):
    alone = client.post("/v1/score", json=[{"id": "a", "text": TEXTS[0]}]).json()["data"][0]
    rows = [{"id": "a", "text": TEXTS[0]}, *({"id": str(n), "text": f"{TEXTS[n % 3]} {n}"} for n in range(150))]
    assert client.post("/v1/score", json={"items": rows}).json()["data"][0] == alone


def test_scoring_stores_nothing(client):
    before = client.get("/v1/search", params={"q": "a herd of purple cows ate my parcel", "k": 1}).json()["data"][0]
    client.post("/v1/score", json={"items": ["A herd of purple cows ate my parcel"]})
    after = client.get("/v1/search", params={"q": "a herd of purple cows ate my parcel", "k": 1}).json()["data"][0]
    assert before == after

"""Many kinds of requests for the model at once, against a real server: the same answers as one after the other."""

from __future__ import annotations

import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

TEXTS = [
    "결제가 안 돼요. 카드를 세 번이나 바꿨는데도 오류가 나고 고객센터는 전화를 안 받아요",
    "I can't pay with my saved card",
    "The strawberries were sweet and fresh, but the box was crushed",
    "배송 기사님이 정말 친절하셨어요",
    "refund!!",
]


def requests() -> list[tuple[str, dict[str, object]]]:
    """Every kind, with texts of one request and of several in common."""
    found: list[tuple[str, dict[str, object]]] = []
    for number in range(12):
        one = f"{TEXTS[number % len(TEXTS)]} {number // 5}"
        for kind in ("query", "passage"):
            found.append(("/v1/embeddings", {"input": one, "input_type": kind}))
        found.append(("/v1/embeddings", {"input": [*TEXTS, one], "encoding_format": "base64"}))
        found.append(("/v1/score", {"items": [{"id": str(at), "text": text} for at, text in enumerate([one, *TEXTS])]}))
        found.append(("/v1/score", {"items": [{"id": "x", "text": one}]}))
        found.append(("/v1/score", {"items": [{"id": "bad"}]}))
    return found


def test_answers_are_the_same_to_the_bit_as_one_by_one(port, load_script):
    def ask(request: tuple[str, dict[str, object]]) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
            return load_script.ask(connection, "POST", *request)

    asked = requests()
    with ThreadPoolExecutor(24) as pool:
        at_once = list(pool.map(ask, asked))
    assert {status for status, _ in at_once} == {200}
    assert at_once == [ask(request) for request in asked]
    vectors = {kind: json.loads(body)["data"][0]["embedding"] for kind, (_, body) in zip("qp", at_once, strict=False)}
    assert len(vectors["q"]) == 384
    assert vectors["q"] != vectors["p"]


def test_the_metrics_tell_of_passes_that_were_shared(port, load_script):
    _, body = load_script.ask_once(port, "/metrics")
    text = body.decode()
    found = {name: re.search(rf"^voc_pass_rows_{name} (.*)$", text, re.MULTILINE) for name in ("sum", "count")}
    rows, passes = (float(match[1]) for match in found.values())
    assert rows > passes > 0
    assert "voc_waiting_tokens 0.0" in text

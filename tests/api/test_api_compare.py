"""Comparisons over HTTP: the same as on the command line, in the shape that is described."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from voc.api import compare as shapes
from voc.api.app import create_app
from voc.config import Settings
from voc.queries.compared import comparison_row


@pytest.mark.parametrize("metric", ["reach", "sentiment", "nps", "rating"])
def test_every_theme_is_compared_as_the_engine_does_it(client, demo, metric):
    answer = client.get("/v1/compare", params={"at": "2026-10-27", "days": 14, "metric": metric})
    assert answer.status_code == 200, answer.text
    shapes.Comparisons.model_validate(answer.json())
    assert answer.json()["next"] is None
    assert answer.json()["data"] == [
        comparison_row(one) for one in demo.compare(metric=metric, at="2026-10-27", days=14)
    ]


def test_values_of_an_attribute_are_compared_with_the_first(client):
    params = {"by": "version", "value": ["5.1.0", "5.2.0", "5.3.0"], "metric": "sentiment", "theme": "*"}
    answer = client.get("/v1/compare", params=params).json()
    shapes.Comparisons.model_validate(answer)
    named = {(row["before"]["name"], row["after"]["name"]) for row in answer["data"]}
    assert named == {("5.1.0", "5.2.0"), ("5.1.0", "5.3.0")}
    assert all(row["net"] is not None and row["placebo"] is None for row in answer["data"])


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 400, "usage"),
        ({"at": "Erzebet"}, 400, "usage"),
        ({"at": "2026-10-27", "metric": "Erzebet"}, 400, "usage"),
        ({"at": "2026-10-27", "theme": "Erzebet"}, 404, "not_found"),
        ({"at": "2026-10-27", "days": "Erzebet"}, 422, "validation"),
        ({"at": "2026-10-27", "where": "Erzebet"}, 400, "usage"),
        ({"by": "Erzebet", "value": ["1", "2"]}, 400, "usage"),
        ({"by": "version", "value": ["Erzebet", "5.2.0"]}, 400, "usage"),
        ({"by": "version", "value": "5.2.0"}, 400, "usage"),
    ],
)
def test_what_can_not_be_compared_is_a_problem_that_repeats_nothing(client, params, status, code):
    answer = client.get("/v1/compare", params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Erzebet" not in answer.text


def test_comparing_before_the_first_run_is_a_problem_with_a_hint(tmp_path):
    with TestClient(create_app(Settings(home=tmp_path / "home"))) as client:
        answer = client.get("/v1/compare", params={"at": "2026-10-27"})
    assert (answer.status_code, answer.json()["code"]) == (503, "no_run")

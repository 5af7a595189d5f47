from __future__ import annotations

import json

import pytest

from voc import errors
from voc.api.errors import KINDS, PLAIN, Busy, kind_of, of_validation
from voc.telemetry import log_to

SECRET = "my card 4111-1111-1111-1111 was charged twice"


def tree(cls: type[errors.VocError]) -> list[type[errors.VocError]]:
    return [cls, *(below for child in cls.__subclasses__() for below in tree(child))]


@pytest.mark.parametrize("cls", [cls for cls in tree(errors.VocError) if not cls.__subclasses__()])
def test_every_kind_of_error_has_a_status_of_its_own(cls):
    nearest = next(base for base in cls.__mro__ if base in KINDS)
    assert nearest is not errors.VocError
    assert 400 <= kind_of(cls).status < 600


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UsageError("m", "h"), 400),
        (errors.InputError("m", "h"), 422),
        (errors.NotFound("m", "h"), 404),
        (errors.Ambiguous("m", "h"), 409),
        (errors.RunLocked("m", "h"), 409),
        (errors.NoRun("m", "h"), 503),
        (errors.StoreLocked("m", "h"), 503),
        (errors.ModelMismatch("m", "h"), 503),
        (errors.SchemaTooNew("m", "h"), 503),
    ],
)
def test_an_error_raised_on_purpose_becomes_a_problem_with_its_code_and_hint(fake, fake_client, error, status):
    fake.raises = error
    answer = fake_client.get("/v1/search", params={"q": "x"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, error.code)
    assert (problem["detail"], problem["hint"]) == ("m", "h")
    assert problem["title"]
    assert problem["type"] == f"/docs#problem-{error.code}"
    assert ("retry-after" in answer.headers) == (status == 503)


def test_an_unforeseen_error_tells_nothing_about_itself(fake, fake_client, tmp_path):
    log_to(tmp_path / "voc.log")
    fake.raises = RuntimeError(SECRET)
    answer = fake_client.get("/v1/search", params={"q": "x"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    assert "4111" not in answer.text
    log = (tmp_path / "voc.log").read_text()
    assert "http.unexpected" in log
    assert "4111" not in log


def test_a_request_that_does_not_fit_is_not_repeated_in_the_answer(fake_client):
    answer = fake_client.post("/v1/search", json={"q": [SECRET], "k": SECRET})
    assert answer.status_code == 422
    assert answer.json()["code"] == "validation"
    assert [row["where"] for row in answer.json()["errors"]] == ["body.q", "body.k"]
    assert "4111" not in answer.text


def test_broken_json_is_a_problem_and_not_repeated(fake_client):
    answer = fake_client.post(
        "/v1/feedback", content=b'{"text": "' + SECRET.encode(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert "4111" not in answer.text


def test_a_body_that_is_not_marked_as_json_is_refused(fake, fake_client):
    answer = fake_client.post("/v1/feedback", content=b'{"text": "a"}', headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")
    assert fake.accepted == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "no_route"),
        ("PUT", "/v1/search", 405, "method"),
        ("DELETE", "/v1/items/1", 405, "method"),
        ("GET", "/v1/alerts/alert_1", 404, "no_route"),
        ("GET", "/static/../app.py", 404, "no_route"),
    ],
)
def test_unknown_addresses_and_methods_are_problems(fake_client, method, path, status, code):
    answer = fake_client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_reader_in_a_browser_gets_a_page_and_a_program_a_document(fake_client):
    page = fake_client.get("/nothing", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert fake_client.get("/nothing").json()["code"] == "no_route"
    assert fake_client.get("/v1/nothing", headers={"accept": "text/html"}).json()["code"] == "no_route"


def test_every_problem_is_described_where_its_type_points(fake_client):
    page = fake_client.get("/docs", headers={"accept": "text/html"}).text
    codes = {cls.code for cls in tree(errors.VocError)} | {plain.code for plain in PLAIN.values()}
    assert [code for code in sorted(codes) if f'id="problem-{code}"' not in page] == []


def test_a_problem_document_leaves_out_what_is_empty():
    document = json.loads(bytes(of_validation([{"loc": ("query", "k"), "msg": "m", "input": SECRET}]).response().body))
    assert document["errors"] == [{"where": "query.k", "what": "m"}]
    assert set(document) == {"type", "title", "status", "detail", "code", "hint", "errors"}


def test_a_busy_service_says_when_to_come_again(fake, fake_client):
    fake.raises = Busy(7)
    answer = fake_client.get("/v1/search", params={"q": SECRET})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], SECRET in answer.text) == ("busy", False)

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from voc.api.app import create_app
from voc.api.guards import MOST_BYTES, host_name


@pytest.mark.parametrize(
    ("header", "name"),
    [("localhost:8000", "localhost"), ("LOCALHOST", "localhost"), ("[::1]:8000", "[::1]"), ("127.0.0.1", "127.0.0.1")],
)
def test_a_host_header_is_known_by_its_name(header, name):
    assert host_name(header) == name


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_foreign_host_name_is_refused_so_that_rebinding_fails(fake_client, host):
    answer = fake_client.get("/v1/themes", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "unknown_host")


def test_probes_answer_under_any_name(fake_client):
    assert fake_client.get("/healthz", headers={"host": "10.2.3.4:8000"}).json() == {"status": "ok"}


def test_host_names_can_be_chosen(fake):
    with TestClient(create_app(fake.settings, hosts=("voc.example",), open_engine=lambda _: fake)) as client:
        assert client.get("/docs", headers={"host": "voc.example"}).status_code == 200
        assert client.get("/docs").status_code == 421


def test_a_page_of_another_site_can_not_write(fake, fake_client):
    answer = fake_client.post("/v1/feedback", json={"text": "a"}, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert fake.accepted == []
    assert fake_client.post("/v1/feedback", json={"text": "a"}, headers={"sec-fetch-site": "same-origin"}).is_success


def test_a_body_beyond_the_limit_is_refused_by_its_stated_length(fake, fake_client):
    answer = fake_client.post("/v1/feedback", json={"text": "a" * MOST_BYTES})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert fake.accepted == []


def test_a_body_beyond_the_limit_is_refused_where_no_length_is_stated(fake, fake_client):
    pieces = (b"a" * 1_000_000 for _ in range(MOST_BYTES // 1_000_000 + 1))
    answer = fake_client.post("/v1/feedback", content=pieces, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert fake.accepted == []


def test_more_rows_than_a_request_takes_are_refused_as_one(fake, fake_client):
    answer = fake_client.post("/v1/feedback", json={"items": [{"text": "a"}] * 1001})
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")
    assert fake.accepted == []


@pytest.mark.parametrize("path", ["/docs", "/v1/themes", "/healthz", "/nothing", "/static/page.css"])
def test_every_answer_tells_browsers_to_be_careful(fake_client, path):
    headers = fake_client.get(path, headers={"accept": "text/html"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy


def test_answers_are_not_kept_by_caches_but_static_files_are(fake_client):
    assert fake_client.get("/docs").headers["cache-control"] == "no-store"
    assert "immutable" in fake_client.get("/static/page.css").headers["cache-control"]

from __future__ import annotations

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from voc.api.app import create_app
from voc.config import Settings
from voc.model import Run


def a_run(run_id: str, status: str) -> Run:
    return Run(run_id=run_id, status=status, started_at=datetime(2026, 11, 14, tzinfo=UTC))


def test_a_run_is_started_once_and_found_where_the_answer_says(fake, fake_client):
    go_on = threading.Event()

    def work() -> Run:
        fake.runs.listed.insert(0, a_run("run_1", "running"))
        go_on.wait(10)
        fake.runs.listed[0] = a_run("run_1", "published")
        return fake.runs.listed[0]

    fake.working = work
    begun = fake_client.post("/v1/runs")
    assert begun.status_code == 202
    assert begun.headers["location"] == "/v1/runs/run_1"
    assert begun.json()["status"] == "running"
    second = fake_client.post("/v1/runs")
    assert (second.status_code, second.json()["code"]) == (409, "run_locked")
    go_on.set()
    assert fake_client.app.state.service.runner.wait(10)
    assert fake_client.get("/v1/runs").json()["data"][0]["status"] == "published"


def test_a_run_with_nothing_new_says_so_at_once(fake, fake_client):
    fake.runs.listed.append(a_run("run_1", "published"))
    fake.working = lambda: a_run("run_1", "unchanged")
    answer = fake_client.post("/v1/runs")
    assert (answer.status_code, answer.json()["status"]) == (202, "unchanged")


def test_a_run_makes_all_themes_anew_if_asked(fake, fake_client):
    fake.working = lambda: a_run("run_1", "published")
    assert fake_client.post("/v1/runs").status_code == 202
    assert fake_client.post("/v1/runs?recluster=true").status_code == 202
    assert fake.reclustered == [False, True]


def test_the_run_of_another_process_is_a_conflict(fake_client):
    answer = fake_client.post("/v1/runs")
    assert (answer.status_code, answer.json()["code"]) == (409, "run_locked")


def test_a_run_that_fails_at_once_tells_nothing_about_the_failure(fake, fake_client):
    def work() -> Run:
        raise RuntimeError("my card 4111")

    fake.working = work
    answer = fake_client.post("/v1/runs")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "4111" not in answer.text


def test_an_engine_is_closed_after_its_run_and_with_the_app(fake):
    with TestClient(create_app(fake.settings, open_engine=lambda _: fake)):
        assert not fake.closed
    assert fake.closed


def test_posted_feedback_is_taken_over_by_the_next_run_while_readers_go_on(demo_home: Path, tmp_path: Path):
    home = shutil.copytree(demo_home, tmp_path / "home")
    with TestClient(create_app(Settings(home=home, tz="Asia/Seoul"))) as client:
        before = client.get("/readyz").json()["run"]["run_id"]
        client.post("/v1/feedback", json={"id": "late-1", "text": "배송이 약속보다 두 시간 늦었어요"})
        begun = client.post("/v1/runs")
        assert begun.status_code == 202
        answered = 0
        while not client.app.state.service.runner.wait(0.05):
            assert client.get("/v1/search", params={"q": f"late delivery {answered}"}).status_code == 200
            assert client.get("/v1/items/late-1").json()["theme"] is not None
            answered += 1
        assert answered > 0
        run = client.get("/readyz").json()["run"]
        assert run["run_id"] != before
        assert client.get(begun.headers["location"]).json()["status"] == "published"
        assert {mention["how"] for mention in client.get("/v1/items/late-1").json()["mentions"]} <= {
            "clustered",
            "assigned",
            None,
        }
        assert client.post("/v1/runs").json()["status"] == "unchanged"

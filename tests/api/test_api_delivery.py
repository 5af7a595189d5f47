"""The service tells of urgent items at once, and of nothing twice."""

from __future__ import annotations

import shutil
import threading
import time

import pytest
from fastapi.testclient import TestClient
from receivers import SECRET, web

from voc.api.app import create_app
from voc.api.courier import Courier
from voc.config import load_settings

URGENT = "계정이 도용되어 결제가 무단으로 됐습니다. 접속도 안 됩니다. 지금 당장 정지하고 환불해 주세요."


def until(what, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.02)
    return bool(found)


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return shutil.copytree(demo_home, tmp_path / "home")


def app_over(home, server):
    (home / "voc.toml").write_text(
        f'[[deliver]]\nname = "desk"\nkind = "webhook"\nurl = "{server.url}"\nsecret = "{SECRET}"\n', encoding="utf-8"
    )
    return create_app(load_settings(home=home, tz="Asia/Seoul"))


def post(client, name):
    answer = client.post("/v1/feedback", json={"id": name, "text": URGENT})
    assert answer.status_code == 202
    return answer.json()["results"][0]["status"]


def test_a_critical_item_that_is_posted_is_told_within_seconds(home):
    with web() as server, TestClient(app_over(home, server)) as client:
        assert post(client, "u1") == "added"
        assert until(lambda: server.documents)
        assert post(client, "u1") == "unchanged"
        assert client.post("/v1/feedback", json={"id": "p1", "text": "배송이 빨라서 좋아요"}).status_code == 202
        engine = client.app.state.service.engine
        assert until(lambda: all(one.state == "sent" for one in engine.deliveries()))
    (row,) = server.documents
    assert (row["type"], row["data"]["id"]) == ("attention.critical", "u1")
    assert URGENT.encode() not in server.requests[0][2]


def test_a_post_is_answered_at_once_while_the_receiver_hangs(home):
    with web(3.0) as server, TestClient(app_over(home, server)) as client:
        post(client, "warm")  # loads the model
        assert until(lambda: server.requests)
        began = time.monotonic()
        assert post(client, "u2") == "added"
        assert time.monotonic() - began < 2.0
        events = {one.event for one in client.app.state.service.engine.deliveries()}
        assert events == {"attention.critical"}


def test_a_courier_goes_on_after_a_round_that_failed_and_stops_when_told():
    rounds: list[int] = []

    def send_due() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError

    courier = Courier(send_due, every=60)
    courier.start()
    assert until(lambda: len(rounds) == 1)
    courier.wake()
    assert until(lambda: len(rounds) == 2)
    courier.close()
    assert "voc-courier" not in [thread.name for thread in threading.enumerate()]
    courier.wake()
    assert len(rounds) == 2


def test_a_service_without_channels_has_no_courier(home):
    with TestClient(create_app(load_settings(home=home, tz="Asia/Seoul"))):
        assert "voc-courier" not in [thread.name for thread in threading.enumerate()]

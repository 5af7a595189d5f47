"""`voc run` and `voc deliver` as an operator meets them, over the shipped sample and real receivers."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from receivers import SECRET, verified, web

from voc.demo import sample_path

OUTAGE_IS_KNOWN = date(2026, 10, 16)
"""The sample has an outage on the 14th, which that night or the next one tells of."""


@pytest.fixture(autouse=True)
def direct(offline, monkeypatch):
    monkeypatch.setitem(offline, "NO_PROXY", "127.0.0.1")


@pytest.fixture
def secret(offline, monkeypatch):
    monkeypatch.setitem(offline, "VOC_TEST_SECRET", SECRET)


@pytest.fixture(scope="module")
def recent(tmp_path_factory):
    """The sample up to its outage, moved so that its last day was yesterday."""
    move = datetime.now(ZoneInfo("Asia/Seoul")).date() - OUTAGE_IS_KNOWN
    path = tmp_path_factory.mktemp("recent") / "feedback.csv"
    with sample_path().open(encoding="utf-8", newline="") as file, path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictReader(file)
        writer = csv.DictWriter(out, rows.fieldnames)
        writer.writeheader()
        for row in rows:
            begin = re.match(r"\d{4}-\d\d-\d\d", row["created_at"] or "")
            if None in row or begin is None or (day := date.fromisoformat(begin[0])) >= OUTAGE_IS_KNOWN:
                continue
            moved = (day + move).isoformat() + row["created_at"][10:]
            writer.writerow({**row, "created_at": moved})
    return path


def settings(home, port, *more):
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "voc.toml").write_text(
        f'tz = "Asia/Seoul"\n[[deliver]]\nname = "desk"\nkind = "webhook"\nsend = ["alerts"]\n'
        f'url = "http://127.0.0.1:{port}/hook"\nsecret = "env:VOC_TEST_SECRET"\n' + "\n".join(more),
        encoding="utf-8",
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_tells_its_alerts_once_and_later_if_nobody_was_there(voc, recent, tmp_path, secret):
    home = tmp_path / "home"
    with web() as server:
        port = server.port
    settings(home, port)
    run = voc("run", recent, "--home", home, "--json", timeout=500)
    assert (run.code, run.json["status"]) == (0, "published"), run.err  # nobody listens: the run stands
    waiting = voc("deliver", "--list", "--home", home, "--json").json
    alerts = {row["alert_id"] for row in voc("alerts", "--all", "--home", home, "--json").json}
    news = {row["subject"] for row in waiting}
    assert news
    assert news <= alerts
    assert {(row["state"], row["event"]) for row in waiting} == {("waiting", "alert.opened")}
    tried = [row for row in waiting if row["attempts"]]
    assert {row["code"] for row in tried} == {"unreachable"}
    with web(port=port) as server:
        first = voc("deliver", "--again", "--home", home, "--json")
        assert first.code == 0, first.err
        _due_now(home)
        second = voc("deliver", "--home", home, "--json")
        assert first.json["sent"] + second.json["sent"] == len(news)
        assert voc("deliver", "--home", home, "--json").json == {"waiting": 0, "sent": 0, "failed": 0, "dropped": 0}
        again = voc("run", "--home", home, "--json", timeout=500)
        assert again.json["status"] == "unchanged"
    assert {row["data"]["alert_id"] for row in server.documents} == news
    assert len(server.documents) == len(news)
    assert all(verified(headers, body, SECRET) for _, headers, body in server.requests)
    assert all("text" not in quote for row in server.documents for quote in row["data"]["evidence"])


def _due_now(home):
    """What has failed once waits for half a minute; tests do not."""
    import sqlite3

    with sqlite3.connect(home / "voc.db") as database:
        database.execute("UPDATE outbox SET due_at = queued_at")
    database.close()


@pytest.fixture
def home(demo_home, tmp_path):
    return shutil.copytree(demo_home, tmp_path / "home")


def test_a_test_message_arrives_or_says_why_not(voc, home, secret):
    with web(204, 403) as server:
        settings(home, server.port)
        done = voc("deliver", "--test", "desk", "--home", home, "--json")
        assert (done.code, done.json) == (0, {"channel": "desk", "arrived": True}), done.err
        refused = voc("deliver", "--test", "desk", "--home", home)
    assert (refused.code, refused.out) == (3, "")
    assert "http_403" in refused.err
    assert "Hint: " in refused.err
    assert server.documents[0]["type"] == "test"
    assert voc("deliver", "--list", "--home", home, "--json").json == []


@pytest.mark.parametrize(
    ("said", "code", "says"),
    [
        (("--test", "nobody"), 4, "Known are: desk."),
        (("--test", "desk"), 3, "VOC_TEST_SECRET is not set"),
        (("--test", "desk", "--list"), 2, "exclude each other"),
    ],
)
def test_what_can_not_be_done_is_a_sentence_and_an_exit_code(voc, home, said, code, says):
    settings(home, 9)
    done = voc("deliver", *said, "--home", home)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert "Traceback" not in done.err


def test_a_home_without_channels_or_runs_says_so(voc, home, tmp_path):
    done = voc("deliver", "--home", home)
    assert (done.code, "No channel is set up" in done.err) == (3, True)
    settings(tmp_path / "empty", 9)
    early = voc("deliver", "--home", tmp_path / "empty")
    assert (early.code, "no published run" in early.err) == (3, True)


def test_doctor_tells_what_is_wrong_with_a_channel(voc, home):
    settings(home, 9, '[[deliver]]\nname = "log"\nkind = "file"\npath = "told.jsonl"\n')
    checks = {row["check"]: row for row in voc("doctor", "--home", home, "--json").json}
    assert checks["channel desk"]["ok"] is False
    assert "VOC_TEST_SECRET is not set" in checks["channel desk"]["found"]
    assert (checks["channel log"]["ok"], checks["channel log"]["found"]) == (True, "0 messages failed")
    settings(home, 9, 'colour = "red"')
    (broken,) = voc("doctor", "--home", home, "--json").json
    assert (broken["check"], broken["ok"]) == ("settings", False)

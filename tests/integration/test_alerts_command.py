"""Alerts on the command line: listed, acted on, and refused with a sentence."""

from __future__ import annotations

import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from made_alerts import an_alert

from voc.engine import Engine


@pytest.fixture
def home(demo_home, tmp_path):
    """A copy of the demo's home with one open alert and nothing else."""
    home = shutil.copytree(demo_home, tmp_path / "home")
    with Engine(home) as engine:
        engine._tools.alerts.put([an_alert(label="Late delivery")], watched=1)
    return home


def ours(rows):
    """Demo nights may have alerts of their own."""
    return [row for row in rows if row["alert_id"] == "alert_1"]


def wide(voc, *args):
    """What `voc alerts` prints on a terminal that folds nothing."""
    return voc("alerts", *args, env={"COLUMNS": "300"}).out


def test_the_command_line_lists_alerts_and_acts_on_them(voc, home):
    flags = ("--home", home, "--json")
    shown = voc("alerts", "--home", home)
    assert shown.code == 0, shown.err
    assert "Late" in shown.out
    (row,) = ours(voc("alerts", *flags).json)
    assert (row["status"], row["label"], row["reach"]) == ("open", "Late delivery", 31)
    assert voc("alerts", "acknowledge", "alert_1", "--assignee", "Mina", *flags).json["assignee"] == "Mina"
    assert voc("alerts", "assign", "alert_1", "--assignee", "Jo", *flags).json["status"] == "acknowledged"
    asleep = voc("alerts", "snooze", "alert_1", "--until", "2099-01-02", *flags).json
    assert asleep["snoozed_until"].startswith("2099-01-0")
    assert ours(voc("alerts", *flags).json) == []
    assert ours(voc("alerts", "--all", *flags).json) == [asleep]
    closed = voc("alerts", "close", "alert_1", "--reason", "fixed in 3.3", "--home", home)
    assert "alert_1: Late delivery: closed" in closed.out
    assert voc("alerts", "reopen", "alert_1", *flags).json["status"] == "open"
    assert len(ours(voc("alerts", *flags).json)) == 1


def test_people_read_times_in_their_zone_and_programs_in_utc(voc, home):
    (row,) = ours(voc("alerts", "--home", home, "--json").json)
    assert row["opened"] == "2026-03-08T00:00:00Z"
    assert "2026-03-08 09:00" in wide(voc, "--home", home), "the published run's zone"
    assert "2026-03-07 19:00" in wide(voc, "--tz", "America/New_York", "--home", home)
    assert ours(voc("alerts", "--tz", "America/New_York", "--home", home, "--json").json) == [row]
    asleep = voc("alerts", "snooze", "alert_1", "--until", "2099-01-02", "--tz", "America/New_York", "--home", home)
    assert "snoozed until 2099-01-02 00:00" in asleep.out
    assert ours(voc("alerts", "--all", "--home", home, "--json").json)[0]["snoozed_until"] == "2099-01-02T05:00:00Z"


def test_people_read_the_days_of_flags_in_their_zone(voc, home):
    (row, *_) = voc("alerts", "flags", "--all", "--home", home, "--json").json
    assert row["since"].endswith("T15:00:00Z")
    day = datetime.fromisoformat(row["since"]).astimezone(ZoneInfo("Asia/Seoul"))
    assert f"{day:%Y-%m-%d} 00:00" in wide(voc, "flags", "--all", "--home", home)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("close", "alert_9", "--reason", "x"), 4),
        (("close", "alert_1"), 2),
        (("snooze", "alert_1", "--until", "soon"), 2),
        (("assign", "alert_1"), 2),
    ],
)
def test_what_can_not_be_done_is_a_sentence_and_an_exit_code(voc, home, said, code):
    done = voc("alerts", *said, "--home", home)
    assert (done.code, done.out) == (code, "")
    assert "Error: " in done.err
    assert "Traceback" not in done.err
    assert ours(voc("alerts", "--home", home, "--json").json)[0]["status"] == "open"

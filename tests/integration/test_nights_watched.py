"""The nights of the sample: what is told of its hidden troubles, and that a replay tells what the nights told."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from voc.engine import Engine
from voc.trend.watch import WatchOptions
from voc.watching import backtest, watch

SEOUL = ZoneInfo("Asia/Seoul")
FIRST, LAST = date(2026, 10, 10), date(2026, 11, 8)


@pytest.fixture(scope="module")
def engine(demo_home, tmp_path_factory):
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("watched") / "home")
    with Engine(home, tz="Asia/Seoul") as engine:
        yield engine


def test_the_outage_and_the_regression_are_told_and_little_else(engine):
    told = [row.alert for row in engine.backtest(FIRST, LAST, themes="published")]
    days = {(alert.opened.astimezone(SEOUL) - timedelta(days=1)).date(): alert for alert in told}
    outage = days[date(2026, 10, 14)]
    # It begins in the afternoon of the 27th, with four people.
    regression = days.get(date(2026, 10, 27)) or days[date(2026, 10, 28)]
    assert outage.observed >= 20
    assert regression.scope == {"version": "5.3.0"}
    assert "사진" in regression.label or "photo" in regression.label.lower()
    assert len(told) <= 4


def test_evidence_is_of_the_alerts_own_days_and_people(engine):
    told = engine.backtest(FIRST, LAST, themes="published")
    assert told
    for row in told:
        assert 1 <= len(row.evidence) <= 5
        assert len({quote.item_id for quote in row.evidence}) == len(row.evidence)
        assert row.alert.since < row.alert.opened <= row.alert.updated
        for quote in row.evidence:
            created = engine.item(quote.id).feedback.created_at
            assert row.alert.since - timedelta(days=28) <= created < row.alert.updated


def test_night_by_night_tells_what_the_replay_tells(engine):
    tools, options = engine._tools, WatchOptions()
    with engine._tools.alerts._database.write() as connection:  # as if no night had been watched
        connection.exec_driver_sql("delete from alerts")
        connection.exec_driver_sql("delete from counters where name = 'watched'")
    snapshot, day = engine.snapshot(), FIRST
    while day <= LAST:
        morning = datetime(day.year, day.month, day.day, 4, tzinfo=SEOUL) + timedelta(days=1)
        watch(replace(tools, now=lambda at=morning: at.astimezone(UTC)), snapshot, options)
        day += timedelta(days=1)
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=SEOUL)
    kept = sorted((a for a in tools.alerts.all() if a.opened > begin), key=lambda a: (a.opened, a.alert_id))
    assert kept == backtest(tools, snapshot, FIRST, LAST, options)
    assert len(kept) >= 2


def test_what_is_said_later_changes_nothing_of_a_replay(engine):
    middle = date(2026, 10, 20)
    early = {row.alert.alert_id: row.alert for row in engine.backtest(FIRST, middle, themes="published")}
    late = {row.alert.alert_id: row.alert for row in engine.backtest(FIRST, LAST, themes="published")}
    assert early
    for name, alert in early.items():
        assert (late[name].opened, late[name].label, late[name].since) == (alert.opened, alert.label, alert.since)
    after = {name for name, alert in late.items() if alert.opened.astimezone(SEOUL).date() > middle + timedelta(days=1)}
    assert late.keys() - after == early.keys()


def test_nights_run_again_tell_what_the_nights_told(tmp_path):
    """Themes grow from night to night, and the replay must find them as they were."""
    from voc.demo import sample_path

    with sample_path().open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["created_at"] or "").startswith("2026")]
    first, last = date(2026, 10, 13), date(2026, 10, 16)
    with Engine(tmp_path / "lived", tz="Asia/Seoul") as lived:
        lived.ingest([row for row in rows if _day(row) < first])
        lived.run()
        for night in range((last - first).days + 1):
            lived.ingest([row for row in rows if _day(row) == first + timedelta(days=night)])
            lived.run()
        begin = datetime(first.year, first.month, first.day, 12, tzinfo=SEOUL)
        told = sorted(
            (row.alert for row in lived.alerts(everything=True) if row.alert.opened > begin),
            key=lambda alert: (alert.opened, alert.alert_id),
        )
        lived.ingest([row for row in rows if _day(row) > last])  # a future that no night may know of
        home = Path(lived.settings.home)
        (home / "replay-k1lled_1").mkdir()
        lived.run()
        assert not list(home.glob("replay-*")), "a run takes away what a killed replay left"
        (home / "replay-k1lled_2").mkdir()
        replayed = [row.alert for row in lived.backtest(first, last, themes="nightly")]
        assert not list(home.glob("replay-*"))
    assert replayed == told
    assert any(alert.observed >= 20 for alert in told)


def _day(row):
    return datetime.fromisoformat(row["created_at"]).astimezone(SEOUL).date()


def test_nights_before_and_after_all_feedback_tell_nothing(engine):
    assert engine.backtest(date(1, 1, 3), date(1, 2, 1), themes="published") == []
    assert engine.backtest(date(9000, 1, 1), date(9999, 12, 31), themes="published") == []


def test_an_alert_of_a_theme_that_is_gone_ends_quietly(engine):
    tools = engine._tools
    snapshot, options = engine.snapshot(), WatchOptions()
    last = backtest(tools, snapshot, FIRST, LAST, options)[-1]
    gone = replace(
        last, alert_id="gone", theme="t_gone", themes=("t_gone",), scope={}, status="open", closed=None, reason=None
    )
    with tools.alerts._database.write() as connection:
        connection.exec_driver_sql("delete from alerts")
    before = tools.alerts.watched()
    tools.alerts.put([gone], watched=before - 10)
    watch(tools, snapshot, options)
    ended = tools.alerts.get("gone")
    assert (ended.status, ended.reason, ended.evidence) == ("closed", "over", gone.evidence)


@pytest.mark.parametrize(
    "said", [("--from", "soon", "--to", "2026-11-01"), ("--from", "2026-11-02", "--to", "2026-11-01")]
)
def test_wrong_nights_are_wrong_use(voc, engine, said):
    done = voc("backtest", *said, "--home", engine.settings.home)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_replay_is_json_lines_that_end_with_the_totals(voc, engine):
    lines = voc(
        "backtest", "--from", FIRST, "--to", LAST, "--themes", "published", "--home", engine.settings.home
    ).out.splitlines()
    *alerts, totals = map(json.loads, lines)
    assert totals["totals"]["alerts"] == len(alerts) >= 2
    assert totals["totals"]["nights"] == 30
    assert {"alert_id", "theme", "label", "status", "since", "observed", "expected", "evidence"} <= alerts[0].keys()

"""The report's alerts and its week on the bundled feedback: the figures are those of the home, and are recomputed."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from made_alerts import an_alert

from voc.alerts import Kind, Quote, Status
from voc.engine import Engine
from voc.model import State
from voc.queries.week import last_week


@pytest.fixture
def engine(demo_home, tmp_path):
    """Over a copy of the demo's home, without the alerts that its nights have told."""
    with Engine(shutil.copytree(demo_home, tmp_path / "home"), tz="Asia/Seoul") as engine:
        for told in engine.alerts(everything=True):
            put(
                engine,
                told.alert.alert_id,
                closed=datetime(2026, 1, 1, tzinfo=UTC),
                status=Status.CLOSED,
                theme="t_gone",
            )
        yield engine


def put(engine, alert_id, **changes):
    engine._tools.alerts.put([an_alert(alert_id=alert_id, **changes)], watched=1)


def report(engine):
    return json.loads(engine.report_text("json"))


def week_of(engine):
    return last_week(engine.snapshot())


def spoken_of(engine):
    """The fine theme that most people spoke of this week."""
    return max(week_of(engine).themes.values(), key=lambda one: (one.people, one.key))


def test_the_week_is_the_last_seven_days_and_counts_people_and_urgent_items(engine):
    rows = report(engine)["week"]
    assert (rows["begins"], rows["ends"]) == ("2026-11-08T15:00:00Z", "2026-11-15T15:00:00Z")
    begins, ends = (datetime.fromisoformat(rows[name]) for name in ("begins", "ends"))

    def pressing(level, back):
        hits = [hit for hit in engine.attention(limit=10_000) if hit.urgency.level == level and hit.created_at]
        step = timedelta(days=7 * back)
        return sum(begins - step <= hit.created_at < ends - step for hit in hits)

    for level in ("critical", "high"):
        assert rows[level] == {"now": pressing(level, 0), "before": pressing(level, 1)}
    key = spoken_of(engine).key
    people = {
        engine.item(hit.item_id).feedback.customer_id or hit.item_id
        for hit in engine.theme_items(key, limit=10_000)
        if hit.created_at and begins <= hit.created_at < ends
    }
    assert spoken_of(engine).people == len(people)


def test_read_first_gives_every_line_a_reason_and_puts_alerts_on_top(engine):
    one = spoken_of(engine)
    put(engine, "alert_1", theme=one.key, label="Everything late", scope={})
    first = report(engine)["week"]["first"]
    assert 2 <= len(first) <= 5
    assert (first[0]["alert_id"], first[0]["reasons"][0]) == ("alert_1", "unusual")
    assert all(line["reasons"] for line in first)
    assert [line["theme"] for line in first].count(one.key) == 1
    assert "unusual: 24 instead of about 6.0" in engine.report_text("md", "en")


def test_alerts_of_the_week_opened_grew_and_closed(engine):
    one, week = spoken_of(engine), week_of(engine)
    long_ago = week.begins - timedelta(days=20)
    spoke = len(
        {
            hit.item_id
            for hit in engine.theme_items(one.key, limit=10_000)
            if hit.created_at and long_ago - timedelta(days=3) <= hit.created_at < week.begins
        }
    )
    put(engine, "a_new", theme=one.key, opened=week.begins + timedelta(days=1), updated=week.ends)
    put(engine, "a_grown", theme=one.key, scope={}, opened=long_ago, updated=week.ends, reach=500)
    put(engine, "a_still", theme=one.key, scope={}, opened=long_ago, updated=week.begins, reach=500)
    put(engine, "a_mood", theme=one.key, kind=Kind.SENTIMENT, scope={}, opened=long_ago, updated=week.ends, reach=0)
    put(engine, "a_over", status=Status.CLOSED, opened=long_ago, updated=long_ago, closed=week.ends, reason="over")
    put(engine, "a_past", status=Status.CLOSED, opened=long_ago, updated=long_ago, closed=week.begins, reason="over")
    rows = report(engine)
    assert rows["week"]["opened"] == ["a_new"]
    (grown,) = rows["week"]["grew"]
    assert (grown["alert_id"], grown["reach"]) == ("a_grown", 500)
    assert 0 < grown["before"] <= spoke
    assert rows["week"]["closed"] == ["a_over"]
    assert [row["alert_id"] for row in rows["unusual"]["closed"]] == ["a_over"]
    assert {row["alert_id"] for row in rows["unusual"]["open"]} == {"a_new", "a_grown", "a_still", "a_mood"}


def test_an_alert_in_a_part_of_the_feedback_grew_by_the_people_of_that_part(engine):
    one, week = spoken_of(engine), week_of(engine)
    hits = [hit for hit in engine.theme_items(one.key, limit=10_000) if hit.created_at and hit.created_at < week.begins]
    source = hits[0].source
    began = week.begins - timedelta(days=60)
    for name, scope in (("a_part", {"source": source}), ("a_none", {"source": "no such"}), ("a_whole", {})):
        put(engine, name, theme=one.key, scope=scope, opened=began, updated=week.ends, reach=500)
    before = {row["alert_id"]: row["before"] for row in report(engine)["week"]["grew"]}
    assert before["a_none"] == 0
    assert 0 < before["a_part"] < before["a_whole"]


def test_a_report_with_alerts_is_verified_and_a_changed_one_is_not(engine, voc, tmp_path):
    put(engine, "alert_1", theme=spoken_of(engine).key)
    home = engine.settings.home
    for ending in ("html", "md", "json"):
        out = tmp_path / f"report.{ending}"
        assert voc("report", "--out", out, "--home", home).code == 0
        assert voc("report", "verify", out, "--home", home).code == 0
    rows = json.loads(out.read_text(encoding="utf-8"))
    rows["week"]["people"]["now"] += 1
    out.write_text(json.dumps(rows), encoding="utf-8")
    wrong = voc("report", "verify", out, "--home", home)
    assert wrong.code == 3
    assert "$.week.people.now" in wrong.err
    assert voc("alerts", "acknowledge", "alert_1", "--home", home).code == 0
    assert voc("report", "verify", tmp_path / "report.md", "--home", home).code == 3


def state_of(engine, key):
    (trend,) = engine.trends(key)
    assert engine.theme(key).state == trend.state
    return trend.state


def test_a_theme_with_an_open_alert_is_emerging_everywhere_until_somebody_closes_it(engine, voc):
    key, home = spoken_of(engine).key, engine.settings.home
    usual = state_of(engine, key)
    assert usual is not State.EMERGING
    put(engine, "alert_1", theme=key, since=datetime(2026, 11, 10, 15, tzinfo=UTC))
    assert state_of(engine, key) is State.EMERGING
    assert key in report(engine)["fresh"]
    (days,) = report(engine)["spikes"]
    assert (days["theme"], days["alert_id"], days["observed"]) == (key, "alert_1", 24)
    assert "Source: shop" in engine.report_text("md", "en")
    assert {row["state"] for row in voc("trends", "--theme", key, "--json", "--home", home).json} == {"emerging"}
    engine.act_on_alert("alert_1", "snooze")
    assert state_of(engine, key) is State.EMERGING
    engine.act_on_alert("alert_1", "close", reason="noise")
    assert state_of(engine, key) is usual
    assert report(engine)["spikes"] == [days]


def named(rows):
    return [row["alert_id"] for row in rows]


def test_an_alert_of_a_theme_that_somebody_hid_is_shown_on_request_only(engine, voc):
    one, week = spoken_of(engine), week_of(engine)
    put(engine, "a_here", theme=one.key, opened=week.ends, updated=week.ends)
    put(engine, "a_gone", theme=one.key, opened=week.ends, updated=week.ends, status=Status.CLOSED, closed=week.ends)
    assert named(report(engine)["week"]["first"])[0] == "a_here"
    edit = engine.edit("hide", theme=one.key)
    assert engine.alerts() == []
    rows = report(engine)
    assert rows["unusual"]["open"] == rows["unusual"]["asleep"] == rows["unusual"]["closed"] == []
    assert rows["week"]["opened"] == rows["week"]["closed"] == []
    assert "a_here" not in named(rows["week"]["first"])
    told = {told.alert.alert_id: told.hidden for told in engine.alerts(everything=True)}
    assert (told["a_here"], told["a_gone"]) == (True, True)
    assert engine.alert("a_here").hidden
    flags = ("--home", engine.settings.home)
    assert voc("alerts", *flags, "--json").json == []
    assert "a_here" in named(row for row in voc("alerts", "--all", *flags, "--json").json if row["hidden"])
    assert "open, hidden" in voc("alerts", "--all", *flags, env={"COLUMNS": "300"}).out
    engine.edit("undo", edit=edit.edit_id)
    assert [(told.alert.alert_id, told.hidden) for told in engine.alerts()] == [("a_here", False)]


def test_what_went_up_with_a_hidden_theme_keeps_the_alert_on_the_list(engine):
    fine = engine.themes("fine")
    theme = next(theme for theme in fine if theme.parent)
    other = next(one for one in fine if one.parent not in (None, theme.parent))
    put(engine, "a_alone", theme=theme.key, themes=(theme.key, theme.parent))
    put(engine, "a_wide", theme=theme.key, themes=(theme.key, theme.parent, other.key))
    engine.edit("hide", theme=theme.key)
    assert [told.alert.alert_id for told in engine.alerts()] == ["a_wide"]
    engine.edit("hide", theme=other.parent)
    assert engine.alerts() == []


def test_a_trouble_that_is_told_in_several_parts_is_one_line_of_unusual_days(engine):
    key, begins = spoken_of(engine).key, week_of(engine).begins
    for name, p, since in (("a_app", 1e-4, 0), ("a_web", 1e-9, 2), ("a_past", 1e-5, -30)):
        at = begins + timedelta(days=since)
        put(engine, name, theme=key, p=p, since=at, opened=at, updated=at + timedelta(days=3))
    (trend,) = engine.trends(key)
    assert [spike.alert_id for spike in trend.spikes] == ["a_past", "a_app", "a_web"]
    assert [row["alert_id"] for row in report(engine)["spikes"]] == ["a_web", "a_past"]


def test_a_posted_item_does_not_make_the_run_another_one(engine):
    key = spoken_of(engine).key
    put(engine, "alert_1", theme=key)
    before = engine.snapshot()
    engine.accept([{"id": "LIVE-1", "text": "배송이 또 늦었어요", "created_at": "2026-11-15T20:00:00+09:00"}])
    after = engine.snapshot()
    assert (after is before, after.published is before.published) == (False, True)
    engine.act_on_alert("alert_1", "close", reason="noise")
    assert engine.snapshot().published is not before.published


def test_a_report_with_links_leads_to_the_service_that_was_named(engine, voc, tmp_path):
    (quote,) = engine.theme(spoken_of(engine).key).exemplars[:1]
    evidence = (Quote(quote.item_id, 1, quote.start, quote.end),)
    put(engine, "alert_1", theme=spoken_of(engine).key, evidence=evidence)
    home, page, mail = engine.settings.home, tmp_path / "report.html", tmp_path / "report.md"
    for out in (page, mail):
        assert voc("report", "--out", out, "--home", home, "--links", "https://voc.example:8000/").code == 0
        assert f"https://voc.example:8000/items/{quote.item_id}" in out.read_text(encoding="utf-8")
        assert voc("report", "verify", out, "--home", home, "--links", "https://voc.example:8000").code == 0
        assert voc("report", "verify", out, "--home", home).code == 3
    assert 'href="https://voc.example:8000/alerts/alert_1"' in page.read_text(encoding="utf-8")
    wrong = voc("report", "--out", tmp_path / "wrong.html", "--home", home, "--links", "javascript:alert(1)")
    assert (wrong.code, (tmp_path / "wrong.html").exists()) == (2, False)
    assert "Traceback" not in wrong.err


def test_an_empty_report_says_what_was_looked_at(engine):
    said = engine.report_text("md", "en")
    tested = report(engine)["unusual"]["tested"]
    assert tested["themes"] == len(engine.themes("fine")) + len(engine.themes("coarse"))
    parts = {
        (name, value)
        for hit in engine.search("a", k=1000, mode="dense")
        for name in ("source", "version", "country", "segment")
        if (value := getattr(engine.item(hit.item_id).feedback, name))
    }
    assert tested["parts"] >= len(parts) > 5
    assert "Nothing goes beyond expectation." in said
    assert f"{tested['themes']} themes" in said
    assert "at most 0.3 false alarms a month" in said


def test_with_too_little_history_nothing_is_said_to_be_as_expected(tmp_path):
    days = [f"2026-10-{day:02}" for day in range(1, 21)]
    with Engine(tmp_path / "home") as engine:
        engine.ingest([{"text": f"Parcel {day} was late again", "created_at": day} for day in days])
        engine.run()
        tested = report(engine)["unusual"]["tested"]
        assert (tested["days"], tested["least_days"]) == (20, 21)
        said = engine.report_text("md", "en")
        assert "Nothing can be told yet." in said
        assert "so far there are 20" in said
        assert "Nothing goes beyond expectation." not in said
        engine.ingest([{"text": "Parcel 21 was late again", "created_at": "2026-10-21"}])
        engine.run()
        assert "Nothing goes beyond expectation." in engine.report_text("md", "en")


def test_feedback_without_dates_has_no_week(tmp_path):
    with Engine(tmp_path / "home") as engine:
        engine.ingest([{"text": f"The parcel number {n} was late again"} for n in range(30)])
        engine.run()
        assert report(engine)["week"] is None
        assert report(engine)["unusual"]["tested"] is None
        assert "No night has been watched yet." in engine.report_text("html", "en")

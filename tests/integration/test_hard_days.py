"""Hard days with the real model: a spam burst, a holiday, days without feedback, clocks that change, and what comes late.

One year of a shop in New York, whose clocks go back on 2 November and forward on 8 March.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from made_feedback import BEGIN, moment, ordinary, outage, spam

from voc.engine import Engine
from voc.trend import Calendar
from voc.trend.calendar import EPOCH

HOUR = timedelta(hours=1)
ZONE = "America/New_York"
BACK, FORWARD = 27, 153
"""Days on which the clocks change."""
HOLIDAY, NOBODY, WEEK_OFF, SPAM_DAY, LAST = range(60, 65), 80, range(90, 97), 120, 170
OUTAGE_DAY = LAST + 2


DAYS = range(LAST + 1)


def rate(day: int) -> float:
    return 8.0 * (0.2 if day in HOLIDAY else 0 if day == NOBODY or day in WEEK_OFF else 1)


def around_midnight(row: dict) -> dict:
    """The row at one of four times, of which clocks that change skip one and show another twice."""
    clock = CLOCKS[int(row["id"].partition("-")[2]) % len(CLOCKS)]
    return {**row, "created_at": f"{row['created_at'][:10]}T{clock}:00"}


CLOCKS = ("00:30", "01:30", "02:30", "23:30")
CHANGES = {f"d{day + step}" for day in (BACK, FORWARD) for step in (-1, 0, 1)}
YEAR = [
    *(around_midnight(row) if row["id"].partition("-")[0] in CHANGES else row for row in ordinary(DAYS, rate)),
    *spam(SPAM_DAY, 500),
]


def night(day: int) -> date:
    return BEGIN + timedelta(days=day)


def told(engine: Engine) -> list:
    return [row.alert for row in engine.alerts(everything=True)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("hard") / "home"
    with Engine(home, tz=ZONE) as engine:
        engine.ingest(YEAR)
        assert engine.run().status == "published"
    return home


@pytest.fixture
def engine(home):
    with Engine(home, tz=ZONE) as engine:
        yield engine


@pytest.fixture(scope="module")
def replayed(home):
    """What every night of the year would have told."""
    with Engine(home, tz=ZONE) as engine:
        return [row.alert for row in engine.backtest(night(28), night(LAST), themes="published")]


def test_every_item_is_counted_on_the_day_that_its_clock_showed(engine):
    table, calendar = engine.snapshot().published.mentions, Calendar(ZoneInfo(ZONE))
    day_of = dict(zip(table.item_id.tolist(), table.day.tolist(), strict=True))
    starts = {number: calendar.start(number).astimezone(ZoneInfo(ZONE)) for number in set(day_of.values())}
    assert {(start.hour, start.minute) for start in starts.values()} == {(0, 0)}
    counted = Counter(f"{starts[number]:%Y-%m-%d}" for number in day_of.values())
    assert counted == Counter(row["created_at"][:10] for row in YEAR)
    assert min(counted[night(BACK).isoformat()], counted[night(FORWARD).isoformat()]) >= 4


def test_days_are_as_long_as_their_clocks_make_them(engine):
    (trend,) = engine.trends(engine.themes("coarse")[0].key)
    starts = {window.start.astimezone(ZoneInfo(ZONE)) for window in trend.windows}
    assert {(start.weekday(), start.hour) for start in starts} == {(0, 0)}
    calendar = Calendar(ZoneInfo(ZONE))
    first = (BEGIN - EPOCH).days
    hours = [
        (calendar.start(first + day + 1) - calendar.start(first + day)) / HOUR for day in (BACK, BACK + 1, FORWARD)
    ]
    assert hours == [25, 24, 23]


@pytest.mark.parametrize(
    ("what", "days"),
    [
        ("clocks go back", range(BACK, BACK + 9)),
        ("a holiday, and everybody is back", range(HOLIDAY.start, HOLIDAY.stop + 14)),
        ("a day without feedback", range(NOBODY, NOBODY + 9)),
        ("a week without feedback", range(WEEK_OFF.start, WEEK_OFF.stop + 14)),
        ("one text five hundred times", range(SPAM_DAY, SPAM_DAY + 28)),
        ("clocks go forward", range(FORWARD, FORWARD + 9)),
    ],
)
def test_no_night_of_a_hard_day_tells_anything(replayed, what, days):
    opened = [alert for alert in replayed if days.start <= (alert.opened.date() - BEGIN).days - 1 <= days.stop]
    assert [(alert.opened, alert.label) for alert in opened] == [], what


def test_the_nights_that_were_watched_told_nothing(engine):
    assert told(engine) == []


def test_a_spam_burst_is_one_flag(engine):
    assert engine.flags() == []  # long ago
    (row,) = engine.flags(everything=True)
    flag, start = row.flag, datetime.combine(night(SPAM_DAY), time(), tzinfo=ZoneInfo(ZONE))
    assert (flag.since, flag.until) == (start, start + timedelta(days=1))
    assert (flag.copies, flag.customers) == (500, 250)
    assert (flag.sources, flag.channels) == ({"shop_ios": 500}, {"app_review": 500})
    assert 1 <= len(row.evidence) <= 3
    assert all(engine.item(quote.id).feedback.text == quote.text for quote in row.evidence)
    assert flag.theme is None or row.label == engine.theme(flag.theme).label


def test_the_command_line_tells_the_flag_and_the_alerts_stay_an_array_of_alerts(voc, home):
    assert voc("alerts", "--all", "--json", "--home", home).json == []
    (row,) = voc("alerts", "flags", "--all", "--json", "--home", home).json
    assert (row["kind"], row["copies"], row["since"]) == ("campaign", 500, "2026-02-03T05:00:00Z")
    shown = voc("alerts", "--all", "--home", home)
    assert shown.code == 0
    assert "500" in shown.out


def test_what_comes_late_is_counted_once_and_its_outage_is_told_once(home, tmp_path):
    late = [*ordinary(range(LAST + 1, LAST + 4)), *outage(OUTAGE_DAY, 25)]
    with Engine(shutil.copytree(home, tmp_path / "home"), tz=ZONE) as engine:
        items, told_by = len(YEAR), []
        for rows in (ordinary([LAST + 4]), late, ordinary([LAST + 5]), ordinary([LAST + 6])):
            assert engine.ingest(rows).added == len(rows)
            items += len(rows)
            assert engine.run().items == items
            told_by.append({alert.alert_id for alert in told(engine)})
        alerts = told(engine)
        assert {alert.since.astimezone(ZoneInfo(ZONE)).date() for alert in alerts} == {night(OUTAGE_DAY)}
        assert all("로그인" in alert.label or "log" in alert.label.lower() for alert in alerts)
        # Its own night had been watched when it came: it is counted again and told at once, and no later one tells it.
        assert told_by[0] == set()
        assert told_by[1] == told_by[2] == told_by[3] != set()
        assert {alert.opened.astimezone(ZoneInfo(ZONE)).date() for alert in alerts} == {night(OUTAGE_DAY + 1)}
        assert {alert.told.astimezone(ZoneInfo(ZONE)).date() for alert in alerts} == {night(LAST + 5)}


def test_what_comes_late_and_is_small_and_long_ago_is_told_without_a_new_night(home, tmp_path):
    """Eight days after it, which windows of a night to come would hardly have heard."""
    with Engine(shutil.copytree(home, tmp_path / "home"), tz=ZONE) as engine:
        engine.ingest(ordinary(range(LAST + 1, LAST + 11)))
        engine.run()
        assert told(engine) == []
        engine.ingest(outage(OUTAGE_DAY, 12))
        assert engine.run().alerts == 1
        (alert,) = told(engine)
        local = {name: getattr(alert, name).astimezone(ZoneInfo(ZONE)).date() for name in ("since", "opened", "told")}
        assert local == {
            "since": night(OUTAGE_DAY),
            "opened": night(OUTAGE_DAY + 1),
            "told": night(LAST + 11),
        }
        assert (alert.status, alert.observed) == ("open", 12)
        assert engine.run().status == "unchanged"
        assert told(engine) == [alert]
        engine.ingest(ordinary([LAST + 11]))
        engine.run()
        (after,) = told(engine)
        assert (after.alert_id, after.status, after.reason, after.told) == (
            alert.alert_id,
            "closed",
            "over",
            alert.told,
        )


def test_one_day_of_much_and_dates_to_come_break_nothing(home, tmp_path):
    fresh = tmp_path / "home"
    fresh.mkdir(mode=0o700)
    shutil.copytree(home / "cache", fresh / "cache")
    rows = [{**row, "created_at": moment(100, time(9))} for row in YEAR if not row["id"].startswith("s")]
    ahead = [{**row, "id": f"f-{row['id']}", "created_at": "2199-07-01T10:00:00"} for row in rows[:40]]
    with Engine(fresh, tz="Europe/Berlin") as engine:
        engine.ingest([*rows, *ahead])
        assert engine.run().items == len(rows) + len(ahead)
        assert told(engine) == []
        assert engine.flags(everything=True) == []
        assert engine.backtest(night(90), night(110), themes="published") == []
        report = json.loads(engine.report_text("json"))
        assert report["unusual"]["open"] == report["unusual"]["flags"] == []

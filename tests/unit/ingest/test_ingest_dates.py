"""Dates: every common form, and nothing that is not a whole date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import UsageError
from voc.ingest.dates import parse_date, zone

NOON = datetime(2026, 11, 1, 15, 5, tzinfo=UTC)
DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-01", "2026/11/01", "2026.11.01", "2026. 11. 1.", "20261101", "01 Nov 2026", "1 November 2026", "Nov 1, 2026",
        "November 1st, 2026", "1-Nov-2026", "Sun, 1 Nov 2026", "Sunday, November 1, 2026", "11/1/2026", "11/01/26", "11-01-2026",
        "1.11.2026", "2026년 11월 1일", "2026년11월1일", "2026-11-01(일)", "2026-11-1", date(2026, 11, 1), 20261101, 46327,
        46327.0, " 2026-11-01 ",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_common_form(written: object) -> None:
    assert parse_date(written, UTC) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-01T15:05:00Z", "2026-11-01 15:05", "2026-11-01T15:05:00.000+00:00", "2026-11-01 15:05:00 +0000",
        "2026-11-02T00:05:00+09:00", "20261101T150500Z", "202611011505", "2026-11-01 15:05:00 UTC", "2026/11/01 15:05:00",
        "2026.11.01 15:05", "11/1/2026 3:05 PM", "11/1/2026, 3:05:00 p.m.", "Nov 1, 2026 at 3:05 PM", "1 Nov 2026 15:05 GMT",
        "2026년 11월 1일 오후 3:05", "2026년 11월 1일 15시 5분", "2026-11-01 오후 03:05:00", "2026. 11. 2. 오전 12:05 KST",
        "Sun Nov 01 15:05:00 +0000 2026", "Sun, 01 Nov 2026 10:05:00 EST", "Sun Nov 01 2026 15:05:00 GMT+0000 (Universal)",
        "2026-11-01 오후 15:05", 1793545500, 1793545500.0, 1793545500000, 1793545500000000, "1793545500", "1793545500000",
        datetime(2026, 11, 1, 15, 5), datetime(2026, 11, 1, 10, 5, tzinfo=timezone(timedelta(hours=-5))),
    ],
)  # fmt: skip
def test_a_moment_is_read_in_every_common_form(written: object) -> None:
    assert parse_date(written, UTC) == NOON


@pytest.mark.parametrize(
    "written",
    [
        "", "yesterday", "Nov 2026", "2026", "12", "2026-13-01", "2026-02-30", "31/31/2026", "1 Foo 2026", "2026-11-01 25:00",
        "2026-11-01 and more", "2026-11-01 15:05 XYZ", "0001-01-01", "9999-12-31", "1e9", "x" * 5000, "11/1/2026 7", None, True,
        5, -1, float("inf"), float("nan"), 10**30, [], {},
    ],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(written: object) -> None:
    assert parse_date(written, UTC) is None


def test_a_first_number_above_twelve_is_the_day() -> None:
    assert parse_date("25/11/2026", UTC) == datetime(2026, 11, 25, tzinfo=UTC)
    assert parse_date("03/04/2026", UTC) == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_date_without_zone_is_in_the_zone_given() -> None:
    seoul = zone("Asia/Seoul")
    assert parse_date("2026-11-01", seoul) == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert parse_date("2026년 11월 1일 오전 12:30", seoul) == datetime(2026, 10, 31, 15, 30, tzinfo=UTC)
    assert parse_date("2026-11-01T00:00Z", seoul) == DAY
    assert parse_date(46327.5, seoul) == datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert parse_date(1793545500, seoul) == NOON


def test_zones_are_names_or_offsets() -> None:
    assert zone("UTC") is UTC
    assert zone("+09:00").utcoffset(None) == timedelta(hours=9)
    assert zone("Asia/Seoul") == ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "Asia", "../etc/passwd", "+99:99x"])
def test_an_unknown_zone_is_wrong_use(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        zone(name)
    assert caught.value.hint


@given(st.datetimes(datetime(1975, 1, 1), datetime(2099, 12, 31)), st.integers(-12 * 4, 14 * 4))
def test_iso_times_come_back_whatever_their_offset(moment: datetime, quarters: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert parse_date(aware.isoformat(), UTC) == aware


@given(st.datetimes(datetime(1975, 1, 1), datetime(2099, 12, 31)).map(lambda m: m.replace(microsecond=0)))
def test_written_forms_agree_with_iso(moment: datetime) -> None:
    forms = ("%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d %b %Y %H:%M:%S", "%Y년 %m월 %d일 %H시 %M분 %S초")
    assert {parse_date(moment.strftime(form), UTC) for form in forms} == {moment.replace(tzinfo=UTC)}


@given(st.text(max_size=40) | st.from_regex(r"[0-9/.: -]{4,24}", fullmatch=True))
def test_no_string_breaks_the_reader(text: str) -> None:
    found = parse_date(text, UTC)
    assert found is None or 1970 <= found.year <= 2100

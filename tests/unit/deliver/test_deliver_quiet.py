"""Quiet hours, waiting times and ids: what needs no receiver."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from voc.delivery import Event, Quiet, entry
from voc.outgoing import back_off

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
NIGHT = Quiet(time(22), time(7))
NOON = Quiet(time(12), time(13, 30))


def at(text: str, zone: ZoneInfo = SEOUL) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("quiet", "now", "ends"),
    [
        (NIGHT, "2026-03-08T22:00", "2026-03-09T07:00"),
        (NIGHT, "2026-03-08T23:59", "2026-03-09T07:00"),
        (NIGHT, "2026-03-09T06:59", "2026-03-09T07:00"),
        (NIGHT, "2026-03-09T07:00", None),
        (NIGHT, "2026-03-09T21:59", None),
        (NOON, "2026-03-09T12:00", "2026-03-09T13:30"),
        (NOON, "2026-03-09T13:30", None),
        (NOON, "2026-03-09T11:59", None),
    ],
)
def test_quiet_reigns_from_its_beginning_until_just_before_its_end(quiet, now, ends):
    found = quiet.until(at(now).astimezone(UTC), SEOUL)
    assert found == (at(ends) if ends else None)
    assert found is None or found.utcoffset().total_seconds() == 0


def test_quiet_follows_the_clock_of_its_zone_through_a_clock_change():
    # In the night to 29 March 2026 Berlin's clocks go from 2 to 3: it is quiet for eight hours.
    begins = at("2026-03-28T22:00", BERLIN).astimezone(UTC)
    assert (NIGHT.until(begins, BERLIN) - begins).total_seconds() == 8 * 3600


def test_each_wait_is_twice_as_long_as_the_one_before_up_to_six_hours_and_never_the_same_for_all():
    for attempts, seconds in ((1, 30), (2, 60), (5, 480), (11, 21_600), (5_000, 21_600)):
        waits = [back_off(attempts) for _ in range(200)]
        assert 0.75 * seconds <= min(waits) < 0.9 * seconds
        assert 1.1 * seconds < max(waits) <= 1.25 * seconds


def test_the_same_event_has_the_same_id_and_another_one_has_another():
    now = datetime(2026, 3, 8, tzinfo=UTC)

    def name(event: Event, subject: str = "a", revision: int = 0, channel: str = "x") -> str:
        return entry(channel, event, subject, revision=revision, at=now).message_id

    assert name(Event.OPENED) == name(Event.OPENED, channel="y")
    assert name(Event.CRITICAL, revision=1) == name(Event.HIGH, revision=1)
    assert len({name(Event.OPENED), name(Event.CLOSED), name(Event.HIGH), name(Event.HIGH, revision=1)}) == 4
    assert "." not in name(Event.OPENED)  # a full stop parts what a webhook signs

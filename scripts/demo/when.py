"""When things come: the ten weeks, their weekday pattern, the hours of each channel, the planted windows, the releases.

Owns every date of the sample. Times here are Korean time (UTC+9, no daylight saving), as the company's systems keep
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from demo.dice import Dice, quantile
from demo.entries import Entry

KST = timezone(timedelta(hours=9))
FIRST_DAY = date(2026, 9, 7)
"""A Monday."""
WEEKS = 10
DAYS = WEEKS * 7
WEEKDAYS = (1.15, 1.1, 1.0, 1.0, 1.05, 0.8, 0.9)
"""Monday is the busiest day, Saturday the quietest."""
GROWTH = 0.03
"""How much larger each week is than the first: one, then 1.03, 1.06, …"""

OUTAGE = (datetime(2026, 10, 14, 9, tzinfo=KST), datetime(2026, 10, 14, 19, tzinfo=KST))
REGRESSION = (datetime(2026, 10, 27, 14, tzinfo=KST), datetime(2026, 11, 3, 12, tzinfo=KST))
REGRESSION_DAYS = (4, 8, 7, 6, 4, 3, 4, 2)
"""Items a day, in proportion: most people update within three days."""
SPAM = (datetime(2026, 11, 5, 2, 10, tzinfo=KST), datetime(2026, 11, 5, 4, 5, tzinfo=KST))
LATE_BY_WEEK = (3, 3, 3, 4, 5, 6, 7, 9, 11, 14)
"""Items about late delivery: the slow ramp."""
NEXT_MORNING = date(2026, 11, 16)

RELEASES = (
    ("5.1.0", date(2026, 8, 31)),
    ("5.2.0", date(2026, 9, 22)),
    ("5.2.1", date(2026, 10, 8)),
    ("5.3.0", date(2026, 10, 27)),
    ("5.3.1", date(2026, 11, 3)),
    ("5.4.0", date(2026, 11, 9)),
    ("5.4.1", date(2026, 11, 12)),
)
BAD_RELEASE = "5.3.0"

_HOURS = {
    "app_review": "3222235778777777778899aa",
    "ticket": "00000027abccaaccba877543",
    "chat": "000000149bbba9bba9889951",
    "survey": "00000025898999877899a831",
    "social": "511112578777a8777889bb98",
    "call_note": "000000000ceeb8deec400000",
}
"""Weight of each hour of the day, a hexadecimal digit an hour."""


def background(entries: Sequence[Entry], dice: Dice) -> list[datetime]:
    """A time for each entry of a topic that has nothing planted: spread over the ten weeks, weekdays and growth kept.

    An entry with a day or an hour of its own (`at=2026-09-24`, `hour=8`, Korean time) keeps it.
    """
    order = sorted(range(len(entries)), key=lambda index: dice.number("order", entries[index].key))
    weights = [WEEKDAYS[day % 7] * (1 + GROWTH * (day // 7)) for day in range(DAYS)]
    days: dict[int, int] = {}
    for rank, index in enumerate(order):
        share = (rank + dice.number("day", entries[index].key)) / len(entries)
        days[index] = quantile(weights, share)
    return [_on(FIRST_DAY + timedelta(days[index]), entry, dice) for index, entry in enumerate(entries)]


def ramp(entries: Sequence[Entry], dice: Dice) -> list[datetime]:
    """Times for late deliveries, in file order, `LATE_BY_WEEK` of them each week."""
    if len(entries) != sum(LATE_BY_WEEK):
        raise ValueError(f"late deliveries: {len(entries)} texts for {sum(LATE_BY_WEEK)} places")
    times = []
    remaining = iter(entries)
    for week, count in enumerate(LATE_BY_WEEK):
        for rank in range(count):
            entry = next(remaining)
            day = quantile(WEEKDAYS, (rank + dice.number("day", entry.key)) / count)
            times.append(_on(FIRST_DAY + timedelta(week * 7 + day), entry, dice))
    return times


def after_release(entries: Sequence[Entry], dice: Dice) -> list[datetime]:
    """Times for the regression: between the bad release and its hotfix, in file order."""
    start, end = REGRESSION
    times = []
    for rank, entry in enumerate(entries):
        day = quantile(REGRESSION_DAYS, (rank + dice.number("day", entry.key)) / len(entries))
        time = _on(start.date() + timedelta(day), entry, dice)
        earliest, latest = max(start, _midnight(time)), min(end, _midnight(time) + timedelta(days=1))
        if not earliest <= time < latest:
            time = earliest + (latest - earliest) * dice.number("again", entry.key)
        times.append(time.replace(microsecond=0))
    return times


def at_hour(entries: Sequence[Entry], day: date, dice: Dice) -> list[datetime]:
    """Times for entries that name their hour (`at=09:06`), on one day."""
    times = []
    for entry in entries:
        hour, minute = map(int, entry.hints["at"].split(":"))
        second = dice.below(60, "second", entry.key)
        times.append(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=KST))
    return times


def version(time: datetime, person: str, dice: Dice) -> str:
    """The app version somebody runs at `time`: people update between the first and the fifth day after a release."""
    lag = timedelta(days=dice.below(5, "update", person))
    out = [name for name, day in RELEASES if day + lag <= time.date()]
    return out[-1] if out else RELEASES[0][0]


def hour_of(channel: str, dice: Dice, *name: object) -> int:
    """An hour of the day at which people use the channel."""
    return dice.pick([int(digit, 16) for digit in _HOURS[channel]], "hour", *name)


def _on(day: date, entry: Entry, dice: Dice) -> datetime:
    if "at" in entry.hints:
        day = date.fromisoformat(entry.hints["at"])
    hour = int(entry.hints["hour"]) if "hour" in entry.hints else hour_of(entry.channel, dice, entry.key)
    minute, second = dice.below(60, "minute", entry.key), dice.below(60, "second", entry.key)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=KST)


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)

"""Dates as people and programs write them, to aware UTC. Reads only whole dates: it never guesses from today's date.

A date without a zone is in the zone given. `11/1/2026` is month first, as in the United States, unless the first number
is above 12; `1.11.2026` with dots is day first. Other calendars, two-digit years in front and relative dates
("yesterday") are not read.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from voc.errors import UsageError

_YEARS = range(1970, 2101)
_EXCEL_DAYS = range(20_000, 80_000)
"""Serial day numbers of 1954 to 2119 in Excel's 1900 system: what a date cell without date format holds."""
_EPOCH_UNITS = ((1e8, 1e11, 1.0), (1e11, 1e14, 1e3), (1e14, 1e17, 1e6))
"""Least and greatest value, and units per second, of epoch seconds, milliseconds and microseconds (from 1973 on)."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "kst": 9, "jst": 9, "est": -5, "edt": -4, "cst": -6, "cdt": -5}
_ZONES |= {"mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""Zone names of RFC 5322, section 4.3, in hours; KST and JST besides."""

_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})\s?[-/.년]\s?(?P<m>\d{1,2})\s?[-/.월]\s?(?P<d>\d{1,2})(?:\s?[.일])?",
        r"(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?!\d)",
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -](?P<name>[a-z]{3,9})\.?,?[ -](?P<y>\d{4})",
        r"(?P<name>[a-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})",
    )
)
_TIME = re.compile(
    r"(?:,| at |[t ])?\s*(?P<before>오전|오후|am|pm)?\s*"
    r"(?P<h>\d{1,2})(?::(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"\s*(?P<after>am|pm|a\.m\.|p\.m\.)?\s*"
    r"(?P<zone>[a-z]{1,3})?(?P<offset>[+-]\d{2}(?::?\d{2})?)?"
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ")
_CTIME = re.compile(r"^([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d)( \S+)? (\d{4})$")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_KOREAN_TIME = re.compile(r"(\d{1,2})시(?:\s*(\d{1,2})분)?(?:\s*(\d{1,2})초)?")
_COMPACT = re.compile(r"\d{8}(?:\d{4}(?:\d{2})?)?")


def zone(name: str) -> tzinfo:
    """The zone called `name`: an IANA name such as `Asia/Seoul`, `UTC`, or an offset such as `+09:00`."""
    text = name.strip()
    if text.lower() in _ZONES and _ZONES[text.lower()] == 0:
        return UTC
    if _OFFSET.fullmatch(text):
        return _offset(text)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            "The time zone is not known.", "Use a name such as Asia/Seoul or an offset such as +09:00."
        ) from None


def parse_date(value: object, local: tzinfo) -> datetime | None:
    """The moment that `value` stands for, in UTC, or None if it stands for none.

    Takes text, dates and datetimes, epoch seconds, milliseconds or microseconds, and Excel's serial days (as numbers
    only). Years 1970 to 2100.
    """
    try:
        found = _moment(value, local)
        if found is None:
            return None
        found = (found if found.tzinfo else found.replace(tzinfo=local)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in _YEARS else None


def _moment(value: object, local: tzinfo) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), local)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value, local)
    return _from_text(value, local) if isinstance(value, str) else None


def _from_number(number: float, local: tzinfo) -> datetime | None:
    for least, most, per_second in _EPOCH_UNITS:
        if least <= number < most:
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=number / per_second)
    if number == int(number) and len(str(int(number))) == 8:
        return _from_digits(str(int(number)), local)
    if _EXCEL_DAYS.start <= number < _EXCEL_DAYS.stop:
        return datetime(1899, 12, 30, tzinfo=local) + timedelta(seconds=round(number * 86_400))
    return None


def _from_digits(digits: str, local: tzinfo) -> datetime:
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}[len(digits)]
    return datetime.strptime(digits, form).replace(tzinfo=local)


def _from_text(raw: str, local: tzinfo) -> datetime | None:
    text = raw.strip()
    if len(text) > 80:
        return None
    if _COMPACT.fullmatch(text):
        return _from_digits(text, local)
    if re.fullmatch(r"\d{9,17}(\.\d{1,9})?", text):
        return _from_number(float(text), local)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _from_prose(text, local)


def _from_prose(text: str, local: tzinfo) -> datetime | None:
    text = " ".join(_BRACKETS.sub("", text.lower()).split())
    text = _WEEKDAY.sub("", text)
    text = _CTIME.sub(r"\1 \2 \5 \3\4", text)
    text = _KOREAN_TIME.sub(lambda m: f"{m[1]}:{int(m[2] or 0):02}:{int(m[3] or 0):02}", text)
    for pattern in _DATES:
        if match := pattern.match(text):
            day = _day(match.groupdict(), local)
            rest = text[match.end() :]
            if day is None or not rest.strip():
                return day
            return _with_time(day, rest)
    return None


def _day(part: dict[str, str | None], local: tzinfo) -> datetime | None:
    year = int(part["y"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900  # POSIX, strptime %y
    if part.get("a"):
        month, day = int(part["a"] or 0), int(part["b"] or 0)
        if month > 12:
            month, day = day, month
    else:
        day = int(part["d"] or 0)
        month = _MONTHS.get(part["name"] or "", 0) if part.get("name") else int(part.get("m") or 0)
    return datetime(year, month, day, tzinfo=local) if month else None


def _with_time(day: datetime, rest: str) -> datetime | None:
    match = _TIME.fullmatch(rest)
    if match is None:
        return None
    half = (match["before"] or match["after"] or "").replace(".", "")
    if not half and match["mi"] is None:
        return None
    hour = int(match["h"])
    if half and 1 <= hour <= 12:  # "오후 15:05" is written too, and says it twice
        hour = hour % 12 + (12 if half in ("오후", "pm") else 0)
    micro = int((match["f"] or "").ljust(6, "0")[:6])
    moment = day.replace(hour=hour, minute=int(match["mi"] or 0), second=int(match["s"] or 0), microsecond=micro)
    return _in_zone(moment, match["zone"], match["offset"])


def _in_zone(moment: datetime, name: str | None, offset: str | None) -> datetime | None:
    if name is not None and name not in _ZONES:
        return None
    if offset is not None:
        return moment.replace(tzinfo=_offset(offset))
    return moment if name is None else moment.replace(tzinfo=timezone(timedelta(hours=_ZONES[name])))


def _offset(text: str) -> timezone:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("not an offset")
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))

"""Alerts and the week in a reader's words, the same in HTML and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from voc.alerts import OVER, RATIO_UNKNOWN, Alert, Flag, Share
from voc.queries.week import Move, Week
from voc.report.digest import ToRead
from voc.report.unusual import Tested
from voc.report.words import WORDS, Words


def figure(value: float) -> str:
    """A count that need not be whole: one decimal below ten."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def share(value: float) -> str:
    """0.034 → 3 %, and what is above nought never reads as nought."""
    if 0 < value < 0.005:
        return "<1 %"
    return f"{100 * value:.0f} %"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """The calendar day of a moment."""
    return f"{moment.astimezone(zone):%Y-%m-%d}"


def last_day(ends: datetime, zone: ZoneInfo) -> str:
    """The last calendar day before a half-open end: the night that said something, not the midnight after it."""
    return day(ends - timedelta(seconds=1), zone)


def times(words: Words, ratio: float, low: float, high: float) -> str:
    """A ratio with its interval; an end that is not known, or infinite, is left out."""
    interval = f"{low:.1f}–{high:.1f}" if high < RATIO_UNKNOWN else f"≥ {low:.1f}"
    return words("times", ratio=f"{ratio:.1f}", interval=interval)


def observed(words: Words, alert: Alert) -> str:
    """Observed against expected, with the ratio and its interval."""
    name = "unhappy_observed" if alert.of_complaints else "people_observed"
    said = words(name, observed=alert.observed, expected=figure(alert.expected))
    window = words("in_one_day") if alert.window == 1 else words("in_days", days=alert.window)
    ratio = times(words, alert.ratio, alert.ratio_low, alert.ratio_high)
    return words("observed_in", said=said, window=window, times=ratio)


def place(words: Words, scope: Mapping[str, str]) -> str:
    """The part of the feedback that an alert is confined to."""
    return ", ".join(f"{field(words, name)}: {value}" for name, value in scope.items()) or words("whole")


def field(words: Words, name: str) -> str:
    """An attribute's name."""
    own = {"channel": "channel", "lang": "one_language"}.get(name, f"field_{name}")
    return words(own) if own in WORDS else name


def trait(words: Words, one: Share) -> str:
    """An over-represented attribute with its interval, beside what was usual."""
    said = words(
        "share_usual", share=share(one.share), low=share(one.low), high=share(one.high), usual=share(one.usual)
    )
    value = words(one.value) if one.field == "channel" and one.value in WORDS else one.value
    return f"{field(words, one.field)} {value}: {said}"


def status(words: Words, alert: Alert, zone: ZoneInfo) -> str:
    """Where an alert stands, until when, who is at it, and why it was closed."""
    parts = [words(f"status_{alert.status}")]
    if alert.snoozed_until is not None:
        parts.append(words("until", day=day(alert.snoozed_until, zone)))
    if alert.closed is not None:
        parts.append(last_day(alert.closed, zone))
    if alert.assignee:
        parts.append(f"{words('assignee')}: {alert.assignee}")
    if alert.reason:
        parts.append(words("over") if alert.reason == OVER else alert.reason)
    return " · ".join(parts)


def flag(words: Words, flag: Flag, zone: ZoneInfo) -> str:
    """One text sent many times: when, and where."""
    first, last = day(flag.since, zone), last_day(flag.until, zone)
    days = words("flag_day" if first == last else "flag_days", first=first, last=last)
    parts = [f"{field(words, 'source')}: {', '.join(flag.sources)}"]
    if flag.channels:
        named = (words(name) if name in WORDS else name for name in flag.channels)
        parts.append(f"{field(words, 'channel')}: {', '.join(named)}")
    if flag.customers:
        parts.append(words("flag_customers", customers=flag.customers))
    return words("flag_line", copies=flag.copies, days=days, place=f" ({' · '.join(parts)})")


def none_line(words: Words, tested: Tested | None) -> str:
    """What stands where no alert is open."""
    return words("unusual_none" if tested is not None and tested.enough else "unusual_unknown")


def tested_line(words: Words, tested: Tested | None) -> str:
    """What was looked at, and how many alerts may be false."""
    if tested is None:
        return words("not_watched")
    if not tested.enough:
        return words("too_short", days=tested.days, least=tested.least_days)
    return words("tested", themes=tested.themes, parts=tested.parts, rate=f"{tested.false_alarms:g}")


def week_days(words: Words, week: Week, zone: ZoneInfo) -> str:
    """First and last day of the week."""
    return words("week_days", first=day(week.begins, zone), last=last_day(week.ends, zone))


def week_figures(words: Words, week: Week) -> str:
    """How many people, and how urgent, beside the week before."""
    named = {"people": week.people, "critical": week.critical, "high": week.high}
    values = {name: now for name, (now, _) in named.items()}
    return words("week_figures", **values, **{f"{name}_before": before for name, (_, before) in named.items()})


def moved(words: Words, move: Move) -> str:
    """People before and now, and the ratio of the rates."""
    said = times(words, move.ratio, move.low, move.high)
    return words("moved_by", before=move.theme.before, people=move.theme.people, times=said)


def why(words: Words, line: ToRead) -> str:
    """The reasons of a line of what to read first, with their figures."""
    return "; ".join(_reasons(words, line))


def _reasons(words: Words, line: ToRead) -> Sequence[str]:
    said = []
    for reason in line.reasons:
        values: dict[str, object] = {}
        if reason == "unusual" and line.alert is not None:
            values = {"observed": line.alert.observed, "expected": figure(line.alert.expected)}
        elif line.week is not None:
            one = line.week
            values = {"critical": one.critical, "high": one.high, "unhappy": one.unhappy, "people": one.people}
        said.append(words(f"why_{reason}", **values))
    return said

"""Themes over time: reach, expectation and states. See `expectation` for the statistics and their sources."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from voc.model import State, Trend, Window
from voc.trend.calendar import Calendar
from voc.trend.counts import Reach, Sightings, reach, sightings
from voc.trend.expectation import Expectation, expect, interval
from voc.trend.states import TrendOptions, everyday, state

__all__ = ["Calendar", "Sightings", "TrendOptions", "sightings", "trend"]

DAYS_A_WEEK = 7


def trend(sightings: Sightings, *, last_day: int, zone: ZoneInfo, options: TrendOptions | None = None) -> list[Trend]:
    """One Trend a theme, in the order of `sightings.keys`, as things stood at the end of `last_day`."""
    options = options or TrendOptions()
    calendar = Calendar(zone)
    if len(sightings.days) == 0:
        return [Trend(key, state=State.STEADY, windows=()) for key in sightings.keys]
    first_day = max(int(sightings.days.min()), last_day - options.weeks_kept * DAYS_A_WEEK)
    daily = reach(sightings, days_per_bin=1, first_day=first_day, last_day=last_day)
    weekly = reach(sightings, days_per_bin=DAYS_A_WEEK, first_day=first_day, last_day=last_day)
    by_day = expect(daily, memory=options.memory_days, leave_out=options.leave_out_days, least=options.least_days)
    by_week = expect(weekly, memory=options.memory_days // DAYS_A_WEEK, leave_out=0, least=2)
    calm = everyday(daily, by_day, options)
    weeks = _windows(weekly, by_week, calendar, days_per_bin=DAYS_A_WEEK, keep=options.weeks_kept)
    days = _windows(daily, by_day, calendar, days_per_bin=1, keep=options.days_kept)
    return [
        Trend(
            theme=key,
            state=state(row, daily, calm, options),
            windows=weeks[row],
            days=days[row],
        )
        for row, key in enumerate(sightings.keys)
    ]


def _windows(
    counts: Reach, expectation: Expectation, calendar: Calendar, *, days_per_bin: int, keep: int
) -> list[tuple[Window, ...]]:
    """The last `keep` windows of every theme."""
    import math

    low, high = interval(expectation)
    bins = range(max(0, counts.counts.shape[1] - keep), counts.counts.shape[1])
    starts = {b: calendar.start((counts.first + b) * days_per_bin) for b in bins}

    def number(value: float) -> float | None:
        return None if math.isnan(value) else round(float(value), 3)

    return [
        tuple(
            Window(
                starts[b],
                int(counts.counts[row, b]),
                number(expectation.mean[row, b]),
                number(low[row, b]),
                number(high[row, b]),
            )
            for b in bins
        )
        for row in range(len(counts.counts))
    ]

"""Where a theme stands by a slow comparison: new, rising, steady, falling or dormant.

Emerging is what alerts say: `voc.queries.standing` lays it over a published run, since nights are watched after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.model import EVERYTHING, State
from voc.trend.counts import Reach
from voc.trend.expectation import PRIOR, Expectation, rate_ratio_interval, slope_z

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TrendOptions:
    """What counts as a change. Days are calendar days."""

    memory_days: int = 56
    leave_out_days: int = 2
    least_days: int = 14
    recent_days: int = 28
    slope_weeks: int = 12
    slope_z: float = 2.33
    """One-sided 1 % of the normal distribution."""
    new_days: int = 14
    lasting_days: int = 7
    """An outbreak that reaches into the last days goes on."""
    dormant_days: int = 28
    least_reach: int = 5
    least_ratio: float = 1.3
    outbreak: float = 4.0
    """Anscombe residual from which on a day is an outbreak: some 3 in 100,000 of usual days are."""
    weeks_kept: int = 104
    days_kept: int = 90


@dataclass(frozen=True, slots=True)
class Everyday:
    """Reach without what outbreaks brought: what rising and falling are judged on.

    own:   int64 (themes, days); total: int64 (days,), everybody, the exposure
    """

    own: NDArray[np.int64]
    total: NDArray[np.int64]


def everyday(counts: Reach, expectation: Expectation, options: TrendOptions) -> Everyday:
    """Reach with outbreaks brought down to what was expected; nobody is told of them by this.

    Everybody: less the people of each day's largest outbreak, for measured against them one theme's outage would make
    all others fall that week and rise the next. A theme's own: less its outbreaks that are over, for one bad day of the
    past is no trend, while one that goes on is. EVERYTHING is no theme, and has no outbreaks.
    """
    import numpy as np

    themes = np.array([key != EVERYTHING for key in counts.keys], np.bool_)[:, None]
    high = expectation.residual(counts.counts) >= options.outbreak
    hot = high & (counts.counts >= options.least_reach) & themes
    calm = np.minimum(counts.counts, np.ceil(np.nan_to_num(expectation.mean))).astype(np.int64)
    excess = np.where(hot, counts.counts - calm, 0).max(axis=0, initial=0)
    quiet = np.where(hot | ~themes, 0, counts.counts).max(axis=0, initial=0)
    over = hot.copy()
    for row, days in enumerate(hot):
        for start, stop in _stretches(np.flatnonzero(days)):
            over[row, start:stop] &= stop <= hot.shape[1] - options.lasting_days
    return Everyday(np.where(over, calm, counts.counts), np.maximum(counts.total - excess, quiet))


def _stretches(hot: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Half-open runs of day numbers that are at most two apart."""
    found: list[tuple[int, int]] = []
    for day in hot.tolist():
        if found and day - found[-1][1] <= 1:
            found[-1] = (found[-1][0], day + 1)
        else:
            found.append((day, day + 1))
    return found


def state(row: int, counts: Reach, calm: Everyday, options: TrendOptions) -> State:
    """The state at the last day. The order of the questions is the order of what a reader must hear first."""
    import numpy as np

    own = counts.counts[row]
    seen = np.flatnonzero(own)
    bins = len(own)
    if len(seen) == 0 or seen[-1] < bins - options.dormant_days:
        return State.DORMANT
    history = bins >= options.least_days + options.new_days
    if history and seen[0] >= bins - options.new_days:
        return State.NEW
    own, total = calm.own[row], np.maximum(calm.total, calm.own[row])
    recent = slice(max(0, bins - options.recent_days), bins)
    before = slice(max(0, bins - 2 * options.recent_days), max(0, bins - options.recent_days))
    if total[before].sum() == 0:
        return State.STEADY
    now, then = int(own[recent].sum()), int(own[before].sum())
    exposures = float(total[recent].sum()), float(total[before].sum())
    low, high = rate_ratio_interval(now, then, *exposures)
    ratio = (now + PRIOR) / (then + PRIOR) * exposures[1] / max(exposures[0], 1.0)
    slope = _weekly_slope(own, total, options)
    if now >= options.least_reach and ratio >= options.least_ratio and (low > 1 or slope >= options.slope_z):
        return State.RISING
    if then >= options.least_reach and ratio <= 1 / options.least_ratio and (high < 1 or slope <= -options.slope_z):
        return State.FALLING
    return State.STEADY


def _weekly_slope(own: NDArray[np.int64], total: NDArray[np.int64], options: TrendOptions) -> float:
    """Trend over the last whole weeks; catches what grows too slowly for any two windows to differ."""
    weeks = min(options.slope_weeks, len(own) // 7)
    if weeks < 3:
        return 0.0
    tail = slice(len(own) - 7 * weeks, len(own))
    return slope_z(own[tail].reshape(weeks, 7).sum(axis=1), total[tail].reshape(weeks, 7).sum(axis=1))

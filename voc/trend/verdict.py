"""What a comparison comes to: the placebo dates, the verdict, and the sentence that says it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voc.comparison import Change, Metric, Placebo, Side, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHANCE = 0.05
"""Of a change that is none, over all that is compared at once."""
LEAST_DATES = 19
"""Placebo dates below which their rank can't reach 1 in 20, and so says nothing."""
USUAL = 0.1
"""A change as large as those of more than this share of earlier dates is nothing that the date has made."""
LARGE = {Metric.REACH: 1.5, Metric.SENTIMENT: 0.1, Metric.NPS: 10.0, Metric.RATING: 0.3}
"""Changes that somebody would want to know of. Data that can't tell them are too few to say that nothing changed."""

DATE_SIDES = ("before", "after")
"""What the sides of a date are called; others are called by their value."""
UNEVEN = 3.0
"""A dispersion from which on it is the days, such as one with an outage, and not the people that are too few."""


def no_change(metric: Metric) -> float:
    """What a change is when nothing changed."""
    return 1.0 if metric is Metric.REACH else 0.0


def placebo(z: float, earlier: NDArray[np.float64]) -> Placebo:
    """How often the change of an earlier date was as large as that of the date, (dates,) both in standard errors.

    In-time placebos (Abadie, Diamond & Hainmueller 2015, American Journal of Political Science 59, 495–510); changes
    are studentised, so that dates with few people compare with dates with many (Chung & Romano 2013). Windows of
    neighbouring dates overlap: the dates are not independent, and p is a rank, no proof.
    """
    import numpy as np

    dates = len(earlier)
    as_large = int((np.abs(earlier) >= abs(z) - 1e-9).sum())
    return Placebo(dates, as_large, (as_large + 1) / (dates + 1), dates >= LEAST_DATES)


def usual(found: Placebo | None) -> bool:
    """Whether changes as large are what dates are like."""
    return found is not None and found.enough and found.p > USUAL


def verdict(metric: Metric, change: Change, q: float, found: Placebo | None) -> Verdict:
    """Up or down where the interval leaves no change out, also for the number of themes compared, and earlier dates do
    not show the like. Under-powered where no change is possible and a large change would have been, too."""
    null = no_change(metric)
    low, high = change.low, change.high
    if low is not None and high is not None and q <= CHANCE and not usual(found):
        if low > null:
            return Verdict.UP
        if high < null:
            return Verdict.DOWN
    holds = low is None or high is None or low <= null <= high
    if holds and (change.smallest is None or change.smallest >= LARGE[metric]):
        return Verdict.UNDER_POWERED
    return Verdict.NO_CLEAR_CHANGE


def sentence(
    metric: Metric, label: str, sides: tuple[Side, Side], change: Change, q: float, found: Placebo | None
) -> str:
    """The comparison for somebody who does not read intervals every day."""
    said = verdict(metric, change, q, found)
    figures = f"{label}: {_figures(metric, *sides)}"
    if said in (Verdict.UP, Verdict.DOWN):
        return f"{figures}. {_size(metric, change)}.{_doubt(found)}"
    if change.value is None and all(side.value for side in sides):
        return f"{figures}. Can't be compared: no channel and language has people in both parts."
    if said is Verdict.UNDER_POWERED:
        few = "Days differ too much to tell" if (change.dispersion or 1.0) >= UNEVEN else "Too few to tell"
        return f"{figures}. {few}: {_smallest(metric, change)}."
    return f"{figures}. {_why_not(metric, change, q, found)}"


def _figures(metric: Metric, before: Side, after: Side) -> str:
    one, other = (_figure(metric, side) for side in (before, after))
    if metric is Metric.REACH:
        return f"{other} {_place(after)}, {one} {_place(before)}"
    noun = {Metric.SENTIMENT: "unhappy people", Metric.NPS: "NPS", Metric.RATING: "mean rating"}[metric]
    return f"{noun} {other} {_place(after)}, {one} {_place(before)}"


def _place(side: Side) -> str:
    return side.name if side.name in DATE_SIDES else f"in {side.name}"


def _figure(metric: Metric, side: Side) -> str:
    if side.value is None:
        return "unknown (0 people)"
    if metric is Metric.REACH:
        return f"{side.speaking:,} of {side.people:,} people"
    of = f" of {side.speaking:,} people"
    if metric is Metric.SENTIMENT:
        return f"{100 * side.value:.0f} %{of}"
    return (f"{side.value:+.0f}" if metric is Metric.NPS else f"{side.value:.2f}") + of


def _size(metric: Metric, change: Change) -> str:
    interval = f"with 95 % confidence between {_amount(metric, change.low)} and {_amount(metric, change.high)}"
    if metric is Metric.REACH:
        if change.high == math.inf:
            return f"With 95 % confidence at least {_amount(metric, change.low)} times as many people"
        return f"{_amount(metric, change.value)} times as many people of the same channels and languages, {interval}"
    return f"A difference of {_amount(metric, change.value)}, {interval}"


def _amount(metric: Metric, value: float | None) -> str:
    assert value is not None
    if metric is Metric.REACH:
        return f"{value:.2f}" if value < 10 else f"{value:.0f}"
    if metric is Metric.SENTIMENT:
        return f"{100 * value:+.0f} points"
    return f"{value:+.0f} points" if metric is Metric.NPS else f"{value:+.2f}"


def _smallest(metric: Metric, change: Change) -> str:
    if change.smallest is None:
        return "no change would have shown"
    times = " times as many" if metric is Metric.REACH else ""
    return f"a change below {_amount(metric, change.smallest)}{times} would probably not have shown"


def _why_not(metric: Metric, change: Change, q: float, found: Placebo | None) -> str:
    null, low, high = no_change(metric), change.low, change.high
    if low is not None and high is not None and low <= null <= high:
        return f"No clear change; {_smallest(metric, change)}."
    if usual(found):
        assert found is not None
        return f"No clear change: {found.as_large} of {found.dates} earlier dates show one as large."
    return f"No clear change: among so many themes one like this comes of chance (q {q:.2f})."


def _doubt(found: Placebo | None) -> str:
    if found is None:
        return ""
    if not found.enough:
        return f" Too few earlier dates ({found.dates}) to see how usual that is."
    return f" {found.as_large} of {found.dates} earlier dates show a change as large."

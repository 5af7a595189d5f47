"""What a comparison is: two parts of the feedback, what changed between them, and how sure that is. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Metric(StrEnum):
    """What can be compared."""

    REACH = "reach"
    """How many of the people who spoke at all spoke of the theme."""
    SENTIMENT = "sentiment"
    """How many of the theme's people were unhappy."""
    NPS = "nps"
    """Promoters minus detractors, in points, −100…100."""
    RATING = "rating"
    """Mean rating, 1…5."""


class Verdict(StrEnum):
    """What a comparison comes to."""

    UP = "up"
    DOWN = "down"
    NO_CLEAR_CHANGE = "no clear change"
    UNDER_POWERED = "under-powered"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two parts. `start` and `end` are half-open; None where nobody spoke.

    people:   who spoke at all in this part; for NPS and rating, who answered
    speaking: those of them who spoke of the theme
    value:    share of people (reach), share of unhappy people (sentiment), NPS, or mean rating; None without people
    """

    name: str
    start: datetime | None
    end: datetime | None
    people: int
    speaking: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """From the first part to the second: a ratio for reach, else a difference, with its 95 % interval.

    value, low, high: None where the data can't tell; a ratio's `high` may be infinite
    p: two-sided, of no change
    smallest: the smallest change upwards that this much data would have told four times of five; None if none
    dispersion: variance over what independent people would give, where days are allowed for
    """

    value: float | None
    low: float | None
    high: float | None
    p: float
    smallest: float | None
    dispersion: float | None = None


@dataclass(frozen=True, slots=True)
class Placebo:
    """The same comparison at earlier dates, where nothing is known to have happened.

    dates:    how many dates fit
    as_large: at how many of them the change was as large, in its own standard errors
    p:        (as_large + 1) / (dates + 1)
    enough:   whether there were dates enough to learn from them
    """

    dates: int
    as_large: int
    p: float
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One theme, compared. `q` is `p` after Benjamini–Hochberg over all that was compared at once.

    net: for sentiment, the difference of mean net sentiment (positive − negative, −1…1 a person)
    """

    theme: str
    label: str
    metric: Metric
    before: Side
    after: Side
    change: Change
    q: float
    verdict: Verdict
    sentence: str
    net: Change | None = None
    placebo: Placebo | None = None

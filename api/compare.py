"""Shapes of comparisons: what changed at a date, or from one value of an attribute to another."""

from __future__ import annotations

from typing import Literal

from voc.api.members import Answer, Listed, Moment, Share


class ComparedPart(Answer):
    """One of the two parts: who spoke (answered) in it, who of them spoke of the theme, and the metric's value."""

    name: str
    start: Moment | None
    end: Moment | None
    people: int
    speaking: int
    value: float | None


class ComparedDifference(Answer):
    """A change with its 95 % interval; `smallest` is what this much data would have told with 80 % power."""

    measure: Literal["ratio", "difference"]
    value: float | None
    low: float | None
    high: float | None
    p: Share
    smallest: float | None


class ComparedChange(ComparedDifference):
    """The change that the verdict is about. `q` is corrected for the number of themes."""

    q: Share
    dispersion: float | None


class ComparedPlacebo(Answer):
    """The same comparison at earlier dates; `enough` is false where their rank says nothing."""

    dates: int
    as_large: int
    p: Share
    enough: bool


class Compared(Answer):
    """One theme, compared. A ratio over nobody has a `low` alone; without a `low` nothing is known."""

    theme: str
    label: str
    metric: Literal["reach", "sentiment", "nps", "rating"]
    verdict: Literal["up", "down", "no clear change", "under-powered"]
    sentence: str
    before: ComparedPart
    after: ComparedPart
    change: ComparedChange
    net: ComparedDifference | None
    placebo: ComparedPlacebo | None


class Comparisons(Listed):
    """Comparisons, most changed first."""

    data: list[Compared]

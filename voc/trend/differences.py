"""Differences between two parts of the feedback, theme by theme: shares, means, and net promoter scores.

Everybody counts once in each part, so that one person's many words are not taken for many people (`per_person`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voc.trend.ratio import LEVEL, POWER, Changes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PROMOTER, DETRACTOR = 9, 6
"""The lowest answer of a promoter, the highest of a detractor (Reichheld 2003)."""
PSEUDO = 0.75
"""Added to promoters and to detractors, and four times that to all."""

How = Literal["mean", "most", "last"]


@dataclass(frozen=True, slots=True)
class Moments:
    """People and what they say, float64 (themes,) each: how many, the mean, and the variance (n − 1) of one person."""

    people: Floats
    mean: Floats
    variance: Floats


def per_person(
    theme: NDArray[np.int64], person: NDArray[np.int64], value: Floats, *, how: How
) -> tuple[NDArray[np.int64], Floats]:
    """Theme and value of each person who speaks of it: the mean of what they say, the most of it, or the last.

    theme, person, value: (n,), in the order of time.
    """
    import numpy as np

    _, first, place = np.unique(np.stack([theme, person]), axis=1, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    if how == "last":
        said = np.zeros(len(first))
        said[place] = value  # later rows overwrite earlier ones
    elif how == "most":
        said = np.full(len(first), -np.inf)
        np.maximum.at(said, place, value)
    else:
        said = np.bincount(place, value, len(first)) / np.bincount(place, minlength=len(first))
    return theme[first], said


def moments(theme: NDArray[np.int64], value: Floats, *, themes: int) -> Moments:
    """Of one row a person."""
    import numpy as np

    people = np.bincount(theme, minlength=themes).astype(np.float64)
    mean = np.bincount(theme, value, themes) / np.maximum(people, 1)
    spread = np.bincount(theme, (value - mean[theme]) ** 2, themes)
    return Moments(people, mean, spread / np.maximum(people - 1, 1))


def of_shares(before: Moments, after: Moments, dispersion: Floats, freedom: Floats) -> Changes:
    """Differences of shares of people, −1…1: Newcombe's hybrid of Wilson intervals (1998, Statistics in Medicine 17,
    873–890, method 10), and the pooled score test. People of one day have things in common: both counts are divided by
    the `dispersion` of days (design effect, Rao & Scott 1992, Biometrics 48, 577–585), and quantiles are Student's.
    """
    import numpy as np
    from scipy import stats

    one, other = before.people / dispersion, after.people / dispersion
    critical = stats.t.ppf((1 + LEVEL) / 2, freedom)
    low0, high0 = wilson(before.mean, one, critical)
    low1, high1 = wilson(after.mean, other, critical)
    value = after.mean - before.mean
    low = value - np.sqrt((after.mean - low1) ** 2 + (high0 - before.mean) ** 2)
    high = value + np.sqrt((high1 - after.mean) ** 2 + (before.mean - low0) ** 2)
    low, high = np.maximum(low, -1.0), np.minimum(high, 1.0)  # rounding
    unhappy = one * before.mean + other * after.mean
    error = _error(_ratio(unhappy, one + other), one, other)
    # One more of each kind (Agresti & Caffo 2000): a share of 0 in few people does not mean that any other is told.
    power = critical + stats.norm.ppf(POWER)
    smallest = power * _error((unhappy + 1) / (one + other + 2), one, other)
    z = _ratio(value, error)
    p = 2 * stats.t.sf(np.abs(z), freedom)
    return _known((before.people > 0) & (after.people > 0), Changes(value, low, high, z, p, smallest, dispersion))


def wilson(share: Floats, people: Floats, critical: Floats) -> tuple[Floats, Floats]:
    """Wilson's (1927) interval of a share, 0…1."""
    import numpy as np

    people = np.maximum(people, 1e-9)
    widened = 1 + critical**2 / people
    middle = share + critical**2 / (2 * people)
    half = critical * np.sqrt(share * (1 - share) / people + critical**2 / (4 * people**2))
    return np.maximum((middle - half) / widened, 0.0), np.minimum((middle + half) / widened, 1.0)


def of_means(before: Moments, after: Moments) -> Changes:
    """Differences of means of people, by Welch (1947): no variance is taken for the other's. Nothing is told where one
    of the parts has fewer than two people, or where nobody differs from anybody."""
    import numpy as np
    from scipy import stats

    one, other = _ratio(before.variance, before.people), _ratio(after.variance, after.people)
    error = np.sqrt(one + other)
    known = (before.people > 1) & (after.people > 1) & (error > 0)
    below = _ratio(one**2, before.people - 1) + _ratio(other**2, after.people - 1)
    freedom = np.maximum(_ratio((one + other) ** 2, below), 1.0)
    value = after.mean - before.mean
    critical = stats.t.ppf((1 + LEVEL) / 2, freedom)
    z = _ratio(value, error)
    smallest = (critical + stats.norm.ppf(POWER)) * error
    p = 2 * stats.t.sf(np.abs(z), freedom)
    told = _known(known, Changes(value, value - critical * error, value + critical * error, z, p, smallest))
    return _valued(told, value, (before.people > 0) & (after.people > 0))


def of_scores(before: Moments, after: Moments) -> Changes:
    """Differences of net promoter scores in points, −200…200, from people who say 100, 0 or −100.

    Adjusted Wald (Rocks 2016, The American Statistician 70, 365–372): ¾ a promoter and ¾ a detractor more among 3 more
    people of each part; the variance of a difference of two shares of one sample is p + d − (p − d)².
    """
    import numpy as np
    from scipy import stats

    score0, variance0 = _adjusted(before)
    score1, variance1 = _adjusted(after)
    error = np.sqrt(variance0 + variance1)
    critical = float(stats.norm.ppf((1 + LEVEL) / 2))
    middle = score1 - score0
    z = middle / error
    smallest = (critical + stats.norm.ppf(POWER)) * error
    p = 2 * stats.norm.sf(np.abs(z))
    value = after.mean - before.mean
    changes = Changes(value, middle - critical * error, middle + critical * error, z, p, smallest)
    return _known((before.people > 0) & (after.people > 0), changes)


def said_of(answer: Floats) -> Floats:
    """What an answer of 0…10 adds to a net promoter score: 100, 0 or −100."""
    import numpy as np

    return np.where(answer >= PROMOTER, 100.0, np.where(answer <= DETRACTOR, -100.0, 0.0))


def _adjusted(moments: Moments) -> tuple[Floats, Floats]:
    """Score in points and its variance, adjusted."""
    # Of +1, 0, −1 the sum of squares counts promoters and detractors.
    squares = ((moments.people - 1) * moments.variance + moments.people * moments.mean**2) / 100**2
    people = moments.people + 4 * PSEUDO
    net = moments.people * moments.mean / 100 / people
    outspoken = (squares.clip(min=0) + 2 * PSEUDO) / people
    return 100 * net, 100**2 * (outspoken - net**2) / people


def _known(known: NDArray[np.bool_], changes: Changes) -> Changes:
    """The changes, and where nothing is known, that anything may be."""
    import numpy as np

    return Changes(
        np.where(known, changes.value, np.nan),
        np.where(known, changes.low, -np.inf),
        np.where(known, changes.high, np.inf),
        np.where(known, changes.z, 0.0),
        np.where(known, changes.p, 1.0),
        np.where(known, changes.smallest, np.inf),
        changes.dispersion,
    )


def _valued(changes: Changes, value: Floats, known: NDArray[np.bool_]) -> Changes:
    """A value may be told without an interval."""
    from dataclasses import replace

    import numpy as np

    return replace(changes, value=np.where(known, value, np.nan))


def _error(share: Floats, one: Floats, other: Floats) -> Floats:
    import numpy as np

    return np.sqrt(share * (1 - share) * (_ratio(np.ones_like(one), one) + _ratio(np.ones_like(other), other)))


def _ratio(above: Floats, below: Floats) -> Floats:
    """Above / below, 0 where below is 0."""
    import numpy as np

    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)

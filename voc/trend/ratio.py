"""How many times as many people speak of a theme in one part of the feedback as in another, whatever the mix of each.

The ratio is Mantel and Haenszel's over strata, in the form for rates (Rothman & Boice 1979; Greenland & Robins 1985,
Biometrics 41, 55–68). Its interval is Sato's (1990, Environmental Health Perspectives 87, 95–101): all ratios that the
score test on the same sums does not refuse; it needs no logarithm, so a part in which nobody speaks of the theme still
bounds the ratio on one side. Counts of days scatter more than independent people would: the variance is multiplied by a
dispersion (quasi-likelihood, McCullagh & Nelder 1989, 4.5 and 9.2), Pearson's χ² over its degrees of freedom as
Fletcher (2012, Biometrika 99, 230–237) corrects it for small counts, and the interval is Student's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.95
POWER = 0.8
BEYOND = 1e6
"""A ratio that no data have to tell."""
HALVINGS = 60
LEAST_CORRECTION = 0.5
"""Of a dispersion, so that a few odd days can't blow it up."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One part of the feedback: different people, in all of it and by day.

    people:   float64 (themes, strata), who spoke of a theme
    exposure: float64 (strata,), who spoke at all
    daily:    float64 (themes, days), who spoke of a theme on a day
    daily_exposure: float64 (days, strata), who spoke at all on a day
    """

    people: Floats
    exposure: Floats
    daily: Floats
    daily_exposure: Floats


@dataclass(frozen=True, slots=True)
class Changes:
    """A change per theme, float64 (themes,) each: with the ends of its 95 % interval, in its standard errors (`z`), its
    two-sided p, and the smallest that the data would have told with 80 % power. `value` is NaN where there is none.

    dispersion: None where days are not allowed for
    """

    value: Floats
    low: Floats
    high: Floats
    z: Floats
    p: Floats
    smallest: Floats
    dispersion: Floats | None = None


def rate_ratios(before: Counted, after: Counted) -> Changes:
    """The share of people who speak of each theme, after over before; 1 is no change. Infinite if nobody did before."""
    import numpy as np
    from scipy import stats

    exposed = before.exposure + after.exposure
    one, other = _over(after.exposure, exposed), _over(before.exposure, exposed)
    up, down = after.people @ other, before.people @ one
    both = before.people + after.people
    variance = both @ (one * other)
    dispersion, freedom = dispersion_of(before, after, both.sum(axis=1) / max(exposed.sum(), 1.0))
    z = _over(up - down, np.sqrt(dispersion * variance))
    critical = stats.t.ppf((1 + LEVEL) / 2, freedom)
    low, high = _sato(up, down, critical**2 * dispersion * variance)
    none = variance == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(none, np.nan, up / down)
    return Changes(
        value,
        np.where(none, 0.0, low),
        np.where(none, np.inf, high),
        z,
        np.where(none, 1.0, 2 * stats.t.sf(np.abs(z), freedom)),
        _smallest(_over(both, exposed), before.exposure, after.exposure, dispersion, critical),
        dispersion,
    )


def dispersion_of(before: Counted, after: Counted, share: Floats) -> tuple[Floats, Floats]:
    """Variance over Poisson's and its degrees of freedom, (themes,) each, from the days of both parts.

    A day's expectation is each part's own share of the people of that day, stratum by stratum. Never below what drawing
    people without replacement gives, 1 − share.
    """
    import numpy as np

    days = []
    for part in (before, after):
        rates = _over(part.people, part.exposure)
        usual = rates @ part.daily_exposure.T
        # People who speak on several days are more on the days than in the whole.
        scale = _over(part.daily.sum(axis=1), usual.sum(axis=1))[:, None]
        days.append(Days(part.daily, usual * scale, usual * scale, np.ones_like(usual)))
    found, freedom = scatter(*days)
    return np.maximum(found, 1.0 - np.minimum(share, 0.99)), freedom


@dataclass(frozen=True, slots=True)
class Days:
    """Counts of days, float64 (themes, days) each: as they are, as expected, their variance if people were independent,
    and the slope of that variance over the expectation."""

    counts: Floats
    usual: Floats
    variance: Floats
    slope: Floats


def scatter(before: Days, after: Days) -> tuple[Floats, Floats]:
    """Variance of days over that of independent people, and its degrees of freedom (1 at least), (themes,) each:
    Pearson's χ² over them, over 1 + the mean of slope × (count − usual) / variance (Fletcher 2012, equation 4)."""
    import numpy as np

    squares, leaning, cells, used = (np.zeros(len(before.counts)) for _ in range(4))
    for part in (before, after):
        rest = part.counts - part.usual
        squares += _over(rest**2, part.variance).sum(axis=1)
        leaning += _over(part.slope * rest, part.variance).sum(axis=1)
        cells += (part.variance > 0).sum(axis=1)
        used += (part.variance > 0).any(axis=1)
    freedom = np.maximum(cells - used, 1.0)
    return squares / freedom / np.maximum(1 + _over(leaning, cells), LEAST_CORRECTION), freedom


def _sato(up: Floats, down: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Both θ with (up − θ down)² = θ spread; from 0 where `up` is 0, to infinity where `down` is."""
    import numpy as np

    middle = 2 * up * down + spread
    root = np.sqrt(np.maximum(middle**2 - 4 * (up * down) ** 2, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        high = np.where(down > 0, (middle + root) / (2 * down**2), np.inf)
        low = 2 * up**2 / (middle + root)  # the product of both roots is (up / down)²
    return np.where(up > 0, low, 0.0), high


def _smallest(rates: Floats, before: Floats, after: Floats, dispersion: Floats, critical: Floats) -> Floats:
    """The smallest ratio above 1 that the test refuses 1 for with 80 % power, if people speak of the themes at `rates`
    (themes, strata) before: its expected score against the deviations of the score with and without a change. What
    disperses days grows with the counts, as in the negative-binomial distribution."""
    import numpy as np
    from scipy import stats

    exposed = before + after
    half = _over(before * after, exposed)
    weight = _over(half, exposed)
    score, one, other = rates @ half, rates @ (weight * before), rates @ (weight * after)
    extra = np.maximum(dispersion - 1, 0.0)
    beyond = stats.norm.ppf(POWER)

    def told(ratio: Floats) -> NDArray[np.bool_]:
        null = (dispersion + extra * (ratio - 1) / 2) * (ratio * other + one)
        actual = (dispersion + extra * (ratio - 1)) * ratio * one + dispersion * other
        found: NDArray[np.bool_] = (ratio - 1) * score >= critical * np.sqrt(null) + beyond * np.sqrt(actual)
        return found & (score > 0)

    low, high = np.zeros(len(rates)), np.full(len(rates), np.log(BEYOND))
    ever = told(np.exp(high))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = told(np.exp(middle))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(ever, np.exp(high), np.inf)


def _over(above: Floats, below: Floats) -> Floats:
    """Above / below, 0 where below is 0."""
    import numpy as np

    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)

"""What a stream should have counted, and how far chance takes counts from it.

A negative-binomial rate a person who spoke at all (the exposure), as in Farrington et al. (1996) and its flexible form
(Noufaily et al. 2013): past outbreaks are weighted down by their Anscombe residual, the last days are left out, a cycle
of weekdays is kept where data support it. In place of their iterated regression the rate is a weighted ratio, which is
the maximum-likelihood estimate of a Poisson rate with exposure; the dispersion is the method of moments, shared over
streams where data are thin (empirical Bayes). The rate of a part of the feedback leans on the rate of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEEK = 7
TOGETHER = {1: 0.0, 3: 0.5, 5: 0.75, 7: 1.0, 14: 1.25, 28: 1.5}
"""Days of a window → the power of `Baseline.together` by which it is dispersed."""
OUTBREAK = 2.58
"""Anscombe residual above which a past day is weighted down (Noufaily et al. 2013)."""
EXTREME = 4.0
"""The same for what tells how far chance goes: the long tail of usual days belongs to it."""
JEFFREYS = 0.5
"""Half a person: a theme never seen has an expectation above nought."""
LEAN = 2.0
"""People for which the rate of the whole stands in a part of the feedback."""
WEEKDAY_LEAN = 20.0
"""People for which an even week stands."""
SHARED = 50.0
"""Weight of the shared dispersion, in squared expected people."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Of each stream, float64 (streams,) unless said otherwise.

    rate:     people of the stream for one person of exposure
    weekday:  (streams, 7), factor of each day of the week, by day number modulo 7
    daily:    dispersion α of a day: variance = mean + α mean²; usual: that of the middle stream
    together: how many times more weeks are dispersed than independent days would make them, one figure for all streams
    doubt:    relative variance of the rate
    """

    rate: NDArray[np.float64]
    weekday: NDArray[np.float64]
    daily: NDArray[np.float64]
    usual: float
    together: float
    doubt: NDArray[np.float64]

    def expected(self, exposure: NDArray[np.float64], first_day: int) -> NDArray[np.float64]:
        """People of each day of a window, (streams, days). exposure: the same shape; first_day: number of the first."""
        import numpy as np

        weekdays = (first_day + np.arange(exposure.shape[1])) % WEEK
        found: NDArray[np.float64] = self.rate[:, None] * exposure * self.weekday[:, weekdays]
        return found

    def dispersion(self, expected: NDArray[np.float64], *, usual: bool = False) -> NDArray[np.float64]:
        """α of a window's count, (streams,), the doubt about the rate included.

        usual: no more than what is usual of streams, for one whose history holds an event that goes on.

        expected: as `expected` gives it. A day that stands out weighs as it does: independent days have Σ mean² / (Σ
        mean)² of a day's α. Days that go together disperse weeks more than that, a month still more.
        """
        import numpy as np

        uneven = (expected**2).sum(axis=1) / np.maximum(expected.sum(axis=1), 1e-9) ** 2
        daily = np.minimum(self.daily, self.usual) if usual else self.daily
        found: NDArray[np.float64] = daily * uneven * self.together ** TOGETHER[expected.shape[1]] + self.doubt
        return found


def baseline(
    counts: NDArray[np.float64], exposure: NDArray[np.float64], whole: NDArray[np.int64], first_day: int
) -> Baseline:
    """The baseline of a history.

    counts, exposure: float64 (streams, days); whole: int64 (streams,), the row of the same theme in the whole
    """
    import numpy as np

    weight = extreme = np.ones_like(counts)
    rate = _rate(counts, exposure, weight, whole)
    days = (first_day + np.arange(counts.shape[1])) % WEEK
    mean = rate[:, None] * exposure
    # At first an outbreak is in its own stream's dispersion, and would excuse itself: what is usual of streams judges.
    daily = np.full(len(counts), np.median(dispersion(counts, mean, extreme)) if len(counts) else 0.0)
    for _ in range(2):
        residual = anscombe(counts, mean, 1.0 + daily[:, None] * np.maximum(mean, 1e-9))
        # A voice or two where next to none is expected are no outbreak.
        residual = np.where(counts <= 2, 0.0, residual)
        weight, extreme = _within(residual, OUTBREAK), _within(residual, EXTREME)
        rate = _rate(counts, exposure, weight, whole)
        weekday = _weekdays(counts, rate[:, None] * exposure, weight, days)
        mean = rate[:, None] * exposure * weekday[:, days]
        daily = dispersion(counts, mean, extreme)
    people = (weight * counts).sum(axis=1)
    together = _together(extreme * counts, extreme * mean, daily)
    weeks = max(counts.shape[1] / WEEK, 1.0)
    usual = float(np.median(daily)) if len(daily) else 0.0
    return Baseline(
        rate, weekday, daily, usual, together, 1.0 / (people + _lean(whole)) + daily * together / WEEK / weeks
    )


def _together(counts: NDArray[np.float64], mean: NDArray[np.float64], daily: NDArray[np.float64]) -> float:
    """Excess variance of weeks over that of independent days, all streams taken together; at least 1."""
    import numpy as np

    seen, awaited = _weeks(counts), _weeks(mean)
    excess = float(((seen - awaited) ** 2 - awaited).sum())
    independent = float((daily[:, None] * _weeks(mean**2)).sum())
    return float(np.clip(excess / independent, 1.0, WEEK)) if independent > 0 else 1.0


def _lean(whole: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    return np.where(whole == np.arange(len(whole)), JEFFREYS, LEAN)


def _rate(
    counts: NDArray[np.float64], exposure: NDArray[np.float64], weight: NDArray[np.float64], whole: NDArray[np.int64]
) -> NDArray[np.float64]:
    import numpy as np

    own, people = (weight * counts).sum(axis=1), (weight * exposure).sum(axis=1)
    alone = (own + JEFFREYS) / (people + 1.0)
    leant = (own + LEAN) / (people + LEAN / np.maximum(alone[whole], 1e-9))
    found: NDArray[np.float64] = np.where(whole == np.arange(len(whole)), alone, leant)
    return found


def _weekdays(
    counts: NDArray[np.float64], mean: NDArray[np.float64], weight: NDArray[np.float64], days: NDArray[np.int64]
) -> NDArray[np.float64]:
    import numpy as np

    factors = np.ones((len(counts), WEEK))
    for weekday in range(WEEK):
        own = days == weekday
        seen, awaited = (weight * counts)[:, own].sum(axis=1), (weight * mean)[:, own].sum(axis=1)
        factors[:, weekday] = (seen + WEEKDAY_LEAN) / (awaited + WEEKDAY_LEAN)
    return factors


def _weeks(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of whole weeks, (streams, weeks); days before the first whole one are left out."""
    weeks = rows.shape[1] // WEEK
    whole: NDArray[np.float64] = rows[:, rows.shape[1] - weeks * WEEK :].reshape(len(rows), weeks, WEEK).sum(axis=2)
    return whole


def anscombe(
    counts: NDArray[np.number[Any]], mean: NDArray[np.float64], spread: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Standardised Anscombe residuals of counts (Farrington et al. 1996), for variance = `spread` × mean."""
    import numpy as np

    held = np.maximum(mean, 1e-9)
    scale = np.sqrt(np.cbrt(held)) * np.sqrt(spread)
    found: NDArray[np.float64] = 1.5 * (np.cbrt(counts) ** 2 - np.cbrt(held) ** 2) / scale
    return found


def _within(residual: NDArray[np.float64], bound: float) -> NDArray[np.float64]:
    """Weights: 1 up to the bound, falling with the square of the residual beyond."""
    import numpy as np

    weight: NDArray[np.float64] = (bound / np.maximum(residual, bound)) ** 2
    return weight


def dispersion(
    counts: NDArray[np.float64], mean: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """α of variance = mean + α mean², by moments, shared over streams as far as their own data are thin."""
    import numpy as np

    excess = (weight * ((counts - mean) ** 2 - mean)).sum(axis=1)
    known = (weight * mean**2).sum(axis=1)
    shared = max(0.0, float(excess.sum()) / max(float(known.sum()), 1e-9))
    found: NDArray[np.float64] = np.maximum((excess + SHARED * shared) / (known + SHARED), 0.0)
    return found

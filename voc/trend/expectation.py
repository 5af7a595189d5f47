"""What a theme's reach should have been, and how far from it a day was.

The baseline is the theme's share of all reach in the weeks before, times the exposure of the day or week itself: a day
on which everybody wrote more raises every expectation. Counts are over-dispersed, so tails are negative-binomial
(quasi-likelihood, McCullagh & Nelder 1989, with one dispersion shared by all themes and floored at Poisson's 1). Series
are drawn with it and slow changes judged on it; what a person is told as unusual is tested by `night`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.trend.baseline import anscombe
from voc.trend.counts import Reach

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRIOR = 0.5
"""Jeffreys' half count: a theme never seen before still has an expectation above nought."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Expected reach per theme and bin, float64 (themes, bins); NaN where there is too little history.

    dispersion: variance over mean, shared by all themes, at least 1.
    """

    mean: NDArray[np.float64]
    dispersion: float

    def residual(self, observed: NDArray[np.int64]) -> NDArray[np.float64]:
        """Standardised Anscombe residuals of counts, same shape; 0 where there is no expectation."""
        import numpy as np

        found = anscombe(observed, np.nan_to_num(self.mean, nan=1.0), self.dispersion)
        return np.where(np.isnan(self.mean), 0.0, found)


def expect(counts: Reach, *, memory: int, leave_out: int, least: int) -> Expectation:
    """Expectation of each bin from the `memory` bins before it, the `leave_out` nearest left out.

    A bin with fewer than `least` bins of history has none. Bins far above the theme's own median level are capped, so
    that a past outbreak does not hide the next one.
    """
    import numpy as np

    total = counts.total.astype(np.float64)
    capped = np.minimum(counts.counts, _cap(counts))
    ahead = np.arange(len(total))
    stop = np.maximum(ahead - leave_out, 0)
    start = np.maximum(stop - memory, 0)
    own = _window_sums(capped, start, stop)
    everyone = _window_sums(total[None, :], start, stop)[0]
    share = (own + PRIOR) / (everyone + 1.0)
    mean = share * total
    mean[:, (stop - start) < least] = np.nan
    return Expectation(mean, _dispersion(capped, mean))


def _cap(counts: Reach) -> NDArray[np.float64]:
    """Per theme and bin: its usual share of that bin plus three Poisson deviations, and at least 2."""
    import numpy as np

    total = np.maximum(counts.total, 1)
    usual = counts.counts.sum(axis=1, keepdims=True) / total.sum() * counts.total
    cap: NDArray[np.float64] = np.maximum(usual + 3 * np.sqrt(usual), 2.0)
    return cap


def _window_sums(rows: NDArray[np.float64], start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    running = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    sums: NDArray[np.float64] = running[:, stop] - running[:, start]
    return sums


def _dispersion(counts: NDArray[np.float64], mean: NDArray[np.float64]) -> float:
    """Pearson's chi-square over its degrees of freedom, on bins whose expectation carries information (≥ 0.5)."""
    import numpy as np

    usable = ~np.isnan(mean) & (mean >= PRIOR)
    if usable.sum() < 30:  # too few bins to estimate anything
        return 1.0
    residual = (counts[usable] - mean[usable]) ** 2 / mean[usable]
    return float(max(1.0, residual.mean()))


def interval(expectation: Expectation, *, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Central prediction interval of the reach, (low, high), NaN where there is no expectation."""
    import numpy as np
    from scipy import stats

    mean = np.nan_to_num(expectation.mean, nan=1.0)
    tails = ((1 - level) / 2, (1 + level) / 2)
    if expectation.dispersion <= 1.0 + 1e-9:
        low, high = (stats.poisson.ppf(tail, mean) for tail in tails)
    else:
        size = mean / (expectation.dispersion - 1.0)
        low, high = (stats.nbinom.ppf(tail, size, 1.0 / expectation.dispersion) for tail in tails)
    missing = np.isnan(expectation.mean)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """q-values of a flat array of p-values (Benjamini & Hochberg 1995, step-up, monotone)."""
    import numpy as np

    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    ranked = p[order] * p.size / np.arange(1, p.size + 1)
    monotone = np.minimum.accumulate(ranked[::-1])[::-1]
    q = np.empty_like(p)
    q[order] = np.minimum(monotone, 1.0)
    return q


def rate_ratio_interval(
    recent: int, before: int, recent_exposure: float, before_exposure: float, *, level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of (recent/recent_exposure) / (before/before_exposure).

    Conditional on the sum the recent count is binomial (Przyborowski & Wilenski 1940); its Clopper–Pearson limits
    translate into limits of the ratio.
    """
    from scipy import stats

    total = recent + before
    if total == 0 or recent_exposure <= 0 or before_exposure <= 0:
        return 0.0, float("inf")
    alpha = (1 - level) / 2
    low = stats.beta.ppf(alpha, recent, before + 1) if recent > 0 else 0.0
    high = stats.beta.ppf(1 - alpha, recent + 1, before) if before > 0 else 1.0
    scale = before_exposure / recent_exposure
    return _odds(float(low)) * scale, _odds(float(high)) * scale


def slope_z(counts: NDArray[np.int64], exposure: NDArray[np.int64]) -> float:
    """Standardised slope of a share over equal steps of time, positive where it grows.

    The test for a linear trend in proportions of Cochran (1954) and Armitage (1955): U = Σ t (cₜ − eₜ R) with R the
    overall share, Var U = R (1 − R) Σ eₜ (t − t̄ₑ)². 0 where nothing can be said.
    """
    import numpy as np

    total = float(exposure.sum())
    share = float(counts.sum()) / total if total else 0.0
    if not 0.0 < share < 1.0:
        return 0.0
    steps = np.arange(len(counts), dtype=np.float64)
    middle = float((steps * exposure).sum()) / total
    score = float((steps * (counts - exposure * share)).sum())
    variance = share * (1.0 - share) * float((exposure * (steps - middle) ** 2).sum())
    return score / float(np.sqrt(variance)) if variance > 0 else 0.0


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")

"""How far the complaints of one part of the feedback go along with how many people speak elsewhere.

Channels of one product swell together: twice the people, twice the complaints. Five apps do not: a rush in one says
nothing of the next, and taken as exposure it would excuse the other's outage. History says which it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POWERS = (1.0, 0.5, 0.0)
"""Complaints go along in full, with the square root, not at all."""
EVIDENCE = 15.0
"""By so much the scaled deviance must fall before less than the full power is believed: about one in ten thousand."""
CROWD = 4.0
"""A day with so many times the complaints that any power expects says nothing of it."""
RUSH = 3.0
"""Days tell how complaints go along if the crowd elsewhere is by so many standard deviations of chance beside what is
usual: what wanders by chance moves nobody."""
RUSHES = 5
"""So many such days, at least."""


def power(counts: NDArray[np.float64], exposure: NDArray[np.float64]) -> float:
    """The power of exposure that explains counts, both (streams, days), one for all streams; 1 where days do not tell.

    Scaled Poisson deviance on the days of a rush or a lull, as a quasi-likelihood ratio (McCullagh & Nelder 1989, § 9),
    with the rate of the usual days: measured by chance alone, any crowd would seem to move nobody.
    """
    import numpy as np

    middle = np.median(exposure, axis=1, keepdims=True)
    unusual = (np.abs(exposure - middle) > RUSH * np.sqrt(np.maximum(middle, 1.0))) & (exposure > 0)
    usual = ~unusual & (exposure > 0)
    means = [_mean(counts, raised(exposure, each), usual) for each in POWERS]
    told = unusual & np.logical_or.reduce([counts <= CROWD * np.maximum(mean, 1.0) for mean in means])
    if told.any(axis=0).sum() < RUSHES or not usual.any():
        return POWERS[0]
    found = [_misfit(counts, mean, told) for mean in means]
    scale = max(1.0, min(pearson for _, pearson in found) / told.sum())
    best = min(range(len(POWERS)), key=lambda at: (found[at][0], at))
    return POWERS[best] if (found[0][0] - found[best][0]) / scale > EVIDENCE else POWERS[0]


def raised(exposure: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    """Exposure to a power, 0 where nobody spoke."""
    import numpy as np

    return np.where(exposure > 0, np.maximum(exposure, 1e-9) ** by, 0.0)


def _mean(counts: NDArray[np.float64], exposure: NDArray[np.float64], usual: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each day should have counted, by the rate of the usual days of each stream."""
    import numpy as np

    people = np.where(usual, exposure, 0.0).sum(axis=1, keepdims=True)
    rate = np.where(usual, counts, 0.0).sum(axis=1, keepdims=True) / np.maximum(people, 1e-9)
    mean: NDArray[np.float64] = np.maximum(rate * exposure, 1e-9)
    return mean


def _misfit(counts: NDArray[np.float64], mean: NDArray[np.float64], told: NDArray[np.bool_]) -> tuple[float, float]:
    """Deviance and Pearson's statistic."""
    import numpy as np

    deviance = 2 * (counts * np.log(np.maximum(counts, 1e-9) / mean) - (counts - mean))
    held = told & (mean > 1e-6)
    return float(deviance[held].sum()), float((((counts - mean) ** 2) / mean)[held].sum())

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
EVIDENCE = 6.0
"""By so much the scaled deviance must fall before less than the full power is believed: about one in a hundred."""
CROWD = 4.0
"""A day with so many times the complaints that any power expects says nothing of it."""


def power(counts: NDArray[np.float64], exposure: NDArray[np.float64]) -> float:
    """The power of exposure that explains counts, both (streams, days), one for all streams.

    Scaled Poisson deviance, as a quasi-likelihood ratio (McCullagh & Nelder 1989, § 9).
    """
    import numpy as np

    told = np.zeros(counts.shape, np.bool_)
    for each in POWERS:
        usual = np.median(counts / np.maximum(raised(exposure, each), 1e-9), axis=1, keepdims=True)
        told |= (counts <= CROWD * np.maximum(usual * raised(exposure, each), 1.0)) & (exposure > 0)
    if told.sum() <= len(counts) + 1:
        return POWERS[0]
    found = [_misfit(counts, raised(exposure, each), told) for each in POWERS]
    scale = max(1.0, min(pearson for _, pearson in found) / (told.sum() - len(counts)))
    full = found[0][0] / scale
    best = min(range(len(POWERS)), key=lambda at: (found[at][0], at))
    return POWERS[best] if full - found[best][0] / scale > EVIDENCE else POWERS[0]


def raised(exposure: NDArray[np.float64], by: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Exposure to a power, 0 where nobody spoke."""
    import numpy as np

    return np.where(exposure > 0, np.maximum(exposure, 1e-9) ** by, 0.0)


def _misfit(counts: NDArray[np.float64], exposure: NDArray[np.float64], told: NDArray[np.bool_]) -> tuple[float, float]:
    """Deviance and Pearson's statistic of a Poisson rate a stream."""
    import numpy as np

    people = np.where(told, exposure, 0.0).sum(axis=1, keepdims=True)
    rate = np.where(told, counts, 0.0).sum(axis=1, keepdims=True) / np.maximum(people, 1e-9)
    mean = np.maximum(rate * exposure, 1e-9)
    deviance = 2 * (counts * np.log(np.maximum(counts, 1e-9) / mean) - (counts - mean))
    return float(deviance[told].sum()), float((((counts - mean) ** 2) / mean)[told & (rate > 0)].sum())

"""One theme in two: which mentions lie nearer to some of them than to the others, and which of them a query means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import assign

if TYPE_CHECKING:
    from numpy.typing import NDArray


def divide(vectors: NDArray[np.float32], sides: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether each unit vector (n, dim) lies nearer to the second of two directions (2, dim); ties stay.

    By the rule that assigns mentions to themes, so one alone gets what it gets among a thousand.
    """
    second: NDArray[np.bool_] = assign(vectors, sides, -2.0).labels == 1
    return second


def meant(cosines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of n cosines with a query are high: those above the cut that parts them best into two groups.

    The cut of greatest variance between the groups (Otsu 1979, "A Threshold Selection Method from Gray-Level
    Histograms"), without a histogram. False for all where all are alike.
    """
    order = np.sort(cosines)
    below = np.arange(1, len(order))
    sums = np.cumsum(order)
    apart = sums[:-1] / below - (sums[-1] - sums[:-1]) / (len(order) - below) if len(order) > 1 else np.empty(0)
    between = below * (len(order) - below) * apart**2
    # Equal cosines are never parted.
    between[order[1:] == order[:-1]] = -1.0
    if not len(between) or between.max() <= 0.0:
        return np.zeros(len(cosines), np.bool_)
    high: NDArray[np.bool_] = cosines > order[int(between.argmax())]
    return high

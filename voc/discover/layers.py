"""From dense groups to layers: groups that say the same become one, and fine themes get coarse parents.

Owns the comparison between groups. Does not find groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import sums_in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE = 0.75
"""Two groups are one if their members are, across groups, at least this close relative to within groups."""
CHILDREN = 4
"""Fine themes per coarse theme, on average."""
_FEWEST_PARENTS = 3


def merge_alike(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join the closest pair of groups as long as it is ALIKE; −1 stays. Labels keep no order.

    Closeness is the mean cosine between members of both groups over the geometric mean of the mean cosines within
    each: 1 if both are samples of one cloud, whatever its density. It holds for a loose and for a tight group alike,
    which a threshold on cosine does not.
    """
    labels = groups.copy()
    held = labels >= 0
    size = np.bincount(labels[held]).astype(np.float64) if held.any() else np.zeros(0)
    sums = sums_in_order(labels, vectors, len(size))
    close = _closeness(sums, size, sums, size)
    np.fill_diagonal(close, -np.inf)
    while len(size) > 1:
        keep, gone = sorted(int(i) for i in np.unravel_index(int(np.argmax(close)), close.shape))
        if close[keep, gone] < ALIKE:
            break
        labels[labels == gone] = keep
        sums[keep] += sums[gone]
        size[keep] += size[gone]
        close[gone, :] = close[:, gone] = -np.inf
        row = _closeness(sums[keep : keep + 1], size[keep : keep + 1], sums, size)[0]
        row = np.where(np.isneginf(close[keep]), -np.inf, row)
        close[keep, :] = close[:, keep] = row
    _, compact = np.unique(labels[held], return_inverse=True)
    labels[held] = compact
    return labels


def closeness(vectors: NDArray[np.float32], one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Of two groups of rows, as `merge_alike` measures it."""
    sums = np.stack([vectors[rows].astype(np.float64).sum(axis=0) for rows in (one, other)])
    size = np.array([len(one), len(other)], np.float64)
    return float(_closeness(sums[:1], size[:1], sums[1:], size[1:])[0, 0])


def _closeness(
    sums: NDArray[np.float64], size: NDArray[np.float64], others: NDArray[np.float64], other_size: NDArray[np.float64]
) -> NDArray[np.float64]:
    cross = np.round(sums @ others.T / (size[:, None] * other_size), 9)
    within = np.sqrt(_cohesion(sums, size)[:, None] * _cohesion(others, other_size))
    relative: NDArray[np.float64] = cross / within
    return relative


def _cohesion(sums: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean cosine between two different members."""
    pairs = np.maximum(size * (size - 1.0), 1.0)
    cohesion: NDArray[np.float64] = np.maximum(((sums * sums).sum(axis=1) - size) / pairs, 1e-6)
    return cohesion


def parents_of(themes: int) -> int:
    """How many coarse themes so many fine ones have."""
    return min(themes, max(_FEWEST_PARENTS, round(themes / CHILDREN)))


def coarse_groups(centroids: NDArray[np.float32]) -> NDArray[np.int32]:
    """Parent of each fine theme: int32 (themes,), by Ward's linkage of their centroids (float32 (themes, width)).

    Ward's keeps the groups of like size where average linkage leaves single themes beside giants. Parents are numbered
    by their first child.
    """
    n = len(centroids)
    wanted = parents_of(n)
    if wanted == n:
        return np.arange(n, dtype=np.int32)
    from scipy.cluster.hierarchy import fcluster, linkage

    return by_first_child(fcluster(linkage(centroids.astype(np.float64), "ward"), wanted, "maxclust"))


def by_first_child(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """The same groups (n,) numbered from 0 in the order of their first rows."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    numbered: NDArray[np.int32] = rank[inverse]
    return numbered

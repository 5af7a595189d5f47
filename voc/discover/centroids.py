"""Centroids of themes, and the one rule by which a mention gets its theme: the nearest, if it is close enough.

Mentions of a run and mentions that come later are compared with the same centroids in the same arithmetic, so what a
run was made from keeps its theme. Owns no clustering.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import sums_in_order
from voc.discover.neighbours import GRID, on_grid
from voc.errors import StoreDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 4096
"""Rows compared at a time."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """labels: int32 (n,), −1 for none; strength: float32 (n,), 0…1."""

    labels: NDArray[np.int32]
    strength: NDArray[np.float32]

    def cut(self, threshold: float) -> Assigned:
        """Without a theme where the cosine is below the threshold."""
        return Assigned(np.where(self.strength >= np.float32(threshold), self.labels, -1), self.strength)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest of some centroids. labels: int32 (n,); cosine: float32 (n,); tied: bool (n,), another is as near."""

    labels: NDArray[np.int32]
    cosine: NDArray[np.float32]
    tied: NDArray[np.bool_]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> Nearest:
        """Of each unit vector (n, width) among centroids (themes, width); ties to the first, −1 if there are none."""
        labels, best = np.full(len(vectors), -1, np.int32), np.zeros(len(vectors), np.float32)
        tied = np.zeros(len(vectors), np.bool_)
        if not len(centroids):
            return cls(labels, best, tied)
        targets = on_grid(centroids).T
        for at in range(0, len(vectors), _BLOCK):
            cosine = on_grid(vectors[at : at + _BLOCK]) @ targets
            cosine /= np.float32(GRID * GRID)
            nearest = cosine.argmax(axis=1)
            highest = np.take_along_axis(cosine, nearest[:, None], axis=1)
            labels[at : at + _BLOCK] = nearest
            best[at : at + _BLOCK] = highest[:, 0]
            tied[at : at + _BLOCK] = np.count_nonzero(cosine == highest, axis=1) > 1
        return cls(labels, best, tied)

    def among(self, order: NDArray[np.int64], vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> Nearest:
        """What `of` finds among centroids[order]; only rows whose nearest is left out, or tied, are compared anew."""
        number = np.full(len(centroids) + 1, -1, np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        labels, best, tied = number[self.labels], self.cosine.copy(), self.tied.copy()
        again = np.flatnonzero((labels < 0) | self.tied)
        found = Nearest.of(vectors[again], centroids[order])
        labels[again], best[again], tied[again] = found.labels, found.cosine, found.tied
        return Nearest(labels, best, tied)

    def cut(self, threshold: float) -> Assigned:
        """Without a theme where the cosine is below the threshold; −1 cuts nothing."""
        close = self.cosine >= np.float32(threshold)
        return Assigned(np.where(close, self.labels, -1), np.clip(self.cosine, 0.0, 1.0))


def assign(vectors: NDArray[np.float32], centroids: NDArray[np.float32], threshold: float) -> Assigned:
    """The nearest theme of each unit vector (n, width), −1 where its cosine is below `threshold`; ties to the first.

    Exact on the grid of `voc.discover.neighbours`: one row alone gets what it gets among a thousand.
    """
    return Nearest.of(vectors, centroids).cut(threshold)


def assign_published(vectors: NDArray[np.float32], arrays: Mapping[str, NDArray[np.float32]]) -> Assigned:
    """`assign` with the arrays of a published run. Raises StoreDamaged if they are not there."""
    if "theme.centroids" not in arrays or "theme.threshold" not in arrays:
        raise StoreDamaged("The published run holds no theme centroids.", "Run `voc runs verify`, then `voc run`.")
    return assign(vectors, arrays["theme.centroids"], float(arrays["theme.threshold"][0]))


def centroids_of(
    vectors: NDArray[np.float32], groups: NDArray[np.int64], number: int | None = None
) -> NDArray[np.float32]:
    """Mean direction of each group, float32 (groups, width), unit length; every text counts once, −1 is no group."""
    sums = sums_in_order(groups, vectors, int(groups.max(initial=-1)) + 1 if number is None else number)
    length = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return (sums / np.where(length > 0.0, length, 1.0)).astype(np.float32)


def highest_cut(strength: NDArray[np.float32], counts: NDArray[np.float64], max_unassigned: float) -> float:
    """The highest cosine below which no more mentions are left over than are allowed; 1 where there is none."""
    if not len(strength):
        return 1.0
    order = np.argsort(strength, kind="stable")
    left_over = np.cumsum(counts[order]) - counts[order]
    return float(strength[order][left_over <= max_unassigned * counts.sum()][-1])

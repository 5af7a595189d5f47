"""Centroids of themes, and the one rule by which a mention gets its theme: the nearest, if it is close enough.

Mentions of a run and mentions that come later are compared with the same centroids in the same arithmetic, so what a
run was made from keeps its theme. Owns no clustering.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import BLOCK
from voc.discover.neighbours import GRID, on_grid
from voc.errors import StoreDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Assigned:
    """labels: int32 (n,), −1 for none; strength: float32 (n,), 0…1."""

    labels: NDArray[np.int32]
    strength: NDArray[np.float32]

    def cut(self, threshold: float) -> Assigned:
        """Without a theme where the cosine is below the threshold."""
        return Assigned(np.where(self.strength >= np.float32(threshold), self.labels, -1), self.strength)


def assign(vectors: NDArray[np.float32], centroids: NDArray[np.float32], threshold: float) -> Assigned:
    """The nearest theme of each unit vector (n, width), −1 where its cosine is below `threshold`; ties to the first.

    Exact on the grid of `voc.discover.neighbours`: one row alone gets what it gets among a thousand.
    """
    labels = np.full(len(vectors), -1, dtype=np.int32)
    strength = np.zeros(len(vectors), dtype=np.float32)
    if not len(centroids):
        return Assigned(labels, strength)
    targets = on_grid(centroids).T
    for at in range(0, len(vectors), BLOCK):
        cosine = on_grid(vectors[at : at + BLOCK]) @ targets / np.float32(GRID * GRID)
        nearest = cosine.argmax(axis=1)
        best = np.take_along_axis(cosine, nearest[:, None], axis=1)[:, 0]
        labels[at : at + BLOCK] = np.where(best >= np.float32(threshold), nearest, -1)
        strength[at : at + BLOCK] = np.clip(best, 0.0, 1.0)
    return Assigned(labels, strength)


def assign_published(vectors: NDArray[np.float32], arrays: Mapping[str, NDArray[np.float32]]) -> Assigned:
    """`assign` with the arrays of a published run. Raises StoreDamaged if they are not there."""
    if "theme.centroids" not in arrays or "theme.threshold" not in arrays:
        raise StoreDamaged("The published run holds no theme centroids.", "Run `voc runs verify`, then `voc run`.")
    return assign(vectors, arrays["theme.centroids"], float(arrays["theme.threshold"][0]))


def centroids_of(
    vectors: NDArray[np.float32], groups: NDArray[np.int64], number: int | None = None
) -> NDArray[np.float32]:
    """Mean direction of each group, float32 (groups, width), unit length; every text counts once, −1 is no group."""
    sums = np.zeros((int(groups.max(initial=-1)) + 1 if number is None else number, vectors.shape[1]))
    np.add.at(sums, groups[groups >= 0], vectors[groups >= 0].astype(np.float64))
    length = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return (sums / np.where(length > 0.0, length, 1.0)).astype(np.float32)


def highest_cut(strength: NDArray[np.float32], counts: NDArray[np.float64], max_unassigned: float) -> float:
    """The highest cosine below which no more mentions are left over than are allowed; 1 where there is none."""
    if not len(strength):
        return 1.0
    order = np.argsort(strength, kind="stable")
    left_over = np.cumsum(counts[order]) - counts[order]
    return float(strength[order][left_over <= max_unassigned * counts.sum()][-1])

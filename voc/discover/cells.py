"""Cells around centroids: which rows a centroid would take, or lose, if it were added, moved or taken away.

Kept are the two nearest centroids of every row, so that a question costs one comparison with one centroid. Adding is
exact; after a move or a removal the second nearest is not looked for again, so that what is told may be a little off.
Owns no decision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import BLOCK
from voc.discover.neighbours import GRID, on_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows on the grid, float32 (n, width), and the two nearest centroids of each.

    label, other: int64 (n,), the nearest and the second nearest; best, second: float32 (n,), their cosines
    """

    grid: NDArray[np.float32]
    label: NDArray[np.int64]
    best: NDArray[np.float32]
    other: NDArray[np.int64]
    second: NDArray[np.float32]

    @classmethod
    def around(cls, centroids: NDArray[np.float32], vectors: NDArray[np.float32]) -> Cells:
        """Of unit vectors (n, width) around one centroid at least."""
        grid, targets = np.empty(vectors.shape, np.float32), on_grid(centroids).T
        label, other = np.zeros(len(grid), np.int64), np.full(len(grid), -1, np.int64)
        best, second = np.zeros(len(grid), np.float32), np.full(len(grid), -1.0, np.float32)
        for at in range(0, len(grid), BLOCK):
            block = slice(at, at + BLOCK)
            grid[block] = on_grid(vectors[block])
            cosine = grid[block] @ targets / np.float32(GRID * GRID)
            rows = np.arange(len(cosine))
            label[block] = cosine.argmax(axis=1)
            best[block] = cosine[rows, label[block]]
            if len(centroids) > 1:
                cosine[rows, label[block]] = -np.inf
                other[block] = cosine.argmax(axis=1)
                second[block] = cosine[rows, other[block]]
        return cls(grid, label, best, other, second)

    def cosine(self, centroid: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of every row with one centroid, float32 (n,)."""
        found: NDArray[np.float32] = self.grid @ on_grid(centroid[None])[0] / np.float32(GRID * GRID)
        return found

    def adding(self, number: int, centroid: NDArray[np.float32]) -> Cells:
        """With one more centroid."""
        cosine = self.cosine(centroid)
        takes = cosine > self.best
        beats = ~takes & (cosine > self.second)
        return replace(
            self,
            label=np.where(takes, number, self.label),
            best=np.where(takes, cosine, self.best),
            other=np.where(takes, self.label, np.where(beats, number, self.other)),
            second=np.where(takes, self.best, np.where(beats, cosine, self.second)),
        )

    def without(self, number: int) -> Cells:
        """Without one centroid: its rows go to their second nearest."""
        gone, left = self.label == number, self.other == number
        return replace(
            self,
            label=np.where(gone, self.other, self.label),
            best=np.where(gone, self.second, self.best),
            other=np.where(gone | left, -1, self.other),
            second=np.where(gone | left, np.float32(-1.0), self.second),
        )

    def moving(self, number: int, centroid: NDArray[np.float32]) -> Cells:
        """With one centroid in another place."""
        return self.without(number).adding(number, centroid)

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


class _Grid:
    """Unit vectors (n, width) as whole numbers of 1/GRID in int16, made at the first question: most nights ask none."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._whole: NDArray[np.int16] | None = None

    def cosine(self, centroid: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of every row with one centroid, float32 (n,)."""
        if self._whole is None:
            self._whole = np.empty(self._vectors.shape, np.int16)
            for at in range(0, len(self._whole), BLOCK):
                self._whole[at : at + BLOCK] = on_grid(self._vectors[at : at + BLOCK])
        found, target = np.empty(len(self._whole), np.float32), on_grid(centroid[None])[0]
        for at in range(0, len(found), BLOCK):
            found[at : at + BLOCK] = self._whole[at : at + BLOCK].astype(np.float32) @ target
        return found / np.float32(GRID * GRID)


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows on the grid and the two nearest centroids of each.

    label, other: int64 (n,), the nearest and the second nearest; best, second: float32 (n,), their cosines
    """

    grid: _Grid
    label: NDArray[np.int64]
    best: NDArray[np.float32]
    other: NDArray[np.int64]
    second: NDArray[np.float32]

    @classmethod
    def around(cls, centroids: NDArray[np.float32], vectors: NDArray[np.float32]) -> Cells:
        """Of unit vectors (n, width) around one centroid at least."""
        n, targets = len(vectors), on_grid(centroids).T
        label, other = np.zeros(n, np.int64), np.full(n, -1, np.int64)
        best, second = np.zeros(n, np.float32), np.full(n, -1.0, np.float32)
        for at in range(0, n, BLOCK):
            block = slice(at, at + BLOCK)
            cosine = on_grid(vectors[block]) @ targets
            cosine /= np.float32(GRID * GRID)
            rows = np.arange(len(cosine))
            label[block] = cosine.argmax(axis=1)
            best[block] = cosine[rows, label[block]]
            if len(centroids) > 1:
                cosine[rows, label[block]] = -np.inf
                other[block] = cosine.argmax(axis=1)
                second[block] = cosine[rows, other[block]]
        return cls(_Grid(vectors), label, best, other, second)

    def cosine(self, centroid: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of every row with one centroid, float32 (n,)."""
        return self.grid.cosine(centroid)

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

"""Nearest neighbours by cosine, exact in arithmetic: the same on one thread and on sixteen.

Floating-point matrix products change in the last bit with the number of threads, and a clustering can hang on that
bit. So vectors are put on a grid first (`on_grid`): then every product and every partial sum is a whole number below
2**24, which float32 holds exactly, in whatever order it is summed. Owns no clustering and no graph weights.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import local
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 4000
"""Steps per unit. |partial sum| <= |a||b| <= (GRID + sqrt(dim) / 2)**2 < 2**24 for dim up to 8,000."""
_BLOCK = 512
_STRIPE = 64


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The k nearest other rows of each row, nearest first, ties by row.

    rows: int32 (n, k); cosine: float32 (n, k).
    """

    rows: NDArray[np.int32]
    cosine: NDArray[np.float32]


def on_grid(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Unit vectors (n, dim) as whole numbers of 1/GRID, held in float32."""
    scaled = np.asarray(vectors, dtype=np.float64) * GRID
    return np.rint(scaled, out=scaled).astype(np.float32)


def nearest(vectors: NDArray[np.float32], k: int, *, threads: int = 1) -> Neighbours:
    """Neighbours of unit vectors (n, dim) among themselves; k is at most n - 1."""
    from threadpoolctl import threadpool_limits

    grid = on_grid(vectors)
    k = min(k, len(grid) - 1)
    blocks = [np.arange(at, min(at + _BLOCK, len(grid))) for at in range(0, len(grid), _BLOCK)]
    rows = np.empty((len(grid), k), dtype=np.int32)
    cosine = np.empty((len(grid), k), dtype=np.float32)
    work = _Work((_BLOCK, len(grid)))
    # One thread of BLAS to each of ours: they would wait for one another.
    limits = threadpool_limits(limits=1, user_api="blas")
    with limits, ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        for members, found, score in pool.map(partial(_search, grid, k, work), blocks):
            rows[members] = found
            cosine[members] = score
    return Neighbours(rows, cosine)


class _Work(local):
    """An array of each thread's own to work in, made once: fresh memory for each block costs as much as the search."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.scores = np.empty(shape, np.float32)


def _search(
    grid: NDArray[np.float32], k: int, work: _Work, members: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    scores = work.scores[: len(members)]
    np.matmul(grid[members], grid.T, out=scores)
    scores[np.arange(len(members)), members] = -np.inf
    best = _top(scores, k)
    return members, best, np.take_along_axis(scores, best, axis=1) / np.float32(GRID * GRID)


def _top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Columns of the k largest scores of each row, best first, ties by column.

    The k-th largest of the stripes' maxima is a floor under the k-th largest score, and few scores reach it: that is
    several times faster than partitioning whole rows.
    """
    n, width = scores.shape
    stripes = -(-width // _STRIPE)
    if stripes < 2 * k:
        return np.argsort(-scores, axis=1, kind="stable")[:, :k]
    heads = np.maximum.reduceat(scores, np.arange(0, width, _STRIPE), axis=1)
    floor = np.partition(heads, stripes - k, axis=1)[:, stripes - k]
    row, column = np.nonzero(scores >= floor[:, None])
    order = np.lexsort((column, -scores[row, column], row))
    starts = np.searchsorted(row, np.arange(n))
    picked: NDArray[np.int64] = column[order][starts[:, None] + np.arange(k)]
    return picked

"""Nearest neighbours by cosine, exact in arithmetic: the same on one thread and on sixteen.

Floating-point matrix products change in the last bit with the number of threads, and a clustering can hang on that
bit. So vectors are put on a grid first (`on_grid`): then every product and every partial sum is a whole number below
2**24, which float32 holds exactly, in whatever order it is summed. Owns no clustering and no graph weights.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 4000
"""Steps per unit. |partial sum| <= |a||b| <= (GRID + sqrt(dim) / 2)**2 < 2**24 for dim up to 8,000."""
EXACT_ROWS = 50_000
"""Up to here every row is compared with every other; above, with the rows of its nearest cells."""
CELL_ROWS = 1_000
PROBES = 24
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
    return np.rint(np.asarray(vectors, dtype=np.float64) * GRID).astype(np.float32)


def nearest(vectors: NDArray[np.float32], k: int, *, threads: int = 1) -> Neighbours:
    """Neighbours of unit vectors (n, dim) among themselves; k is at most n - 1."""
    grid = on_grid(vectors)
    k = min(k, len(grid) - 1)
    jobs = _all_pairs(len(grid)) if len(grid) <= EXACT_ROWS else _cells(grid)
    rows = np.empty((len(grid), k), dtype=np.int32)
    cosine = np.empty((len(grid), k), dtype=np.float32)
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        for members, found, score in pool.map(partial(_search, grid, k), jobs):
            rows[members] = found
            cosine[members] = score
    return Neighbours(rows, cosine)


def _all_pairs(n: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64] | None]]:
    return [(np.arange(at, min(at + _BLOCK, n)), None) for at in range(0, n, _BLOCK)]


def _cells(grid: NDArray[np.float32]) -> list[tuple[NDArray[np.int64], NDArray[np.int64] | None]]:
    """Rows by nearest pivot, each cell to be compared with the rows of the PROBES cells around its own pivot.

    Pivots are rows taken at even steps, so the cells depend on the data alone; every cell is a block of queries.
    """
    n = len(grid)
    pivots = grid[np.linspace(0, n - 1, max(2, n // CELL_ROWS)).astype(np.int64)]
    home = np.concatenate([np.argmax(grid[at : at + _BLOCK] @ pivots.T, axis=1) for at in range(0, n, _BLOCK)])
    order = np.argsort(home, kind="stable")
    members = np.split(order, np.searchsorted(home[order], np.arange(1, len(pivots))))
    around = np.argsort(-(pivots @ pivots.T), axis=1, kind="stable")[:, :PROBES]
    jobs: list[tuple[NDArray[np.int64], NDArray[np.int64] | None]] = []
    for cell, rows in enumerate(members):
        candidates = np.sort(np.concatenate([members[other] for other in around[cell]]))
        jobs.extend((rows[at : at + _BLOCK], candidates) for at in range(0, len(rows), _BLOCK))
    return jobs


def _search(
    grid: NDArray[np.float32], k: int, job: tuple[NDArray[np.int64], NDArray[np.int64] | None]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    members, candidates = job
    scores = grid[members] @ (grid if candidates is None else grid[candidates]).T
    own = members if candidates is None else np.searchsorted(candidates, members)
    scores[np.arange(len(members)), own] = -np.inf
    best = _top(scores, k)
    found = best if candidates is None else candidates[best]
    return members, found, np.take_along_axis(scores, best, axis=1) / np.float32(GRID * GRID)


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

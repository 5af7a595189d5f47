"""Arithmetic over vectors that no block size can change: sums of whole numbers of 2**-24, which no order of rows can
change either, and sums in the order of rows. Nothing here holds more than a block of rows in double width.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

VECTOR_GRID = 2.0**24
BLOCK = 4096
"""Rows worked on at a time: whole numbers of double width are several times the size of what comes in."""


def whole(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Vectors (n, dim) as whole numbers of 1/VECTOR_GRID, held in float64."""
    scaled = np.asarray(vectors, dtype=np.float64) * VECTOR_GRID
    return np.rint(scaled, out=scaled)


def sums_by(groups: NDArray[np.integer], vectors: NDArray[np.floating], number: int) -> NDArray[np.float64]:
    """Sums float64 (number, dim) of the rows of each group, in whole numbers of 1/VECTOR_GRID."""
    sums = np.zeros((number, vectors.shape[1]))
    for at in range(0, len(vectors), BLOCK):
        _add(sums, groups[at : at + BLOCK], whole(vectors[at : at + BLOCK]))
    return sums


def sums_in_order(groups: NDArray[np.integer], vectors: NDArray[np.floating], number: int) -> NDArray[np.float64]:
    """Sums float64 (number, dim) of the rows of each group, added one after the other; −1 is no group."""
    sums = np.zeros((number, vectors.shape[1]))
    for at in range(0, len(vectors), BLOCK):
        held = groups[at : at + BLOCK] >= 0
        if held.any():
            _add(sums, groups[at : at + BLOCK][held], vectors[at : at + BLOCK][held].astype(np.float64))
    return sums


def _add(sums: NDArray[np.float64], groups: NDArray[np.integer], rows: NDArray[np.float64]) -> None:
    """As `np.add.at` does, to the bit, three times as fast: a sparse product adds a line's entries in their order, and
    what was there comes first."""
    from scipy.sparse import csr_array

    there, line = np.unique(groups, return_inverse=True)
    lines = np.concatenate([np.arange(len(there)), line])
    entries = (np.ones(len(lines)), (lines, np.arange(len(lines))))
    sums[there] = csr_array(entries, shape=(len(there), len(lines))) @ np.concatenate([sums[there], rows])


def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of length one; a row of zeros stays as it is."""
    length = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return rows / np.where(length > 0.0, length, 1.0)


def in_blocks(work: Callable[[slice], None], n: int, *, threads: int) -> None:
    """Do work on each block of n rows, several at a time. Each must write to its own rows alone."""
    blocks = [slice(at, min(at + BLOCK, n)) for at in range(0, n, BLOCK)]
    if threads < 2 or len(blocks) < 2:
        for block in blocks:
            work(block)
        return
    from threadpoolctl import threadpool_limits

    # One thread of BLAS to each of ours: they would wait for one another.
    limits = threadpool_limits(limits=1, user_api="blas")
    with limits, ThreadPoolExecutor(max_workers=threads) as pool:
        deque(pool.map(work, blocks), maxlen=0)


def kept(groups: NDArray[np.int64], keep: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Labels (n,) with the groups that are not kept dissolved to −1 and the others numbered from 0 in their order."""
    if keep.all():
        return groups
    number = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
    found: NDArray[np.int64] = number[groups]
    return found

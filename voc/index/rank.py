"""The one way in which candidates are scored and ordered, so that every index gives the same answer to the last bit.

Matrix products round differently with the number of rows, threads and queries. They may choose candidates, with a
margin; what is returned is scored row by row here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARGIN = 1e-5
"""More than a float32 inner product of unit vectors of some thousand dimensions can be off."""


def scores_of(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inner products float32 (n,) of vectors (n, dim) and one query (dim,), each from its own row alone."""
    scores: NDArray[np.float32] = (vectors * query).sum(axis=1, dtype=np.float64).astype(np.float32)
    return scores


def best(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], query: NDArray[np.float32], k: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(scores, rows) of the k best of these rows of `vectors`, best first, ties by row; fewer if there are fewer."""
    scores = scores_of(vectors[rows], query)
    order = np.lexsort((rows, -scores))[:k]
    return scores[order], rows[order]


def exact(
    vectors: NDArray[np.float32], rows: NDArray[np.int64] | None, query: NDArray[np.float32], k: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """As `best`, over many rows (None: all): one matrix product finds who can be among the k at all."""
    rough = (vectors if rows is None else vectors[rows]) @ query
    chosen = np.arange(len(rough), dtype=np.int64)
    if 0 < k < len(rough):
        bar = np.partition(rough, len(rough) - k)[len(rough) - k]
        chosen = np.flatnonzero(rough >= bar - MARGIN)
    return best(vectors, chosen if rows is None else rows[chosen], query, k)


def blank(queries: int, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """An answer without a neighbour: scores −inf, rows −1, each (queries, k)."""
    return np.full((queries, k), -np.inf, np.float32), np.full((queries, k), -1, np.int64)

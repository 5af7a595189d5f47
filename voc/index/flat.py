"""Exact search over an array in memory: for the few live rows, and the reference that FAISS is tested against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voc.index.rank import blank, exact


class FlatIndex:
    """`VectorIndex` over float32 (n, dim). Keeps the array it is given."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = np.ascontiguousarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(
        self, queries: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        scores, rows = blank(len(queries), k)
        among = None if allowed is None else np.flatnonzero(allowed)
        if k == 0 or len(self) == 0 or (among is not None and len(among) == 0):
            return scores, rows
        for i, query in enumerate(np.asarray(queries, np.float32)):
            found = exact(self._vectors, among, query, k)
            scores[i, : len(found[0])], rows[i, : len(found[1])] = found
        return scores, rows

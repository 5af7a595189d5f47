"""A run's search index: built once by FAISS, written beside the run, opened as a memory map.

Up to FLAT_ROWS vectors the index is exact. Above, it is an inverted file of 8-bit codes that proposes candidates, which
are scored with the full vectors (`index-vectors.npy`). Rows are added and removed by building a new index: runs are
immutable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voc.errors import StoreDamaged, StoreError
from voc.index.rank import MARGIN, best, blank, exact

FLAT_ROWS = 50_000
"""Scanning this many vectors of 384 dimensions takes one core some milliseconds."""
RARE_ROWS = 10_000
"""Up to this many rows left by a filter, their full vectors are read and compared exactly."""
SPARE = 32
"""Candidates beyond k, so that rounding at the k-th place changes nothing."""
PROBE_SHARE = 0.06
"""Share of inverted lists that a search without a filter reads."""
_INDEX, _VECTORS = "index.faiss", "index-vectors.npy"


def build_index(vectors: NDArray[np.float32], folder: Path, *, flat_rows: int = FLAT_ROWS) -> None:
    """Write the index of unit vectors float32 (n, dim) into `folder`.

    Equal vectors give an equal index whatever the number of threads: training and adding use one. Raises OSError as
    writing a file does.
    """
    faiss = _faiss()

    vectors = np.ascontiguousarray(vectors, np.float32)
    n, dim = vectors.shape
    with _one_thread(faiss):
        index = faiss.IndexFlatIP(dim) if n <= flat_rows else _trained(vectors)
        index.add(vectors)
    # Serialised first: FAISS reports a full disk without its cause, Python's own writing does not.
    (folder / _INDEX).write_bytes(faiss.serialize_index(index).data)
    if n > flat_rows:
        with (folder / _VECTORS).open("wb") as file:
            np.lib.format.write_array(file, vectors, allow_pickle=False)


def open_index(folder: Path) -> FaissIndex:
    """Open the index in `folder`; pages are read as searches need them and shared by processes. Raises StoreDamaged."""
    faiss = _faiss()

    path = folder / _INDEX
    # FAISS before 1.11 maps inverted lists only and reads flat vectors whole.
    flags = getattr(faiss, "IO_FLAG_MMAP_IFC", faiss.IO_FLAG_MMAP) | faiss.IO_FLAG_READ_ONLY
    try:
        index = faiss.read_index(str(path), flags)
        full = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False) if (folder / _VECTORS).exists() else None
    except (RuntimeError, OSError, ValueError) as error:
        raise StoreDamaged(f"{path} is missing or damaged.", "Roll back to an older run, or make a new one.") from error
    return FaissIndex(index, full)


class FaissIndex:
    """`VectorIndex` over an opened FAISS index. `full` is None where the index holds the vectors itself."""

    def __init__(self, index: Any, full: NDArray[np.float32] | None) -> None:
        faiss = _faiss()

        self._index = index
        self._flat = full is None
        if full is None:
            shape = (index.ntotal, index.d)
            empty = np.zeros(shape, np.float32)
            full = faiss.rev_swig_ptr(index.get_xb(), empty.size).reshape(shape) if empty.size else empty
        self._full = full

    def __len__(self) -> int:
        return len(self._full)

    def search(
        self, queries: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        queries = np.ascontiguousarray(queries, np.float32)
        if queries.ndim != 2 or (len(self) and queries.shape[1] != self._full.shape[1]):
            raise StoreError("The query and the index come from different models.", "Make a new run: `voc run`.")
        scores, rows = blank(len(queries), k)
        among = None if allowed is None else np.flatnonzero(allowed)
        reachable = len(self) if among is None else len(among)
        if k == 0 or reachable == 0:
            return scores, rows
        with _one_thread(_faiss()):
            for i, query in enumerate(queries):
                found = self._one(query, k, among, reachable)
                scores[i, : len(found[0])], rows[i, : len(found[1])] = found
        return scores, rows

    def _one(
        self, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None, reachable: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        if among is not None and not self._flat and reachable <= RARE_ROWS:
            return exact(self._full, among, query, k)
        wanted = min(reachable, (k if self._flat else 4 * k) + SPARE)
        candidates = self._candidates(query, wanted, among)
        if len(candidates) < min(k, reachable):
            return exact(self._full, among, query, k)
        # All candidates asked for, so that the last of them tells whether equals were left out.
        scores, rows = best(self._full, candidates, query, wanted)
        if wanted < reachable and scores[k - 1] - scores[-1] <= MARGIN:
            # Many customers say the very same words: ties reach beyond the candidates, and they are broken by row.
            return exact(self._full, among, query, k)
        return scores[:k], rows[:k]

    def _candidates(
        self, query: NDArray[np.float32], wanted: int, among: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        faiss = _faiss()

        options: dict[str, Any] = {}
        if among is not None:
            bits = np.zeros(len(self), np.bool_)
            bits[among] = True
            options["sel"] = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
        if self._flat:
            parameters = faiss.SearchParameters(**options)
        else:
            # A filter thins the lists out: reading more of them compares as many rows as without it.
            thinned = len(self) / (len(self) if among is None else len(among))
            probes = min(self._index.nlist, max(8, round(self._index.nlist * PROBE_SHARE * thinned)))
            parameters = faiss.SearchParametersIVF(nprobe=probes, **options)
        _, rows = self._index.search(query[None, :], wanted, params=parameters)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found


def _trained(vectors: NDArray[np.float32]) -> Any:
    """An inverted file over 8-bit scalar codes; lists grow with the square root of the number of vectors
    (https://github.com/facebookresearch/faiss/wiki/Guidelines-to-choose-an-index)."""
    faiss = _faiss()

    n, dim = vectors.shape
    lists = max(1, min(int(4 * np.sqrt(n)), n // 10))
    quantizer = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    # Owned by the index from here on: the Python object would free it otherwise.
    quantizer.this.disown()
    index.own_fields = True
    index.cp.seed, index.cp.niter = 1234, 10
    index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, 48
    index.train(vectors)
    return index


@contextmanager
def _one_thread(faiss: Any) -> Iterator[None]:
    """Run FAISS in the calling thread: sums keep their order, and a single query is not slowed by threads that wait
    for each other on a busy machine. The setting belongs to the calling thread and is given back."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _faiss() -> Any:
    """FAISS is loaded when the first index is, and its own stubs do not know what its Python layer adds."""
    import faiss

    return faiss

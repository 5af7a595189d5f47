"""Groups of rows: dense spots of the neighbour graph in several layouts, found by HDBSCAN, and if they can be believed.

HDBSCAN's excess-of-mass rule can fall back to a few giants on large inputs. So no cluster may hold more than
`LARGEST`, and where the rule leaves far fewer clusters than the tree has leaves, the leaves are taken. Inputs too small
for a density estimate are grouped by average linkage. Owns no assignment of leftovers.
"""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.consensus import agreed_groups
from voc.discover.layout import fuzzy_graph, lay_out
from voc.discover.neighbours import nearest
from voc.discover.principal import principal

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = 5
SMALL = 40
"""Below this many rows there is no density to estimate."""
CLOSE = 0.35
"""Average cosine at which groups of a small input still are one."""
LARGEST = 0.2
NEIGHBOURS = 15
LAYOUTS = 3
"""Layouts of one graph from different starts; what most of them agree on is a group."""
_MIN_SAMPLES = 5
_FEW = 0.25


def smallest_theme(n: int) -> int:
    """How many rows make a theme: grows with the square root of the input, 5 at least."""
    return max(SMALLEST, round(0.2 * float(np.sqrt(n))))


def dense_groups(vectors: NDArray[np.float32], *, seed: int, threads: int, smallest: int) -> NDArray[np.int64]:
    """Label of each unit vector (n, width), −1 where it lies in no dense spot."""
    if len(vectors) < SMALL:
        return _linked_groups(vectors, smallest=min(smallest, 3))
    k = min(NEIGHBOURS, len(vectors) // 4)
    neighbours = nearest(principal(vectors), k, threads=threads)
    graph = fuzzy_graph(neighbours)
    # Set once for all threads: filters are the process's, and putting them back in one thread undoes the others'.
    with warnings.catch_warnings(), ThreadPoolExecutor(max_workers=max(1, min(threads, LAYOUTS))) as pool:
        # hdbscan 0.8.44 still calls names that scikit-learn and scipy are about to drop.
        warnings.simplefilter("ignore")
        seeds = [LAYOUTS * seed + at for at in range(LAYOUTS)]
        layouts = list(pool.map(lambda start: _believable(lay_out(graph, seed=start), smallest), seeds))
    return agreed_groups(layouts, smallest=smallest)


def _believable(place: NDArray[np.float64], smallest: int) -> NDArray[np.int64]:
    """Excess of mass, or the leaves where it left far fewer clusters than there are."""
    mass = _hdbscan(place, smallest, "eom")
    if mass.max() + 1 >= 2 * len(place) ** 0.25:
        return mass
    leaves = _hdbscan(place, smallest, "leaf")
    return leaves if mass.max() + 1 < _FEW * (leaves.max() + 1) else mass


def _hdbscan(place: NDArray[np.float64], smallest: int, selection: str) -> NDArray[np.int64]:
    from hdbscan import HDBSCAN

    found = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=min(_MIN_SAMPLES, smallest),
        max_cluster_size=max(smallest, int(LARGEST * len(place))),
        cluster_selection_method=selection,
        algorithm="boruvka_kdtree",
        core_dist_n_jobs=1,
    ).fit(place)
    labels: NDArray[np.int64] = found.labels_.astype(np.int64)
    return labels


def _linked_groups(vectors: NDArray[np.float32], *, smallest: int) -> NDArray[np.int64]:
    if len(vectors) < 2:
        return np.full(len(vectors), -1, dtype=np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage

    cosine = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    apart = np.round(1.0 - cosine, 9)[np.triu_indices(len(vectors), 1)]
    labels = fcluster(linkage(np.maximum(apart, 0.0), "average"), 1.0 - CLOSE, "distance").astype(np.int64)
    large = np.flatnonzero(np.bincount(labels) >= smallest)
    return np.where(np.isin(labels, large), np.searchsorted(large, labels), -1)

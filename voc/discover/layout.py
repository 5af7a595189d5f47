"""A neighbour graph laid out in a few dimensions, where themes are dense spots.

The method is that of EVoC (L. McInnes, Tutte Institute, github.com/TutteInstitute/evoc, BSD-2): UMAP's fuzzy graph,
then attraction along edges and repulsion from random rows. Ours is written for whole arrays, uses every edge in every
epoch with its weight in place of sampling edges, and starts from a diffusion over the graph. So it needs no compiler
at run time and nothing in it depends on the number of threads. Owns no clustering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from voc.discover.neighbours import Neighbours

DIMENSIONS = 4
EPOCHS = 50
NOISE = 0.3
"""EVoC's noise level: lower pulls harder along short edges, and leaves fewer rows between the themes."""
_ALPHA = 0.1
_REPELLED = 6
_DIFFUSIONS = 30
_BISECTIONS = 40


def fuzzy_graph(neighbours: Neighbours) -> csr_array:
    """Symmetric weights 0…1 of a neighbour graph (McInnes, Healy & Melville 2018, UMAP, section 3.1).

    Each row's distances are rescaled so that its weights sum to log2(k); an edge that either end holds is kept with
    the probabilistic sum of both ends' weights.
    """
    from scipy.sparse import csr_array

    n, k = neighbours.rows.shape
    distance = np.maximum(-np.log2(np.clip(neighbours.cosine.astype(np.float64), 1e-6, 1.0)), 0.0)
    nearest = np.min(np.where(distance > 0.0, distance, np.inf), axis=1, initial=np.inf)
    beyond = np.maximum(distance - np.where(np.isfinite(nearest), nearest, 0.0)[:, None], 0.0)
    weight = np.exp(-beyond / _bandwidth(beyond, np.log2(k + 1))[:, None])
    directed = csr_array(
        (weight.ravel(), neighbours.rows.ravel().astype(np.int64), np.arange(0, n * k + 1, k)), shape=(n, n)
    )
    back = directed.T.tocsr()
    graph = csr_array(directed + back - directed.multiply(back))
    graph.sort_indices()
    return graph


def _bandwidth(beyond: NDArray[np.float64], target: float) -> NDArray[np.float64]:
    """Per row the width at which the weights exp(-beyond / width) sum to `target`, by bisection."""
    low = np.zeros(len(beyond))
    high = np.full(len(beyond), np.inf)
    width = np.ones(len(beyond))
    for _ in range(_BISECTIONS):
        over = np.exp(-beyond / width[:, None]).sum(axis=1) > target
        high = np.where(over, width, high)
        low = np.where(over, low, width)
        width = np.where(np.isfinite(high), (low + np.minimum(high, 1e300)) / 2.0, width * 2.0)
    floor: NDArray[np.float64] = np.maximum(width, 1e-3 * np.maximum(beyond.mean(axis=1), beyond.mean() * 1e-3 + 1e-9))
    return floor


def lay_out(graph: csr_array, *, seed: int, dimensions: int = DIMENSIONS, epochs: int = EPOCHS) -> NDArray[np.float64]:
    """Coordinates float64 (n, dimensions) of the graph's rows."""
    rng = np.random.default_rng(seed)
    place = _diffused(graph, rng, dimensions)
    head = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    degree = np.asarray(graph.sum(axis=1)).ravel()
    step = np.zeros_like(place)
    alpha = _ALPHA
    for epoch in range(epochs):
        strength = 0.5 + epoch / max(1, epochs - 1)
        step += alpha * (_attraction(graph, head, place) + strength * _repulsion(place, degree, rng))
        place = place + step
        step *= (1.0 - alpha) ** 2 * 0.5
        alpha = _ALPHA * (1.0 - epoch / epochs)
    return place


def _diffused(graph: csr_array, rng: np.random.Generator, dimensions: int) -> NDArray[np.float64]:
    """Random coordinates averaged over the graph again and again: what is left is its coarse shape."""
    n = graph.shape[0]
    root = np.sqrt(np.asarray(graph.sum(axis=1)).ravel())
    place = rng.standard_normal((n, dimensions))
    for _ in range(_DIFFUSIONS):
        place = (place + (graph @ (place / root[:, None])) / root[:, None]) / 2.0
        place = _orthonormal(place, root)
    place = place / root[:, None]
    scaled: NDArray[np.float64] = place / np.maximum(np.abs(place).max(axis=0), 1e-12)
    return scaled


def _orthonormal(place: NDArray[np.float64], trivial: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gram–Schmidt, with the constant direction taken out; columns only, so that no LAPACK thread plays a part."""
    basis = [trivial / np.sqrt((trivial * trivial).sum())]
    for column in place.T:
        left = column
        for unit in basis:
            left = left - (left * unit).sum() * unit
        basis.append(left / max(np.sqrt((left * left).sum()), 1e-300))
    return np.stack(basis[1:], axis=1)


def _attraction(graph: csr_array, head: NDArray[np.int64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.sparse import csr_array

    apart = place[head] - place[graph.indices]
    squared = np.einsum("ed,ed->e", apart, apart)
    pull = graph.data * (2.0 * NOISE * np.sqrt(squared) + 2.0) / (2.0 * squared - 0.5 * np.sqrt(squared) + 1.0)
    pulls = csr_array((pull, graph.indices, graph.indptr), shape=graph.shape)
    total: NDArray[np.float64] = pulls @ place - np.asarray(pulls.sum(axis=1)).reshape(-1, 1) * place
    return total


def _repulsion(
    place: NDArray[np.float64], degree: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Push away from _REPELLED random rows, weighted as if each edge had drawn two thirds of a row."""
    n = len(place)
    total = np.zeros_like(place)
    shuffled = rng.permutation(n)
    position = np.argsort(shuffled)
    for shift in rng.integers(1, max(2, n), size=_REPELLED):
        apart = place - place[shuffled[(position + shift) % n]]
        squared = np.einsum("nd,nd->n", apart, apart)
        push = np.where(squared > 1e-2, 4.0 / np.maximum((1.0 + 0.25 * squared) * squared, 1e-6), 0.0)
        total += np.clip(push[:, None] * apart, -4.0, 4.0)
    return total * (degree / (1.5 * _REPELLED))[:, None]

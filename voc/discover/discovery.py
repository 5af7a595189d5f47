"""Themes of a run: `discover` finds them, `assign` is the one rule by which a mention gets its theme.

The dense groups of the neighbour graph say which themes there are; each theme is then the cell around its centroid.
Mentions of the run and mentions that come later are given their theme by the same comparison with the same centroids,
so training mentions keep their theme. Owns no names, keys or history of themes: `voc.name` and `voc.link` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.clusters import SMALL, dense_groups, smallest_theme
from voc.discover.exact import kept
from voc.discover.layers import coarse_groups, merge_alike
from voc.discover.neighbours import GRID, on_grid
from voc.errors import StoreDamaged, UsageError
from voc.model import How

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEAR = 0.4
"""A mention is close enough if its cosine is this share of what is usual (the median) in the dense groups."""
_SEVERAL = 3
"""Items that a dense group must come from: what one long letter says in many sentences is no theme."""
_COMMON = 4
"""A text stands for a theme by itself if this many times as many mentions have it as a theme has texts at least."""
_BLOCK = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to discover. `max_unassigned` is a share of mentions, repeats counted; `smallest` is a number of texts."""

    seed: int = 0
    threads: int = 1
    max_unassigned: float = 0.15
    smallest: int | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.max_unassigned <= 1.0:
            raise UsageError("--max-unassigned must lie between 0 and 1.", "0.15 is the default.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found, in input order. Fine themes are numbered from the largest to the smallest.

    fine:      int32 (n,), −1 where no theme is close enough
    strength:  float32 (n,), 0…1, cosine with the own theme's centroid (with the nearest one where there is none)
    how:       object (n,), How.CLUSTERED in a dense group, How.ASSIGNED outside, None without a theme
    coarse:    int32 (themes,), the coarse theme of each fine one
    centroids: float32 (themes, width), unit length, in theme space
    threshold: the cosine from which a mention is close enough
    """

    fine: NDArray[np.int32]
    strength: NDArray[np.float32]
    how: NDArray[np.object_]
    coarse: NDArray[np.int32]
    centroids: NDArray[np.float32]
    threshold: float

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """What a run publishes beside its space, so that later mentions can be assigned."""
        return {"theme.centroids": self.centroids, "theme.threshold": np.array([self.threshold], dtype=np.float32)}


@dataclass(frozen=True, slots=True)
class Assigned:
    """labels: int32 (n,), −1 for none; strength: float32 (n,), 0…1."""

    labels: NDArray[np.int32]
    strength: NDArray[np.float32]


def discover(
    vectors: NDArray[np.float32],
    *,
    keys: Sequence[bytes] | Sequence[str],
    weights: NDArray[np.integer] | None = None,
    said_in: NDArray[np.integer] | None = None,
    options: Options | None = None,
) -> Discovery:
    """Themes of distinct mentions.

    vectors: float32 (n, width), unit length, in theme space (`RunSpace.to_theme`, `in_context`)
    keys:    tells each row from all others; rows are worked on in their order, so that of the input does not matter
    weights: how many mentions a row stands for; 1 each if not given
    said_in: integers (sayings, 2), a row and the number of an item it was said in; if not given, each row in items of
             its own, as many as its weight
    """
    options = options or Options()
    order = np.argsort(np.asarray(keys), kind="stable")
    sorted_vectors = np.ascontiguousarray(vectors[order], dtype=np.float32)
    counts = np.ones(len(order)) if weights is None else np.asarray(weights, dtype=np.float64)[order]
    back = np.argsort(order, kind="stable")
    sayings = _each_its_own(counts) if said_in is None else np.asarray(said_in, dtype=np.int64)
    if said_in is not None and len(sayings):
        sayings = np.stack([back[sayings[:, 0]], sayings[:, 1]], axis=1)
    found = _discover(sorted_vectors, counts, sayings, options)
    return Discovery(
        fine=found.fine[back],
        strength=found.strength[back],
        how=found.how[back],
        coarse=found.coarse,
        centroids=found.centroids,
        threshold=found.threshold,
    )


def _discover(
    vectors: NDArray[np.float32], counts: NDArray[np.float64], sayings: NDArray[np.int64], options: Options
) -> Discovery:
    smallest = options.smallest or smallest_theme(len(vectors))
    groups = dense_groups(vectors, seed=options.seed, threads=options.threads, smallest=smallest)
    groups = _said_by_several(_with_common_texts(groups, counts, smallest), sayings)
    groups = merge_alike(vectors, groups)
    centroids = centroids_of(vectors, groups)
    best = assign(vectors, centroids, -1.0)
    threshold = _threshold(best.strength, counts, dense=groups >= 0, max_unassigned=options.max_unassigned)
    centroids = _largest_first(centroids, assign(vectors, centroids, threshold), counts)
    final = assign(vectors, centroids, threshold)
    how = np.full(len(vectors), None, dtype=object)
    how[final.labels >= 0] = How.ASSIGNED
    how[(final.labels >= 0) & (groups >= 0)] = How.CLUSTERED
    return Discovery(
        fine=final.labels,
        strength=final.strength,
        how=how,
        coarse=coarse_groups(centroids),
        centroids=centroids,
        threshold=threshold,
    )


def _with_common_texts(groups: NDArray[np.int64], counts: NDArray[np.float64], smallest: int) -> NDArray[np.int64]:
    """A text in no dense spot that very many mentions have is a group of its own; of a small input, fewer suffice."""
    enough = smallest if len(groups) < SMALL else _COMMON * smallest
    alone = np.flatnonzero((groups < 0) & (counts >= enough))
    found = groups.copy()
    found[alone] = groups.max(initial=-1) + 1 + np.arange(len(alone))
    return found


def _each_its_own(counts: NDArray[np.float64]) -> NDArray[np.int64]:
    rows = np.repeat(np.arange(len(counts)), counts.astype(np.int64))
    return np.stack([rows, np.arange(len(rows))], axis=1)


def _said_by_several(groups: NDArray[np.int64], sayings: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups from fewer than _SEVERAL items are dissolved."""
    pairs = np.stack([groups[sayings[:, 0]], sayings[:, 1]], axis=1) if len(sayings) else sayings.reshape(0, 2)
    distinct = np.unique(pairs[pairs[:, 0] >= 0], axis=0)[:, 0]
    return kept(groups, np.bincount(distinct, minlength=int(groups.max(initial=-1)) + 1) >= _SEVERAL)


def assign(vectors: NDArray[np.float32], centroids: NDArray[np.float32], threshold: float) -> Assigned:
    """The nearest theme of each unit vector (n, width), −1 where its cosine is below `threshold`; ties to the first.

    Exact on the grid of `voc.discover.neighbours`: one row alone gets what it gets among a thousand.
    """
    labels = np.full(len(vectors), -1, dtype=np.int32)
    strength = np.zeros(len(vectors), dtype=np.float32)
    if not len(centroids):
        return Assigned(labels, strength)
    targets = on_grid(centroids).T
    for at in range(0, len(vectors), _BLOCK):
        cosine = on_grid(vectors[at : at + _BLOCK]) @ targets / np.float32(GRID * GRID)
        nearest = cosine.argmax(axis=1)
        best = np.take_along_axis(cosine, nearest[:, None], axis=1)[:, 0]
        labels[at : at + _BLOCK] = np.where(best >= np.float32(threshold), nearest, -1)
        strength[at : at + _BLOCK] = np.clip(best, 0.0, 1.0)
    return Assigned(labels, strength)


def assign_published(vectors: NDArray[np.float32], arrays: Mapping[str, NDArray[np.float32]]) -> Assigned:
    """`assign` with the arrays of a published run. Raises StoreDamaged if they are not there."""
    if "theme.centroids" not in arrays or "theme.threshold" not in arrays:
        raise StoreDamaged("The published run holds no theme centroids.", "Run `voc runs verify`, then `voc run`.")
    return assign(vectors, arrays["theme.centroids"], float(arrays["theme.threshold"][0]))


def _largest_first(
    centroids: NDArray[np.float32], assigned: Assigned, counts: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Centroids from the theme with the most mentions to the one with the fewest; those without any are left out."""
    held = assigned.labels >= 0
    weight = np.bincount(assigned.labels[held], weights=counts[held], minlength=len(centroids))
    order = np.argsort(-weight, kind="stable")
    return centroids[order[weight[order] > 0]]


def centroids_of(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean direction of each group, float32 (groups, width), unit length; every text counts once."""
    sums = np.zeros((int(groups.max(initial=-1)) + 1, vectors.shape[1]))
    np.add.at(sums, groups[groups >= 0], vectors[groups >= 0].astype(np.float64))
    length = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return (sums / np.where(length > 0.0, length, 1.0)).astype(np.float32)


def _threshold(
    strength: NDArray[np.float32], counts: NDArray[np.float64], *, dense: NDArray[np.bool_], max_unassigned: float
) -> float:
    """The cosine below which a mention is left over: a share of what is usual, lower if too many are out."""
    if not dense.any():
        return 1.0
    near = _NEAR * float(np.median(strength[dense]))
    order = np.argsort(strength, kind="stable")
    left_over = np.cumsum(counts[order]) - counts[order]
    allowed = strength[order][left_over <= max_unassigned * counts.sum()]
    return min(near, float(allowed[-1]))

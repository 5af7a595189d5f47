"""Themes of a run: made from nothing, or grown from those that stand.

The dense groups of the neighbour graph say which themes there are; each theme is then the cell around its centroid.
Owns no names, keys or history of themes: `voc.name` and `voc.link` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import Assigned, assign, highest_cut
from voc.discover.clusters import SMALL, SMALLEST, dense_groups, smallest_theme
from voc.discover.exact import kept
from voc.discover.layers import coarse_groups, merge_alike
from voc.discover.own import with_own
from voc.discover.sampling import drawn, spread
from voc.discover.standing import Descent, Standing, grown, parents
from voc.errors import UsageError
from voc.model import How

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEAR = 0.4
"""A mention is close enough if its cosine is this share of what is usual (the median) in the dense groups."""
_SEVERAL = 3
"""Items that a dense group must come from: what one long letter says in many sentences is no theme."""
_COMMON = 4
"""A text stands for a theme by itself if this many times as many mentions have it as a theme has texts at least."""


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
    near:      what it would be if any number of mentions might be left over
    judged:    bool (n,), the mention was there when its theme was last shaped
    given:     int64 (themes,), the own theme that each one is, −1 for one that was discovered
    descent:   where the themes come from; None if they were made from nothing
    """

    fine: NDArray[np.int32]
    strength: NDArray[np.float32]
    how: NDArray[np.object_]
    coarse: NDArray[np.int32]
    centroids: NDArray[np.float32]
    threshold: float
    near: float
    judged: NDArray[np.bool_]
    given: NDArray[np.int64]
    descent: Descent | None

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """What a run publishes beside its space, so that later mentions can be assigned."""
        return {
            "theme.centroids": self.centroids,
            "theme.threshold": np.array([self.threshold], dtype=np.float32),
            "theme.near": np.array([self.near], dtype=np.float32),
        }


def discover(
    vectors: NDArray[np.float32],
    *,
    keys: Sequence[bytes] | Sequence[str],
    weights: NDArray[np.integer] | None = None,
    said_in: NDArray[np.integer] | None = None,
    options: Options | None = None,
    standing: Standing | None = None,
    own: NDArray[np.float32] | None = None,
) -> Discovery:
    """Themes of distinct mentions: those that stand, and what has to change in them; if none stand, from nothing.

    vectors: float32 (n, width), unit length, in theme space (`RunSpace.to_theme`, `in_context`)
    keys:    tells each row from all others; rows are worked on in their order, so that of the input does not matter
    weights: how many mentions a row stands for; 1 each if not given
    said_in: integers (sayings, 2), a row and the number of an item it was said in; if not given, each row in items of
             its own, as many as its weight
    own:     float32 (own, width), unit length, where a team's own themes lie
    """
    options = options or Options()
    order = np.argsort(np.asarray(keys), kind="stable")
    sorted_vectors = np.ascontiguousarray(vectors[order], dtype=np.float32)
    counts = np.ones(len(order)) if weights is None else np.asarray(weights, dtype=np.float64)[order]
    back = np.argsort(order, kind="stable")
    sayings = _each_its_own(counts) if said_in is None else np.asarray(said_in, dtype=np.int64)
    if said_in is not None and len(sayings):
        sayings = np.stack([back[sayings[:, 0]], sayings[:, 1]], axis=1)
    brought = np.zeros((0, vectors.shape[1]), np.float32) if own is None else own
    smallest = options.smallest or smallest_theme(len(order))
    groups = _groups(sorted_vectors, [keys[at] for at in order], counts, sayings, options, smallest)
    found = _discover(sorted_vectors, counts, groups, options, standing.sorted(order) if standing else None, brought)
    return replace(
        found, fine=found.fine[back], strength=found.strength[back], how=found.how[back], judged=found.judged[back]
    )


def _groups(
    vectors: NDArray[np.float32],
    keys: Sequence[bytes] | Sequence[str],
    counts: NDArray[np.float64],
    sayings: NDArray[np.int64],
    options: Options,
    smallest: int,
) -> NDArray[np.int64]:
    """Groups of a clustering made from nothing, int64 (n,), −1 for none."""
    rows = drawn(keys, smallest)
    fewest = max(SMALLEST, round(smallest * len(rows) / max(1, len(keys))))
    fewest = smallest if len(rows) == len(keys) else fewest
    dense = dense_groups(vectors[rows], seed=options.seed, threads=options.threads, smallest=fewest)
    groups = spread(vectors, rows, dense)
    return merge_alike(vectors, _said_by_several(_with_common_texts(groups, counts, smallest), sayings))


def _discover(
    vectors: NDArray[np.float32],
    counts: NDArray[np.float64],
    groups: NDArray[np.int64],
    options: Options,
    standing: Standing | None,
    own: NDArray[np.float32],
) -> Discovery:
    if standing is None:
        brought = with_own(vectors, groups, own)
        groups, given = brought.groups, brought.given
        centroids, judged, descent = brought.centres(vectors, own), np.ones(len(vectors), np.bool_), None
    else:
        night = grown(vectors, counts, groups, standing, own, options.max_unassigned)
        centroids, judged, given, descent = night.centroids, night.judged, night.given, night.descent
    nearest = assign(vectors, centroids, -1.0)
    near = _near(nearest.strength, dense=groups >= 0) if standing is None else standing.threshold
    threshold = min(near, highest_cut(nearest.strength, counts, options.max_unassigned))
    order = _largest_first(nearest.cut(threshold), counts, len(centroids))
    final = assign(vectors, centroids[order], threshold)
    centroids, given, descent = centroids[order], given[order], descent.of(order) if descent else None
    how = np.full(len(vectors), None, dtype=object)
    how[final.labels >= 0] = How.ASSIGNED
    how[(final.labels >= 0) & (groups >= 0)] = How.CLUSTERED
    return Discovery(
        fine=final.labels,
        strength=final.strength,
        how=how,
        coarse=coarse_groups(centroids)
        if standing is None or descent is None
        else parents(centroids, descent, standing),
        centroids=centroids,
        threshold=threshold,
        near=near,
        judged=judged & (final.labels >= 0),
        given=given,
        descent=descent,
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


def _largest_first(assigned: Assigned, counts: NDArray[np.float64], number: int) -> NDArray[np.int64]:
    """Themes from the one with the most mentions to the one with the fewest; those without any are left out."""
    held = assigned.labels >= 0
    weight = np.bincount(assigned.labels[held], weights=counts[held], minlength=number)
    order = np.argsort(-weight, kind="stable")
    found: NDArray[np.int64] = order[weight[order] > 0]
    return found


def _near(strength: NDArray[np.float32], *, dense: NDArray[np.bool_]) -> float:
    """The cosine from which a mention is close enough: a share of what is usual in the dense groups."""
    return _NEAR * float(np.median(strength[dense])) if dense.any() else 1.0

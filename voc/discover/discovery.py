"""Themes of a run: made from nothing, or grown from those that stand.

The dense groups of the neighbour graph say which themes there are; each theme is then the cell around its centroid.
Owns no names, keys or history of themes: `voc.name` and `voc.link` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voc.discover import looking
from voc.discover.centroids import Assigned, Nearest, highest_cut
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
    waiting:   rows that have come since everything was last looked at
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
    waiting: int = 0

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """What a run publishes beside its space, so that later mentions can be assigned."""
        return {
            "theme.centroids": self.centroids,
            "theme.threshold": np.array([self.threshold], dtype=np.float32),
            "theme.near": np.array([self.near], dtype=np.float32),
            "theme.waiting": np.array([self.waiting], dtype=np.float32),
        }


def discover(
    vectors: NDArray[np.float32],
    *,
    keys: Sequence[bytes | str],
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
    back = np.argsort(order, kind="stable")
    counts = np.ones(len(order)) if weights is None else np.asarray(weights, dtype=np.float64)[order]
    sayings = _each_its_own(counts) if said_in is None else np.asarray(said_in, dtype=np.int64)
    if said_in is not None and len(sayings):
        sayings = np.stack([back[sayings[:, 0]], sayings[:, 1]], axis=1)
    in_order = bool((order == back).all() and (order == np.arange(len(order))).all())
    rows = _Rows(
        np.ascontiguousarray(vectors if in_order else vectors[order], dtype=np.float32),
        [keys[at] for at in order.tolist()],
        counts,
        sayings,
        options.smallest or smallest_theme(len(order)),
    )
    brought = np.zeros((0, vectors.shape[1]), np.float32) if own is None else own
    if standing is None:
        found = _discovered(rows, _from_nothing(rows, options, brought), options, None)
    else:
        stands = standing.sorted(order)
        found = _discovered(rows, _tonight(rows, options, stands, brought), options, stands)
    return replace(
        found, fine=found.fine[back], strength=found.strength[back], how=found.how[back], judged=found.judged[back]
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is worked on, in the order of keys: vectors float32 (n, width); counts float64 (n,); sayings int64 (s, 2);
    texts of the smallest theme."""

    vectors: NDArray[np.float32]
    keys: Sequence[bytes | str]
    counts: NDArray[np.float64]
    sayings: NDArray[np.int64]
    smallest: int


@dataclass(frozen=True, slots=True)
class _Themes:
    """Themes and what is known of the rows: dense bool (n,), in a dense group; the nearest theme of each."""

    centroids: NDArray[np.float32]
    judged: NDArray[np.bool_]
    given: NDArray[np.int64]
    descent: Descent | None
    dense: NDArray[np.bool_]
    nearest: Nearest
    waiting: int


def _groups(rows: _Rows, options: Options) -> NDArray[np.int64]:
    """Groups of a clustering made from nothing, int64 (n,), −1 for none."""
    n, smallest = len(rows.keys), rows.smallest
    part = drawn(rows.keys, smallest)
    fewest = max(SMALLEST, round(smallest * len(part) / max(1, n))) if len(part) < n else smallest
    dense = dense_groups(rows.vectors[part], seed=options.seed, threads=options.threads, smallest=fewest)
    groups = _with_common_texts(spread(rows.vectors, part, dense), rows.counts, smallest)
    return merge_alike(rows.vectors, _said_by_several(groups, rows.sayings))


def _from_nothing(rows: _Rows, options: Options, own: NDArray[np.float32]) -> _Themes:
    brought = with_own(rows.vectors, _groups(rows, options), own)
    centroids = brought.centres(rows.vectors, own)
    judged, nearest = np.ones(len(rows.keys), np.bool_), Nearest.of(rows.vectors, centroids)
    return _Themes(centroids, judged, brought.given, None, brought.groups >= 0, nearest, 0)


def _tonight(rows: _Rows, options: Options, standing: Standing, own: NDArray[np.float32]) -> _Themes:
    """What stands, changed where everything is looked at and something is news."""
    nearest = Nearest.of(rows.vectors, standing.centroids) if len(rows.keys) > looking.ALWAYS else None
    if nearest is not None and not _looks(rows, options, standing, own, nearest):
        dense = standing.dense if standing.dense is not None else np.zeros(len(rows.keys), np.bool_)
        waiting = standing.waiting + int((~standing.published).sum())
        return _Themes(
            standing.centroids, standing.judged, standing.given, standing.unchanged(), dense, nearest, waiting
        )
    groups = _groups(rows, options)
    night = grown(rows.vectors, rows.counts, groups, standing, own, options.max_unassigned)
    if nearest is None or not np.array_equal(night.centroids, standing.centroids):
        nearest = Nearest.of(rows.vectors, night.centroids)
    return _Themes(night.centroids, night.judged, night.given, night.descent, groups >= 0, nearest, 0)


def _looks(rows: _Rows, options: Options, standing: Standing, own: NDArray[np.float32], nearest: Nearest) -> bool:
    found = nearest.cut(-1.0)
    threshold = min(standing.threshold, highest_cut(found.strength, rows.counts, options.max_unassigned))
    return looking.looks(
        rows.vectors,
        rows.keys,
        rows.counts,
        nearest.cut(threshold).labels,
        standing,
        own,
        smallest=rows.smallest,
        seed=options.seed,
        threads=options.threads,
    )


def _discovered(rows: _Rows, themes: _Themes, options: Options, standing: Standing | None) -> Discovery:
    """Everybody to the nearest theme, if it is close enough, and the themes from the largest to the smallest."""
    nearest = themes.nearest.cut(-1.0)
    near = standing.threshold if standing is not None else _near(nearest.strength, dense=themes.dense)
    threshold = min(near, highest_cut(nearest.strength, rows.counts, options.max_unassigned))
    order = _largest_first(nearest.cut(threshold), rows.counts, len(themes.centroids))
    final = themes.nearest.among(order, rows.vectors, themes.centroids).cut(threshold)
    centroids, given = themes.centroids[order], themes.given[order]
    descent = themes.descent.of(order) if themes.descent else None
    how = np.full(len(rows.keys), None, dtype=object)
    how[final.labels >= 0] = How.ASSIGNED
    how[(final.labels >= 0) & themes.dense] = How.CLUSTERED
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
        judged=themes.judged & (final.labels >= 0),
        given=given,
        descent=descent,
        waiting=themes.waiting,
    )


def _with_common_texts(groups: NDArray[np.int64], counts: NDArray[np.float64], smallest: int) -> NDArray[np.int64]:
    """A text in no dense spot that very many mentions have is a group of its own; of a small input, fewer suffice."""
    enough = smallest if len(groups) < SMALL else looking.COMMON * smallest
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

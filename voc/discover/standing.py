"""Themes that stand from night to night: those of the last run, and what has to change in them.

A clustering made from nothing moves a tenth of all mentions when a twentieth of them is new. So a night takes the
published themes as they stand, gives new mentions to them by the rule that gave the old ones, and asks a clustering of
everything only for news (`voc.discover.news`), of which it makes what there is room for (`voc.discover.night`). Owns
no clustering, no keys and no names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.cells import Cells
from voc.discover.centroids import assign, highest_cut
from voc.discover.layers import by_first_child, coarse_groups, parents_of
from voc.discover.news import News
from voc.discover.night import Night
from voc.discover.own import with_own

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEANT = 1.5
"""Parents are made anew where there are so many times more, or fewer, of them than there ought to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Published themes, as the next discovery takes them up.

    centroids: float32 (themes, width), one at least, in the theme space of the rows
    threshold: cosine from which a mention is close enough, if not too many are left over
    parents:   int32 (themes,), coarse theme of each, numbered from 0
    published: bool (n,), the row was in the last run
    judged:    bool (n,), the row was there when its theme was last shaped
    given:     int64 (themes,), the own theme that each one is, −1 for one that was discovered
    dense:     bool (n,), the row lay in a dense group when everything was last looked at; none if not given
    waiting:   rows that have come since
    """

    centroids: NDArray[np.float32]
    threshold: float
    parents: NDArray[np.int32]
    published: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    given: NDArray[np.int64]
    dense: NDArray[np.bool_] | None = None
    waiting: int = 0

    def sorted(self, order: NDArray[np.int64]) -> Standing:
        """The same with the rows in another order."""
        dense = None if self.dense is None else self.dense[order]
        return replace(self, published=self.published[order], judged=self.judged[order], dense=dense)

    def unchanged(self) -> Descent:
        """How the themes descend in a night that changes none."""
        number = len(self.centroids)
        every = np.arange(number, dtype=np.int32)
        return Descent(kept=every, source=np.full(number, -1, np.int32), shaped=np.zeros(number, np.bool_), into={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Where themes come from, by their numbers.

    kept:   int32 (themes,), the standing theme that each one is, −1 for a new one
    source: int32 (themes,), the standing theme that a new one was a part of, −1 for one that was born
    shaped: bool (themes,), shaped tonight, so that its name may change
    into:   standing theme → standing theme that it was merged into
    """

    kept: NDArray[np.int32]
    source: NDArray[np.int32]
    shaped: NDArray[np.bool_]
    into: Mapping[int, int]

    def of(self, order: NDArray[np.int64]) -> Descent:
        """The same with the themes in another order, or some of them left out."""
        return replace(self, kept=self.kept[order], source=self.source[order], shaped=self.shaped[order])


@dataclass(frozen=True, slots=True)
class Grown:
    """The themes of the night: centroids float32 (themes, width); judged bool (n,); given int64 (themes,), the own
    theme that each one is; how they descend."""

    centroids: NDArray[np.float32]
    judged: NDArray[np.bool_]
    given: NDArray[np.int64]
    descent: Descent


def grown(
    vectors: NDArray[np.float32],
    counts: NDArray[np.float64],
    groups: NDArray[np.int64],
    standing: Standing,
    own: NDArray[np.float32],
    max_unassigned: float,
) -> Grown:
    """What stands, with the changes that a new clustering has good cause for.

    vectors: float32 (n, width), unit length; counts: float64 (n,), mentions of each row; groups: int64 (n,), dense
    groups of the new clustering, −1 for none; own: float32 (own, width), unit length, where own themes lie;
    max_unassigned: share of mentions that may be left over; the threshold is lower tonight if more would be
    """
    groups, of_group = _missing(vectors, groups, standing, own)
    cells = Cells.around(standing.centroids, vectors)
    threshold = min(standing.threshold, highest_cut(np.clip(cells.best, 0.0, 1.0), counts, max_unassigned))
    night = Night.begun(vectors, np.where(standing.published, counts, 0.0), standing.centroids, cells, threshold)
    news = News.of(
        vectors,
        groups,
        night.before,
        standing.given,
        of_group,
        judged=standing.judged,
        published=standing.published,
    )
    waiting: set[int] = set()
    for change in news.changes():
        after = night.with_change(change)
        if after is None:
            waiting.update(change.concerned)
        else:
            night = after
    for theme in np.flatnonzero(news.anew).tolist():
        if theme not in waiting and theme not in night.shaped and theme not in night.into:
            night = night.settled(theme, news.core(theme))
    return _summed(night, standing)


def _missing(
    vectors: NDArray[np.float32], groups: NDArray[np.int64], standing: Standing, own: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Groups in the light of the own themes that no standing theme is; and the own theme of each group, −1 for none."""
    away = np.setdiff1d(np.arange(len(own)), standing.given)
    brought = with_own(vectors, groups, own[away])
    return brought.groups, np.append(away, -1)[brought.given]


def _summed(night: Night, standing: Standing) -> Grown:
    numbers, standing_themes = np.arange(len(night.centroids)), len(standing.centroids)
    shaped = np.isin(numbers, list(night.shaped))
    judged = (night.theme >= 0) & (standing.judged | shaped[night.theme])
    left = np.flatnonzero(~np.isin(numbers, list(night.into)))
    kept = np.where(numbers < standing_themes, numbers, -1).astype(np.int32)
    descent = Descent(kept=kept, source=np.array(night.source, np.int32), shaped=shaped, into=dict(night.into))
    given = np.concatenate([standing.given, np.array(night.given, np.int64)])
    return Grown(night.centroids[left], judged, given[left], descent.of(left))


def parents(centroids: NDArray[np.float32], descent: Descent, standing: Standing) -> NDArray[np.int32]:
    """The coarse theme of each theme: the one it had; a part's is that of the theme it left, a born one's that of the
    theme nearest to it. All anew where there are far more or fewer themes to a parent than there ought to be.

    int32 (themes,), numbered by their first child.
    """
    kept = np.flatnonzero(descent.kept >= 0)
    if not len(kept):
        return coarse_groups(centroids)
    nearest = assign(centroids, centroids[kept], -1.0).labels
    found = standing.parents[np.where(descent.source >= 0, descent.source, descent.kept[kept[nearest]])]
    found[kept] = standing.parents[descent.kept[kept]]
    numbered = by_first_child(found)
    if not 1 / LEANT <= (int(numbered.max()) + 1) / parents_of(len(found)) <= LEANT:
        return coarse_groups(centroids)
    return numbered

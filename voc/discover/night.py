"""A night's themes while they change, and how much a night may change.

Of what was published, `CHURN` may get another theme in one night, and the partitions of both nights must agree to
`AGREED`; what does not find room waits for the next night, and for no longer than until it presses. Owns no evidence:
that is `voc.discover.news`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import centroids_of
from voc.discover.layers import ALIKE, closeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voc.discover.cells import Cells
    from voc.discover.news import Change

CHURN = 0.03
"""Share of the published mentions that may get another theme."""
AGREED = 0.955
"""Adjusted Rand index (Hubert & Arabie 1985) of what was published, before and after."""
FEW = 12
"""So many mentions may always move: a small home has to begin somewhere."""
DRIFT = 0.004
"""Share of the published mentions that may move because themes took their centre anew."""


@dataclass(frozen=True, slots=True)
class Night:
    """Themes by number: first those that stand, then the new ones.

    vectors: float32 (n, width); counts: float64 (n,), mentions of each row, 0 for those not yet published
    before:  int64 (n,), the theme that each row began the night with
    source:  of each theme the standing one it was a part of, −1 for none; shaped: the themes shaped tonight
    given:   of each new theme the own theme that it is, −1 for none
    """

    vectors: NDArray[np.float32]
    counts: NDArray[np.float64]
    before: NDArray[np.int64]
    threshold: float
    cells: Cells
    centroids: NDArray[np.float32]
    source: tuple[int, ...]
    shaped: frozenset[int]
    into: Mapping[int, int]
    given: tuple[int, ...]
    drifted: float

    @classmethod
    def begun(
        cls,
        vectors: NDArray[np.float32],
        counts: NDArray[np.float64],
        centroids: NDArray[np.float32],
        cells: Cells,
        threshold: float,
    ) -> Night:
        """With the themes as they stand; `cells` around their centroids."""
        before = _close(cells, threshold)
        none = (-1,) * len(centroids)
        return cls(vectors, counts, before, threshold, cells, centroids, none, frozenset(), {}, (), 0.0)

    @property
    def theme(self) -> NDArray[np.int64]:
        """int64 (n,), the theme of each row as things are, −1 for none."""
        return _close(self.cells, self.threshold)

    def with_change(self, change: Change) -> Night | None:
        """After a change; as it is where there is no cause for it after all; None if there is no room for it."""
        if any(at in self.into or at in self.into.values() for at in (change.theme, change.into) if at >= 0):
            return None
        after = self._with_new(change) if change.kind == "new" else self._with_merged(change.theme, change.into)
        return after if after is self or change.pressing or after.has_room() else None

    def settled(self, theme: int, core: NDArray[np.int64]) -> Night:
        """With a standing theme's centre taken anew from these rows, if few enough mentions move for it."""
        after = self.centred(theme, core)
        moved = float(self.counts[after.theme != self.theme].sum())
        if self.drifted + moved > max(FEW, DRIFT * self.counts.sum()) or not after.has_room():
            return self
        return replace(after, shaped=self.shaped | {theme}, drifted=self.drifted + moved)

    def _with_new(self, change: Change) -> Night:
        number = len(self.centroids)
        centroid = centroids_of(self.vectors[change.rows], np.zeros(len(change.rows), np.int64))
        after = replace(
            self,
            cells=self.cells.adding(number, centroid[0]),
            centroids=np.concatenate([self.centroids, centroid]),
            source=(*self.source, change.theme),
            shaped=self.shaped | {number},
            given=(*self.given, change.own),
        )
        if change.theme < 0:
            return after
        left = np.flatnonzero(after.theme == change.theme)
        return replace(after.centred(change.theme, left), shaped=after.shaped | {change.theme})

    def _with_merged(self, gone: int, keeper: int) -> Night:
        """A clustering that has both in one group is not enough: they must be alike as they are."""
        one, other = np.flatnonzero(self.theme == gone), np.flatnonzero(self.theme == keeper)
        if not (len(one) and len(other) and closeness(self.vectors, one, other) >= ALIKE):
            return self
        rows = np.concatenate([one, other])
        after = replace(self, cells=self.cells.without(gone), into={**self.into, gone: keeper})
        return replace(after.centred(keeper, rows), shaped=self.shaped | {keeper})

    def centred(self, theme: int, rows: NDArray[np.int64]) -> Night:
        """With the centre of a theme amid these rows."""
        if not len(rows):
            return self
        centroid = centroids_of(self.vectors[rows], np.zeros(len(rows), np.int64))
        centroids = self.centroids.copy()
        centroids[theme] = centroid[0]
        return replace(self, cells=self.cells.moving(theme, centroid[0]), centroids=centroids)

    def has_room(self) -> bool:
        """Whether what has moved so far is no more than may."""
        theme = self.theme
        moved = float(self.counts[theme != self.before].sum())
        if moved <= FEW:
            return True
        return moved <= CHURN * self.counts.sum() and _agreed(self.before, theme, self.counts) >= AGREED


def _agreed(before: NDArray[np.int64], after: NDArray[np.int64], counts: NDArray[np.float64]) -> float:
    """Adjusted Rand index between two labels of rows that stand for `counts` mentions each; −1 is a label."""
    width = int(after.max(initial=-1)) + 2
    cells = np.bincount((before + 1) * width + after + 1, weights=counts)
    left, right = np.bincount(before + 1, weights=counts), np.bincount(after + 1, weights=counts)
    together, one, other = (float((sizes * (sizes - 1.0)).sum()) for sizes in (cells, left, right))
    total = float(counts.sum())
    by_chance = one * other / max(1.0, total * (total - 1.0))
    most = (one + other) / 2.0
    return 1.0 if most == by_chance else round((together - by_chance) / (most - by_chance), 9)


def _close(cells: Cells, threshold: float) -> NDArray[np.int64]:
    return np.where(cells.best >= np.float32(threshold), cells.label, -1)

"""Themes that a team brings along: each a direction, given before anything is clustered.

A dense group that lies close enough to one is that theme; where no group does, the mentions close to it are, if there
are a few. An own theme without mentions is not there, and comes when they do. Owns no names and no keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import assign, centroids_of
from voc.discover.exact import unit
from voc.discover.neighbours import GRID, on_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUP = 0.6
"""Cosine from which the centre of a group is an own theme: docs/benchmarks/themes.md."""
EACH_OTHERS = 0.4
"""The same where group and theme are each other's nearest."""
MENTION = 0.5
"""Cosine from which a mention is, where no group is near enough."""
FEWEST = 3
"""Texts that make an own theme."""
WEIGHT = 3.0
"""Texts that the direction counts for in the centre of its theme."""


@dataclass(frozen=True, slots=True)
class Own:
    """Groups with those of own themes first. groups: int64 (n,), −1 for none; given: int64 (groups,), the own theme
    that a group is, −1 for none."""

    groups: NDArray[np.int64]
    given: NDArray[np.int64]

    def centres(self, vectors: NDArray[np.float32], own: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean directions, float32 (groups, width); that of an own theme leans on what it was given as."""
        found = centroids_of(vectors, self.groups, len(self.given))
        size = np.bincount(self.groups[self.groups >= 0], minlength=len(self.given))
        for at in np.flatnonzero(self.given >= 0).tolist():
            rows = vectors[self.groups == at].astype(np.float64)
            found[at] = unit((rows.sum(axis=0) + min(WEIGHT, size[at]) * own[self.given[at]])[None])[0]
        return found


def with_own(vectors: NDArray[np.float32], groups: NDArray[np.int64], own: NDArray[np.float32]) -> Own:
    """Dense groups (n,) in the light of own themes: float32 (own, width), unit length.

    Several groups may be one own theme; a group is one at most.
    """
    number = int(groups.max(initial=-1)) + 1
    if not len(own):
        return Own(groups, np.full(number, -1, np.int64))
    of_group = _of_groups(centroids_of(vectors, groups), own)
    of_row = np.append(of_group, -1)[groups]
    close = assign(vectors, own, MENTION).labels.astype(np.int64)
    alone = ~np.isin(close, of_group) & (close >= 0)
    of_row = np.where(alone, close, of_row)
    count = np.bincount(of_row[of_row >= 0], minlength=len(own))
    of_row[(of_row >= 0) & (count[of_row] < FEWEST)] = -1
    there = np.flatnonzero(np.bincount(of_row[of_row >= 0], minlength=len(own)))
    rest = np.where(of_row >= 0, -1, groups)
    left = np.unique(rest[rest >= 0])
    found = np.full(len(groups), -1, np.int64)
    found[rest >= 0] = len(there) + np.searchsorted(left, rest[rest >= 0])
    found[of_row >= 0] = np.searchsorted(there, of_row[of_row >= 0])
    return Own(found, np.concatenate([there, np.full(len(left), -1)]).astype(np.int64))


def _of_groups(centres: NDArray[np.float32], own: NDArray[np.float32]) -> NDArray[np.int64]:
    """The own theme of each group, int64 (groups,), −1 for none."""
    found = assign(centres, own, GROUP).labels.astype(np.int64)
    if len(centres):
        cosine = on_grid(centres) @ on_grid(own).T / np.float32(GRID * GRID)
        mine, its = cosine.argmax(axis=0), cosine.argmax(axis=1)
        for at, group in enumerate(mine.tolist()):
            if its[group] == at and cosine[group, at] >= np.float32(EACH_OTHERS):
                found[group] = at
    return found

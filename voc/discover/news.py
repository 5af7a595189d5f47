"""What a new clustering of everything says that the published themes do not say, as far as it is news.

A group is news if half of its texts have not been judged: they came after their theme was shaped, they have none, or
their theme has grown so much that it is looked at anew. The rest is the old evidence seen in another light. Owns no
decision about what is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from voc.discover.layers import closeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROWN = 2.0
"""A theme that has this many times the texts it was shaped from is looked at anew."""
PRESSING = 8.0
"""A theme that has grown so many times is divided or merged however many mentions that moves."""
SAME = 0.2
"""Jaccard overlap from which a dense group is a standing theme."""
NEW = 0.5
"""Share of texts that nobody has judged from which a group is news."""
PART = 0.5
"""A theme has gone into a group if this share of its texts in dense spots did."""
TAKEN_OUT = 1 / 3
"""A new theme was part of an old one if this share of its texts was published there, and if it is of its kind."""
KIN = 0.4
"""Closeness (`voc.discover.layers`) to what stays from which a part is of the theme's kind; else it is born."""


@dataclass(frozen=True, slots=True)
class Change:
    """`new`: these rows are a theme, part of `theme` or (−1) born. `merge`: `theme` goes into the theme `into`.

    `own` is the own theme that a new one is, −1 for none; `concerned` are the standing themes whose rows it is about. A
    pressing change is made however many mentions it moves: it came in one night, or it has waited long enough.
    """

    kind: Literal["new", "merge"]
    rows: NDArray[np.int64]
    theme: int
    into: int
    own: int
    concerned: tuple[int, ...]
    pressing: bool


@dataclass(frozen=True, slots=True)
class News:
    """Dense groups against standing themes.

    vectors:  float32 (n, width), unit length
    groups:   int64 (n,), −1 for none
    theme:    int64 (n,), the standing theme of each row, −1 for none
    judged:   bool (n,), there when its theme was shaped
    published: bool (n,), there last night
    growth:   float64 (themes,), texts over those there when it was shaped
    shared:   int64 (groups, themes), texts
    match:    int64 (groups,), the standing theme that a group is, −1 for none
    given:    bool (themes,), the standing theme is a team's own: it is not split and goes into no other
    own:      int64 (groups,), the own theme that a group is, −1 for none
    """

    vectors: NDArray[np.float32]
    groups: NDArray[np.int64]
    theme: NDArray[np.int64]
    judged: NDArray[np.bool_]
    published: NDArray[np.bool_]
    growth: NDArray[np.float64]
    shared: NDArray[np.int64]
    match: NDArray[np.int64]
    given: NDArray[np.bool_]
    own: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        vectors: NDArray[np.float32],
        groups: NDArray[np.int64],
        theme: NDArray[np.int64],
        given: NDArray[np.int64],
        own: NDArray[np.int64],
        *,
        judged: NDArray[np.bool_],
        published: NDArray[np.bool_],
    ) -> News:
        """Compare the groups of a clustering with the standing themes; `given` and `own` as own themes by number."""
        themes = len(given)
        held = theme >= 0
        texts = np.bincount(theme[held], minlength=themes)
        before = np.bincount(theme[held & judged], minlength=themes)
        shared = np.zeros((len(own), themes), np.int64)
        both = held & (groups >= 0)
        np.add.at(shared, (groups[both], theme[both]), 1)
        size = np.bincount(groups[groups >= 0], minlength=len(shared))
        growth = texts / np.maximum(before, 1)
        return cls(
            vectors, groups, theme, judged, published, growth, shared, _matched(shared, size, own < 0), given >= 0, own
        )

    @property
    def anew(self) -> NDArray[np.bool_]:
        """Standing themes, bool (themes,), that are looked at anew."""
        return self.growth >= GROWN

    def changes(self) -> list[Change]:
        """What would have to change, what most texts speak for first."""
        fresh = ~self.judged | np.append(self.anew, True)[self.theme]
        found = [*self._new(fresh), *self._merged(fresh)]
        return sorted(found, key=lambda change: (-len(change.rows), int(change.rows[0]), change.theme))

    def core(self, theme: int) -> NDArray[np.int64]:
        """Rows that show where a standing theme lies: those in the group that it is, else all of its own."""
        own = np.flatnonzero(self.theme == theme)
        group = np.flatnonzero(self.match == theme)
        return own[self.groups[own] == group[0]] if len(group) else own

    def _new(self, fresh: NDArray[np.bool_]) -> list[Change]:
        found = []
        for group in np.flatnonzero(self.match < 0).tolist():
            rows = np.flatnonzero(self.groups == group)
            if fresh[rows].mean() < NEW:
                continue
            source = int(self.shared[group].argmax())
            own = int(self.own[group])
            part = own < 0 and self._is_part(rows, source)
            if part and self.given[source]:
                continue
            concerned = np.unique(self.theme[rows][self.theme[rows] >= 0])
            sudden = (~self.published[rows]).mean() >= NEW
            pressing = sudden or (part and self.growth[source] >= PRESSING)
            found.append(
                Change("new", rows, source if part else -1, -1, own, tuple(concerned.tolist()), bool(pressing))
            )
        return found

    def _is_part(self, rows: NDArray[np.int64], source: int) -> bool:
        own = self.published[rows] & (self.theme[rows] == source)
        if own.mean() < TAKEN_OUT:
            return False
        rest = np.setdiff1d(np.flatnonzero(self.theme == source), rows)
        return not len(rest) or closeness(self.vectors, rows, rest) >= KIN

    def _merged(self, fresh: NDArray[np.bool_]) -> list[Change]:
        found = []
        dense = self.shared.sum(axis=0)
        for theme in np.setdiff1d(np.flatnonzero((dense > 0) & ~self.given), self.match).tolist():
            group = int(self.shared[:, theme].argmax())
            into = int(self.match[group])
            if into < 0 or self.shared[group, theme] < PART * dense[theme]:
                continue
            rows = np.flatnonzero((self.theme == theme) | (self.theme == into))
            if min(fresh[rows].mean(), fresh[self.theme == theme].mean()) >= NEW:
                pressing = min(self.growth[theme], self.growth[into]) >= PRESSING
                found.append(Change("merge", rows, theme, into, -1, (theme, into), bool(pressing)))
        return found


def _matched(shared: NDArray[np.int64], size: NDArray[np.int64], may: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The standing theme that each group is, int64 (groups,): one to one, of greatest total overlap squared.

    may: bool (groups,), whether the group may be one
    """
    from scipy.optimize import linear_sum_assignment

    union = size[:, None] + shared.sum(axis=0)[None, :] - shared
    jaccard = shared / np.maximum(union, 1)
    score = np.where((jaccard >= SAME) & may[:, None], jaccard**2, 0.0)
    match = np.full(len(shared), -1, np.int64)
    rows, columns = linear_sum_assignment(score, maximize=True)
    told = score[rows, columns] > 0.0
    match[rows[told]] = columns[told]
    return match

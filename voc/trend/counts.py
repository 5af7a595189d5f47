"""Reach per theme and day: how many people spoke of a theme, not how often. Does not judge; see `expectation`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sightings:
    """Who spoke of what when: three columns of equal length, one row a mention with a theme and a date.

    themes: index into `keys`; days: day numbers of a Calendar; people: number of the person (a customer, or an item
    after near-duplicate collapse).
    """

    keys: Sequence[str]
    themes: NDArray[np.int64]
    days: NDArray[np.int64]
    people: NDArray[np.int64]


def sightings(
    keys: Sequence[str],
    themes: NDArray[np.int64],
    parents: NDArray[np.int64],
    days: NDArray[np.int64],
    people: NDArray[np.int64],
) -> Sightings:
    """Sightings of dated mentions: each of its fine theme, of the coarse one above, and of EVERYTHING.

    keys: fine themes, coarse ones, EVERYTHING last. themes: index of each mention's fine theme, −1 without one.
    parents: index of the coarse theme above each fine one.
    """
    import numpy as np

    held = np.flatnonzero(themes >= 0)
    named = [themes[held], parents[themes[held]], np.full(len(themes), len(keys) - 1)]
    rows = np.concatenate([held, held, np.arange(len(themes))])
    seen = np.unique(np.stack([np.concatenate(named), days[rows], people[rows]]).astype(np.int64), axis=1)
    return Sightings(keys, *seen)


@dataclass(frozen=True, slots=True)
class Reach:
    """Distinct people per theme and bin, and over all themes.

    keys:  the theme of each row, EVERYTHING among them
    first: number of the first bin (a day, or a week counted in sevens of days)
    counts: int64 (themes, bins); total: int64 (bins,), people with any theme, the exposure of the tests
    """

    keys: Sequence[str]
    first: int
    counts: NDArray[np.int64]
    total: NDArray[np.int64]


def reach(sightings: Sightings, *, days_per_bin: int, last_day: int, first_day: int) -> Reach:
    """Count distinct people per theme in bins of `days_per_bin` days from `first_day` to `last_day`, both inclusive."""
    import numpy as np

    bins = sightings.days // days_per_bin
    first, last = first_day // days_per_bin, last_day // days_per_bin
    width = last - first + 1
    inside = (bins >= first) & (bins <= last)
    bins = bins[inside] - first
    themes, people = sightings.themes[inside], sightings.people[inside]
    seen = np.unique(np.stack([themes, bins, people]), axis=1)
    counts = np.zeros((len(sightings.keys), width), np.int64)
    np.add.at(counts, (seen[0], seen[1]), 1)
    anyone = np.unique(np.stack([bins, people]), axis=1)
    total = np.bincount(anyone[0], minlength=width).astype(np.int64)
    return Reach(sightings.keys, first, counts, total)

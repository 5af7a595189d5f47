"""Whether a night looks at everything again, or only at what is new.

A clustering of everything is made on standing themes for the sake of news alone, and of very many mentions a night
brings too few to be news. So above `ALWAYS` points it is made when enough have come since the last one, or when those
that are new, and those that have no theme, gather somewhere by themselves. Until then what stands, stands. Owns no
evidence and no decision: that is `voc.discover.news` and `voc.discover.night`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import assign, centroids_of
from voc.discover.clusters import SMALLEST, dense_groups
from voc.discover.news import NEW
from voc.discover.own import FEWEST, GROUP, MENTION
from voc.discover.sampling import drawn, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voc.discover.standing import Standing

ALWAYS = 50_000
"""Up to here every night looks at everything."""
WAITING = 0.05
"""Share of points that may have come since everything was looked at."""
COMMON = 4
"""A text stands for a theme by itself if this many times as many mentions have it as a theme has texts at least."""


def looks(
    vectors: NDArray[np.float32],
    keys: Sequence[bytes | str],
    counts: NDArray[np.float64],
    theme: NDArray[np.int32],
    standing: Standing,
    own: NDArray[np.float32],
    *,
    smallest: int,
    seed: int,
    threads: int,
) -> bool:
    """Whether news is possible tonight, of more than ALWAYS points.

    vectors: float32 (n, width), unit length, in the order of their keys; counts: float64 (n,), mentions of each row;
    theme: int32 (n,), the standing theme that is near enough to each row, −1 for none; own: float32 (own, width), where
    own themes lie; smallest: texts of the smallest theme
    """
    new = ~standing.published
    if standing.waiting + int(new.sum()) > WAITING * len(vectors):
        return True
    if bool((counts[new] >= COMMON * smallest).any()):
        return True
    away = np.setdiff1d(np.arange(len(own)), standing.given)
    rows = np.flatnonzero(new | (theme < 0))
    if len(away):
        close = assign(vectors[rows], own[away], MENTION).labels
        if bool((np.bincount(close[close >= 0], minlength=1) >= FEWEST).any()):
            return True
    gathered = _gathered(
        vectors[rows], [keys[at] for at in rows.tolist()], new[rows], smallest, seed=seed, threads=threads
    )
    return bool((assign(gathered, standing.centroids, GROUP).labels < 0).any())


def _gathered(
    vectors: NDArray[np.float32],
    keys: Sequence[bytes | str],
    new: NDArray[np.bool_],
    smallest: int,
    *,
    seed: int,
    threads: int,
) -> NDArray[np.float32]:
    """Centres float32 (groups, width) of dense groups among some rows that are large enough for news: half a theme's
    texts, half of them new.

    A centre is none of the standing themes by the rule that says whether a group is an own theme: cosine below GROUP.
    """
    enough = max(SMALLEST, round(NEW * smallest))
    if len(vectors) < enough:
        return np.zeros((0, vectors.shape[1]), np.float32)
    part = drawn(keys, enough)
    fewest = max(SMALLEST, round(enough * len(part) / len(vectors)))
    groups = spread(vectors, part, dense_groups(vectors[part], seed=seed, threads=threads, smallest=fewest))
    size = np.bincount(groups[groups >= 0], minlength=1)
    fresh = np.bincount(groups[new & (groups >= 0)], minlength=len(size))
    return centroids_of(vectors, groups, len(size))[(size >= enough) & (fresh >= NEW * size)]

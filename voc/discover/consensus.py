"""Groups that most of several layouts agree on: one layout moves with a handful of new mentions, five seldom do.

Evidence accumulation (Fred & Jain 2005, "Combining multiple clusterings using evidence accumulation"): rows are joined
by average linkage on the share of layouts that part them. Owns neither layouts nor what is done with the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGREED = 0.7
"""Average share of layouts that may part the members of one group."""
ENOUGH = 0.7
"""Share of what one layout groups, in the median, that the agreement must hold; else one layout is taken whole."""
SIGNATURES = 4000
"""Ways of being labelled that are compared, the most frequent first: the linkage grows with their square."""


def agreed_groups(layouts: Sequence[NDArray[np.int64]], *, smallest: int) -> NDArray[np.int64]:
    """Label of each row, −1 where most layouts left it out or the group would be smaller than `smallest`.

    Where the layouts agree on too little, as on one large cloud that each cuts up in its own way, the one that is most
    like the others is taken as it is.

    layouts: int64 (n,) each, the labels of one layout, −1 for none
    """
    agreed = _agreed(layouts, smallest)
    usual = float(np.median([(labels >= 0).sum() for labels in layouts]))
    return agreed if (agreed >= 0).sum() >= ENOUGH * usual else _most_alike(layouts)


def _agreed(layouts: Sequence[NDArray[np.int64]], smallest: int) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = np.stack(layouts, axis=1)
    groups = np.full(len(labels), -1, dtype=np.int64)
    held = np.flatnonzero(2 * (labels >= 0).sum(axis=1) > labels.shape[1])
    if len(held):
        signatures, which, count = np.unique(labels[held], axis=0, return_inverse=True, return_counts=True)
        compared = np.sort(np.argsort(-count, kind="stable")[:SIGNATURES])
        number = np.full(len(signatures), -1, dtype=np.int64)
        apart = _apart(signatures[compared])
        joined = (
            np.zeros(1, np.int64) if len(compared) == 1 else fcluster(linkage(apart, "average"), AGREED, "distance") - 1
        )
        number[compared] = joined
        groups[held] = number[which.ravel()]
    return kept(groups, np.bincount(groups[groups >= 0]) >= smallest)


def _most_alike(layouts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The layout of the highest mean adjusted Rand index (Hubert & Arabie 1985) with the others."""
    from sklearn.metrics import adjusted_rand_score

    alike = [[round(float(adjusted_rand_score(one, other)), 9) for other in layouts] for one in layouts]
    return layouts[int(np.argmax(np.sum(alike, axis=1)))]


def _apart(signatures: NDArray[np.int64]) -> NDArray[np.float64]:
    """Condensed distances: the share of layouts in which two signatures do not stand in one cluster."""
    together = np.zeros((len(signatures), len(signatures)), dtype=np.float32)
    for column in signatures.T:
        together += (column[:, None] == column[None, :]) & (column[:, None] >= 0)
    apart = 1.0 - together.astype(np.float64) / signatures.shape[1]
    condensed: NDArray[np.float64] = apart[np.triu_indices(len(signatures), 1)]
    return condensed

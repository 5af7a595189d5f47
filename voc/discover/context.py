"""A mention in the light of its item: what a clause leaves unsaid, its neighbours say.

"Three hours!" speaks of a delivery if the sentence before it does. So a mention's place in theme space leans towards
the direction of all mentions of its item. One that stands alone stays where it is, bit for bit, and two that speak of
different things hardly move: at right angles they keep a cosine of 0.97 with themselves. Figures:
docs/benchmarks/themes.md. Owns no clustering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import BLOCK, sums_by, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAN = 0.5
"""Weight of the item's direction against the mention's own."""


def in_context(vectors: NDArray[np.float32], items: NDArray[np.int64], lean: float = LEAN) -> NDArray[np.float32]:
    """Unit vectors (n, width) of mentions leaning towards their items; float32, unit length.

    items: int64 (n,), from 0, the item of each mention. Sums are whole numbers of 2**-24, so the order of mentions and
    the company of other items change no bit.
    """
    number = np.bincount(items)
    sums = sums_by(items, vectors, len(number))
    found = vectors.astype(np.float32, copy=True)
    moved = np.flatnonzero(number[items] > 1)
    for at in range(0, len(moved), BLOCK):
        rows = moved[at : at + BLOCK]
        found[rows] = unit(vectors[rows].astype(np.float64) + lean * unit(sums[items[rows]]))
    return found

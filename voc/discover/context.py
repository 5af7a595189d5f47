"""A mention in the light of its item: what a clause leaves unsaid, its neighbours say.

"Three hours!" speaks of a delivery if the sentence before it does. So a mention's place in theme space leans towards
the direction of all mentions of its item. One that stands alone stays where it is, bit for bit, and two that speak of
different things hardly move: at right angles they keep a cosine of 0.97 with themselves. A mention that names nothing
at all goes with the others. Figures: docs/benchmarks/themes.md. Owns no clustering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import BLOCK, sums_by, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAN = 0.5
"""Weight of the item's direction against the mention's own."""
BARE_LEAN = 3.0
"""The same for a mention that names nothing ("I already did."): what it speaks of is what its item speaks of."""


def in_context(
    vectors: NDArray[np.float32], items: NDArray[np.int64], bare: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Unit vectors (n, width) of mentions leaning towards their items; float32, unit length.

    items: int64 (n,), from 0, the item of each mention; bare: bool (n,), the mention names nothing, and has no say in
    the direction of its item. Sums are whole numbers of 2**-24, so the order of mentions and the company of other items
    change no bit.
    """
    telling = np.ones(len(items), np.bool_) if bare is None else ~bare
    number = np.bincount(items, weights=telling, minlength=int(items.max(initial=-1)) + 1)
    sums = sums_by(items[telling], vectors[telling], len(number))
    found = vectors.astype(np.float32, copy=True)
    moved = np.flatnonzero(number[items] > telling)
    lean = np.where(telling, LEAN, BARE_LEAN)[:, None]
    for at in range(0, len(moved), BLOCK):
        rows = moved[at : at + BLOCK]
        found[rows] = unit(vectors[rows].astype(np.float64) + lean[rows] * unit(sums[items[rows]]))
    return found

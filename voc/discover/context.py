"""A mention in the light of its item: what a clause leaves unsaid, its neighbours say.

"Three hours!" speaks of a delivery if the sentence before it does. So a mention's place in theme space leans towards
the direction of all mentions of its item. One that stands alone stays where it is, bit for bit, and two that speak of
different things hardly move: at right angles they keep a cosine of 0.97 with themselves. A mention that names nothing
at all goes with the others. Figures: docs/benchmarks/themes.md. Owns no clustering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import in_blocks, sums_by, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAN = 0.5
"""Weight of the item's direction against the mention's own."""
BARE_LEAN = 3.0
"""The same for a mention that names nothing ("I already did."): what it speaks of is what its item speaks of."""


def in_context(
    vectors: NDArray[np.float32],
    items: NDArray[np.int64],
    bare: NDArray[np.bool_] | None = None,
    *,
    texts: NDArray[np.int64] | None = None,
    wanted: NDArray[np.int64] | None = None,
    threads: int = 1,
) -> NDArray[np.float32]:
    """Unit vectors of mentions leaning towards their items; float32 (n, width), or (wanted, width), unit length.

    vectors: float32 (texts, width), unit length; items: int64 (n,), from 0, the item of each mention; bare: bool (n,),
    the mention names nothing, and has no say in the direction of its item; texts: int64 (n,), the vector of each
    mention, its own row if not given; wanted: int64, the mentions whose places are asked for, all if not given.

    Sums are whole numbers of 2**-24, so the order of mentions and the company of other items change no bit. They are of
    some items at a time, so that beside the result little memory is needed.
    """
    telling = np.ones(len(items), np.bool_) if bare is None else ~bare
    of_text = np.arange(len(items)) if texts is None else texts
    asked = np.arange(len(items)) if wanted is None else wanted
    number = np.bincount(items, weights=telling, minlength=int(items.max(initial=-1)) + 1)
    found = vectors[of_text[asked]].astype(np.float32, copy=False)
    moved = np.flatnonzero(number[items[asked]] > telling[asked])
    moved = moved[np.argsort(items[asked[moved]], kind="stable")]
    by_item = np.argsort(items, kind="stable")
    begin = np.searchsorted(items[by_item], np.arange(len(number) + 1))
    lean = np.where(telling, LEAN, BARE_LEAN)

    def lean_over(block: slice) -> None:
        some = moved[block]
        rows = asked[some]
        here, item_at = np.unique(items[rows], return_inverse=True)
        size = begin[here + 1] - begin[here]
        whose = np.repeat(np.arange(len(here)), size)
        company = by_item[np.arange(len(whose)) + (begin[here] - np.cumsum(size) + size)[whose]]
        said = telling[company]
        sums = sums_by(whose[said], vectors[of_text[company[said]]], len(here))
        place = unit(sums)[item_at]
        place *= lean[rows, None]
        place += vectors[of_text[rows]]
        found[some] = unit(place)

    in_blocks(lean_over, len(moved), threads=threads)
    return found

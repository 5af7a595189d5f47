"""The texts of a run as read for names: all where they are few, those that are asked for where they are many.

What was read takes several times the memory of the text, and reading Korean is the slowest thing that a night does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.batch.carried import Carried
from voc.batch.corpus import Texts, bare_texts
from voc.name import Tokeniser, Units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 50_000
"""Texts up to which all that was read is kept; names are made of no more."""
BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Readings:
    """bare: bool (texts,), the text names nothing; `units` of all texts, or none where they are more than KEPT."""

    texts: Texts
    bare: NDArray[np.bool_]
    tokeniser: Tokeniser
    units: Sequence[Units] | None = None

    @classmethod
    def of(cls, texts: Texts, carried: Carried, *, threads: int) -> Readings:
        """Above KEPT texts, those that `carried` knows are not read to know whether they name something."""
        tokeniser = Tokeniser(threads=threads)
        if len(texts.texts) <= KEPT:
            units = tokeniser.units_many(texts.texts, texts.langs)
            return cls(texts, bare_texts(units), tokeniser, units)
        bare = carried.bare(texts)
        rows = carried.unread(texts)
        for at in range(0, len(rows), BLOCK):
            block = rows[at : at + BLOCK]
            bare[block] = bare_texts(_read(tokeniser, texts, block.tolist()))
        return cls(texts, bare, tokeniser)

    def read(self, rows: Sequence[int]) -> list[Units]:
        """The units of some texts."""
        if self.units is not None:
            return [self.units[row] for row in rows]
        return _read(self.tokeniser, self.texts, rows)


def _read(tokeniser: Tokeniser, texts: Texts, rows: Sequence[int]) -> list[Units]:
    return tokeniser.units_many([texts.texts[row] for row in rows], [texts.langs[row] for row in rows])


def drawn(theme: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Rows, ascending, of at most about `most` texts, themes int64 (texts,) of which are given in the order of their
    contents' hashes: as many of each theme as of any other, the first ones; all of a theme that has fewer."""
    import numpy as np

    if len(theme) <= most:
        return np.arange(len(theme))
    order = np.argsort(theme, kind="stable")
    sizes = np.unique(theme, return_counts=True)[1]
    rank = np.arange(len(theme)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(order[rank < _quota(sizes, most)])


def _quota(sizes: NDArray[np.int64], most: int) -> int:
    """The largest number q ≥ 1 of which Σ min(size, q) is at most `most`."""
    import numpy as np

    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if int(np.minimum(sizes, middle).sum()) <= most else (low, middle - 1)
    return low

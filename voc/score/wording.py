"""What the wording of a text says, beside what the branch understands of it: a weight for each piece and each answer.

A wide linear part beside the deep one (Cheng et al. 2016, arXiv:1606.07792). The branch hears meaning and misses rare
turns of phrase; pieces of words are the other way round, so their mistakes differ. Pieces count by their rarity, and a
text's weights are divided by the root of the sum of its pieces' squared rarities (TF-IDF, Salton & Buckley 1988, but
for a piece that is repeated, which counts by the root of how often). Sums are of whole numbers: some
33,000 pieces of at most 127 each stay below the 2^24 up to which float32 holds every integer, so neither batch size nor
order can change a bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voc.score.pieces import LONGEST, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 256
"""Steps of rarity to one."""
_INT8_MAX = 127
_CHARACTERS = 1 << 17
"""Of texts at a time, a row counting as _ROW more. Bounds memory to some 50 MB. Has no effect on the result."""
_ROW = 64


@dataclass(frozen=True, slots=True)
class Wording:
    """`table` int8 values held as float32 (2^bits, answers) and `scale` float64 (answers,): what a piece in each bucket
    counts, times its rarity; `rarity` int16 (2^bits,) in steps, 0 where training saw no piece."""

    table: NDArray[np.float32]
    scale: NDArray[np.float64]
    rarity: NDArray[np.int16]

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Log-odds (n, answers) that the wording adds. A text without a known piece gets zeros."""
        said = np.zeros((len(texts), len(self.scale)))
        for rows in _stretches(texts):
            said[rows] = self._of(texts[rows])
        return said

    def _of(self, texts: Sequence[str]) -> NDArray[np.float64]:
        from scipy.sparse import csr_array

        buckets, starts = pieces(texts, self.bits)
        counts = csr_array((np.ones(len(buckets), np.float32), buckets, starts), (len(texts), len(self.table)))
        squares = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.rarity[buckets].astype(np.int64) ** 2)])
        length = np.sqrt(np.maximum(squares[starts[1:]] - squares[starts[:-1]], 1)) / STEPS
        said: NDArray[np.float64] = (counts @ self.table).astype(np.float64) * self.scale / length[:, None]
        return said

    @property
    def bits(self) -> int:
        return len(self.table).bit_length() - 1

    @classmethod
    def of(cls, weights: NDArray[Any], rarity: NDArray[np.int16]) -> Wording:
        """Quantise weights (2^bits, answers), which expect rarities over the length of their vector, to int8."""
        counted = weights.astype(np.float64) * (rarity.astype(np.float64) / STEPS)[:, None]
        scale = np.maximum(np.abs(counted).max(axis=0), 1e-12) / _INT8_MAX
        return cls(np.rint(counted / scale).astype(np.float32), scale, rarity)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """What goes into a safetensors file."""
        return {f"{name}.table": self.table.astype(np.int8), f"{name}.scale": self.scale, f"{name}.rarity": self.rarity}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Wording:
        """The inverse of `arrays`. Raises KeyError where a part is missing, ValueError where sizes disagree."""
        table = arrays[f"{name}.table"].astype(np.float32)
        found = cls(table, arrays[f"{name}.scale"], arrays[f"{name}.rarity"])
        if found.table.shape != (1 << found.bits, len(found.scale)) or len(found.rarity) != len(found.table):
            raise ValueError(name)
        return found


def _stretches(texts: Sequence[str]) -> Iterator[slice]:
    """Rows of some `_CHARACTERS` together, at least one."""
    start, held = 0, 0
    for row, text in enumerate(texts):
        held += min(len(text), LONGEST) + _ROW
        if held >= _CHARACTERS:
            yield slice(start, row + 1)
            start, held = row + 1, 0
    if start < len(texts):
        yield slice(start, len(texts))

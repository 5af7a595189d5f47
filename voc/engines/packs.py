"""Which texts go through the model together: packs of whole texts, shortest first, without padding between them.

Pure planning over lengths. A text's encoding does not depend on the pack it is in; packs decide speed and memory alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring texts of one length in a pack: `count` texts of `length` tokens each."""

    count: int
    length: int

    @property
    def tokens(self) -> int:
        return self.count * self.length


@dataclass(frozen=True, slots=True)
class Pack:
    """Tokens of several texts, one after the other. `ids` int64 (tokens,); `stretches` cover it in order."""

    ids: NDArray[np.int64]
    stretches: tuple[Stretch, ...]

    @property
    def texts(self) -> int:
        return sum(stretch.count for stretch in self.stretches)

    def positions(self) -> NDArray[np.int64]:
        """int64 (tokens,): each token's place in its own text, from 0."""
        import numpy as np

        return np.concatenate([np.tile(np.arange(s.length, dtype=np.int64), s.count) for s in self.stretches])


def by_length(lengths: Sequence[int]) -> list[int]:
    """Indices of the texts, shortest first, ties in input order."""
    return sorted(range(len(lengths)), key=lengths.__getitem__)


def plan(lengths: Sequence[int], budget: int) -> list[tuple[int, int]]:
    """Where each pack begins and ends, in order: as many texts as `budget` tokens hold, at least one."""
    packs: list[tuple[int, int]] = []
    begin = used = 0
    for at, length in enumerate(lengths):
        if used and used + length > budget:
            packs.append((begin, at))
            begin, used = at, 0
        used += length
    return [*packs, (begin, len(lengths))] if lengths else []


def pack(ids: Sequence[NDArray[np.int32]]) -> Pack:
    """Put the token ids of texts, which come shortest first, behind one another."""
    import numpy as np

    stretches = tuple(Stretch(len(list(group)), length) for length, group in groupby(len(text) for text in ids))
    return Pack(np.concatenate(ids).astype(np.int64), stretches)

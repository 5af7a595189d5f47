"""Which of a run's mentions belong to each theme, the coarse ones included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.model import Theme
from voc.ports import MentionTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Members:
    """Rows of mentions by theme. Sorted once, so that a theme's mentions are a slice: looking through a large run for
    each theme takes seconds.

    of_mention: int64 (mentions,), number of each one's theme in the order of `numbers`, −1 without one
    """

    numbers: Mapping[str, int]
    of_mention: NDArray[np.int64]
    _order: NDArray[np.int64]
    _begins: NDArray[np.int64]
    _under: Mapping[str, list[int]]

    @classmethod
    def of(cls, themes: Mapping[str, Theme], table: MentionTable) -> Members:
        import numpy as np

        numbers = {key: number for number, key in enumerate(themes)}
        of_mention = np.fromiter((numbers.get(key, -1) for key in table.theme), np.int64, len(table))
        order = np.argsort(of_mention, kind="stable")
        begins = np.searchsorted(of_mention[order], np.arange(len(themes) + 1))
        under = {key: [numbers[key]] for key in themes}
        for key, theme in themes.items():
            if theme.parent in under:
                under[theme.parent].append(numbers[key])
        return cls(numbers, of_mention, order, begins, under)

    def rows(self, key: str) -> NDArray[np.int64]:
        """Those of a theme and of the themes under it, ascending within each."""
        import numpy as np

        return np.concatenate([self._order[self._begins[n] : self._begins[n + 1]] for n in self._under[key]])

"""What single words add to their tokens' states where the score branch begins.

The encoder was trained to keep what a text is about, and lets go of how it is said. The branch has an ear of its own: a
small vector for each token that its training saw often enough, brought to the width of the states by one matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from voc.engines.blocks import place_tensor
from voc.engines.linear import Linear

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from voc.engines.device import Place


class Tones:
    """Adds tones to token states."""

    def __init__(self, tensors: Mapping[str, Tensor], place: Place) -> None:
        """`tones.known` int32 (n,), ids in ascending order; `tones.table` (n, rank); `tones.up` (hidden, rank)."""
        import torch

        self._known = tensors["tones.known"].numpy().astype(np.int64)
        # The last row is for every other token: nothing.
        table = tensors["tones.table"]
        self._table = place_tensor(torch.cat([table, torch.zeros_like(table[:1])]), place)
        up = place_tensor(tensors["tones.up"], place)
        self._up = Linear(up, torch.zeros_like(up[:, 0]).contiguous())

    @property
    def linears(self) -> tuple[Linear, ...]:
        """The one matrix product."""
        return (self._up,)

    def __call__(self, x: Tensor, ids: NDArray[np.int64]) -> Tensor:
        """States (rows, hidden), the first of which are those of the tokens `ids` → the same with their tones."""
        import torch

        places = np.searchsorted(self._known, ids).clip(max=len(self._known) - 1)
        rows = np.full(len(x), len(self._known), np.int64)
        rows[: len(ids)] = np.where(self._known[places] == ids, places, len(self._known))
        return x + self._up(self._table[torch.from_numpy(rows).to(x.device)])

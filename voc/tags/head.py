"""The head of one tag: one linear layer over the encoder's vector, whose answer is a probability.

Built from the exact layers of `voc.score`, so that a mention's probability depends on its own vector alone, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voc.errors import StoreDamaged
from voc.score.layers import Dense, Standardiser

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS_AT_A_TIME = 8192
"""Bounds memory: 8,192 vectors of 384 values in float64 are 25 MB. Has no effect on the result."""


@dataclass(frozen=True, slots=True)
class TagHead:
    """`layer` gives one column: the calibrated log-odds that a mention has the tag."""

    standardiser: Standardiser
    layer: Dense

    def probabilities(self, vectors: NDArray[np.float16]) -> NDArray[np.float32]:
        """float16 (n, dim) of unit length to float32 (n,)."""
        found = np.empty(len(vectors), np.float32)
        for start in range(0, len(vectors), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            odds = self.layer(self.standardiser(np.asarray(vectors[rows], np.float16)))[:, 0]
            found[rows] = 1.0 / (1.0 + np.exp(-np.clip(odds, -50.0, 50.0)))
        return found

    def to_bytes(self) -> bytes:
        """A safetensors file."""
        from safetensors.numpy import save

        arrays: dict[str, NDArray[Any]] = {
            "vectors.mean": self.standardiser.mean,
            "vectors.scale": self.standardiser.scale,
            **self.layer.arrays("layer"),
        }
        written: bytes = save(arrays)
        return written

    @classmethod
    def from_bytes(cls, data: bytes) -> TagHead:
        """The inverse of `to_bytes`. Raises StoreDamaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            arrays = load(data)
            standardiser = Standardiser(arrays["vectors.mean"], arrays["vectors.scale"])
            return cls(standardiser, Dense.read(arrays, "layer"))
        except (SafetensorError, KeyError, ValueError) as error:
            raise StoreDamaged("The head of a tag can't be read.", "Forget the tag and teach it again.") from error

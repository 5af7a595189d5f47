"""Small dense layers whose sums are exact, so that neither batch size, order nor threads can change a bit.

Floating-point sums depend on the order of addition, and a matrix product picks its order by shape, thread count and
processor. Here inputs and weights are integers: features are standardised and rounded to a grid of 1/256, weights are
int16. A product is below 2^11 · 2^15, a sum of 8,192 of them below 2^39, far under the 2^53 up to which float64 holds
every integer. No addition rounds, so every order of addition gives the same sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 256
"""Grid points per unit (a standard deviation, for features)."""
LIMIT = 8.0
"""Inputs are cut at ± this many units."""
_INT16_MAX = 32767


def grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """`values` cut at ±LIMIT and rounded to the grid, as whole numbers of steps (in float64)."""
    rounded: NDArray[np.float64] = np.rint(np.clip(values, -LIMIT, LIMIT) * STEPS)
    return rounded


@dataclass(frozen=True, slots=True)
class Standardiser:
    """Features to grid steps. `mean` and `scale` are float32 (width,); `scale` is a standard deviation."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    @property
    def width(self) -> int:
        return len(self.mean)

    def __call__(self, features: NDArray[np.float16]) -> NDArray[np.float64]:
        """float16 (n, width) to grid steps, float64 (n, width)."""
        return grid((features.astype(np.float64) - self.mean) / self.scale)


@dataclass(frozen=True, slots=True)
class Dense:
    """steps @ weights × scale + bias. `weights` are int16 values held as float64 (rows, columns); `scale` and `bias`
    are (columns,).
    """

    weights: NDArray[np.float64]
    scale: NDArray[np.float64]
    bias: NDArray[np.float64]

    def __call__(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Grid steps (n, rows) to float64 (n, columns)."""
        summed: NDArray[np.float64] = (steps @ self.weights) * self.scale + self.bias
        return summed

    @classmethod
    def of(cls, weights: NDArray[Any], bias: NDArray[Any]) -> Dense:
        """Quantise float weights (rows, columns), which expect inputs in units, column by column to int16."""
        largest = np.maximum(np.abs(weights).max(axis=0), 1e-12).astype(np.float64)
        per_step = largest / _INT16_MAX
        whole = np.rint(weights.astype(np.float64) / per_step)
        return cls(whole, (per_step / STEPS).astype(np.float64), bias.astype(np.float64))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """What goes into a safetensors file."""
        return {
            # safetensors writes memory as it lies, so a transposed matrix must be copied into row order first.
            f"{name}.weights": np.ascontiguousarray(self.weights, dtype=np.int16),
            f"{name}.scale": self.scale,
            f"{name}.bias": self.bias,
        }

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Dense:
        """The inverse of `arrays`. Raises KeyError where a part is missing."""
        return cls(
            arrays[f"{name}.weights"].astype(np.float64),
            arrays[f"{name}.scale"].astype(np.float64),
            arrays[f"{name}.bias"].astype(np.float64),
        )

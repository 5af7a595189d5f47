"""Chance that can be repeated: numbers drawn from a seed and a name.

A draw depends on the seed and on what it is for, never on the draws before it, so a new sentence changes its own row
and leaves the others as they were. SHA-256 keeps that the same on every machine and every Python version.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws by name."""

    seed: int

    def number(self, *name: object) -> float:
        """A number in [0, 1)."""
        digest = hashlib.sha256("\x1f".join([str(self.seed), *map(str, name)]).encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def below(self, limit: int, *name: object) -> int:
        """A whole number in [0, limit)."""
        return int(self.number(*name) * limit)

    def pick(self, weights: Sequence[float], *name: object) -> int:
        """An index, drawn in proportion to its weight."""
        return quantile(weights, self.number(*name))

    def shuffled(self, names: Sequence[str], *name: object) -> list[str]:
        """The names in an order of their own."""
        return sorted(names, key=lambda each: (self.number(*name, each), each))


def quantile(weights: Sequence[float], share: float) -> int:
    """The index at which the running sum of `weights` passes `share` (0…1) of the whole."""
    sums = list(accumulate(weights))
    return min(bisect_right(sums, share * sums[-1]), len(weights) - 1)

"""How much of what was there last time is where it was: the churn between two runs, on the mentions that both hold.

The adjusted Rand index is that of Hubert & Arabie 1985, "Comparing partitions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from voc.model import LineageEvent


@dataclass(frozen=True, slots=True)
class Stability:
    """Of mentions that two runs hold: how many there are, the share whose theme is another one, the share for which no
    lineage event says why, and the adjusted Rand index between both partitions (1: the same, 0: as by chance)."""

    mentions: int
    moved: float
    unexplained: float
    ari: float

    def as_row(self) -> dict[str, object]:
        """For the manifest."""
        return {
            "mentions": self.mentions,
            "moved": round(self.moved, 6),
            "unexplained": round(self.unexplained, 6),
            "ari": round(self.ari, 6),
        }


def compare(
    before: Mapping[str, str | None], after: Mapping[str, str | None], lineage: Sequence[LineageEvent]
) -> Stability:
    """`before`, `after`: mention → key of its fine theme, None without one, which is a class of its own."""
    pairs = [(before[mention], key) for mention, key in after.items() if mention in before]
    told, ended, begun = _told(lineage)
    moved = [(old, new) for old, new in pairs if old != new]
    unexplained = [(old, new) for old, new in moved if not ((old, new) in told or old in ended or new in begun)]
    count = max(1, len(pairs))
    return Stability(len(pairs), len(moved) / count, len(unexplained) / count, adjusted_rand(pairs))


def _told(
    lineage: Sequence[LineageEvent],
) -> tuple[set[tuple[str | None, str | None]], set[str | None], set[str | None]]:
    """Moves from theme to theme that events tell of; themes that have ended; themes that have begun."""
    told: set[tuple[str | None, str | None]] = set()
    for event in lineage:
        if event.kind == "split":
            told.update((event.key, other) for other in event.others)
        elif event.kind == "merged":
            told.update((other, event.key) for other in event.others)
    ended: set[str | None] = {event.key for event in lineage if event.kind == "retired"}
    begun: set[str | None] = {event.key for event in lineage if event.kind in ("born", "revived")}
    # A part draws from its neighbours too, as every theme does that begins.
    begun.update(other for event in lineage if event.kind == "split" for other in event.others)
    return told, ended, begun


def adjusted_rand(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Of two labels of each of n things; 1 where there is nothing to tell apart."""
    together = _twos(Counter(pairs))
    left, right = _twos(Counter(one for one, _ in pairs)), _twos(Counter(other for _, other in pairs))
    everything = len(pairs) * (len(pairs) - 1) // 2
    by_chance = left * right / everything if everything else 0.0
    most = (left + right) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _twos(counts: Mapping[object, int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())

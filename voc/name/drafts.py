"""Groups on their way to a name: their sides by language, with keywords and candidates for a label.

Owns no choice among candidates: that is `voc.name.naming`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voc.name.keywords import keywords
from voc.name.labels import Candidate, candidates
from voc.name.phrase import Phrase
from voc.name.sides import Counts, Side, count, sides_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NameOptions:
    """How much to say. `two_sided` is the share from which a second language counts as a side of a theme."""

    keywords: int = 8
    exemplars: int = 4
    readers: tuple[str, ...] = ("ko", "en")
    two_sided: float = 0.15
    side_members: int = 3


@dataclass(frozen=True, slots=True)
class Read:
    """What is read off the texts once and used for both layers."""

    order: tuple[int, ...]
    langs: tuple[str, ...]
    terms: tuple[Mapping[str, str], ...]
    phrases: tuple[tuple[Phrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A group on its way to a name: its sides, largest first, with keywords and label candidates per language."""

    number: int
    sides: tuple[Side, ...]
    keywords: Mapping[str, Sequence[str]]
    found: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(len(side.rows) for side in self.sides)


def drafts(
    groups: NDArray[np.int64],
    number: int,
    weights: NDArray[np.float64],
    read: Read,
    options: NameOptions,
    *,
    phrases: bool,
) -> list[Draft]:
    """Sides, keywords and candidates of every one of `number` groups."""
    sides = sides_of(groups.tolist(), read.langs, weights.tolist(), read.order)
    counts = {
        lang: count([side for side in sides if side.lang == lang], read.terms) for lang in {s.lang for s in sides}
    }
    own: dict[int, list[Side]] = {}
    for side in sides:
        own.setdefault(side.group, []).append(side)
    return [_draft(at, own.get(at, []), counts, read, options, phrases=phrases) for at in range(number)]


def _draft(
    number: int, sides: list[Side], counts: Mapping[str, Counts], read: Read, options: NameOptions, *, phrases: bool
) -> Draft:
    heard = _heard(sides, options)
    return Draft(
        number,
        tuple(sorted(sides, key=lambda side: (-len(side.rows), side.lang))),
        {side.lang: keywords(counts[side.lang], number, limit=options.keywords) for side in heard},
        {side.lang: candidates(side, read.phrases, counts[side.lang]) for side in heard} if phrases else {},
    )


def _heard(sides: Sequence[Side], options: NameOptions) -> list[Side]:
    """The sides that take part in the name, largest first: the largest, and every one that is no mere stray."""
    size = sum(len(side.rows) for side in sides)
    ranked = sorted(sides, key=lambda side: (-len(side.rows), side.lang))
    rest = (s for s in ranked[1:] if len(s.rows) >= max(options.side_members, options.two_sided * size))
    return [*ranked[:1], *rest]

"""The company a mention is in: what the other mentions of its item add to its urgency.

"I called three times. Nobody answers." is two mentions, and more urgent together than either alone. What is added is a
weighted sum over the answers of the heads: how far the strongest of the item, and the mean over it, lie from the
mention's own; and the words of its neighbours. It is added to the mention that is most urgent by itself, which so
speaks for the item; the others keep their own, but none ends above it. A mention that is its whole item has nothing
added.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Company:
    """Of n mentions: the number of the text that each has, and of the item that it belongs to; int64 (n,)."""

    text_of: NDArray[np.int64]
    item_of: NDArray[np.int64]

    @classmethod
    def alone(cls, texts: int) -> Company:
        """Every text is a mention, and every mention an item."""
        numbers = np.arange(texts)
        return cls(numbers, numbers)

    @classmethod
    def of(cls, items: Sequence[Hashable], text_of: NDArray[np.int64] | None = None) -> Company:
        """From what identifies each mention's item; without `text_of` each mention has a text of its own."""
        numbers: dict[Hashable, int] = {}
        item_of = np.fromiter((numbers.setdefault(item, len(numbers)) for item in items), np.int64, len(items))
        return cls(np.arange(len(items)) if text_of is None else text_of, item_of)

    def groups(self, scored: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """Rows of the mentions of each item that has several whose text is `scored` (texts,)."""
        rows = np.flatnonzero(scored[self.text_of])
        order = rows[np.argsort(self.item_of[rows], kind="stable")]
        bounds = np.flatnonzero(np.diff(self.item_of[order])) + 1
        return [group for group in np.split(order, bounds) if len(group) > 1]


@dataclass(frozen=True, slots=True)
class Said:
    """What texts say by themselves, float64: `answers` (texts, answers), `words` (texts, parts), `logits` (texts,) what
    the answers come to; `scored` bool (texts,) which have a say."""

    answers: NDArray[np.float64]
    words: NDArray[np.float64]
    logits: NDArray[np.float64]
    scored: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What neighbours count, log-odds a unit: `most` and `mean` (answers,) over the item's answers, `words` (parts,)
    over its words and tone."""

    most: NDArray[np.float64]
    mean: NDArray[np.float64]
    words: NDArray[np.float64]

    def add(self, said: Said, company: Company) -> NDArray[np.float64]:
        """What its company adds to each of n mentions, log-odds (n,); 0 for those that are alone or not scored.

        Maxima know no order and sums over an item are rounded once, so the order of mentions changes no bit.
        """
        found = np.zeros(len(company.text_of))
        # Row by row, not as a matrix product: a row's sum must not depend on the rows beside it.
        mean, most = (said.answers * self.mean).sum(axis=1), (said.answers * self.most).sum(axis=1)
        words = (said.words * self.words).sum(axis=1)
        by_itself = said.logits + words
        for rows in company.groups(said.scored):
            texts = company.text_of[rows]
            strongest = float((said.answers[texts].max(axis=0) * self.most).sum())
            heard = float((said.words[texts].max(axis=0) * self.words).sum())
            shared = strongest + math.fsum(mean[texts].tolist()) / len(rows) + heard
            alone = by_itself[texts]
            speaks = alone == alone.max()
            together = float((alone - mean[texts] - most[texts] - words[texts])[speaks].max()) + shared
            found[rows] = np.where(speaks, together, np.minimum(alone, together)) - alone
        return found

"""Items cut into mentions as the product cuts them, with what a branch says of each.

A label is of an item; what is read are its mentions. An item is as urgent as its most urgent mention, so urgency is
fitted on mentions, through that maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.clean import clean
from voc.model import Feedback
from voc.segment import segment

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mentions:
    """m mentions of n items: texts, the item of each (int64, ascending), and values (m, columns)."""

    texts: tuple[str, ...]
    item_of: NDArray[np.int64]
    values: Array

    def take(self, items: NDArray[np.int64]) -> Mentions:
        """Those of `items`, numbered anew in their order."""
        rows, numbers = rows_of(self.item_of, items)
        return Mentions(tuple(self.texts[row] for row in rows.tolist()), numbers, self.values[rows])


def mentions_of(texts: Sequence[str], say: Callable[[Sequence[str]], Array]) -> Mentions:
    """The mentions of each text; `say` gives values (m, columns) of m texts. Those without letters have no
    say; a text of nothing else is one.
    """
    found: list[str] = []
    item_of: list[int] = []
    for number, text in enumerate(texts):
        item = clean(Feedback(item_id=str(number), id=str(number), source="judged", text=text))
        own = [mention.text for mention in segment(item) if any(map(str.isalpha, mention.text))] or [item.text]
        found.extend(own)
        item_of.extend([number] * len(own))
    return Mentions(tuple(found), np.array(item_of, np.int64), say(found))


def joined(parts: Sequence[Mentions]) -> Mentions:
    """Items of several parts behind one another."""
    ends = np.cumsum([0, *(int(part.item_of.max()) + 1 if len(part.item_of) else 0 for part in parts)])
    return Mentions(
        tuple(text for part in parts for text in part.texts),
        np.concatenate([part.item_of + start for part, start in zip(parts, ends[:-1], strict=True)]),
        np.concatenate([part.values for part in parts]),
    )


def rows_of(item_of: NDArray[np.int64], items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of `items` in their order, and the number of each row's item among them."""
    own = [np.flatnonzero(item_of == item) for item in items.tolist()]
    rows = np.concatenate(own) if own else np.empty(0, np.int64)
    return rows, np.repeat(np.arange(len(items)), [len(part) for part in own])


def over_items(values: Array, item_of: NDArray[np.int64]) -> tuple[Array, Array]:
    """Of each mention's item, for values (m, columns): each column's maximum and its mean, (m, columns) each."""
    most = np.column_stack([highest(column, item_of) for column in values.T])
    sums = np.zeros_like(most)
    np.add.at(sums, item_of, values)
    means = sums / np.bincount(item_of)[:, None]
    return most[item_of], means[item_of]


def highest(z: Array, item_of: NDArray[np.int64]) -> Array:
    """Each item's maximum."""
    found = np.full(int(item_of.max()) + 1, -np.inf)
    np.maximum.at(found, item_of, z)
    return found

"""The points that a run clusters: distinct texts, each in the light of the item it stands in.

A text that stands alone in its item is one point however many items say it; a text among others is a point for each
different company it keeps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus, Texts
from voc.discover import Discovery, in_context
from voc.model import How, Unassigned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Points:
    """Points in the order of their keys.

    text:     int64 (points,), the distinct text of each
    said_in:  int64 (sayings, 2), each point with the number of every item that holds it
    weights:  int64 (points,), mentions that are this point, those of duplicates counted
    point_of: int64 (mentions,), −1 where the text may not be clustered; a duplicate follows its original
    places:   float32 (points, width), unit length, in theme space
    """

    keys: tuple[bytes, ...]
    text: NDArray[np.int64]
    said_in: NDArray[np.int64]
    weights: NDArray[np.int64]
    point_of: NDArray[np.int64]
    places: NDArray[np.float32]

    def first_items(self, texts: Texts) -> NDArray[np.int64]:
        """Per distinct text the number of the first item that holds it, −1 for texts without a point."""
        import numpy as np

        found = np.full(len(texts.texts), -1, np.int64)
        texts_said, items = self.text[self.said_in[:, 0]], self.said_in[:, 1]
        # From the last item to the first, so that the first is what stays.
        order = np.argsort(-items, kind="stable")
        found[texts_said[order]] = items[order]
        return found

    def themes_of_texts(self, found: Discovery, texts: Texts) -> NDArray[np.int64]:
        """Per distinct text the fine theme that most of its mentions have; ties go to the larger theme.

        A theme that no text would speak for has the text of its strongest point. −1 for texts without a point.
        """
        import numpy as np

        order = np.lexsort((found.fine, self.text))
        pair = np.stack([self.text[order], found.fine[order].astype(np.int64)])
        first = np.flatnonzero(np.r_[True, (pair[:, 1:] != pair[:, :-1]).any(axis=0)]) if len(order) else order
        mentions = np.add.reduceat(self.weights[order], first) if len(first) else first
        theme, best = np.full(len(texts.texts), -1, np.int64), np.zeros(len(texts.texts), np.int64)
        for at, (text, number) in enumerate(pair[:, first].T.tolist()):
            if number >= 0 and mentions[at] > best[text]:
                theme[text], best[text] = number, mentions[at]
        for number in sorted(set(range(len(found.centroids))).difference(theme.tolist())):
            inside = np.flatnonzero(found.fine == number)
            if len(inside):
                theme[self.text[inside[np.argmax(found.strength[inside])]]] = number
        return theme


def points_of(
    corpus: Corpus, texts: Texts, themed: NDArray[np.float32], bare: NDArray[np.bool_], *, threads: int = 1
) -> Points:
    """The points of a corpus.

    themed: float32 (texts, width), all distinct texts in theme space; bare: bool (texts,), the text names nothing
    """
    import numpy as np

    numbers = {item.item_id: at for at, item in enumerate(corpus.items)}
    item_of = np.array([numbers[mention.item_id] for mention in corpus.mentions], np.int64)
    original = np.array([mention.item_id not in corpus.duplicates for mention in corpus.mentions], np.bool_)
    rows = np.flatnonzero(original & texts.eligible[texts.text_of]) if len(item_of) else item_of
    company: dict[int, list[bytes]] = {}
    for item, text in zip(item_of[rows].tolist(), texts.text_of[rows].tolist(), strict=True):
        company.setdefault(item, []).append(texts.hashes[text])
    digests = {item: blake2b(b"".join(sorted(said)), digest_size=16).digest() for item, said in company.items()}
    keys = [
        texts.hashes[text] + digests[item]
        for item, text in zip(item_of[rows].tolist(), texts.text_of[rows].tolist(), strict=True)
    ]
    distinct = sorted(set(keys))
    place = {key: at for at, key in enumerate(distinct)}
    point_of = np.full(len(item_of), -1, np.int64)
    point_of[rows] = [place[key] for key in keys]
    first = np.unique(point_of[rows], return_index=True)[1]
    point_of = point_of[_originals(corpus)]
    return Points(
        keys=tuple(distinct),
        text=texts.text_of[rows][first],
        said_in=_distinct_pairs(point_of, item_of),
        weights=np.bincount(point_of[point_of >= 0], minlength=len(distinct)).astype(np.int64),
        point_of=point_of,
        places=in_context(
            themed,
            _dense(item_of[rows]),
            bare[texts.text_of[rows]],
            texts=texts.text_of[rows],
            wanted=first,
            threads=threads,
        ),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each mention went: fine theme number or −1, strength, how, why not, and if it helped to shape the theme.

    theme: int64 (mentions,); strength: float32 (mentions,); how, reason: object (mentions,); judged: bool (mentions,)
    """

    theme: NDArray[np.int64]
    strength: NDArray[np.float32]
    how: NDArray[np.object_]
    reason: NDArray[np.object_]
    judged: NDArray[np.bool_]


def place_mentions(texts: Texts, points: Points, found: Discovery) -> Placed:
    """Carry the themes of the points to all mentions."""
    import numpy as np

    at = points.point_of
    held = at >= 0
    theme, strength = np.full(len(at), -1, np.int64), np.zeros(len(at), np.float32)
    judged = np.zeros(len(at), np.bool_)
    judged[held] = found.judged[at[held]]
    how = np.full(len(at), None, dtype=object)
    theme[held], strength[held] = found.fine[at[held]], found.strength[at[held]]
    kinds = np.array([None if value is None else str(How(value)) for value in found.how], dtype=object)
    how[held] = kinds[at[held]]
    reasons = np.full(len(at), None, dtype=object)
    for row in np.flatnonzero(theme < 0).tolist():
        reasons[row] = str(texts.reasons[texts.text_of[row]] or Unassigned.UNIQUE)
    return Placed(theme, strength, how, reasons, judged)


def _originals(corpus: Corpus) -> NDArray[np.int64]:
    """int64 (mentions,): the mention whose theme each takes: its own, or of a duplicate the original's."""
    import numpy as np

    first: dict[str, int] = {}
    count: Counter[str] = Counter()
    for at, mention in enumerate(corpus.mentions):
        first.setdefault(mention.item_id, at)
        count[mention.item_id] += 1
    taken = np.arange(len(corpus.mentions))
    for at, mention in enumerate(corpus.mentions):
        copy = corpus.duplicates.get(mention.item_id)
        if copy is not None and copy.original in first:
            taken[at] = first[copy.original] + min(at - first[mention.item_id], count[copy.original] - 1)
    return taken


def _distinct_pairs(points: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 (pairs, 2): each point of 0 and more with each of its items, in their order."""
    import numpy as np

    held = points >= 0
    several = int(items.max(initial=0)) + 1
    pairs = np.unique(points[held] * several + items[held])
    return np.stack([pairs // several, pairs % several], axis=1)


def _dense(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    import numpy as np

    found: NDArray[np.int64] = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    return found

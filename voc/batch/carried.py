"""What the published run has read already: mentions of items that are as they were, under the same model and rules.

A night reads what is new. Vectors and scores of the rest are copied, and equal what reading them again would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voc.batch.corpus import Corpus, Texts
from voc.ports import MentionTable, PublishedRun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ_BY = ("model", "heads", "voc", "state")
"""What of a run's basis decides how a text is read."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Row of the published run for each mention, int64 (mentions,), −1 where its item is new or changed."""

    row: NDArray[np.int64]
    before: PublishedRun | None = None

    @classmethod
    def of(cls, corpus: Corpus, before: PublishedRun | None, basis: Mapping[str, object]) -> Carried:
        """`basis` of the run that is being made. Items are carried whole or not at all: a mention's urgency hears the
        others of its item."""
        import numpy as np

        row = np.full(len(corpus.mentions), -1, np.int64)
        theirs = before.run.manifest.get("basis") if before is not None else None
        if before is None or not isinstance(theirs, dict) or any(theirs.get(n) != basis.get(n) for n in READ_BY):
            return cls(row)
        known = _known(before.mentions)
        begin = 0
        for end in _ends(corpus):
            first = corpus.mentions[begin]
            rows = known.get((first.item_id, first.revision))
            if rows is not None and rows[1] - rows[0] == end - begin:
                row[begin:end] = np.arange(*rows)
            begin = end
        return cls(_same_cuts(corpus, before.mentions, row), before)

    @property
    def fresh(self) -> NDArray[np.int64]:
        """Numbers of the mentions that have to be read, ascending."""
        import numpy as np

        return np.flatnonzero(self.row < 0)

    def unread(self, texts: Texts) -> NDArray[np.int64]:
        """Numbers of the distinct texts that have to be read, ascending."""
        import numpy as np

        return np.unique(texts.text_of[self.fresh])

    def vectors(self, texts: Texts, unread: NDArray[np.int64], read: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 (texts, dim) of all distinct texts; `read` (unread, dim) are those of the texts `unread`."""
        import numpy as np

        if self.before is None or len(unread) == len(texts.texts):
            return read
        found = np.empty((len(texts.texts), self.before.vectors.shape[1]), np.float32)
        held = np.flatnonzero(self.row >= 0)
        found[texts.text_of[held]] = self.before.vectors[self.row[held]]
        found[unread] = read
        return found

    def bare(self, texts: Texts) -> NDArray[np.bool_]:
        """Whether the published run found that a text names nothing, bool (texts,); false of those it does not know."""
        import numpy as np

        found = np.zeros(len(texts.texts), np.bool_)
        if self.before is not None:
            held = np.flatnonzero(self.row >= 0)
            found[texts.text_of[held]] = self.before.mentions.bare[self.row[held]]
        return found

    def copied(self, name: str, fresh: NDArray[Any]) -> NDArray[Any]:
        """A column of the table: `fresh` of the mentions that were read, the published run's of the others."""
        import numpy as np

        if self.before is None:
            return fresh
        theirs = getattr(self.before.mentions, name)
        found = np.empty((len(self.row), *theirs.shape[1:]), theirs.dtype)
        held = self.row >= 0
        found[held] = theirs[self.row[held]]
        found[~held] = fresh
        return found


def _ends(corpus: Corpus) -> list[int]:
    """Where the mentions of each item end; those of one item stand together."""
    mentions = corpus.mentions
    return [at for at in range(1, len(mentions) + 1) if at == len(mentions) or mentions[at].index == 0]


def _known(table: MentionTable) -> dict[tuple[str, int], tuple[int, int]]:
    """Item and revision → its first row and the one behind its last."""
    import numpy as np

    begins = np.flatnonzero(table.index == 0)
    ends = np.append(begins[1:], len(table))
    keys = zip(table.item_id[begins].tolist(), table.revision[begins].tolist(), strict=True)
    return dict(zip(keys, zip(begins.tolist(), ends.tolist(), strict=True), strict=True))


def _same_cuts(corpus: Corpus, table: MentionTable, row: NDArray[np.int64]) -> NDArray[np.int64]:
    """`row`, without items that are cut or told apart by language in another way than they were."""
    import numpy as np

    held = np.flatnonzero(row >= 0)
    mentions = [corpus.mentions[at] for at in held.tolist()]
    theirs = row[held]
    other = (
        (np.array([mention.start for mention in mentions], np.int64) != table.start[theirs])
        | (np.array([mention.end for mention in mentions], np.int64) != table.end[theirs])
        | (np.array([mention.lang for mention in mentions], object) != table.lang[theirs])
    )
    if other.any():
        changed = {mentions[at].item_id for at in np.flatnonzero(other).tolist()}
        gone = [at for at, mention in zip(held.tolist(), mentions, strict=True) if mention.item_id in changed]
        row[gone] = -1
    return row

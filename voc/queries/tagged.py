"""Which mentions and items of a snapshot have which of the home's own tags.

Tags are applied where a snapshot is read, to the vectors that stand there: a tag that was taught just now holds for
past mentions at once, and for whatever comes. Worked out on the first question, not on opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.errors import ModelMismatch, UsageError
from voc.model import Tag, TagRef
from voc.ports import LiveMention, PublishedRun, TaughtTag
from voc.queries.basis import vector_hash_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.tags.head import TagHead

Refs = tuple[TagRef, ...]
Kept = dict[tuple[str, str, int, str], "NDArray[np.float32]"]
"""Probabilities over a run's mentions, by run, tag, version and time of teaching: a posted item does not ask for them
anew, and a name that was forgotten and taught again is another tag."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Own tags of rows of the run, of live rows, and of items. Only what has a tag is in here."""

    run: Mapping[int, Refs]
    live: Mapping[int, Refs]
    items: Mapping[str, Refs]


class Tagged:
    """The tags in use over one snapshot. Any number of threads may ask; the answer is the same whoever works it out."""

    def __init__(
        self,
        taught: Sequence[TaughtTag] = (),
        published: PublishedRun | None = None,
        live: Sequence[LiveMention] = (),
        visible: NDArray[np.bool_] | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._taught, self._published, self._live, self._visible = taught, published, live, visible
        self._kept: Kept = {} if kept is None else kept
        if published is not None:
            used = {_key(published, each.tag) for each in taught}
            for gone in set(self._kept) - used:
                self._kept.pop(gone, None)
        self._found: _Found | None = None

    def of_run(self, row: int) -> Refs:
        """Tags of mention `row` of the run, by name."""
        return self._known().run.get(row, ())

    def of_live(self, row: int) -> Refs:
        """Tags of live mention `row`."""
        return self._known().live.get(row, ())

    def of_item(self, item_id: str) -> Refs:
        """Tags of an item: those of any of its mentions, each with its highest probability."""
        return self._known().items.get(item_id, ())

    def items(self, name: str) -> frozenset[str]:
        """The items that have a tag. Raises UsageError for an unknown one, ModelMismatch for another encoder's."""
        tag = next((each.tag for each in self._taught if each.tag.name == name), None)
        if tag is None:
            raise UsageError("The filter asks for an unknown tag.", "`voc tags list` shows the tags.")
        if not self._fits(tag):
            raise mismatch(tag)
        return frozenset(item for item, refs in self._known().items.items() if any(ref.name == name for ref in refs))

    def count(self, name: str) -> int | None:
        """How many items have a tag; None where the run has other vectors than it was taught with, or it is gone."""
        if not any(each.tag.name == name and self._fits(each.tag) for each in self._taught):
            return None
        return len(self.items(name))

    def _fits(self, tag: Tag) -> bool:
        return self._published is not None and tag.vector_hash == vector_hash_of(self._published)

    def _known(self) -> _Found:
        if self._found is None:
            self._found = self._apply()
        return self._found

    def _apply(self) -> _Found:
        from voc.tags.head import TagHead

        run: dict[int, Refs] = {}
        live: dict[int, Refs] = {}
        for each in self._taught:
            if self._fits(each.tag):
                head = TagHead.from_bytes(each.head)
                _add(run, each.tag, self._over_run(each.tag, head), self._visible)
                _add(live, each.tag, _over_live(head, self._live), None)
        return _Found(run, live, self._by_item(run, live))

    def _over_run(self, tag: Tag, head: TagHead) -> NDArray[np.float32]:
        assert self._published is not None
        key = _key(self._published, tag)
        found = self._kept.get(key)
        if found is None:
            self._kept[key] = found = head.probabilities(self._published.vectors)
        return found

    def _by_item(self, run: Mapping[int, Refs], live: Mapping[int, Refs]) -> dict[str, Refs]:
        held: dict[str, dict[str, TagRef]] = {}
        if self._published is not None:
            for row, refs in run.items():
                _best(held.setdefault(str(self._published.mentions.item_id[row]), {}), refs)
        for row, refs in live.items():
            _best(held.setdefault(self._live[row].item_id, {}), refs)
        return {item: tuple(refs[name] for name in sorted(refs)) for item, refs in held.items()}


def _key(published: PublishedRun, tag: Tag) -> tuple[str, str, int, str]:
    return published.run.run_id, tag.name, tag.version, tag.created_at.isoformat()


def mismatch(tag: Tag) -> ModelMismatch:
    """The error of a tag that was taught over another encoder."""
    return ModelMismatch(
        f"The tag {tag.name} was taught with {tag.model}, not with the model of the published run.",
        f"Teach it again: voc tags teach {tag.name}",
    )


def _add(
    held: dict[int, Refs], tag: Tag, probabilities: NDArray[np.float32], visible: NDArray[np.bool_] | None
) -> None:
    passing = probabilities >= tag.threshold
    for row in (passing if visible is None else passing & visible).nonzero()[0].tolist():
        held[row] = (*held.get(row, ()), TagRef(tag.name, tag.version, float(probabilities[row])))


def _best(held: dict[str, TagRef], refs: Iterable[TagRef]) -> None:
    for ref in refs:
        if ref.name not in held or ref.probability > held[ref.name].probability:
            held[ref.name] = ref


def _over_live(head: TagHead, mentions: Sequence[LiveMention]) -> NDArray[np.float32]:
    import numpy as np

    if not mentions:
        return np.empty(0, np.float32)
    return head.probabilities(np.stack([np.frombuffer(mention.vector, np.float16) for mention in mentions]))

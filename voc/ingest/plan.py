"""What an ingest has to write: new items, new versions, and how every row is counted. Reads and writes nothing itself.

Only an item's *last* row of one ingest is compared with the store. A file that holds an item twice, with two texts,
would otherwise swing between the two each time it is read, and the same file twice would not be the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from voc.model import Feedback
from voc.ports import Stored

Known = Callable[[Sequence[str]], Mapping[str, Stored]]
"""item_ids → what is stored of them, such as `FeedbackStore.known`."""


class Status(StrEnum):
    """What became of one row that was taken."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class _Change:
    """An item whose content differs from what is stored: its last row, and the rows that brought it there."""

    last: Feedback
    rows: list[int]


class Planner:
    """Plans one ingest, chunk by chunk. Holds a hash an item and the changed items, not the rows.

    New items are given by `take` and may be written at once or later; new versions are given by `finish`. The outcome
    depends on neither the size of the chunks nor when they are written.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._base: dict[str, Stored] = {}
        self._changes: dict[str, _Change] = {}
        self._statuses: list[Status] = []

    def take(self, chunk: Sequence[Feedback]) -> list[Feedback]:
        """The items of this chunk that are new, each as its first row gives it."""
        unseen = sorted({row.item_id for row in chunk} - self._base.keys())
        self._base |= self._known(unseen) if unseen else {}
        added = []
        for row in chunk:
            if row.item_id in self._base:
                self._statuses.append(self._compare(row))
            else:
                self._base[row.item_id] = Stored(row.revision, row.content_hash)
                self._statuses.append(Status.ADDED)
                added.append(row)
        return added

    def finish(self) -> list[Feedback]:
        """The items that have changed, each as its last row gives it, with the revision after the stored one."""
        updated = []
        for item_id, change in self._changes.items():
            base = self._base[item_id]
            if change.last.content_hash == base.content_hash:
                for number in change.rows:
                    self._statuses[number] = Status.UNCHANGED
            else:
                updated.append(replace(change.last, revision=base.revision + 1))
        self._changes = {}
        return updated

    @property
    def statuses(self) -> Sequence[Status]:
        """One a row, in the order taken; final after `finish`."""
        return self._statuses

    def counts(self) -> Counter[Status]:
        """Rows by status; they add up to the rows taken. Final after `finish`."""
        return Counter(self._statuses)

    def _compare(self, row: Feedback) -> Status:
        change = self._changes.get(row.item_id)
        before = change.last.content_hash if change else self._base[row.item_id].content_hash
        if row.content_hash == before:
            return Status.UNCHANGED
        if change is None:
            change = self._changes[row.item_id] = _Change(row, [])
        change.last = row
        change.rows.append(len(self._statuses))
        return Status.UPDATED


@dataclass(frozen=True, slots=True)
class Planned:
    """A whole ingest at once: what to add, what to update, and each row's status in input order."""

    add: Sequence[Feedback]
    update: Sequence[Feedback]
    statuses: Sequence[Status]


def plan(rows: Sequence[Feedback], known: Known) -> Planned:
    """Plan rows that fit into memory, such as those of one request.

    An item that is both new and changed within `rows` is in `add` once, with its first content, and in `update` with
    its last: write them in this order.
    """
    planner = Planner(known)
    added = planner.take(rows)
    return Planned(added, planner.finish(), planner.statuses)

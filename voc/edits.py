"""Human decisions over what the machine says: the noun, the border of its store, and which corrections hold.

The log of edits only grows: taking one back is an edit of its own. No edit holds a customer's words; what it says of an
item is tied to a digest of the item's text, so that it holds for those words and for no others. A further kind of edit
needs a word here, a maker in `voc.editing`, and whoever replays it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from voc.model import SENTIMENTS

SCORE = "score"
"""An item has another sentiment or urgency than the heads say."""
RENAME = "rename"
"""A theme has another name."""
PIN = "pin"
"""A theme stays, whatever a run finds."""
HIDE = "hide"
"""A theme is of no interest: lists leave it out."""
MERGE = "merge"
"""Other themes are this one."""
SPLIT = "split"
"""A theme is two: some of its mentions are a theme of their own."""
MOVE = "move"
"""An item belongs to a theme."""
MUST_LINK = "must-link"
"""An item belongs where another one does."""
CANNOT_LINK = "cannot-link"
"""An item does not belong where another one does."""
UNDO = "undo"
"""An earlier edit no longer holds."""
OPERATOR = "operator"
"""Who makes an edit where there are no keys."""
ITEM_SENTIMENTS = (*SENTIMENTS, "mixed")
"""Sentiments that an item may have; a mention is never mixed."""


class Status(StrEnum):
    """Whether an edit holds. A lapsed one speaks of a text that its item no longer has."""

    ACTIVE = "active"
    LAPSED = "lapsed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One decision. A store knows `active` and `undone`; `voc.editing` tells which have lapsed.

    target: item_id of a score, move or link, edit_id of an undo, key of a theme otherwise
    says: what is decided, such as {"sentiment": "negative"} or {"label": "Late parcels"}
    text_digest: `digest_of` the text that it speaks of, where it speaks of an item
    """

    edit_id: str
    kind: str
    target: str
    at: datetime
    says: Mapping[str, str] = field(default_factory=dict)
    actor: str = OPERATOR
    text_digest: str | None = None
    undone_at: datetime | None = None
    status: Status = Status.ACTIVE


class EditStore(Protocol):
    """The log of edits. Every write moves the stamp of the `LiveStore` over the same home: readers refresh."""

    def add(self, edit: Edit) -> None:
        """Append. Raises NotFound where the item or edit it speaks of is not stored, UsageError on a second undo."""

    def all(self) -> Sequence[Edit]:
        """Every edit, oldest first, undos included."""

    def forget(self, item_ids: Collection[str]) -> int:
        """Erase the edits of these items, and what undid them; the number of edits erased."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of one item; None where the heads have the word."""

    sentiment: str | None = None
    urgency: str | None = None


Corrections = Mapping[tuple[str, str], Correction]
"""(item_id, digest of its text) → what holds for it."""


ItemText = tuple[str, str]
"""(item_id, digest of its text): an item as long as it has this text."""
Moves = Mapping[ItemText, str]
"""An item → the key of the theme that it belongs to."""


@dataclass(frozen=True, slots=True)
class Link:
    """`other` belongs where `item` does, or, if not `together`, never there."""

    item: ItemText
    other: ItemText
    together: bool


@dataclass(frozen=True, slots=True)
class Split:
    """A theme that came out of another: `seeds` are the mentions, as `item_id:index`, that were chosen for it."""

    out_of: str
    seeds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decide of themes, by key.

    labels: the names they gave. pinned: their level, by key. merged: the theme that each is now, chains followed.
    splits: by the key of what came out, oldest first.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    pinned: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, Split] = field(default_factory=dict)
    moves: Moves = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def item_texts(self) -> set[ItemText]:
        """The items that something is said of."""
        return {*self.moves, *(item_text for link in self.links for item_text in (link.item, link.other))}

    def label_of(self, key: str) -> str | None:
        """The name that a person gave a theme, or, without one, a theme that is this one now."""
        others = (self.labels[other] for other, own in self.merged.items() if own == key and other in self.labels)
        return self.labels.get(key) or next(others, None)

    def key_of(self, key: str) -> str:
        """The theme that a key stands for."""
        return self.merged.get(key, key)

    def __bool__(self) -> bool:
        return bool(self.labels or self.pinned or self.hidden or self.merged or self.splits or self.item_texts)


def digest_of(text: str) -> str:
    """32 hex digits over an item's redacted text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=b"voc-edit").hexdigest()


def corrections(edits: Iterable[Edit]) -> dict[tuple[str, str], Correction]:
    """What holds after these edits, oldest first: of two corrections of one item the newer one wins, field by field."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for edit in edits:
        if edit.kind == SCORE and edit.undone_at is None and edit.text_digest is not None:
            said.setdefault((edit.target, edit.text_digest), {}).update(edit.says)
    return {key: Correction(words.get("sentiment"), words.get("urgency")) for key, words in said.items()}


def decisions(edits: Iterable[Edit]) -> Decisions:
    """What holds of themes after these edits, oldest first: the newer name, the newer merge, the newer move wins."""
    labels: dict[str, str] = {}
    pinned: dict[str, str] = {}
    hidden: set[str] = set()
    into: dict[str, str] = {}
    splits: dict[str, Split] = {}
    moves: dict[ItemText, str] = {}
    links: list[Link] = []
    for edit in edits:
        if edit.undone_at is not None:
            continue
        if edit.kind == RENAME:
            labels[edit.target] = edit.says["label"]
        elif edit.kind == PIN:
            pinned[edit.target] = edit.says["level"]
        elif edit.kind == HIDE:
            hidden.add(edit.target)
        elif edit.kind == MERGE:
            into.update(dict.fromkeys(edit.says["others"].split(), edit.target))
        elif edit.kind == SPLIT:
            key = edit.says["key"]
            splits[key] = Split(edit.target, frozenset(edit.says["seeds"].split()))
            labels[key] = edit.says["label"]
        elif edit.kind == MOVE and edit.text_digest is not None:
            moves[edit.target, edit.text_digest] = edit.says["theme"]
        elif edit.kind in (MUST_LINK, CANNOT_LINK) and edit.text_digest is not None:
            other = (edit.says["other"], edit.says["other_digest"])
            links.append(Link((edit.target, edit.text_digest), other, edit.kind == MUST_LINK))
    merged = {key: _last(key, into) for key in into}
    return Decisions(labels, pinned, frozenset(hidden), merged, splits, moves, tuple(links))


def _last(key: str, into: Mapping[str, str]) -> str:
    """The end of a chain of merges. Edits made at one moment may close a circle: then a key stands for itself."""
    seen = [key]
    while seen[-1] in into:
        following = into[seen[-1]]
        if following in seen:
            return key
        seen.append(following)
    return seen[-1]

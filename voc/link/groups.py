"""What linking compares: the groups of a new clustering, the themes of the last run, and the key a new theme is given.

Plain data. Owns no matching.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.model import LineageEvent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.model import Level

_KEY_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a new clustering.

    `members` are the content hashes of its mentions; a hash belongs to one group of a level. `centroid` is float32
    (width,), unit length, in theme space. `key` is the key of a team's own theme that the group is.
    """

    level: Level
    members: Collection[str]
    centroid: NDArray[np.float32] | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """A theme as it was last published; `retired` themes may come back."""

    key: str
    level: Level
    members: Collection[str]
    centroid: NDArray[np.float32] | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """`keys`: one per group, in input order. `lineage`: what became of every theme, old and new, ordered by key.

    A theme that came out of another is told by the other's `split` (its key first, then the parts that left), one that
    went into another by the other's `merged` (the key that stays first); neither is `born` or `retired` as well.
    `moved` maps each old key that is gone to the key that holds most of its mentions now, where one does.
    """

    keys: tuple[str, ...]
    lineage: tuple[LineageEvent, ...]
    moved: Mapping[str, str]


def birth_key(level: Level, members: Collection[str], taken: Collection[str] = ()) -> str:
    """The key of a theme born with these members: a function of its content, the same in every home."""
    body = "\n".join([level.value, *sorted(members)])
    for attempt in range(len(taken) + 1):
        text = body if not attempt else f"{body}\n#{attempt}"
        digest = hashlib.blake2b(text.encode(), digest_size=16, person=b"voc.theme").digest()
        key = "t_" + base64.b32encode(digest).decode().lower()[:_KEY_LENGTH]
        if key not in taken:
            break
    return key

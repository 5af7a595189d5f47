"""Dense spots of very many mentions are looked for among some of them: a theme shows in a part as in the whole.

The part is large enough that the smallest theme still has `SHOWN` of its mentions in it, and it is the same from night
to night but for what is new, because a hash of each row's key decides. Owns no clustering.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.centroids import assign, centroids_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = 6_000
"""Up to here nothing is left out."""
SHOWN = 10
"""Mentions of the smallest theme that are drawn, on average."""


def drawn(keys: Sequence[bytes | str], smallest: int) -> NDArray[np.int64]:
    """Rows, in their order, among which dense spots are looked for; `smallest` is the number of rows of a theme."""
    n = len(keys)
    enough = max(WHOLE, round(n * SHOWN / smallest))
    if n <= enough:
        return np.arange(n)
    lots = [int.from_bytes(blake2b(_bytes(key), digest_size=8, person=b"voc.sample").digest()) for key in keys]
    found: NDArray[np.int64] = np.sort(np.argsort(np.array(lots, np.uint64), kind="stable")[:enough])
    return found


def spread(vectors: NDArray[np.float32], rows: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The groups (len(rows),) of some rows carried to all (n,): to each row that lies as near to the centre of its
    nearest group as half of the group's drawn rows do."""
    found = np.full(len(vectors), -1, np.int64)
    found[rows] = groups
    if len(rows) == len(vectors) or groups.max(initial=-1) < 0:
        return found
    near = assign(vectors, centroids_of(vectors[rows], groups), -1.0)
    usual = np.array([np.median(near.strength[rows[groups == at]]) for at in range(int(groups.max()) + 1)])
    inside = near.strength >= usual[near.labels]
    inside[rows] = False
    found[inside] = near.labels[inside]
    return found


def _bytes(key: bytes | str) -> bytes:
    return key.encode() if isinstance(key, str) else bytes(key)

"""Vectors in any number, made of those of labelled texts: what size is measured on. No text, only directions.

A copy with a little noise is too easy: its neighbours are the other copies. Here a row lies between two texts, most of
them of one class, so that neighbours stay distinct and classes keep their shape, outliers included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FURTHEST = 0.5
"""Share of the second text in a row is drawn evenly from 0 to this."""
ASTRAY = 0.1
"""Share of rows whose second text is any text, of any class."""
NOISE = 0.01
"""Standard deviation of what is added to each of the coordinates."""
_BLOCK = 16_384


def mixed(
    vectors: NDArray[np.float32], labels: NDArray[np.str_], total: int, *, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Rows float32 (total, dim) of unit length, and the class of each by number; vectors float32 (n, dim).

    As many as there are texts, or fewer, are the texts themselves in a shuffled order.
    """
    rng = np.random.default_rng(seed)
    classes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    if total <= len(vectors):
        order = rng.permutation(len(vectors))[:total]
        return vectors[order], classes[order]
    by_class = np.argsort(classes, kind="stable")
    size = np.bincount(classes)
    begin = np.cumsum(size) - size
    rows, gold = np.empty((total, vectors.shape[1]), np.float32), np.empty(total, np.int64)
    for at in range(0, total, _BLOCK):
        n = min(_BLOCK, total - at)
        one = rng.integers(0, len(vectors), n)
        mate = by_class[begin[classes[one]] + (rng.random(n) * size[classes[one]]).astype(np.int64)]
        other = np.where(rng.random(n) < ASTRAY, rng.integers(0, len(vectors), n), mate)
        share = (FURTHEST * rng.random((n, 1))).astype(np.float32)
        between = (1 - share) * vectors[one] + share * vectors[other]
        between += NOISE * rng.standard_normal(between.shape, dtype=np.float32)
        rows[at : at + n] = between / np.linalg.norm(between, axis=1, keepdims=True)
        gold[at : at + n] = classes[one]
    return rows, gold


def joined(
    sets: Sequence[tuple[str, NDArray[np.float32], NDArray[np.str_]]],
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Several labelled sets as one: (name, vectors, labels) each; a class is that of its set alone."""
    vectors = np.concatenate([found for _, found, _ in sets])
    return vectors, np.concatenate([np.char.add(f"{name}/", labels.astype(str)) for name, _, labels in sets])

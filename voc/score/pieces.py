"""The pieces that a text's wording is made of, as numbers: words, pairs of words, runs of 2 to 4 characters of a word.

Runs of characters see through particles, endings, spelling and spelt-out feeling, which words alone do not. Pieces are
hashed instead of listed (Weinberger et al. 2009, arXiv:0902.2206). All texts of a call are cut at once, by array
operations: a text's pieces are the same whatever stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RUNS = (2, 3, 4)
LONGEST = 4096
"""Characters of a text that are read. The encoder stops at a number of tokens; mentions are far shorter than either."""
_SPACE = ord(" ")
_CODES = 0x20000
"""Characters from here on (rare ideographs) are no letters here."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
"""Of the polynomial hash, modulo 2^64; odd, so that it has an inverse."""
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_WORD, _PAIR = np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def pieces(texts: Sequence[str], bits: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers below 2^bits of all pieces, text by text, and where each text's begin, int64 (n + 1,)."""
    cleaned = [f" {' '.join(text[:LONGEST].lower().split())} " for text in texts]
    codes = np.frombuffer("".join(cleaned).encode("utf-32-le", "surrogatepass"), np.uint32)
    text_of = np.repeat(np.arange(len(cleaned)), [len(text) for text in cleaned])
    found = [*_runs(codes, text_of), *_words(codes, text_of)]
    hashes, owners = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(len(texts) + 1))
    return _bucket(hashes[order], bits), starts


def _runs(codes: NDArray[np.uint32], text_of: NDArray[np.int64]) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """Hashes and texts of runs of characters; a blank stands only at an end: the start or end of a word."""
    space, numbers = codes == _SPACE, codes.astype(np.uint64) + np.uint64(1)
    found = []
    for length in RUNS:
        count = max(0, len(codes) - length + 1)
        hashes = np.full(count, length, np.uint64)
        for at in range(length):
            hashes = hashes * _BASE + numbers[at : at + count]
        inner = [space[at : at + count] for at in range(1, length - 1)] or [space[:count] & space[1 : 1 + count]]
        kept = ~np.logical_or.reduce(inner)
        found.append((hashes[kept], text_of[:count][kept]))
    return found


def _words(codes: NDArray[np.uint32], text_of: NDArray[np.int64]) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """Hashes and texts of words, runs of letters and digits, and of pairs of neighbours within a text."""
    letter = _letters()[np.minimum(codes, _CODES)]
    starts = np.flatnonzero(letter & ~np.concatenate([[False], letter[:-1]]))
    ends = np.flatnonzero(letter & ~np.concatenate([letter[1:], [False]])) + 1
    # The hash of any stretch from sums over the whole: its sum, shifted back to the start.
    numbers = codes.astype(np.uint64) + np.uint64(1)
    powers = _powers(_BASE, len(codes))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(numbers * powers, dtype=np.uint64)])
    words = (sums[ends] - sums[starts]) * _powers(_INVERSE, len(codes))[starts] * _WORD
    owners = text_of[starts]
    together = owners[1:] == owners[:-1]
    pairs = words[:-1] * _PAIR + words[1:]
    return [(words, owners), (pairs[together], owners[:-1][together])]


def _powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    """base^0 … base^(count − 1), modulo 2^64."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _bucket(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """The topmost bits of well-mixed hashes (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(64 - bits)).astype(np.int64)


@cache
def _letters() -> NDArray[np.bool_]:
    """Which code points are letters or digits; one more entry, False, for those beyond."""
    return np.array([*(chr(code).isalnum() for code in range(_CODES)), False])

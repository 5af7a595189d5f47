"""Keeping test text out of training: normalisation, the held-out set, removal, and folds.

Owns no data: it works on any rows that have a `text`. Splits are made by a hash of the text, not by position, so that
a set that grows keeps its split.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, TypeVar


class HasText(Protocol):
    @property
    def text(self) -> str: ...


Row = TypeVar("Row", bound=HasText)

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_HANDLE_OR_LINK = re.compile(r"@\w+|https?\S*|\bhttp\b|\bRT\b")


def normalise(text: str) -> str:
    """What is left of a text when only its wording counts: letters and digits, folded, without handles and links.

    Copies of one tweet differ in escapes ("\\\\u2019"), masked handles and links; one wording must stay one text.
    """
    decoded = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    bare = _HANDLE_OR_LINK.sub(" ", decoded)
    folded = unicodedata.normalize("NFKC", bare).casefold()
    return "".join(char for char in folded if char.isalnum())


def held_out(*parts: Iterable[HasText]) -> frozenset[str]:
    """Normalised texts of all test and development parts."""
    return frozenset(normalise(row.text) for part in parts for row in part)


def without(rows: Iterable[Row], texts: frozenset[str]) -> list[Row]:
    """`rows` less those whose normalised text stands in `texts`, less what has no letters or digits, less repeats."""
    kept: dict[str, Row] = {}
    for row in rows:
        key = normalise(row.text)
        if key and key not in texts:
            kept.setdefault(key, row)
    return list(kept.values())


def bucket(key: str, salt: str = "") -> float:
    """A number in 0…1 that depends on `key` alone: rows below a bound make a part of about that share."""
    digest = hashlib.blake2b(f"{salt}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def sample(rows: Sequence[Row], size: int, salt: str = "sample") -> list[Row]:
    """At most `size` rows, chosen by hash, in the order of that hash."""
    return sorted(rows, key=lambda row: (bucket(row.text, salt), row.text))[:size]


def folds(rows: Sequence[HasText], strata: Sequence[Hashable], count: int) -> list[int]:
    """A fold number for each row: stratified, equal wordings together, independent of the order of rows."""
    order = sorted(range(len(rows)), key=lambda i: (str(strata[i]), bucket(normalise(rows[i].text), "fold")))
    seen: dict[str, int] = {}
    numbers = [0] * len(rows)
    for position, i in enumerate(order):
        numbers[i] = seen.setdefault(normalise(rows[i].text), position % count)
    return numbers

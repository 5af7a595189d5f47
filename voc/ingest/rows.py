"""One row as a file gives it, before anyone knows what its columns mean, and how large it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAX_TEXT = 1_000_000
"""Longest text that is taken, in characters."""
MAX_RECORD = 8_000_000
"""Longest record that is read, in characters: what lies beyond is rejected without being held in memory."""
MAX_KEY = 512
"""Longest id, customer id and other short field, in characters."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """Column names and values of one row.

    `line` is the physical line on which it starts (CSV, JSONL; the header is line 1), else the row's number in its
    table, counted the same way. `position` is how far the file has been read, in bytes.
    """

    line: int
    values: Mapping[str, object]
    position: int = 0

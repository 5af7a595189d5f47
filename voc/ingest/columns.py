"""Whether a file's columns can be feedback at all, judged by its first rows, and what to tell its owner if not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from voc.errors import InputError
from voc.ingest.mapping import FIGURES, IngestOptions, layout_of

_TEXT_NAMES = {
    "body", "comment", "comments", "content", "description", "feedback", "message", "opinion", "review", "reviewtext",
    "verbatim", "내용", "리뷰", "본문", "의견", "후기", "코멘트",
}  # fmt: skip
"""What a column of customers' words is often called."""
_WORDS = 3
"""A value of so many words is prose and not a name or a code."""
_SHOWN = 20
_LONGEST_NAME = 40
_LOOKS_LIKE_DATA = re.compile(r"[\d\s.,:/+-]+")


def require_columns(name: str, sample: Sequence[Mapping[str, object]], options: IngestOptions) -> None:
    """Raise InputError if a mapped column is missing, or if there is no text column where one should be.

    A survey file may have figures and no text column; but where some other column is plainly prose, the owner forgot
    to map it, and reading on would lose what customers said.
    """
    columns = tuple(dict.fromkeys(column for row in sample for column in row))
    if not columns:
        return
    layout = layout_of(columns, options.mapping)
    for field, column in options.mapping.items():
        if column and field not in layout.fields:
            raise InputError(f"{name} has no column called {column!r}.", _found(columns))
    if "text" in layout.fields or "text" in options.mapping:
        return
    prose = [column for column in layout.attributes if _is_prose(column, sample)]
    if prose or not FIGURES.keys() & layout.fields.keys():
        guess = prose[0] if prose and _is_name(prose[0]) else "COLUMN"
        raise InputError(
            f"{name} has no text column.", f"{_found(columns)} Name the one with the words: --map text={guess}"
        )


def _is_prose(column: str, sample: Sequence[Mapping[str, object]]) -> bool:
    if column.strip().casefold() in _TEXT_NAMES:
        return True
    values = (row.get(column) for row in sample)
    return any(
        isinstance(value, str) and len(value.split()) >= _WORDS and not _LOOKS_LIKE_DATA.fullmatch(value)
        for value in values
    )


def _found(columns: tuple[str, ...]) -> str:
    """The columns' names, unless they look like a first row of data: a customer's words are not for error messages."""
    if not all(_is_name(column) for column in columns):
        return "The first row must hold the column names."
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return f"Columns found: {', '.join(columns[:_SHOWN])}{more}."


def _is_name(column: str) -> bool:
    return len(column) <= _LONGEST_NAME and len(column.split()) <= 4 and not _LOOKS_LIKE_DATA.fullmatch(column)

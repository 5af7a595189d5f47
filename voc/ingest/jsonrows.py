"""JSON objects, a line a row (JSONL) or in one array. Does not know what a key means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from voc.errors import InputError
from voc.ingest.rows import MAX_RECORD, RawRow
from voc.model import Rejected


def _nothing(constant: str) -> None:
    """NaN and Infinity are not JSON; a missing value is what their writers meant."""


def read_json_lines(file: TextIO, name: str) -> Iterator[RawRow | Rejected]:
    """Rows of a text opened with `errors="surrogateescape"`. Blank lines are skipped. Needs no seeking."""
    number = 0
    read = 0
    while line := file.readline(MAX_RECORD):
        number += 1
        read += len(line)
        if len(line) == MAX_RECORD and not line.endswith("\n"):
            _skip_line(file)
            yield Rejected(name, number, f"longer than {MAX_RECORD:,} characters")
        elif not line.isspace():
            yield _row(line, number, _position(file, read), name)


def read_json_array(file: TextIO, name: str) -> Iterator[RawRow | Rejected]:
    """Rows of `[{...}, {...}]`, numbered from 1. The whole array is held in memory: use JSONL for large files."""
    try:
        rows = json.load(file, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"{name} is not valid JSON{where}.", "Give one array of objects, or one object a line."
        ) from None
    if not isinstance(rows, list):
        raise InputError(f"{name} holds no array of objects.", "Give one array of objects, or one object a line.")
    position = _position(file, 0)
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield RawRow(number, row, position)
        else:
            yield Rejected(name, number, "not a JSON object")


def _row(line: str, number: int, position: int, name: str) -> RawRow | Rejected:
    try:
        line.encode()
    except UnicodeEncodeError:
        return Rejected(name, number, "bytes that are not valid in the file's encoding")
    try:
        row = json.loads(line, parse_constant=_nothing)
    except (ValueError, RecursionError):
        return Rejected(name, number, "not valid JSON")
    if not isinstance(row, dict):
        return Rejected(name, number, "not a JSON object")
    return RawRow(number, row, position)


def _position(file: TextIO, otherwise: int) -> int:
    try:
        return int(file.buffer.tell())
    except (AttributeError, OSError):
        return otherwise


def _skip_line(file: TextIO) -> None:
    while (line := file.readline(MAX_RECORD)) and not line.endswith("\n"):
        pass

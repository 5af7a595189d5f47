"""A path or a stream to its rows: which format it has, whether it can be read, and what to say if not."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from voc.errors import InputError
from voc.ingest.columns import require_columns
from voc.ingest.delimited import read_delimited
from voc.ingest.encoding import find_encoding, require_text
from voc.ingest.jsonrows import read_json_array, read_json_lines
from voc.ingest.mapping import IngestOptions
from voc.ingest.rows import RawRow
from voc.ingest.tables import read_parquet, read_workbook
from voc.model import Rejected

_HEAD = 1 << 16
_SAMPLE = 1000
"""Rows that are looked at to judge the columns: keys of JSON objects may come and go."""

Rows = Iterator[RawRow | Rejected]
_TEXT_READERS: dict[str, Callable[[TextIO, str], Rows]] = {
    "csv": read_delimited,
    "jsonl": read_json_lines,
    "json": read_json_array,
}
_TABLE_READERS: dict[str, Callable[[Path], Rows]] = {"parquet": read_parquet, "xlsx": read_workbook}
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An input that was found readable. `size` in bytes, 0 if unknown; `rows` may be called once."""

    name: str
    size: int
    rows: Callable[[], Rows]


def open_table(source: str | Path | BinaryIO, options: IngestOptions) -> Table:
    """Look at an input and its first rows; `-` is JSONL on standard input, as is anything that is not a regular file.

    Raises InputError if it is missing, empty, not readable as a table, or without the columns it needs.
    """
    if isinstance(source, str | Path):
        if str(source) != "-":
            return _from_path(Path(source), options)
        source = sys.stdin.buffer
    return _from_rows(_read_stream(source, "-", "standard input"), "-", "standard input", options)


def _from_path(path: Path, options: IngestOptions) -> Table:
    name = str(path)
    try:
        if path.is_dir():
            raise InputError(f"{name} is a folder.", "Name the files in it, for example with *.csv.")
        if path.exists() and not path.is_file():
            return _from_rows(_read_pipe(path), name, name, options)
        with path.open("rb") as file:
            rows = _opener(path, file)
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(f"There is no file {name}.", "Check the path.") from None
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror or 'unknown reason'}.", "Check its rights.") from error
    _look(rows(), name, options)
    return Table(name, size, rows)


def _from_rows(rows: Rows, name: str, called: str, options: IngestOptions) -> Table:
    """A table that can be read only once: the rows looked at are put back in front."""
    sample = _look(rows, called, options)
    return Table(name, 0, lambda: chain(sample, rows))


def _read_pipe(path: Path) -> Rows:
    with path.open("rb") as stream:
        yield from _read_stream(stream, str(path), str(path))


def _read_stream(stream: BinaryIO, name: str, called: str) -> Rows:
    """JSONL from a stream, which is the caller's: it is left open."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    text = io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape")
    try:
        require_text(buffered.peek(_HEAD), called)
        yield from read_json_lines(text, name)
    finally:
        text.detach()
        if buffered is not stream:
            buffered.detach()


def _opener(path: Path, file: BinaryIO) -> Callable[[], Rows]:
    """What reads this file, by its first bytes, then its name, then its first character."""
    head = file.read(_HEAD)
    if not head:
        raise InputError(f"{path} is empty.", "Was it written to the end?")
    kind = _kind(path, head)
    if kind in _TABLE_READERS:
        return lambda: _TABLE_READERS[kind](path)
    require_text(head, str(path))
    file.seek(0)
    encoding = find_encoding(file, str(path))
    return lambda: _read_text(path, encoding, _TEXT_READERS[kind])


def _kind(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is not None:
        return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"{": "jsonl", b"[": "json"}.get(start, "csv")


def _read_text(path: Path, encoding: str, reader: Callable[[TextIO, str], Rows]) -> Rows:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        yield from reader(file, str(path))


def _look(rows: Rows, name: str, options: IngestOptions) -> list[RawRow | Rejected]:
    """The first rows, once they are found to be feedback."""
    sample = list(islice(rows, _SAMPLE))
    if not sample:
        raise InputError(f"{name} has no rows.", "There is nothing to read below the column names, if there are any.")
    require_columns(name, [row.values for row in sample if isinstance(row, RawRow)], options)
    return sample

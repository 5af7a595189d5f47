"""CSV and its relatives: delimiter, quotes, line numbers, and rows that are broken.

Rows follow RFC 4180, strictly: a row whose quotes do not add up is rejected, and reading goes on with the *next line*,
so that one missing quote costs one row and not the rest of the file. Does not know what a column means.
"""

from __future__ import annotations

import contextlib
import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from voc.errors import InputError
from voc.ingest.rows import MAX_RECORD, RawRow
from voc.model import Rejected

DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"
"""Unit separator: stands in where the header has one column, so that commas in plain text do not split it."""
_SNIFF_ROWS = 20


class _Lines:
    """Physical lines as `csv.reader` wants them, with a way back to the line after the first of a failed record."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self._size = 0
        self.number = 0
        self.recovered = False
        """Whether the present record starts on a line that a failed record had swallowed."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._file.readline(MAX_RECORD)
        if not line:
            raise StopIteration
        self.number += 1
        self._record.append(line)
        self._size += len(line)
        if self._size >= MAX_RECORD:
            self._skip_rest_of_line()
            raise csv.Error("record too long")
        return line

    def begin(self) -> int:
        """Start a record; its line number."""
        self._record = []
        self._size = 0
        self.recovered = bool(self._again)
        return self.number + 1

    def give_back(self) -> None:
        """Forget the first line of the record and read the others again."""
        rest = self._record[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)

    def has_odd_quotes(self) -> bool:
        return sum(line.count('"') for line in self._record) % 2 == 1

    def position(self) -> int:
        """Bytes that were read from the file so far, rounded up to its buffer."""
        try:
            return int(self._file.buffer.tell())
        except (AttributeError, OSError):
            return 0

    def _skip_rest_of_line(self) -> None:
        """Pass over what `readline` cut off, and end the line, so that it is passed over only once."""
        line = self._record[-1]
        if not line.endswith(("\n", "\r")):
            self._record[-1] += "\n"
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(MAX_RECORD)


def read_delimited(file: TextIO, name: str) -> Iterator[RawRow | Rejected]:
    """Rows of a delimited text opened with `newline=""` and `errors="surrogateescape"`, seekable, at its start.

    Blank lines are skipped. Missing names become `column_3`, repeated ones `name_2`. Raises InputError if the first
    record can't be read as a header.
    """
    csv.field_size_limit(MAX_RECORD)
    delimiter = find_delimiter(file)
    file.seek(0)
    lines = _Lines(file)
    records = _records(lines, delimiter, name)
    header = next(records, None)
    if header is None:
        return
    if isinstance(header, Rejected):
        raise InputError(f"The first line of {name} can't be read as column names.", "It must hold the column names.")
    columns = unique_names(header[1])
    for record in records:
        yield record if isinstance(record, Rejected) else _row(record, columns, lines.position(), name)


def find_delimiter(file: TextIO) -> str:
    """The delimiter that cuts the header into most columns; a tie goes to the one that cuts the first rows evenly."""
    sample = list(islice(iter(lambda: file.readline(MAX_RECORD), ""), _SNIFF_ROWS))

    def fit(delimiter: str) -> tuple[int, int]:
        widths: list[int] = []
        with contextlib.suppress(csv.Error):  # a broken row ends the sample
            widths.extend(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        return (widths[0], widths.count(widths[0])) if widths else (0, 0)

    best = max(DELIMITERS, key=fit)
    return best if fit(best)[0] > 1 else _NO_DELIMITER


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Column names: blanks taken off, none empty, none twice."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column_{number}"
        nth = 2
        unique = name
        while unique in names:
            unique = f"{name}_{nth}"
            nth += 1
        names.append(unique)
    return tuple(names)


def _records(lines: _Lines, delimiter: str, name: str) -> Iterator[tuple[int, list[str]] | Rejected]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejected(name, start, _reason(error))
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if lines.recovered and lines.has_odd_quotes():
            yield Rejected(name, start, "quotes do not add up")
        elif not any(cell.strip() for cell in cells):
            continue
        elif not _decoded(cells):
            yield Rejected(name, start, "bytes that are not valid in the file's encoding")
        else:
            yield start, cells


def _row(record: tuple[int, list[str]], columns: tuple[str, ...], position: int, name: str) -> RawRow | Rejected:
    line, cells = record
    while len(cells) > len(columns) and not cells[-1].strip():
        cells.pop()  # trailing delimiters, as spreadsheets write them
    if len(cells) != len(columns):
        return Rejected(name, line, f"{len(cells)} fields where the header has {len(columns)}")
    return RawRow(line, dict(zip(columns, cells, strict=True)), position)


def _decoded(cells: list[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: csv.Error) -> str:
    said = str(error)
    if "too long" in said or "field larger" in said:
        return f"longer than {MAX_RECORD:,} characters"
    if "unexpected end" in said:
        return "a quoted field is never closed"
    return "quotes do not add up"

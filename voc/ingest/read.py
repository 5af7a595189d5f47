"""The door of this stage: files or a stream to feedback, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from voc.ingest.convert import Converter, Taken
from voc.ingest.mapping import IngestOptions
from voc.ingest.readers import Table, open_table
from voc.ingest.rows import RawRow
from voc.model import Rejected
from voc.ports import Progress, silent

Source = str | Path | BinaryIO
_EVERY = 500


def read_feedback(
    sources: Source | Sequence[Source], options: IngestOptions | None = None, *, progress: Progress = silent
) -> Iterator[Taken | Rejected]:
    """Rows of all sources in order; broken ones come as `Rejected` and stop nothing.

    Every source is looked at before the first row is given, so that a missing third file stops an ingest before it
    begins. `progress` gets bytes; the total is 0 if it is not known. Raises InputError and UsageError.
    """
    options = options or IngestOptions()
    several = [sources] if isinstance(sources, str | Path) or not isinstance(sources, Sequence) else sources
    tables = [open_table(source, options) for source in several]
    converters = [Converter(options, table.name) for table in tables]
    return _rows(tables, converters, progress)


def read_beside(source: Source, options: IngestOptions) -> Iterator[tuple[RawRow | None, Taken | Rejected]]:
    """Each row as the file gives it beside what it was read as, for whoever needs columns that feedback has not.

    A row that could not even be cut into columns has None.
    """
    table = open_table(source, options)
    converter = Converter(options, table.name)
    for row in table.rows():
        yield (None, row) if isinstance(row, Rejected) else (row, converter.convert(row))


def count_rows(source: Source, options: IngestOptions) -> int:
    """How many rows `read_feedback` will give, broken ones included; 0 for a stream, which can be read only once."""
    if not isinstance(source, str | Path) or str(source) == "-" or not Path(source).is_file():
        return 0
    return sum(1 for _ in open_table(source, options).rows())


def _rows(tables: Sequence[Table], converters: Sequence[Converter], progress: Progress) -> Iterator[Taken | Rejected]:
    total = sum(table.size for table in tables)
    done = 0
    for table, converter in zip(tables, converters, strict=True):
        for number, row in enumerate(table.rows(), start=1):
            if isinstance(row, Rejected):
                yield row
                continue
            if number % _EVERY == 0:
                progress(min(done + row.position, total) if total else row.position, total)
            yield converter.convert(row)
        done += table.size
    progress(done, total)

"""Parquet and Excel workbooks, both typed tables. Does not know what a column means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from voc.errors import ConfigError, InputError
from voc.ingest.delimited import unique_names
from voc.ingest.rows import RawRow
from voc.model import Rejected

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 4096


def read_parquet(path: Path) -> Iterator[RawRow | Rejected]:
    """Rows of a Parquet file, numbered from 1, a batch at a time in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = path.stat().st_size
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            total = max(file.metadata.num_rows, 1)
            for batch in file.iter_batches(batch_size=_BATCH):
                names = unique_names(list(batch.schema.names))
                columns = [_values(column) for column in batch.columns]
                for row in zip(*columns, strict=True):
                    number += 1
                    yield RawRow(number, dict(zip(names, row, strict=True)), size * number // total)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} is not a readable Parquet file.", "Was it written to the end?") from error


def _values(column: pa.Array) -> list[object]:
    """Python values. Nanoseconds are cut to microseconds, which is what a datetime holds."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values


def read_workbook(path: Path) -> Iterator[RawRow | Rejected]:
    """Rows of a workbook's first sheet, numbered as Excel numbers them. The sheet is held in memory.

    The first row that is not empty holds the column names; empty rows are skipped. Raises ConfigError without the
    `excel` extra.
    """
    try:
        import python_calamine as calamine
    except ModuleNotFoundError:
        raise ConfigError("Reading Excel files needs python-calamine.", "pip install 'voc[excel]'") from None
    size = path.stat().st_size
    try:
        sheet = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, IndexError, OSError) as error:
        raise InputError(f"{path} is not a readable Excel workbook.", "Save it as .xlsx without a password.") from error
    rows = ((n, row) for n, row in enumerate(cells, start=1) if any(_filled(cell) for cell in row))
    header = next(rows, None)
    if header is None:
        return
    columns = unique_names([str(cell) for cell in header[1]])
    for number, row in rows:
        yield RawRow(number, dict(zip(columns, row, strict=True)), size * number // len(cells))


def _filled(cell: object) -> bool:
    return not (isinstance(cell, str) and not cell.strip())

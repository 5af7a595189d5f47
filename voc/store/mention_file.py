"""A `MentionTable` as a Parquet file: strings dictionary-encoded, absent values null, column order fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voc.model import SENTIMENTS
from voc.ports import UNDATED, MentionTable

_STRINGS = (
    "item_id",
    "id",
    "lang",
    "theme",
    "how",
    "reason",
    "duplicate_of",
    "urgency_level",
    "urgency_reasons",
    "evidence",
    "facets",
)
_WHOLE = ("revision", "index", "start", "end", "person", "day")
_REAL = ("strength", "urgency")
_FLAGS = ("judged", "bare")


def to_parquet(table: MentionTable) -> memoryview:
    """The bytes of the file; equal tables give equal bytes under one version of pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: pa.array(getattr(table, name), pa.string()).dictionary_encode() for name in _STRINGS}
    columns |= {name: pa.array(np.asarray(getattr(table, name), np.int32)) for name in _WHOLE}
    columns |= {name: pa.array(np.asarray(getattr(table, name), np.float32)) for name in _REAL}
    columns |= {name: pa.array(np.asarray(getattr(table, name), np.bool_)) for name in _FLAGS}
    # NaN stays NaN: an abstaining head is not a missing row.
    probabilities = np.asarray(table.sentiment, np.float32).reshape(len(table), len(SENTIMENTS))
    columns |= {name: pa.array(np.ascontiguousarray(probabilities[:, i])) for i, name in enumerate(SENTIMENTS)}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return memoryview(sink.getvalue())


def from_parquet(path: Path) -> MentionTable:
    """Read the table; its arrays are read-only. Raises OSError, ValueError or KeyError for another kind of file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Through Python's own reading: pyarrow would keep the file open, or map it, for as long as the table lives.
    table = pq.read_table(path, memory_map=False, read_dictionary=list(_STRINGS))
    if "facets" not in table.column_names:  # a run of a voc that had no such heads
        table = table.append_column("facets", pa.array([""] * len(table), pa.string()).dictionary_encode())
    if "person" not in table.column_names:  # a run of a voc that did not write down who spoke when
        items = np.unique(_strings(table.column("item_id")), return_inverse=True)[1]
        table = table.append_column("person", pa.array(items.astype(np.int32)))
        table = table.append_column("day", pa.array(np.full(len(table), UNDATED, np.int32)))
    if "judged" not in table.column_names:  # a run of a voc that made all themes from nothing
        table = table.append_column("judged", pa.array(table.column("theme").is_valid()))
        table = table.append_column("bare", pa.array(np.zeros(len(table), np.bool_)))
    columns: dict[str, Any] = {name: _strings(table.column(name)) for name in _STRINGS}
    columns |= {name: table.column(name).to_numpy().astype(np.int32) for name in _WHOLE}
    columns |= {name: table.column(name).to_numpy().astype(np.float32) for name in _REAL}
    columns |= {name: table.column(name).to_numpy().astype(np.bool_) for name in _FLAGS}
    columns["sentiment"] = np.column_stack([table.column(name).to_numpy() for name in SENTIMENTS]).astype(np.float32)
    for column in columns.values():
        column.flags.writeable = False
    return MentionTable(**columns)


def _strings(column: Any) -> NDArray[np.object_]:
    """Object array in which equal values are one string object; null is None."""
    import pyarrow as pa

    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    values = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
    codes = encoded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    strings: NDArray[np.object_] = values[codes]
    return strings

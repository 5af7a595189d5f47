"""Which column means what: the options of an ingest, `--map`, and the layout of a row. Converts no value."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from voc.errors import UsageError

FIGURES: Mapping[str, tuple[float, float]] = {"rating": (1, 5), "nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
"""Survey figures with their least and greatest value."""
SHORT_FIELDS = ("channel", "customer_id", "thread_id", "version", "country", "product", "segment", "stage")
"""Plain words, taken as they are."""
FIELDS = ("text", "id", "created_at", "source", "lang", "author_role", *FIGURES, *SHORT_FIELDS)
"""Every field of feedback that a column can be mapped to; other columns are attributes."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How rows are read. `mapping` is field → column; `source`, `channel` and `lang` fill in where a row has none.

    `tz` is the zone of times without one. A field mapped to "" is taken from no column at all.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    source: str = "default"
    channel: str | None = None
    lang: str | None = None
    tz: str = "UTC"

    def __post_init__(self) -> None:
        for name in self.mapping:
            _require_field(name)


def parse_map(specs: Iterable[str], also: Collection[str] = ()) -> dict[str, str]:
    """`["text=body,created_at=date"]` → {"text": "body", "created_at": "date"}. `also` names what else may be mapped.

    A column whose name holds a comma is quoted as in CSV: `"text=Comment, long"`. Raises UsageError.
    """
    mapping: dict[str, str] = {}
    for spec in specs:
        for part in next(csv.reader([spec], skipinitialspace=True), []):
            name, equals, column = part.partition("=")
            name = name.strip()
            if not equals:
                raise UsageError("--map needs field=column.", "For example: --map text=body,created_at=date")
            _require_field(name, also)
            if name in mapping:
                raise UsageError(f"--map names the field {name} twice.", "Map every field once.")
            mapping[name] = column.strip()
    return mapping


def _require_field(name: str, also: Collection[str] = ()) -> None:
    known = (*FIELDS, *also)
    if name in known:
        return
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Fields: {', '.join(known)}."
    raise UsageError(f"There is no field called {name!r} to map to.", hint)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a row lie, and which columns are left over as attributes."""

    fields: Mapping[str, str]
    attributes: tuple[str, ...]


def layout_of(columns: Iterable[str], mapping: Mapping[str, str]) -> Layout:
    """Find the fields among `columns`: mapped ones first, then by name.

    A name matches exactly or, failing that, without regard to case, blanks and punctuation (`Created At`).
    """
    return _layout(tuple(columns), tuple(mapping.items()))


@lru_cache(maxsize=1024)
def _layout(columns: tuple[str, ...], mapping: tuple[tuple[str, str], ...]) -> Layout:
    fields = {}
    mapped = dict(mapping)
    for name, wanted in mapped.items():
        if wanted and (column := find_column(wanted, columns)) is not None:
            fields[name] = column
    free = tuple(column for column in columns if column not in fields.values())
    for name in FIELDS:
        if name not in mapped and (column := find_column(name, free)) is not None:
            fields[name] = column
    taken = set(fields.values())
    return Layout(fields, tuple(column for column in columns if column not in taken))


@lru_cache(maxsize=1024)
def find_column(wanted: str, columns: tuple[str, ...]) -> str | None:
    """The column that is called `wanted`, exactly or but for case, blanks and punctuation."""
    if wanted in columns:
        return wanted
    folded = _fold(wanted)
    return next((column for column in columns if folded and _fold(column) == folded), None)


def _fold(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())

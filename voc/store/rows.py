"""A `Feedback` as a row of its table, and back. Knows no SQL."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import RowMapping

from voc.model import Feedback
from voc.store.codec import instant, iso

FIELDS = tuple(f.name for f in dataclasses.fields(Feedback))


def to_row(item: Feedback, *, ingest_id: str) -> dict[str, Any]:
    """The row of an item that becomes the current revision."""
    row = {name: getattr(item, name) for name in FIELDS}
    row["created_at"] = iso(item.created_at) if item.created_at else None
    row["attributes"] = dict(item.attributes)
    row["redactions"] = dict(item.redactions)
    return row | {"current": True, "ingest_id": ingest_id}


def from_row(row: RowMapping) -> Feedback:
    """The item behind a row."""
    values = {name: row[name] for name in FIELDS}
    if values["created_at"] is not None:
        values["created_at"] = instant(values["created_at"])
    return Feedback(**values)

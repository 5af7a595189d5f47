"""Row-level export of the published run: items, mentions, assignments, themes, trends, runs.

JSON Lines keeps nested values; CSV and Parquet write them as JSON text. A CSV cell that a spreadsheet would read as a
formula is written with a leading apostrophe.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voc.errors import UsageError
from voc.model import Level
from voc.ports import Tools
from voc.queries import Snapshot, themes, trends
from voc.queries.rows import run_score
from voc.queries.shapes import feedback_row, figure, full_sentiment, full_urgency, run_row, theme_row, trend_row
from voc.writing import whole_file

KINDS = ("items", "mentions", "assignments", "themes", "trends", "runs")
FORMATS = ("jsonl", "csv", "parquet")
CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(tools: Tools, snapshot: Snapshot, what: str, out: Path, file_format: str) -> int:
    """Write the rows of one kind; their number. Raises UsageError, DiskFull."""
    if what not in KINDS:
        raise UsageError("There are no such rows to export.", f"Known are: {', '.join(KINDS)}.")
    if file_format not in FORMATS:
        raise UsageError("Unknown format of an export.", f"Known are: {', '.join(FORMATS)}.")
    rows = _rows(tools, snapshot, what)
    with whole_file(out) as part:
        return {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}[file_format](rows, part)


def _rows(tools: Tools, snapshot: Snapshot, what: str) -> Iterator[dict[str, Any]]:
    if what == "items":
        return _items(tools, snapshot)
    if what in ("mentions", "assignments"):
        return _mentions(tools, snapshot, full=what == "mentions")
    if what == "themes":
        return (theme_row(theme) for level in Level for theme in themes(snapshot, level))
    if what == "trends":
        return (trend_row(trend) for trend in trends(snapshot))
    return (run_row(run) for run in tools.runs.list())


def _items(tools: Tools, snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Items of the run in the revision that it has seen, by item_id."""
    held = _themes_of_items(snapshot)
    copies = dict(zip(snapshot.published.mentions.item_id, snapshot.published.mentions.duplicate_of, strict=True))
    for feedback in tools.feedback.current():
        keys = held.get(feedback.item_id, [])
        row = feedback_row(feedback)
        yield {
            **row,
            "theme": keys[0] if keys else None,
            "themes": keys,
            "duplicate_of": copies.get(feedback.item_id),
        }


def _themes_of_items(snapshot: Snapshot) -> dict[str, list[str]]:
    """item_id → its theme keys, most text first, then by key."""
    table = snapshot.published.mentions
    lengths: dict[str, dict[str, int]] = {}
    columns = (table.item_id, table.theme, table.start, table.end)
    for item_id, key, start, end in zip(*columns, strict=True):
        if key is not None:
            own = lengths.setdefault(item_id, {})
            own[key] = own.get(key, 0) + int(end) - int(start)
    return {item_id: sorted(own, key=lambda key: (-own[key], key)) for item_id, own in lengths.items()}


def _mentions(tools: Tools, snapshot: Snapshot, *, full: bool) -> Iterator[dict[str, Any]]:
    """Mentions in the table's order; `full` adds text and scores."""
    table = snapshot.published.mentions
    for begin in range(0, len(table), CHUNK):
        rows = range(begin, min(begin + CHUNK, len(table)))
        refs = [(str(table.item_id[row]), int(table.revision[row])) for row in rows]
        texts = tools.feedback.get(list(dict.fromkeys(refs))) if full else {}
        for row, ref in zip(rows, refs, strict=True):
            line: dict[str, Any] = {
                "id": table.id[row],
                "item_id": ref[0],
                "mention": int(table.index[row]),
                "start": int(table.start[row]),
                "end": int(table.end[row]),
                "theme": table.theme[row],
                "strength": figure(table.strength[row]),
                "how": table.how[row],
                "reason": table.reason[row],
                "duplicate_of": table.duplicate_of[row],
            }
            if full:
                score = run_score(table, row)
                feedback = texts.get(ref)
                line["lang"] = table.lang[row]
                line["text"] = feedback.text[line["start"] : line["end"]] if feedback else None
                line["sentiment"] = full_sentiment(score.sentiment)
                line["urgency"] = full_urgency(score.urgency)
            yield line


def _jsonl(rows: Iterator[dict[str, Any]], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _csv(rows: Iterator[dict[str, Any]], path: Path) -> int:
    found = [_flat(row) for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, _columns(found), restval="")
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in found)
    return len(found)


def _harmless(value: object) -> object:
    """A text that a spreadsheet can't take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _parquet(rows: Iterator[dict[str, Any]], path: Path) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    found = [_flat(row) for row in rows]
    columns = {name: [row.get(name) for row in found] for name in _columns(found)}
    parquet.write_table(pa.table({name: _typed(values) for name, values in columns.items()}), path)
    return len(found)


def _typed(values: list[Any]) -> list[Any]:
    """One type a column: where rows disagree, text."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return [None if value is None else str(value) for value in values]
    return [float(value) if value is not None and kinds == {int, float} else value for value in values]


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Nested values as JSON text."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }

"""Row-level export of the published run: items, mentions, assignments, themes, trends; and of all kept runs.

JSON Lines keeps nested values; CSV and Parquet write them as JSON text. A CSV cell that a spreadsheet would read as a
formula is written with a leading apostrophe.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voc.errors import UsageError
from voc.model import Feedback, Level
from voc.ports import MentionTable, Tools
from voc.queries import Snapshot, themes, trends
from voc.queries.corrected import ItemScores, floors_of, item_scores
from voc.queries.hits import Place
from voc.queries.shapes import (
    feedback_row,
    figure,
    item_scores_row,
    mention_score_row,
    moment,
    run_row,
    tags_row,
    theme_row,
    trend_row,
)
from voc.writing import whole_file

KINDS = ("items", "mentions", "assignments", "themes", "trends", "lineage", "runs")
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
        return (theme_row(theme) for level in Level for theme in themes(snapshot, level, hidden=True))
    if what == "trends":
        return (trend_row(trend) for trend in trends(snapshot, hidden=True))
    if what == "lineage":
        return _lineage(tools)
    return (run_row(run) for run in tools.runs.list())


def _lineage(tools: Tools) -> Iterator[dict[str, Any]]:
    """What became of every theme in every run that is kept, oldest run first; themes that just went on are left out."""
    for run in reversed(tools.runs.list()):
        if run.status != "published":
            continue
        for event in tools.runs.lineage(run.run_id):
            if event.kind != "continued":
                at = moment(run.finished_at)
                yield {"run_id": run.run_id, "at": at, "event": event.kind, "theme": event.key, "others": event.others}


def _items(tools: Tools, snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Items of the home, each in the revision whose themes stand beside it, by item_id."""
    states = _states(snapshot)
    whole = _whole(tools, snapshot)
    for feedback in tools.feedback.current():
        state = states.get(feedback.item_id)
        row = feedback
        if state is not None and state.revision != feedback.revision:
            # A new text that no run has seen yet: the export shows the text that the themes belong to.
            row = tools.feedback.get([(feedback.item_id, state.revision)]).get(
                (feedback.item_id, state.revision), feedback
            )
        themes = state.themes if state is not None else []
        yield {
            **feedback_row(row),
            **item_scores_row(whole(row)),
            "theme": themes[0] if themes else None,
            "themes": themes,
            "duplicate_of": state.duplicate_of if state is not None else None,
            "tags": tags_row(snapshot.tags.of_item(feedback.item_id)),
        }


def _whole(tools: Tools, snapshot: Snapshot) -> Callable[[Feedback], ItemScores]:
    """Feedback → its scores as a whole, by the mentions that the snapshot shows of it."""
    posted: dict[str, list[Place]] = {}
    for row, mention in enumerate(snapshot.live.mentions):
        posted.setdefault(mention.item_id, []).append(Place.of_live(snapshot, row))
    floors = floors_of(tools.scored_by) if snapshot.corrections else ()

    def whole(feedback: Feedback) -> ItemScores:
        rows = snapshot.rows_of.get(feedback.item_id, ())
        places = posted.get(feedback.item_id) or [Place.of_run(snapshot, row) for row in rows]
        scored = [(place.span(snapshot), place.score(snapshot)) for place in places]
        return item_scores(scored, snapshot.correction(feedback), floors)

    return whole


@dataclass(frozen=True, slots=True)
class _State:
    """What the snapshot says of an item: in which revision, its themes, most text first, and what it repeats."""

    revision: int
    themes: list[str]
    duplicate_of: str | None


def _states(snapshot: Snapshot) -> dict[str, _State]:
    table = snapshot.published.mentions
    lengths: dict[str, dict[str, int]] = {}
    known: dict[str, tuple[int, str | None]] = {}
    for row in snapshot.visible.nonzero()[0].tolist():
        item = str(table.item_id[row])
        known[item] = (int(table.revision[row]), table.duplicate_of[row])
        _add(lengths.setdefault(item, {}), table.theme[row], int(table.end[row]) - int(table.start[row]))
    for mention in snapshot.live.mentions:
        known[mention.item_id] = (mention.revision, None)
        _add(lengths.setdefault(mention.item_id, {}), mention.theme, mention.end - mention.start)
    return {
        item: _State(revision, sorted(lengths[item], key=lambda key: (-lengths[item][key], key)), original)
        for item, (revision, original) in known.items()
    }


def _add(held: dict[str, int], key: str | None, length: int) -> None:
    if key is not None:
        held[key] = held.get(key, 0) + length


def _mentions(tools: Tools, snapshot: Snapshot, *, full: bool) -> Iterator[dict[str, Any]]:
    """Mentions of the run in its order, then those that came since; `full` adds text and scores."""
    places = [Place.of_run(snapshot, row) for row in snapshot.visible.nonzero()[0].tolist()]
    places += [Place.of_live(snapshot, row) for row in range(len(snapshot.live.mentions))]
    for begin in range(0, len(places), CHUNK):
        part = places[begin : begin + CHUNK]
        refs = list(dict.fromkeys((place.item_id, place.revision) for place in part))
        texts = tools.feedback.get(refs) if full else {}
        for place in part:
            line = _assignment(snapshot, place)
            if full:
                feedback = texts.get((place.item_id, place.revision))
                line["text"] = feedback.text[line["start"] : line["end"]] if feedback else None
                line |= _scores(snapshot, place)
                line["corrected"] = feedback is not None and snapshot.correction(feedback) is not None
            yield line


def _assignment(snapshot: Snapshot, place: Place) -> dict[str, Any]:
    source: Any = snapshot.live.mentions[place.row] if place.live else _Row(snapshot.published.mentions, place.row)
    return {
        "id": source.id,
        "item_id": place.item_id,
        "mention": int(source.index),
        "start": int(source.start),
        "end": int(source.end),
        "theme": source.theme,
        "strength": figure(source.strength),
        "how": source.how,
        "reason": source.reason,
        "duplicate_of": None if place.live else source.duplicate_of,
    }


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table, its columns by name."""

    table: MentionTable
    row: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)[self.row]


def _scores(snapshot: Snapshot, place: Place) -> dict[str, Any]:
    tags = snapshot.tags.of_live(place.row) if place.live else snapshot.tags.of_run(place.row)
    return {"lang": place.lang(snapshot), **mention_score_row(place.score(snapshot)), "tags": tags_row(tags)}


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

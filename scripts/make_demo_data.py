"""Make the sample feedback that ships with voc: ten weeks of an invented shopping app, Bandal Basket (반달바스켓).

    python scripts/make_demo_data.py --out voc/demo/feedback.csv

writes the CSV, and beside it `feedback_extra.jsonl` (the next morning, in a second format) and `planted.json` (the
answer sheet). The sentences are written by hand in `demo/texts/`; this script only gives them times, customers and ids.
Same seed, same bytes. The company, its customers and every personal datum are invented. Licence of the sample text:
Apache-2.0, like the project.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from demo import extras, people, when
from demo.answers import answers
from demo.dice import Dice
from demo.entries import Entry, read, topics
from demo.rows import COLUMNS, Row, copies, number, rows_of, stamp

SEED = 20260907
HERE = Path(__file__).resolve()
OUT = HERE.parents[1] / "voc" / "demo" / "feedback.csv"


def main() -> None:
    """Read the options and write the three files."""
    parser = argparse.ArgumentParser(description="Make the sample feedback that ships with voc.")
    parser.add_argument("--out", type=Path, default=OUT, help="where the CSV goes; the other two files go beside it")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    everything = all_rows(Dice(options.seed))
    dawn = datetime.combine(when.NEXT_MORNING, datetime.min.time(), when.KST) + timedelta(hours=6)
    later = [row for row in everything if row.time >= dawn]
    rows, edited = with_edits([row for row in everything if row.time < dawn])
    table, broken = as_csv(rows)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    _write(options.out, table)
    _write(options.out.with_name("planted.json"), answers(rows, broken, edited, options.seed))
    _write(options.out.with_name(f"{options.out.stem}_extra.jsonl"), as_jsonl(later))


def all_rows(dice: Dice) -> list[Row]:
    """Every row but the broken ones, in the order of time, with ids."""
    customers = people.pool(dice)
    taken: dict[str, set[str]] = defaultdict(set)
    rows: list[Row] = []
    for file in topics():
        entries = read(file)
        for entry, time in zip(entries, _times(file, entries, dice), strict=True):
            customer = people.choose(entry, customers[entry.lang], taken[entry.topic], dice)
            made = rows_of(entry, time, customer, dice)
            rows += made
            if file == "duplicates":
                rows += copies(entry, made[0], dice)
    rows += extras.spam(dice)
    rows += extras.silent_surveys([*customers["ko"], *customers["en"]], dice)
    return number(rows, dice)


def with_edits(rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """The rows with each edited review a second time, three days on, under its id; and those ids."""
    edited = [row for row in rows if "then" in row.hints]
    later = []
    for row in edited:
        time = row.time + timedelta(days=3)
        text = row.key.rpartition(" >> ")[2]
        cells = {**row.cells, "text": text, "rating": row.hints["then"], "created_at": stamp(time, row.channel)}
        later.append(replace(row, time=time, cells=cells))
    ordered = sorted([*rows, *later], key=lambda row: (row.time, row.key, row.place))
    return ordered, [row.cells["id"] for row in edited]


def as_csv(rows: Sequence[Row]) -> tuple[str, list[dict[str, object]]]:
    """The CSV with the broken rows strewn in, and what to expect of each: line (header is 1), id, outcome, why."""
    broken = extras.broken_lines()
    places = {(nth + 1) * len(rows) // (len(broken) + 1): entry for nth, entry in enumerate(broken)}
    lines = [_line(COLUMNS)]
    described: list[dict[str, object]] = []
    for place, row in enumerate(rows):
        if place in places:
            outcome, why, line = places[place]
            at = 1 + sum(1 + earlier.count("\n") for earlier in lines)
            described.append({"line": at, "id": line.partition(",")[0], "outcome": outcome, "why": why})
            lines.append(line)
        lines.append(_line([row.cells.get(column, "") for column in COLUMNS]))
    return "\n".join(lines) + "\n", described


def as_jsonl(rows: Sequence[Row]) -> str:
    """Rows as JSON lines: empty cells left out, figures as numbers."""
    records = [{column: row.cells[column] for column in COLUMNS if row.cells.get(column)} for row in rows]
    figures = ("rating", "nps", "csat", "ces")
    numeric = [{name: int(cell) if name in figures else cell for name, cell in record.items()} for record in records]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in numeric)


def _times(file: str, entries: Sequence[Entry], dice: Dice) -> list[datetime]:
    if file == "outage":
        return when.at_hour(entries, when.OUTAGE[0].date(), dice)
    if file == "next_morning":
        return when.at_hour(entries, when.NEXT_MORNING, dice)
    if file == "regression_photo":
        return when.after_release(entries, dice)
    return when.ramp(entries, dice) if file == "late_delivery" else when.background(entries, dice)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

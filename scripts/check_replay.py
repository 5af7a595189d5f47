"""The replay against the nights themselves: `python scripts/check_replay.py FILE --from D --to D [--tz ZONE]`.

Puts the rows of a CSV or JSONL file into an empty home a day at a time, with a run every night, as a home lives; then
replays the same nights over the home that has them all. Says whether both told the same, alert for alert. Of an item
that was changed later only the first text is taken: a home forgets old texts with the runs that knew them.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import defaultdict
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voc import Engine
from voc.alerts import Alert

FIELDS = tuple(one.name for one in fields(Alert))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", type=Path)
    asked.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    asked.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    asked.add_argument("--tz", default="UTC")
    given = asked.parse_args()
    raise SystemExit(compare(rows_by_day(given.file, ZoneInfo(given.tz)), given.first, given.last, given.tz))


def rows_by_day(file: Path, zone: ZoneInfo) -> dict[date, list[dict[str, Any]]]:
    """Rows by the day they were written on; those whose date says nothing are there from the beginning."""
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines)) if file.suffix == ".csv" else [json.loads(line) for line in lines]
    found: defaultdict[date, list[dict[str, Any]]] = defaultdict(list)
    first = {(row.get("source"), row["id"]): row for row in reversed(rows)}
    for row in first.values():
        found[_day(str(row.get("created_at") or ""), zone)].append(row)
    return found


def _day(written: str, zone: ZoneInfo) -> date:
    try:
        return datetime.fromisoformat(written).astimezone(zone).date()
    except ValueError:
        return date.min


def compare(rows: dict[date, list[dict[str, Any]]], first: date, last: date, zone: str) -> int:
    with tempfile.TemporaryDirectory() as home, Engine(home, tz=zone) as engine:
        begun = time.perf_counter()
        engine.ingest([row for day in sorted(rows) if day < first for row in rows[day]])
        engine.run()
        for night in range((last - first).days + 1):
            today = rows.get(first + timedelta(days=night), [])
            if today:
                engine.ingest(today)
            engine.run()
        lived = time.perf_counter() - begun
        begin = datetime(first.year, first.month, first.day, 12, tzinfo=ZoneInfo(zone))
        kept = {told.alert.alert_id: told.alert for told in engine.alerts(everything=True) if told.alert.opened > begin}
        begun = time.perf_counter()
        said = {told.alert.alert_id: told.alert for told in engine.backtest(first, last, themes="nightly")}
        replayed = time.perf_counter() - begun
    differ = [name for name in kept.keys() | said.keys() if kept.get(name) != said.get(name)]
    print(f"{(last - first).days + 1} nights: {len(kept)} alerts told, {len(said)} replayed, {len(differ)} differ; "
          f"nights {lived:.0f} s, replay {replayed:.0f} s")  # fmt: skip
    for name in differ:
        one, other = kept.get(name), said.get(name)
        which = [each for each in FIELDS if one and other and getattr(one, each) != getattr(other, each)]
        print(f"  {name}: {'nights only' if other is None else 'replay only' if one is None else ', '.join(which)}")
    return 1 if differ else 0


if __name__ == "__main__":
    main()

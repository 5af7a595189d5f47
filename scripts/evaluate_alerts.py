"""Alerts on real streams: `python scripts/evaluate_alerts.py HOME DATASET [--from D --to D]`.

Replays the nights of a home that holds a data set of incidents.json, and says which incidents were told within one day
of their start, under which label, and what else was told. An alert is of an incident if it is opened while it lasts or
the day before, in its source, or in the whole under a label that matches the incident's silver expression. Only alerts
whose label matches count as told.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

from voc import Engine
from voc.queries import ToldAlert

DATA = Path(__file__).parents[2] / "shared" / "data"


def day(moment: datetime) -> date:
    return moment.date()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("home")
    asked.add_argument("dataset")
    asked.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2018, 1, 1))
    asked.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2020, 8, 31))
    asked.add_argument("--false-alarms", type=float)
    given = asked.parse_args()
    known = [
        row for row in json.loads((DATA / "incidents.json").read_text())["incidents"] if row["dataset"] == given.dataset
    ]
    with Engine(given.home, false_alarms=given.false_alarms) as engine:
        alerts = engine.backtest(given.first, given.last)
    nights = (given.last - given.first).days + 1
    of_incident: set[str] = set()
    hits = 0
    for row in known:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        trouble = re.compile(row.get("silver_regex", "$^"))
        found = [told for told in alerts if concerns(told, row["source"], trouble, start, end)]
        of_incident |= {told.alert.alert_id for told in found}
        # Opened by the end of a night: that of the start, or the one after.
        early = [
            told
            for told in found
            if day(told.alert.opened) - start <= timedelta(days=2) and trouble.search(told.alert.label)
        ]
        hits += bool(early)
        print(f"{row['source']} {start}: {'told' if early else 'NOT told'}; {row['theme']}")
        for told in found:
            print(f"    {say(told)}")
    others = [told for told in alerts if told.alert.alert_id not in of_incident]
    per_app = Counter(told.alert.scope.get("source", "*") for told in others)
    print(
        f"\n{hits} of {len(known)} told within one day, with a label that matches; "
        f"{len(others)} others in {nights} nights"
    )
    for source, number in per_app.most_common():
        print(f"  {source}: {number}, {30 * number / nights:.2f} a month")
    for told in others:
        print(f"    {say(told)}")


def concerns(told: ToldAlert, source: str, trouble: re.Pattern[str], start: date, end: date) -> bool:
    """Opened while it lasts or the day before, in its source; or in the whole, if it is called by the trouble."""
    alert = told.alert
    here = alert.scope.get("source") == source or (not alert.scope and bool(trouble.search(alert.label)))
    return here and start <= day(alert.opened) <= end + timedelta(days=2)


def say(told: ToldAlert) -> str:
    alert = told.alert
    where = alert.scope.get("source", "everywhere").removeprefix("google_play:")
    return f"{day(alert.opened)} {where}: {alert.label} ({alert.kind}, {alert.observed} for {alert.expected:.1f}, {alert.window} d, {alert.reach} people)"  # fmt: skip # noqa: E501


if __name__ == "__main__":
    main()

"""`voc backtest`: what nights that are past would have told, as JSON lines."""

from __future__ import annotations

import json as to_json
from datetime import date
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import say
from voc.errors import UsageError
from voc.queries.alerts import alert_row


def backtest(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first night, such as 2026-10-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last night, inclusive.")],
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms", min=0.001, max=30, help="Alerts in a month that may come of chance alone. [default: 0.3]"
        ),
    ] = None,
    themes: Annotated[
        str,
        typer.Option(
            "--themes",
            metavar="nightly|published|auto",
            help="Run every night again, or count over the published themes; `auto` runs again what takes half an hour "
            "at most.",
        ),
    ] = "auto",
    home: o.Home = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
    json: o.Json = False,
) -> None:
    """Replay nights that are past: a line an alert that would have been opened, then the totals. Keeps nothing.

    A night is told from what was said up to its end. With --themes nightly each night is run again, and finds its
    themes as it would have done; with --themes published today's themes stand for all nights, which is quick and good
    enough to choose how sensitive the nights should be: compare --false-alarms.
    """
    del debug, json
    begin, end = _night(first, "--from"), _night(last, "--to")
    with o.engine(home=home, quiet=quiet, false_alarms=false_alarms) as engine:
        over = "nightly" if engine.runs_again(begin, end, themes) else "published"
        alerts = engine.backtest(begin, end, themes=over)
    nights = (end - begin).days + 1
    for alert in alerts:
        _line(alert_row(alert))
    _line(
        {
            "totals": {
                "nights": nights,
                "alerts": len(alerts),
                "per_month": round(30 * len(alerts) / nights, 3),
                "from": begin.isoformat(),
                "to": end.isoformat(),
                "themes": over,
            }
        }
    )


def _line(row: object) -> None:
    say(to_json.dumps(row, ensure_ascii=False))


def _night(value: str, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name} is not a date.", "Such as 2026-10-01.") from None

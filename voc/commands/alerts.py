"""`voc alerts` lists what went up beyond expectation; its sub-commands say what people do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from voc.commands import options as o
from voc.console import print_json, say, table
from voc.queries.alerts import alert_row
from voc.queries.flags import flag_row

if TYPE_CHECKING:
    from voc.queries import ToldAlert, ToldFlag

alerts = typer.Typer(no_args_is_help=False, help="Alerts: list them; acknowledge, assign, snooze, close or reopen one.")

SHOWN = 40
"""Characters of a flag's text that a table shows."""

AlertId = Annotated[str, typer.Argument(metavar="ID", help="Id of an alert, as `voc alerts` lists it.")]
Assignee = Annotated[str | None, typer.Option("--assignee", help="Who is at it.")]


@alerts.callback(invoke_without_command=True)
def list_alerts(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Closed and snoozed ones, too.")] = False,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """What went up beyond expectation and is still open, the latest opened first."""
    del debug, quiet
    if context.invoked_subcommand is not None:
        return
    with o.engine(home=home) as engine:
        found = engine.alerts(everything=everything)
        flags = [] if json else engine.flags(everything=everything)
    if json:
        print_json([alert_row(told) for told in found])
        return
    table(
        ("opened", "label", "scope", "observed/expected", "ratio", "reach", "status", "id"),
        (_line(alert_row(told)) for told in found),
    )
    if flags:
        say("\nOne text sent many times, counted as one voice (`voc alerts flags`):")
        _flags(flags)


@alerts.command("flags")
def list_flags(
    everything: Annotated[bool, typer.Option("--all", help="Older ones than four weeks, too.")] = False,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Campaigns: one text sent many times within a week. They count as one voice, and raise no alert."""
    del debug, quiet
    with o.engine(home=home) as engine:
        found = engine.flags(everything=everything)
    if json:
        print_json([flag_row(told) for told in found])
        return
    _flags(found)


@alerts.command()
def acknowledge(
    alert_id: AlertId,
    assignee: Assignee = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Say that somebody is at it."""
    del debug, quiet
    with o.engine(home=home) as engine:
        told = engine.act_on_alert(alert_id, "acknowledge", assignee=assignee)
    _tell(told, json=json)


@alerts.command()
def assign(
    alert_id: AlertId,
    assignee: Annotated[str, typer.Option("--assignee", help="Who is at it.")],
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Say who is at it. An open alert is acknowledged with that, a snoozed one sleeps on."""
    del debug, quiet
    with o.engine(home=home) as engine:
        told = engine.act_on_alert(alert_id, "assign", assignee=assignee)
    _tell(told, json=json)


@alerts.command()
def snooze(
    alert_id: AlertId,
    until: Annotated[str | None, typer.Option("--until", help="Date, or date and time. [default: in 7 days]")] = None,
    assignee: Assignee = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Leave an alert out of the list until a date; then it is open again."""
    del debug, quiet
    with o.engine(home=home) as engine:
        told = engine.act_on_alert(alert_id, "snooze", until=until, assignee=assignee)
    _tell(told, json=json)


@alerts.command()
def close(
    alert_id: AlertId,
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who read the list.")],
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """End an alert. It stays closed, whatever a night finds."""
    del debug, quiet
    with o.engine(home=home) as engine:
        told = engine.act_on_alert(alert_id, "close", reason=reason)
    _tell(told, json=json)


@alerts.command()
def reopen(
    alert_id: AlertId, home: o.Home = None, json: o.Json = False, quiet: o.Quiet = False, debug: o.Debug = False
) -> None:
    """List a closed or snoozed alert again."""
    del debug, quiet
    with o.engine(home=home) as engine:
        told = engine.act_on_alert(alert_id, "reopen")
    _tell(told, json=json)


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["opened"],
        row["label"],
        ", ".join(f"{name}={value}" for name, value in sorted(row["scope"].items())),
        f"{row['observed']}/{row['expected']:.1f}",
        f"{row['ratio']:.1f}",
        row["reach"],
        row["status"],
        row["alert_id"],
    )


def _flags(found: list[ToldFlag]) -> None:
    def line(row: dict[str, Any]) -> tuple[object, ...]:
        said = " ".join(row["evidence"][0]["text"].split())
        places = ", ".join([*row["sources"], *row["channels"]])
        return row["since"], row["until"], row["copies"], row["customers"], places, row["label"], said[:SHOWN]

    columns = ("since", "until", "copies", "customers", "where", "theme", "text")
    table(columns, (line(flag_row(told)) for told in found))


def _tell(told: ToldAlert, *, json: bool) -> None:
    row = alert_row(told)
    if json:
        print_json(row)
        return
    until = f" until {row['snoozed_until']}" if row["snoozed_until"] else ""
    assigned = f", {row['assignee']}" if row["assignee"] else ""
    say(f"{row['alert_id']}: {row['label']}: {row['status']}{until}{assigned}")

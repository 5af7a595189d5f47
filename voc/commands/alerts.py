"""`voc alerts` lists what went up beyond expectation; its sub-commands say what people do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voc.commands import options as o
from voc.console import local, print_json, say, table
from voc.queries.alerts import alert_row
from voc.queries.flags import flag_row

if TYPE_CHECKING:
    from datetime import tzinfo

    from voc.queries import ToldAlert, ToldFlag

alerts = typer.Typer(no_args_is_help=False, help="Alerts: list them; acknowledge, assign, snooze, close or reopen one.")

SHOWN = 40
"""Characters of a flag's text that a table shows."""

AlertId = Annotated[str, typer.Argument(metavar="ID", help="Id of an alert, as `voc alerts` lists it.")]
Assignee = Annotated[str | None, typer.Option("--assignee", help="Who is at it.")]


@alerts.callback(invoke_without_command=True)
def list_alerts(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Closed and snoozed ones and those of hidden themes, too.")
    ] = False,
    home: o.Home = None,
    tz: o.Zone = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """What went up beyond expectation and is still open, the latest opened first."""
    del debug, quiet
    if context.invoked_subcommand is not None:
        return
    with o.engine(home=home, tz=tz) as engine:
        found = engine.alerts(everything=everything)
        flags = [] if json else engine.flags(everything=everything)
        zone = engine.zone
    if json:
        print_json([alert_row(told) for told in found])
        return
    table(
        ("opened", "label", "scope", "observed/expected", "ratio", "reach", "status", "id"),
        (_line(told, zone) for told in found),
    )
    if flags:
        say("\nOne text sent many times, counted as one voice (`voc alerts flags`):")
        _flags(flags, zone)


@alerts.command("flags")
def list_flags(
    everything: Annotated[bool, typer.Option("--all", help="Older ones than four weeks, too.")] = False,
    home: o.Home = None,
    tz: o.Zone = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Campaigns: one text sent many times within a week. They count as one voice, and raise no alert."""
    del debug, quiet
    with o.engine(home=home, tz=tz) as engine:
        found = engine.flags(everything=everything)
        zone = engine.zone
    if json:
        print_json([flag_row(told) for told in found])
        return
    _flags(found, zone)


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
    _act(alert_id, "acknowledge", assignee=assignee, home=home, json=json)


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
    _act(alert_id, "assign", assignee=assignee, home=home, json=json)


@alerts.command()
def snooze(
    alert_id: AlertId,
    until: Annotated[str | None, typer.Option("--until", help="Date, or date and time. [default: in 7 days]")] = None,
    assignee: Assignee = None,
    home: o.Home = None,
    tz: o.Zone = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Leave an alert out of the list until a date; then it is open again."""
    del debug, quiet
    _act(alert_id, "snooze", until=until, assignee=assignee, home=home, tz=tz, json=json)


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
    _act(alert_id, "close", reason=reason, home=home, json=json)


@alerts.command()
def reopen(
    alert_id: AlertId, home: o.Home = None, json: o.Json = False, quiet: o.Quiet = False, debug: o.Debug = False
) -> None:
    """List a closed or snoozed alert again."""
    del debug, quiet
    _act(alert_id, "reopen", home=home, json=json)


def _line(told: ToldAlert, zone: tzinfo) -> tuple[object, ...]:
    alert = told.alert
    return (
        local(alert.opened, zone),
        alert.label,
        ", ".join(f"{name}={value}" for name, value in sorted(alert.scope.items())),
        f"{alert.observed}/{alert.expected:.1f}",
        f"{alert.ratio:.1f}",
        alert.reach,
        ", ".join([alert.status, *["told late"] * (alert.told is not None), *["hidden"] * told.hidden]),
        alert.alert_id,
    )


def _flags(found: list[ToldFlag], zone: tzinfo) -> None:
    def line(told: ToldFlag) -> tuple[object, ...]:
        flag, said = told.flag, " ".join(told.evidence[0].text.split())
        days, places = (local(at, zone) for at in (flag.since, flag.until)), ", ".join([*flag.sources, *flag.channels])
        return *days, flag.copies, flag.customers, places, told.label, said[:SHOWN]

    columns = ("since", "until", "copies", "customers", "where", "theme", "text")
    table(columns, (line(told) for told in found))


def _act(
    alert_id: str,
    action: str,
    *,
    home: Path | None,
    tz: str | None = None,
    json: bool,
    until: str | None = None,
    assignee: str | None = None,
    reason: str | None = None,
) -> None:
    """Do one thing with an alert, and say where it stands then."""
    with o.engine(home=home, tz=tz) as engine:
        told = engine.act_on_alert(alert_id, action, until=until, assignee=assignee, reason=reason)
        zone = engine.zone
    if json:
        print_json(alert_row(told))
        return
    alert = told.alert
    asleep = f" until {local(alert.snoozed_until, zone)}" if alert.snoozed_until else ""
    assigned = f", {alert.assignee}" if alert.assignee else ""
    say(f"{alert.alert_id}: {alert.label}: {alert.status}{asleep}{assigned}")

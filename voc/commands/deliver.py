"""`voc deliver` tells people: what is due now, a test message, or what became of messages so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from voc.commands import options as o
from voc.console import print_json, say, table
from voc.delivery import State
from voc.errors import UsageError
from voc.queries.shapes import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voc.delivery import Entry


def deliver(
    test: Annotated[
        str | None, typer.Option("--test", metavar="NAME", help="Send a test message over this channel.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="What became of each message; sends nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Try those anew that failed for good, too.")] = False,
    home: o.Home = None,
    tz: o.Zone = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Send the alerts and urgent items that people have not been told yet, over the channels of the settings."""
    del debug, quiet
    if sum((test is not None, listed, again)) > 1:
        raise UsageError("--test, --list and --again exclude each other.", "Give one of them.")
    with o.engine(home=home, tz=tz) as engine:
        if test is not None:
            engine.test_channel(test)
            _say({"channel": test, "arrived": True}, f"The test message of {test} arrived.", json=json)
        elif listed:
            _list(engine.deliveries(), json=json)
        else:
            done = engine.deliver(again=again)
            counts = {state.value: done[state] for state in State}
            counts["waiting"] = sum(one.state is State.WAITING for one in engine.deliveries())
            _say(counts, ", ".join(f"{count} {name}" for name, count in counts.items()), json=json)


def _say(row: dict[str, Any], line: str, *, json: bool) -> None:
    if json:
        print_json(row)
    else:
        say(line)


def _list(entries: Sequence[Entry], *, json: bool) -> None:
    rows = [_row(one) for one in entries]
    if json:
        print_json(rows)
        return
    names = ("channel", "event", "subject", "state", "code", "attempts", "due_at")
    table(names, ([row[name] for name in names] for row in rows))


def _row(one: Entry) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "message_id": one.message_id,
        "event": one.event.value,
        "subject": one.subject,
        "revision": one.revision,
        "state": one.state.value,
        "code": one.code,
        "attempts": one.attempts,
        "queued_at": moment(one.queued_at),
        "due_at": moment(one.due_at) if one.state is State.WAITING else None,
        "settled_at": moment(one.settled_at),
    }

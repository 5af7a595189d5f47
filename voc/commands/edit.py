"""Commands of a person who knows better: `voc edit` overrides what the machine says, `voc edits` shows the log."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import note, print_json, say, table
from voc.edits import Edit
from voc.queries.shapes import edit_row, moment

edit = typer.Typer(no_args_is_help=True, help="Override what the machine says of themes and items.")
edits = typer.Typer(no_args_is_help=False, help="The log of edits: list, export.")


class Sentiment(StrEnum):
    """What an item may feel like."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    MIXED = "mixed"


class Urgency(StrEnum):
    """How soon an item needs somebody."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a theme, as `voc themes` lists it.")]
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="Your id of an item, or its item_id.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for those who read the log.")]
ItemSource = Annotated[str | None, typer.Option("--source", help="Source of the item, if its id has several.")]


@edit.command()
def rename(
    key: Key,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="Its name, 2 to 6 words.")],
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Give a theme a name of your own. It keeps the name through every later run."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("rename", theme=key, label=label, reason=reason)
    _tell(made, json=json)


@edit.command()
def pin(
    key: Key,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Keep a theme listed, even when a run finds nobody who speaks of it."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("pin", theme=key, reason=reason)
    _tell(made, json=json)


@edit.command()
def hide(
    key: Key,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Leave a theme out of lists and reports. Its items stay, and search finds them."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("hide", theme=key, reason=reason)
    _tell(made, json=json)


@edit.command()
def merge(
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="Key of the theme that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Keys of the themes that are the same.")],
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Make several themes one, of one level. People and items who speak of both count once; old keys lead to it."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("merge", theme=keep, others=" ".join(others), reason=reason)
    _tell(made, json=json)


@edit.command()
def split(
    key: Key,
    query: Annotated[str, typer.Option("--query", help="What the mentions say that are to be a theme of their own.")],
    label: Annotated[str | None, typer.Option("--label", help="Name of the new theme. [default: the query]")] = None,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Take out of a fine theme what a query means. `says.key` of the answer is the new theme's key.

    What is nearer to the mentions that were taken out than to the others goes there, in later runs too.
    """
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("split", theme=key, query=query, label=label, reason=reason)
    _tell(made, json=json)


@edit.command()
def move(
    item: ItemId,
    key: Key,
    source: ItemSource = None,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Put an item, with all its mentions, into a fine theme. It stays there for as long as it has this text."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("move", item=item, source=source, theme=key, reason=reason)
    _tell(made, json=json)


@edit.command("must-link")
def must_link(
    item: ItemId,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The item that belongs where ITEM does.")],
    source: ItemSource = None,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Two items speak of the same thing: OTHER goes wherever ITEM is, in this run and in later ones."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("must-link", item=item, other=other, source=source, reason=reason)
    _tell(made, json=json)


@edit.command("cannot-link")
def cannot_link(
    item: ItemId,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The item that does not belong where ITEM does.")],
    source: ItemSource = None,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Two items speak of different things: where they would share a theme, OTHER goes to the next nearest one."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("cannot-link", item=item, other=other, source=source, reason=reason)
    _tell(made, json=json)


@edit.command()
def score(
    item: ItemId,
    sentiment: Annotated[Sentiment | None, typer.Option("--sentiment", help="What the item feels like.")] = None,
    urgency: Annotated[Urgency | None, typer.Option("--urgency", help="How soon it needs somebody.")] = None,
    source: ItemSource = None,
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Correct an item's sentiment, urgency, or both. Shows at once, without a run, in every answer and every count.

    It stays through later runs for as long as the item has this text; of two corrections the newer one wins.
    """
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("score", item=item, source=source, sentiment=sentiment, urgency=urgency, reason=reason)
    _tell(made, json=json)


@edit.command()
def undo(
    edit_id: Annotated[str, typer.Argument(metavar="EDIT", help="Id of an edit, as `voc edits` lists it.")],
    reason: Reason = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Take an edit back. The log keeps both; what held before holds again."""
    del debug, quiet
    with o.engine(home=home) as engine:
        made = engine.edit("undo", edit=edit_id, reason=reason)
    _tell(made, json=json)


@edits.callback(invoke_without_command=True)
def list_edits(
    context: typer.Context, home: o.Home = None, json: o.Json = False, quiet: o.Quiet = False, debug: o.Debug = False
) -> None:
    """Every edit, newest first: active, undone, or lapsed because the item's text has changed."""
    del debug, quiet
    if context.invoked_subcommand is not None:
        return
    with o.engine(home=home) as engine:
        found = engine.edits()
    if json:
        print_json([edit_row(made) for made in found])
        return
    table(
        ("edit", "kind", "target", "says", "by", "when", "status"),
        ((e.edit_id, e.kind, e.target, _said(e), e.actor, moment(e.at), e.status) for e in found),
    )


@edits.command()
def export(
    out: o.OutLines,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Corrections that hold, as training data: JSON lines of text, lang, sentiment, urgency, created_at."""
    del debug, quiet
    if json:
        o.check_file(out)
    with o.engine(home=home) as engine, o.lines_out(out) as path:
        count = engine.export_corrections(path)
    if json:
        print_json({"rows": count, "out": str(out)})
    else:
        note(f"{count} rows written to {out}")


def _said(made: Edit) -> str:
    return ", ".join(f"{name} {value}" for name, value in made.says.items() if name not in ("seeds", "other_digest"))


def _tell(made: Edit, *, json: bool) -> None:
    if json:
        print_json(edit_row(made))
    else:
        say(f"{made.edit_id}: {made.kind} {made.target} {_said(made)}".rstrip())

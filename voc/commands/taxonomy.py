"""Commands of a team's own themes: set, show, clear."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import note, print_json, say, table
from voc.errors import NoRun

taxonomy = typer.Typer(no_args_is_help=True, help="Own themes that every run starts from: set, show, clear.")


@taxonomy.command("set")
def put(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, JSON or CSV: label, description, examples.")],
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Start from the themes of FILE, in place of those set before. They hold from the next run on.

    A theme has a label, and a description, examples, or both, in any language; in CSV examples stand between bars (|).
    label_ko, label_en name it for readers of a language; id keeps its key when the label changes.
    Such themes keep label and key, are never split, and go into no other. What fits none is discovered as ever.
    """
    del debug, quiet
    with o.engine(home=home) as engine:
        themes = engine.set_taxonomy(file).themes
    if json:
        print_json({"themes": len(themes), "keys": [theme.key for theme in themes]})
    else:
        say(f"{len(themes)} own themes are set. They hold from the next run on: voc run")


@taxonomy.command()
def show(home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """The own themes, and how many mentions each has in the published run."""
    del debug
    with o.engine(home=home) as engine:
        themes = engine.taxonomy.themes
        try:
            mentions = {theme.key: theme.mentions for theme in engine.themes("fine", hidden=True)}
        except NoRun:
            mentions = {}
    rows = [
        {
            "key": theme.key,
            "label": theme.label,
            "description": theme.description,
            "examples": len(theme.examples),
            "mentions": mentions.get(theme.key, 0),
        }
        for theme in themes
    ]
    if json:
        print_json(rows)
    elif rows:
        shown = ("key", "label", "examples", "mentions")
        table(shown, [[row[name] for name in shown] for row in rows])
    else:
        note("No own themes are set: every theme is discovered. `voc taxonomy set FILE` sets some.")


@taxonomy.command()
def clear(home: o.Home = None, json: o.Json = False, quiet: o.Quiet = False, debug: o.Debug = False) -> None:
    """Discover every theme again from the next run on. Nothing of what was published is lost."""
    del debug, quiet
    with o.engine(home=home) as engine:
        had = len(engine.taxonomy.themes)
        engine.set_taxonomy([])
    if json:
        print_json({"cleared": had})
    else:
        say(f"{had} own themes are no longer set.")

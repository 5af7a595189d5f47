"""Commands that ask a home: themes, search, trends, attention, export."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import local, note, percent, print_json, say, table
from voc.model import Hit, Level, Theme
from voc.queries.shapes import hit_row, theme_row, trend_row

SHOWN = 100
"""Rows of a table of urgent items, unless told otherwise."""


class Mode(StrEnum):
    """The halves of a search."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


class By(StrEnum):
    """Width of a series' windows."""

    WEEK = "week"
    DAY = "day"


class Rows(StrEnum):
    """What can be exported."""

    ITEMS = "items"
    MENTIONS = "mentions"
    ASSIGNMENTS = "assignments"
    THEMES = "themes"
    TRENDS = "trends"
    LINEAGE = "lineage"
    RUNS = "runs"


class FileFormat(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def themes(
    level: Annotated[Level | None, typer.Option("--level", help="Layer of themes. [default: fine]")] = None,
    hidden: Annotated[bool, typer.Option("--hidden", help="Themes that somebody hid, too.")] = False,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """The published themes, largest reach first."""
    del debug, quiet
    with o.engine(home=home) as engine:
        found = engine.themes(level, hidden=hidden)
    if json:
        print_json([theme_row(theme) for theme in found])
        return
    table(
        ("key", "label", "reach", "items", "negative", "high+", "state"),
        (
            (t.key, t.label, t.reach, t.items, percent(t.sentiment.negative), percent(t.critical + t.high), _state(t))
            for t in found
        ),
    )


def _state(theme: Theme) -> str:
    """Its state, and what a person made of it."""
    marks = [name for name, marked in (("pinned", theme.pinned), ("hidden", theme.hidden)) if marked]
    return ", ".join([str(theme.state), *marks])


def search(
    query: Annotated[str, typer.Argument(help="What customers might have said, in any language.")],
    k: Annotated[int, typer.Option("--k", help="How many items.")] = 10,
    mode: Annotated[Mode, typer.Option("--mode", help="By meaning, by words, or both.")] = Mode.HYBRID,
    where: o.Where = None,
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Find what people mean, in whichever language they said it. One row an item, best first."""
    del debug, quiet
    with o.engine(home=home, model=model, device=device, threads=threads) as engine:
        found = engine.search(query, k=k, mode=mode.value, where=where)
    if json:
        print_json([hit_row(hit) for hit in found])
    else:
        _tell_hits(found)


def attention(
    since: Annotated[
        str | None, typer.Option("--since", help="Items of this date or time (ISO 8601) and later ones only.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="How many items, at most. [default: 100; with --json all]"),
    ] = None,
    home: o.Home = None,
    tz: o.Zone = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Items that need a person: critical and high ones, newest first, with why."""
    del debug, quiet
    most = limit or (sys.maxsize if json else SHOWN)
    with o.engine(home=home, tz=tz) as engine:
        found = engine.attention(since=since, limit=most)
        every = engine.attention_count(since=since) if len(found) == most else len(found)
        zone = engine.zone
    if json:
        print_json([hit_row(hit) for hit in found])
    else:
        table(
            ("when", "level", "why", "text"),
            (
                (local(h.created_at, zone), h.urgency.level, ", ".join(h.urgency.reasons), h.text[h.start : h.end])
                for h in found
            ),
        )
    if every > len(found):
        note(f"These are the newest {len(found)} of {every}; {every - len(found)} more with --limit {every}.")


def trends(
    theme: Annotated[str | None, typer.Option("--theme", help="Key of one theme.")] = None,
    by: Annotated[By, typer.Option("--by", help="Width of a window.")] = By.WEEK,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Themes over time: reach per window beside what was to be expected."""
    del debug, quiet
    with o.engine(home=home) as engine:
        found = engine.trends(theme)
        labels = {t.key: t.label for level in Level for t in engine.themes(level, hidden=True)}
    if json:
        print_json([trend_row(trend, by=by) for trend in found])
        return
    table(
        ("theme", "label", "state", f"last {by}s"),
        (
            (
                t.theme,
                labels[t.theme],
                t.state,
                " ".join(str(w.reach) for w in (t.days if by == By.DAY else t.windows)[-12:]),
            )
            for t in found
        ),
    )


def export(
    what: Annotated[Rows, typer.Argument(help="Which rows.")],
    out: o.OutLines,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Format of the file.")] = FileFormat.JSONL,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Row-level export of the published run; an assignment row is a mention, a lineage row what became of a theme."""
    del debug, quiet
    # The rows themselves take standard output, or a document about them does.
    if json or file_format != FileFormat.JSONL:
        o.check_file(out)
    with o.engine(home=home) as engine, o.lines_out(out) as path:
        count = engine.export(what.value, path, file_format=file_format.value)
    if json:
        print_json({"rows": count, "out": str(out)})
    else:
        note(f"{count} rows written to {out}")


def _tell_hits(found: list[Hit]) -> None:
    for hit in found:
        theme = f"  [{hit.theme.label}]" if hit.theme else ""
        day = f"{hit.created_at:%Y-%m-%d} " if hit.created_at else ""
        say(f"{hit.score:.3f}  {day}{hit.lang} {hit.id}{theme}")
        say(f"       {hit.text[hit.start : hit.end].strip()}")
    if not found:
        say("Nothing found.")

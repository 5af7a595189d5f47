"""Commands that ask a home: themes, search, trends, attention, export, report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import percent, print_json, say, table
from voc.model import Hit, Level
from voc.queries.shapes import hit_row, theme_row, trend_row


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
    RUNS = "runs"


class FileFormat(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class ReportFormat(StrEnum):
    """Formats of the report."""

    HTML = "html"
    MD = "md"
    JSON = "json"


def themes(
    level: Annotated[Level | None, typer.Option("--level", help="Layer of themes. [default: fine]")] = None,
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """The published themes, largest reach first."""
    del debug
    with o.engine(home=home) as engine:
        found = engine.themes(level)
    if json:
        print_json([theme_row(theme) for theme in found])
        return
    table(
        ("key", "label", "reach", "items", "negative", "high+", "state"),
        (
            (t.key, t.label, t.reach, t.items, percent(t.sentiment.negative), percent(t.critical + t.high), t.state)
            for t in found
        ),
    )


def search(
    query: Annotated[str, typer.Argument(help="What customers might have said, in any language.")],
    k: Annotated[int, typer.Option("--k", help="How many items.")] = 10,
    mode: Annotated[Mode, typer.Option("--mode", help="By meaning, by words, or both.")] = Mode.HYBRID,
    where: o.Where = None,
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Find what people mean, in whichever language they said it. One row an item, best first."""
    del debug
    with o.engine(home=home) as engine:
        found = engine.search(query, k=k, mode=mode.value, where=where)
    if json:
        print_json([hit_row(hit) for hit in found])
    else:
        _tell_hits(found)


def attention(
    limit: Annotated[int, typer.Option("--limit", help="How many items, at most.")] = 100,
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Items that need a person: critical and high ones, newest first, with why."""
    del debug
    with o.engine(home=home) as engine:
        found = engine.attention(limit=limit)
    if json:
        print_json([hit_row(hit) for hit in found])
        return
    table(
        ("when", "level", "why", "text"),
        ((h.created_at, h.urgency.level, ", ".join(h.urgency.reasons), h.text[h.start : h.end]) for h in found),
    )


def trends(
    theme: Annotated[str | None, typer.Option("--theme", help="Key of one theme.")] = None,
    by: Annotated[By, typer.Option("--by", help="Width of a window.")] = By.WEEK,
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Themes over time: reach per window beside what was to be expected."""
    del debug
    with o.engine(home=home) as engine:
        found = engine.trends(theme)
        labels = {t.key: t.label for level in Level for t in engine.themes(level)}
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
    out: o.Out,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Format of the file.")] = FileFormat.JSONL,
    home: o.Home = None,
    debug: o.Debug = False,
) -> None:
    """Row-level export of the published run; an assignment row is a mention."""
    del debug
    with o.engine(home=home) as engine:
        count = engine.export(what.value, out, file_format=file_format.value)
    say(f"{count} rows written to {out}")


def report(
    out: o.Out,
    file_format: Annotated[
        ReportFormat | None, typer.Option("--format", help="[default: by the file's ending]")
    ] = None,
    home: o.Home = None,
    debug: o.Debug = False,
) -> None:
    """The theme report: what is new, what is large, what hurts, in customers' own words. One file, no network."""
    del debug
    with o.engine(home=home) as engine:
        engine.report(out, file_format=file_format.value if file_format else None)
    say(f"Report: {Path(out).resolve()}")


def _tell_hits(found: list[Hit]) -> None:
    for hit in found:
        theme = f"  [{hit.theme.label}]" if hit.theme else ""
        day = f"{hit.created_at:%Y-%m-%d} " if hit.created_at else ""
        say(f"{hit.score:.3f}  {day}{hit.lang} {hit.id}{theme}")
        say(f"       {hit.text[hit.start : hit.end].strip()}")
    if not found:
        say("Nothing found.")

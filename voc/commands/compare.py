"""`voc compare`: what people say before and after a date, or of one version and of another."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from voc.commands import options as o
from voc.comparison import Comparison, Metric, Side
from voc.console import print_json, say, table
from voc.queries.basis import run_zone
from voc.queries.compared import comparison_row


def compare(
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VALUE...]", help="With --by: its values; each is compared with the first one."),
    ] = None,
    theme: Annotated[
        str | None, typer.Option("--theme", help="Key of one theme, * for all feedback. [default: every theme]")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="Before this day and from it on.")] = None,
    days: Annotated[int, typer.Option("--days", help="Days on each side of the date, at most.")] = 28,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="version, source, country, or any other attribute.")
    ] = None,
    metric: Annotated[Metric, typer.Option("--metric", help="What is compared.")] = Metric.REACH,
    everything: Annotated[bool, typer.Option("--all", help="Every theme, as without --theme.")] = False,
    where: o.Where = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """What changed at a date (--at 2026-10-01), or from one app version to another (--by version 5.2 5.3).

    Of every theme, most changed first, or of one: how many speak of it (--metric reach), how many of them are unhappy
    (sentiment), their NPS or rating. Each change has a 95 % interval, is corrected for the number of themes, is set
    beside earlier dates, and is called under-powered where the data are too few to say that nothing changed.
    """
    del debug
    if everything and theme is not None:
        raise typer.BadParameter("--all and --theme exclude each other.")
    with o.engine(home=home, quiet=quiet or json) as engine:
        found = engine.compare(theme, metric=metric, at=at, days=days, by=by, values=values or (), where=where)
        zone = run_zone(engine.snapshot().published)
    if json:
        print_json([comparison_row(one) for one in found])
    elif len(found) == 1:
        _tell(found[0], zone)
    else:
        _list(found, zone)


def _tell(one: Comparison, zone: ZoneInfo) -> None:
    say(f"{one.verdict}. {one.sentence}")
    for side in (one.before, one.after):
        say(f"{side.name}: {_period(side, zone)}")
    if one.net is not None and one.net.value is not None:
        say(f"net sentiment: {_range(Metric.SENTIMENT, one.net.value, one.net.low, one.net.high)}")


def _list(found: list[Comparison], zone: ZoneInfo) -> None:
    several = len({one.after.name for one in found}) > 1
    others = {one.after.name: one.after for one in found}
    for side in (found[0].before, *(others[name] for name in sorted(others))):
        say(f"{side.name}: {_period(side, zone)}")
    table(
        (*(("value",) if several else ()), "theme", "label", "before", "after", "change", "q", "earlier", "verdict"),
        ((*((one.after.name,) if several else ()), *_line(one)) for one in found),
    )


def _line(one: Comparison) -> tuple[object, ...]:
    tried = one.placebo
    return (
        one.theme,
        one.label,
        _figure(one.metric, one.before),
        _figure(one.metric, one.after),
        _range(one.metric, one.change.value, one.change.low, one.change.high),
        f"{one.q:.3f}",
        "" if tried is None or not tried.enough else f"{tried.as_large}/{tried.dates}",
        one.verdict,
    )


def _figure(metric: Metric, side: Side) -> str:
    if side.value is None:
        return "–"
    if metric is Metric.REACH:
        return f"{side.speaking:,}/{side.people:,}"
    return (
        f"{side.value:.2f} ({side.speaking:,})"
        if metric is not Metric.NPS
        else f"{side.value:+.0f} ({side.speaking:,})"
    )


def _range(metric: Metric, value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "–"
    if low is None or high is None:
        return _number(metric, value)
    return f"{_number(metric, value)} ({_number(metric, low)} to {_number(metric, high)})"


def _number(metric: Metric, value: float) -> str:
    if math.isinf(value):
        return "∞"
    if metric is Metric.REACH:
        return f"{value:.2f}"
    return f"{value:+.0f}" if metric is Metric.NPS else f"{value:+.2f}"


def _period(side: Side, zone: ZoneInfo) -> str:
    """The first and the last day of a side, in the zone of the run."""
    if side.start is None or side.end is None:
        return "no feedback"
    first, end = (moment.astimezone(zone).date() for moment in (side.start, side.end))
    days = (end - first).days
    length, people = (
        "1 day" if days == 1 else f"{days} days",
        "1 person" if side.people == 1 else f"{side.people:,} people",
    )
    return f"{first} to {end - timedelta(days=1)} ({length}), {people}"

"""The report as one HTML file that opens without a network: styles and charts are inside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from voc.model import Exemplar, Spike, Theme
from voc.report import alert_lines, charts
from voc.report.coverage import coverage_rows
from voc.report.view import Report
from voc.report.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_CONTEXT = 90
_HANGUL = re.compile("[가-힣]")


def to_html(report: Report, *, language: str, zone: ZoneInfo, links: str | None = None) -> str:
    """The whole page. Everything a customer wrote is escaped. `links`: see `write_report`."""
    from markupsafe import Markup

    env = environment()
    words = Words(language)
    css = env.get_template("report.css").render()
    page = env.get_template("report.html.j2")
    known = {"report": report, "words": words, "coverage_rows": coverage_rows, "links": links, **filters_in(zone)}
    return page.render(css=Markup(css), **known)  # noqa: S704 - our own style sheet


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the report; the page builds on the same pieces."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    env = Environment(
        loader=PackageLoader("voc.report"),
        autoescape=select_autoescape(["html", "j2", "html.j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(charts=charts, said=alert_lines)
    env.filters.update(FILTERS)
    return env


def filters_in(zone: ZoneInfo) -> dict[str, Any]:
    """What a template needs to know of the reader besides the language."""
    return {"zone": zone}


def label_of(theme: Theme, language: str) -> str:
    """A theme's label in the reader's language, else its own."""
    return theme.labels.get(language) or theme.label


def readable(exemplars: Sequence[Exemplar], language: str) -> list[Exemplar]:
    """Exemplars with those first that a reader of this language can read: in Hangul for Korean, without for others."""
    return sorted(exemplars, key=lambda one: bool(_HANGUL.search(one.text[one.start : one.end])) != (language == "ko"))


def _probability(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.4f}"


def _clip_left(text: str) -> str:
    return text if len(text) <= LONGEST_CONTEXT else "…" + text[-LONGEST_CONTEXT:]


def _clip_right(text: str) -> str:
    return text if len(text) <= LONGEST_CONTEXT else text[:LONGEST_CONTEXT] + "…"


def _zone(context: Mapping[str, Any]) -> ZoneInfo:
    return context.get("zone") or ZoneInfo("UTC")


def _day(context: Mapping[str, Any], moment: datetime) -> str:
    return f"{moment.astimezone(_zone(context)):%Y-%m-%d}"


def _minute(context: Mapping[str, Any], moment: datetime) -> str:
    return f"{moment.astimezone(_zone(context)):%Y-%m-%d %H:%M}"


def _days(context: Mapping[str, Any], spike: Spike) -> str:
    """First and last day of a stretch; its end is half-open."""
    first, last = _day(context, spike.start), _day(context, spike.end - timedelta(seconds=1))
    return first if first == last else f"{first} – {last}"


def _filters() -> dict[str, Any]:
    from jinja2 import pass_context

    return {
        "share": alert_lines.share,
        "figure": alert_lines.figure,
        "probability": _probability,
        "clip_left": _clip_left,
        "clip_right": _clip_right,
        "label": label_of,
        "readable": readable,
        "day": pass_context(_day),
        "minute": pass_context(_minute),
        "days": pass_context(_days),
    }


FILTERS = _filters()

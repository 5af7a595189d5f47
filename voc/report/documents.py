"""A report as the text of a file, by format. JSON has the shapes of the contract, so that figures can be compared."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from voc.errors import UsageError
from voc.queries.alerts import alert_row
from voc.queries.flags import flag_row
from voc.queries.shapes import figure, hit_row, moment, run_row, theme_row, trend_row, window_row
from voc.queries.week import Move
from voc.report.coverage import Coverage
from voc.report.digest import Digest, ToRead
from voc.report.html import to_html
from voc.report.markdown import to_markdown
from voc.report.unusual import Unusual
from voc.report.view import Report, ThemeView

FORMATS = ("html", "md", "json")


def write_report(report: Report, file_format: str, *, language: str, zone: ZoneInfo, links: str | None = None) -> str:
    """The report in one of FORMATS. `links`: address of the pages that items are linked to, "" from one of them; None
    for a file that stands alone. Raises UsageError."""
    if file_format == "html":
        return to_html(report, language=language, zone=zone, links=links)
    if file_format == "md":
        return to_markdown(report, language=language, zone=zone, links=links)
    if file_format == "json":
        return json.dumps(to_rows(report), ensure_ascii=False, indent=2) + "\n"
    raise UsageError("Unknown format of a report.", f"Known are: {', '.join(FORMATS)}.")


def to_rows(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "run": run_row(report.run),
        "period": {"begins": moment(report.begins), "ends": moment(report.ends)},
        "languages": dict(report.languages),
        "unusual": _unusual(report.unusual),
        "week": _week(report.week) if report.week is not None else None,
        "volume": [window_row(window) for window in report.volume],
        "fresh": [view.theme.key for view in report.fresh],
        "spikes": [
            {
                "theme": row.theme.theme.key,
                "label": row.theme.theme.label,
                "start": moment(row.spike.start),
                "end": moment(row.spike.end),
                "observed": row.spike.observed,
                "expected": figure(row.spike.expected),
                "p": row.spike.p,
                "q": row.spike.q,
                "scope": dict(row.spike.scope),
                "alert_id": row.spike.alert_id,
            }
            for row in report.spikes
        ],
        "hurting": [view.theme.key for view in report.hurting],
        "liked": [view.theme.key for view in report.liked],
        "copied": [view.theme.key for view in report.copied],
        "answers": [hit_row(hit) for hit in report.answers],
        "themes": [_theme(view) for group in report.groups for view in (group, *group.children)],
        "coverage": {
            **_coverage(report.coverage),
            "languages": {str(lang): _coverage(part) for lang, part in report.coverage.languages.items()},
            "channels": [{"channel": channel, **_coverage(part)} for channel, part in report.coverage.channels.items()],
        },
    }


def _unusual(unusual: Unusual) -> dict[str, Any]:
    tested = unusual.tested
    return {
        "open": [alert_row(told) for told in unusual.open],
        "asleep": [alert_row(told) for told in unusual.asleep],
        "closed": [alert_row(told) for told in unusual.closed],
        "tested": asdict(tested) if tested is not None else None,
        "flags": [flag_row(told) for told in unusual.flags],
    }


def _week(digest: Digest) -> dict[str, Any]:
    week = digest.week
    return {
        "begins": moment(week.begins),
        "ends": moment(week.ends),
        "compared": week.compared,
        **{name: _pair(getattr(week, name)) for name in ("people", "critical", "high")},
        "first": [_to_read(line) for line in digest.first],
        "opened": [told.alert.alert_id for told in digest.opened],
        "grew": [
            {"alert_id": one.told.alert.alert_id, "before": one.before, "reach": one.told.alert.reach}
            for one in digest.grew
        ],
        "closed": [told.alert.alert_id for told in digest.closed],
        "rose": [_move(move) for move in digest.rose],
        "fell": [_move(move) for move in digest.fell],
        "fresh": [theme.key for theme in digest.fresh],
    }


def _pair(counts: tuple[int, int]) -> dict[str, int]:
    return {"now": counts[0], "before": counts[1]}


def _to_read(line: ToRead) -> dict[str, Any]:
    return {
        "label": line.label,
        "theme": line.theme.key if line.theme is not None else None,
        "alert_id": line.alert.alert_id if line.alert is not None else None,
        "reasons": list(line.reasons),
        "week": asdict(line.week) if line.week is not None else None,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "theme": move.theme.key,
        "people": move.theme.people,
        "before": move.theme.before,
        "ratio": figure(move.ratio),
        "low": figure(move.low),
        "high": figure(move.high) if math.isfinite(move.high) else None,
        "q": figure(move.q, 6),
    }


def _coverage(part: Coverage) -> dict[str, Any]:
    return {"mentions": part.mentions, "assigned": part.assigned, "unassigned": dict(part.reasons)}


def _theme(view: ThemeView) -> dict[str, Any]:
    return {**theme_row(view.theme), "weeks": trend_row(view.trend)["windows"]}

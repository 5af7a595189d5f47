"""A report as the text of a file, by format. JSON has the shapes of the contract, so that figures can be compared."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from voc.errors import UsageError
from voc.queries.shapes import figure, hit_row, moment, run_row, theme_row, trend_row, window_row
from voc.report.coverage import Coverage
from voc.report.html import to_html
from voc.report.markdown import to_markdown
from voc.report.view import Report, ThemeView

FORMATS = ("html", "md", "json")


def write_report(report: Report, file_format: str, *, language: str, zone: ZoneInfo) -> str:
    """The report in one of FORMATS. Raises UsageError."""
    if file_format == "html":
        return to_html(report, language=language, zone=zone)
    if file_format == "md":
        return to_markdown(report, language=language, zone=zone)
    if file_format == "json":
        return json.dumps(to_rows(report), ensure_ascii=False, indent=2) + "\n"
    raise UsageError("Unknown format of a report.", f"Known are: {', '.join(FORMATS)}.")


def to_rows(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "run": run_row(report.run),
        "period": {"begins": moment(report.begins), "ends": moment(report.ends)},
        "languages": dict(report.languages),
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


def _coverage(part: Coverage) -> dict[str, Any]:
    return {"mentions": part.mentions, "assigned": part.assigned, "unassigned": dict(part.reasons)}


def _theme(view: ThemeView) -> dict[str, Any]:
    return {**theme_row(view.theme), "weeks": trend_row(view.trend)["windows"]}

"""A `Run` as a row of its table, and back. The manifest is a file and not in here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from voc.model import Run
from voc.store.codec import instant, plain

RUNNING = "running"
_COUNTS = ("items", "mentions", "themes", "unassigned_share", "alerts", "seconds", "peak_rss_mb")


def counts_of(run: Run) -> dict[str, Any]:
    """The figures of a run as JSON."""
    return {name: plain(getattr(run, name)) for name in _COUNTS}


def run_of(row: RowMapping) -> Run:
    """The run behind a row; its manifest holds the options alone."""
    return Run(
        run_id=row["run_id"],
        status=row["status"],
        started_at=instant(row["started_at"]),
        finished_at=instant(row["finished_at"]) if row["finished_at"] else None,
        manifest={"options": row["options"]},
        error=row["error"],
        **row["counts"],
    )

"""Runs and reports: what was published, and starting the next run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from voc.api import answers
from voc.api.guards import REPORT_POLICY
from voc.api.rows import answer, listed
from voc.api.service import Here
from voc.errors import UsageError
from voc.queries.shapes import Row, run_row
from voc.report import FORMATS
from voc.report.words import LANGUAGES

router = APIRouter(prefix="/v1", tags=["runs"])

MEDIA_TYPES = {"html": "text/html", "md": "text/markdown", "json": "application/json"}


@router.get("/runs", responses={200: {"model": answers.Runs}})
def runs(here: Here) -> Response:
    """All runs, newest first; `current` marks the published one."""
    current = here.engine.runs.current_id()
    return answer(listed([{**run_row(run), "current": run.run_id == current} for run in here.engine.runs.list()]))


@router.get("/runs/{run_id}", responses={200: {"model": answers.Run}})
def run(here: Here, run_id: str) -> Response:
    """One run with its manifest."""
    found = here.engine.runs.get(run_id)
    current = here.engine.runs.current_id() == run_id
    return answer({**run_row(found), "current": current, "manifest": dict(found.manifest)})


@router.post("/runs", status_code=202, responses={202: {"model": answers.Run}})
def start_run(
    here: Here,
    *,
    recluster: Annotated[bool, Query(description="Make all themes anew, even if nothing is new.")] = False,
) -> Response:
    """Start a run over everything that is stored. Its state is at `Location`; 409 while another one is at work."""
    begun = here.runner.start(recluster=recluster)
    row: Row = run_row(begun) if begun else {"run_id": None, "status": "starting"}
    place = f"/v1/runs/{begun.run_id}" if begun else "/v1/runs"
    return answer(row, 202, {"Location": place})


@router.get(
    "/reports/latest",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}, "description": "The report"}},
)
def latest_report(
    here: Here,
    format: Annotated[str, Query(description="json, html or md")] = "json",  # noqa: A002 - the contract's word
    lang: Annotated[str | None, Query(description="en or ko; without it the language of most of the feedback")] = None,
) -> Response:
    """The theme report of the published run."""
    if format not in FORMATS:
        raise UsageError("Unknown format of a report.", f"Known are: {', '.join(FORMATS)}.")
    if lang is not None and lang not in LANGUAGES:
        raise UsageError("Unknown language of a report.", f"Known are: {', '.join(LANGUAGES)}.")
    text = here.engine.report_text(format, lang)
    headers = {"Content-Security-Policy": REPORT_POLICY} if format == "html" else None
    return Response(text, 200, headers, MEDIA_TYPES[format])

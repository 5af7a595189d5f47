"""Alerts: what went up beyond expectation, and what people do about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from voc.api import alerts as shapes
from voc.api.rows import answer, listed
from voc.api.service import Here
from voc.queries.alerts import alert_row
from voc.queries.flags import flag_row

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])

NOTHING = shapes.AlertActionIn(assignee=None, until=None, reason=None)


@router.get("", responses={200: {"model": shapes.Alerts}})
def alerts(
    here: Here,
    *,
    everything: Annotated[
        bool, Query(alias="all", description="Closed and snoozed ones and those of hidden themes, too.")
    ] = False,
) -> Response:
    """What went up beyond expectation and is still open, the latest opened first, with the quotes it rests on."""
    return answer(listed([alert_row(told) for told in here.engine.alerts(everything=everything)]))


@router.get("/flags", responses={200: {"model": shapes.Flags}})
def flags(
    here: Here,
    *,
    everything: Annotated[bool, Query(alias="all", description="Older ones than four weeks, too.")] = False,
) -> Response:
    """Campaigns, the latest first: one text sent many times within a week. They count as one voice and raise no
    alert."""
    return answer(listed([flag_row(told) for told in here.engine.flags(everything=everything)]))


@router.post("/{alert_id}/{action}", responses={200: {"model": shapes.Alert}})
def act(
    here: Here,
    alert_id: str,
    action: shapes.Action,
    body: Annotated[shapes.AlertActionIn | None, Body()] = None,
) -> Response:
    """Acknowledge, assign, snooze, close or reopen an alert. Holds at once, and nights keep to it."""
    return answer(alert_row(here.engine.act_on_alert(alert_id, action, **(body or NOTHING).model_dump())))

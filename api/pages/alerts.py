"""The pages of alerts: the list, one alert with its evidence, and the forms by which people act on it.

A form is sent as browsers do and answered with a redirect, so that reloading acts once. Who stands behind it: see
`voc.api.guards`; there are no keys yet, so whoever reaches the page may act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from voc.alerts import Status
from voc.api.pages.frame import draw
from voc.api.pages.routes import theme_of
from voc.api.service import Here, Service
from voc.errors import UsageError
from voc.queries import ToldAlert

router = APIRouter(prefix="/alerts", include_in_schema=False)

Action = Literal["acknowledge", "assign", "snooze", "close", "reopen"]
ACTIONS: Mapping[Status, tuple[Action, ...]] = {
    Status.OPEN: ("acknowledge", "assign", "snooze", "close"),
    Status.ACKNOWLEDGED: ("assign", "snooze", "close", "reopen"),
    Status.SNOOZED: ("reopen", "assign", "close"),
    Status.CLOSED: ("reopen",),
}
"""What may be done with an alert, by where it stands."""
LONGEST = {"assignee": 200, "until": 40, "reason": 1000}
"""Characters of each field of a form; the API takes as many."""
FORM = "application/x-www-form-urlencoded"
_AT_WORK = (Status.OPEN, Status.ACKNOWLEDGED)


async def form(request: Request) -> dict[str, str]:
    """The filled-in fields of a form. 415 for another kind of body, 400 for one that can't be read."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415)
    try:
        fields = parse_qsl((await request.body()).decode("ascii"), max_num_fields=len(LONGEST))
    except ValueError:
        raise HTTPException(400) from None
    return {name: value for name, value in fields if name in LONGEST and value.strip()}


@router.get("")
def listed(request: Request, here: Here, show: str = "open") -> Response:
    """Alerts that are open, or all of them: the open ones first, those of hidden themes last."""
    everything = show == "all"
    found = here.engine.alerts(everything=everything)
    found.sort(key=lambda told: (told.hidden, told.alert.status not in _AT_WORK))
    return draw(request, "alerts.html.j2", told=found, everything=everything, unusual=here.overview().unusual)


@router.get("/{alert_id}")
def one(request: Request, here: Here, alert_id: str) -> Response:
    """One alert with its evidence."""
    return _draw(request, here, here.engine.alert(alert_id))


@router.post("/{alert_id}/{action}")
def act(
    request: Request, here: Here, alert_id: str, action: Action, said: Annotated[dict[str, str], Depends(form)]
) -> Response:
    """Do one thing with an alert; what can't be done is said above the forms."""
    try:
        here.engine.act_on_alert(alert_id, action, **_fit(action, said))
    except UsageError as error:
        return _draw(request, here, here.engine.alert(alert_id), complaint=error)
    return RedirectResponse(f"/alerts/{quote(alert_id, safe='')}", status_code=303)


def _fit(action: str, said: Mapping[str, str]) -> dict[str, str]:
    if any(len(value) > LONGEST[name] for name, value in said.items()):
        raise UsageError("One of the fields is too long.", "An assignee has up to 200 characters, a reason up to 1000.")
    if action == "close" and "reason" not in said:
        raise UsageError("Closing needs a reason.", "Say why, for those who read the list.")
    return dict(said)


def _draw(request: Request, here: Service, told: ToldAlert, complaint: UsageError | None = None) -> Response:
    return draw(
        request,
        "alert.html.j2",
        status=400 if complaint else 200,
        told=told,
        actions=ACTIONS[told.alert.status],
        longest=LONGEST,
        complaint=complaint,
        theme_of=theme_of(here),
    )

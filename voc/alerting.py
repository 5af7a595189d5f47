"""What people do with alerts: acknowledge, assign, snooze, close, reopen."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from voc.alerts import OVER, Alert, Status
from voc.clean import clean
from voc.edits import OPERATOR
from voc.errors import UsageError
from voc.ingest.dates import parse_date
from voc.model import Feedback
from voc.ports import Tools
from voc.telemetry import log

SNOOZE = timedelta(days=7)
"""How long an alert sleeps unless somebody says until when."""
_BECOMES = {
    "acknowledge": Status.ACKNOWLEDGED,
    "assign": Status.ACKNOWLEDGED,
    "snooze": Status.SNOOZED,
    "close": Status.CLOSED,
    "reopen": Status.OPEN,
}


def act(
    tools: Tools,
    alert_id: str,
    action: str,
    *,
    local: tzinfo,
    until: str | datetime | None = None,
    assignee: str | None = None,
    reason: str | None = None,
    actor: str = OPERATOR,
) -> Alert:
    """Do one thing with an alert; `local` is the zone of an `until` without one. Raises UsageError, NotFound."""
    if action not in _BECOMES:
        raise UsageError("Unknown action on an alert.", f"Known are: {', '.join(_BECOMES)}.")
    _refuse_unfit(action, until, assignee, reason)
    at, status = tools.now(), _BECOMES[action]
    ends = None
    if action == "snooze":
        ends = at + SNOOZE if until is None else _ahead(until, at, local)
    elif action == "assign":
        alert = tools.alerts.get(alert_id)
        if alert.status is Status.SNOOZED and alert.snoozed_until is not None and alert.snoozed_until > at:
            status, ends = Status.SNOOZED, alert.snoozed_until
    done = tools.alerts.act(
        alert_id,
        status,
        at=at,
        until=ends,
        assignee=_line(assignee, "assignee") if assignee is not None else None,
        reason=_redacted(_line(reason, "reason")) if reason is not None else None,
    )
    log("alert", alert_id=done.alert_id, action=action, actor=actor)
    return done


def _refuse_unfit(action: str, until: object, assignee: object, reason: str | None) -> None:
    """What an action takes nothing of is a mistake of the caller, not to be passed over."""
    if until is not None and action != "snooze":
        raise UsageError("Only a snooze ends at a date.", "Leave `until` out, or snooze the alert.")
    if reason is not None and action != "close":
        raise UsageError("Only closing has a reason.", "Leave `reason` out, or close the alert.")
    if reason is not None and reason.strip().casefold() == OVER:
        raise UsageError(f'"{OVER}" is what nights say.', "Say in other words why you close the alert.")
    if assignee is None and action == "assign":
        raise UsageError("Assigning needs somebody.", "Name an assignee.")


def _ahead(until: str | datetime, at: datetime, local: tzinfo) -> datetime:
    ends = parse_date(until, local)
    if ends is None:
        raise UsageError("The end of the snooze is no date.", "Write it as 2026-11-14 or 2026-11-14T09:00:00+09:00.")
    if ends <= at:
        raise UsageError("The end of the snooze has passed.", "Name a date ahead.")
    return ends


def _line(text: str, name: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise UsageError(f"The {name} is empty.", "Write it out, or leave it away.")
    return line


def _redacted(text: str) -> str:
    """Personal data replaced as in feedback: a quote is quickly pasted."""
    item = clean(Feedback(item_id="alert", id="alert", source="alert", text=text))
    return " ".join(item.text.split())

"""What a message says, made when it is sent from what holds then; or why there is nothing to say any more.

Customers' words are in it only where the destination asks for quotes. Else it tells counts, ids, the theme's label and
the part of the feedback that an alert is confined to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote as quoted_path

from voc.alerts import OVER, Alert, Kind, Status
from voc.delivery import Destination, Entry, Event, Message
from voc.errors import NotFound
from voc.model import Feedback, Urgency
from voc.ports import Tools
from voc.queries.alerts import ToldAlert, alert_row, tell
from voc.queries.items import Item, item
from voc.queries.shapes import Row, item_scores_row, moment
from voc.queries.snapshot import Snapshot

_QUOTE = 500
"""Characters of a quote, at most."""
_UNASKED = ("evidence", "where", "assignee", "reason")
"""What of an alert's row stays in the home unless quotes are asked for."""


@dataclass(frozen=True, slots=True)
class Moot:
    """A message has nothing to tell any more: `gone`, `changed`, `calm`, `snoozed`, `closed`, `hidden` or `over`."""

    code: str


def message(tools: Tools, snapshot: Snapshot, entry: Entry, destination: Destination) -> Message | Moot:
    """The message behind an entry, for its destination."""
    if entry.event in (Event.OPENED, Event.CLOSED):
        return _of_alert(tools, snapshot, entry, destination)
    return _of_item(tools, snapshot, entry, destination)


def test_message(destination: Destination, message_id: str, at: datetime) -> Message:
    """What `voc deliver --test` sends."""
    return Message(
        message_id=message_id,
        event=Event.TEST,
        at=at,
        title="A test message of voc",
        facts=(("Channel", destination.name),),
        link=destination.link_base,
        data={"channel": destination.name},
    )


def _of_alert(tools: Tools, snapshot: Snapshot, entry: Entry, destination: Destination) -> Message | Moot:
    try:
        alert = tools.alerts.get(entry.subject)
    except NotFound:
        return Moot("gone")
    moot = _moot(alert, entry, tools.now())
    if moot is not None:
        return moot
    told = tell(tools, snapshot, [alert])[0]
    closed = entry.event is Event.CLOSED
    if told.hidden and not closed:
        return Moot("hidden")
    return Message(
        message_id=entry.message_id,
        event=entry.event,
        at=(alert.closed or alert.updated) if closed else alert.told_at,
        title=_alert_title(told.alert, closed=closed),
        facts=_alert_facts(told.alert, closed=closed),
        quotes=tuple(_short(one.text) for one in told.evidence) if destination.quotes and not closed else (),
        link=_link(destination, f"/alerts/{quoted_path(alert.alert_id)}"),
        data=_alert_data(told, quotes=destination.quotes),
    )


def _moot(alert: Alert, entry: Entry, now: datetime) -> Moot | None:
    """What people have seen to need not be told; nor is over what was opened again, or that end the last one."""
    if entry.event is Event.CLOSED:
        return None if over(alert) and entry.revision == end_of(alert) else Moot("changed")
    if over(alert):
        return Moot(OVER)  # the message that says so says the rest, too
    if alert.status is Status.SNOOZED and alert.snoozed_until is not None and alert.snoozed_until > now:
        return Moot("snoozed")
    return Moot("closed") if alert.status is Status.CLOSED else None


def over(alert: Alert) -> bool:
    """Whether a night, and no person, has closed it."""
    return alert.status is Status.CLOSED and alert.reason == OVER


def end_of(alert: Alert) -> int:
    """What tells the ends of an alert apart, one that was opened again having several: Unix time in seconds; 0 of one
    that is open."""
    return int(alert.closed.timestamp()) if alert.closed is not None else 0


def _alert_title(alert: Alert, *, closed: bool) -> str:
    place = f" ({_scope(alert)})" if alert.scope else ""
    who = "unhappy customers" if alert.kind is Kind.SENTIMENT else "customers"
    what = "Over" if closed else "Alert"
    return f"{what}: {alert.label}{place}: {alert.observed} {who} where {alert.expected:.1f} were expected"


def _alert_facts(alert: Alert, *, closed: bool) -> tuple[tuple[str, str], ...]:
    days = f"{alert.window} day{'s' if alert.window != 1 else ''}"
    facts = [
        ("Observed", f"{alert.observed} in {days}"),
        ("Expected", f"{alert.expected:.1f}"),
        ("Ratio", f"{alert.ratio:.1f} ({alert.ratio_low:.1f} to {alert.ratio_high:.1f})"),
        ("Customers so far", str(alert.reach)),
        ("Since", str(moment(alert.since))),
    ]
    if alert.told is not None:
        facts.append(("Told late", f"its night ended at {moment(alert.opened)}, and its feedback came after that"))
    if closed:
        facts.append(("Over", str(moment(alert.closed))))
    if alert.scope:
        facts.append(("Only in", _scope(alert)))
    return (*facts, ("Alert", alert.alert_id))


def _alert_data(told: ToldAlert, *, quotes: bool) -> Row:
    row = alert_row(told)
    if quotes:
        return row
    kept = {name: value for name, value in row.items() if name not in _UNASKED}
    return {**kept, "evidence": [{"id": one["id"], "item_id": one["item_id"]} for one in row["evidence"]]}


def _of_item(tools: Tools, snapshot: Snapshot, entry: Entry, destination: Destination) -> Message | Moot:
    try:
        found = item(tools, snapshot, entry.subject)
    except NotFound:
        return Moot("gone")
    urgency = found.scores.urgency
    if found.feedback.revision != entry.revision or urgency is None:
        return Moot("changed")
    event = {"critical": Event.CRITICAL, "high": Event.HIGH}.get(urgency.level)
    if event is None or event not in destination.events:
        return Moot("calm")
    label = _label(snapshot, found)
    return Message(
        message_id=entry.message_id,
        event=event,
        at=found.feedback.created_at or entry.queued_at,
        title=f"{urgency.level.capitalize()} feedback{f': {label}' if label else ''}",
        facts=_item_facts(found.feedback, urgency, label),
        quotes=(_short(found.feedback.text),) if destination.quotes else (),
        link=_link(destination, f"/items/{quoted_path(found.feedback.item_id)}"),
        data=_item_data(found, label, quotes=destination.quotes),
    )


def _item_facts(feedback: Feedback, urgency: Urgency, label: str | None) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Level", urgency.level),
        ("Why", ", ".join(urgency.reasons)),
        ("Theme", label),
        ("Source", feedback.source),
        ("Channel", feedback.channel),
        ("Written", moment(feedback.created_at)),
        ("Item", feedback.id),
    )
    return tuple((name, value) for name, value in facts if value)


def _item_data(found: Item, label: str | None, *, quotes: bool) -> Row:
    feedback = found.feedback
    key = next(iter(found.themes), None)
    return {
        "id": feedback.id,
        "item_id": feedback.item_id,
        "source": feedback.source,
        "channel": feedback.channel,
        "created_at": moment(feedback.created_at),
        "lang": feedback.lang,
        "theme": {"key": key, "label": label} if key is not None else None,
        **item_scores_row(found.scores),
        **({"text": feedback.text} if quotes else {}),
    }


def _label(snapshot: Snapshot, found: Item) -> str | None:
    theme = snapshot.theme(next(iter(found.themes), None))
    return theme.label if theme is not None else None


def _scope(alert: Alert) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(alert.scope.items()))


def _link(destination: Destination, path: str) -> str | None:
    return f"{destination.link_base}{path}" if destination.link_base is not None else None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1]}…"

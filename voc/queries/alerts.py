"""Alerts as people read them: keys as they stand now, and evidence in the customers' own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from voc.alerts import Alert, Quote, Status
from voc.model import Feedback
from voc.ports import Tools
from voc.queries.shapes import Row, figure, moment
from voc.queries.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention that an alert rests on: the caller's id, ours, and what it says, redacted."""

    id: str
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An alert with its evidence. Keys of merged themes are those of what they are now; a slept-out one is open."""

    alert: Alert
    evidence: tuple[Evidence, ...]
    hidden: bool = False
    """Somebody hid what it speaks of."""


def alerts(tools: Tools, snapshot: Snapshot, *, everything: bool = False) -> list[ToldAlert]:
    """Alerts that are not closed, not asleep and not of hidden themes, the latest opened first; with `everything` all
    of them."""
    now = tools.now()
    found = [_awake(alert, now) for alert in snapshot.alerts]
    at_work = [a for a in found if a.status in (Status.OPEN, Status.ACKNOWLEDGED) and not is_hidden(a, snapshot)]
    return tell(tools, snapshot, found if everything else at_work)


def alert(tools: Tools, snapshot: Snapshot, alert_id: str) -> ToldAlert:
    """One alert, whatever its status. Raises NotFound."""
    return tell(tools, snapshot, [_awake(tools.alerts.get(alert_id), tools.now())])[0]


def is_hidden(alert: Alert, snapshot: Snapshot) -> bool:
    """Whether somebody hid the theme of an alert, and nothing that is shown went up with it but the coarse theme above,
    in which hidden ones are counted."""
    theme = snapshot.theme(alert.theme)
    if theme is None or not theme.hidden:
        return False
    others = (snapshot.theme(key) for key in alert.themes)
    return all(other is None or other.hidden or other.key == theme.parent for other in others)


def tell(tools: Tools, snapshot: Snapshot, alerts: Sequence[Alert]) -> list[ToldAlert]:
    """Alerts with their evidence; quotes of items that were erased are left out."""
    refs = {(quote.item_id, quote.revision) for alert in alerts for quote in alert.evidence}
    items = tools.feedback.get(sorted(refs)) if refs else {}
    return [
        ToldAlert(
            _rekeyed(alert, snapshot),
            tuple(quoted(q, items[_ref(q)]) for q in alert.evidence if _ref(q) in items),
            is_hidden(alert, snapshot),
        )
        for alert in alerts
    ]


def alert_row(told: ToldAlert) -> Row:
    """An alert as `voc alerts` prints it."""
    alert = told.alert
    return {
        "alert_id": alert.alert_id,
        "kind": str(alert.kind),
        "theme": alert.theme,
        "label": alert.label,
        "status": str(alert.status),
        "hidden": told.hidden,
        "scope": dict(alert.scope),
        "themes": list(alert.themes),
        "opened": moment(alert.opened),
        "told": moment(alert.told),
        "updated": moment(alert.updated),
        "closed": moment(alert.closed),
        "since": moment(alert.since),
        "window": alert.window,
        "observed": alert.observed,
        "expected": figure(alert.expected),
        "ratio": figure(alert.ratio),
        "ratio_low": figure(alert.ratio_low),
        "ratio_high": figure(alert.ratio_high),
        "p": _chance(alert.p),
        "q": _chance(alert.q),
        "reach": alert.reach,
        "where": [
            {
                "field": share.field,
                "value": share.value,
                "share": figure(share.share),
                "low": figure(share.low),
                "high": figure(share.high),
                "usual": figure(share.usual),
            }
            for share in alert.where
        ],
        "evidence": [{"id": quote.id, "item_id": quote.item_id, "text": quote.text} for quote in told.evidence],
        "assignee": alert.assignee,
        "snoozed_until": moment(alert.snoozed_until),
        "reason": alert.reason,
    }


def _chance(value: float) -> float:
    """Three significant digits: the smallest ones are what an alert is told by, and must not become 0."""
    return float(f"{value:.3g}")


def _awake(alert: Alert, now: datetime) -> Alert:
    """A snooze that is over is none."""
    if alert.status is not Status.SNOOZED or alert.snoozed_until is None or alert.snoozed_until > now:
        return alert
    return replace(alert, status=Status.OPEN, snoozed_until=None)


def _rekeyed(alert: Alert, snapshot: Snapshot) -> Alert:
    key_of = snapshot.decisions.key_of
    return replace(alert, theme=key_of(alert.theme), themes=tuple(dict.fromkeys(map(key_of, alert.themes))))


def _ref(quote: Quote) -> tuple[str, int]:
    return quote.item_id, quote.revision


def quoted(quote: Quote, item: Feedback) -> Evidence:
    """A quote of an item, with what it says."""
    return Evidence(item.id, item.item_id, item.text[quote.start : quote.end])

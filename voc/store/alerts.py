"""The alerts of a home: the `AlertStore` over SQLite.

A row knows whether its status is a person's (`said`): nights leave such a one alone, unless what it speaks of is over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects.sqlite import insert

from voc.alerts import OVER, Alert, Status
from voc.errors import NotFound, UsageError
from voc.store.codec import plain, typed
from voc.store.database import Database
from voc.store.live import bump
from voc.store.tables import alerts, counters

_FIELDS = tuple(f.name for f in dataclasses.fields(Alert))
_WATCHED = "watched"
_HEARD = "heard:"


class SqlAlerts:
    """`AlertStore` over a home's database. Any number of threads may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Alert]:
        query = select(alerts).order_by(alerts.c.opened.desc(), alerts.c.alert_id)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def get(self, alert_id: str) -> Alert:
        with self._database.read() as connection:
            return _from_row(_row(connection, alert_id))

    def put(self, alerts: Sequence[Alert], *, watched: int, heard: Mapping[int, int] | None = None) -> None:
        with self._database.write() as connection:
            for alert in alerts:
                _put(connection, *_agreed(alert, _known(connection, alert.alert_id)))
            day = insert(counters).values(name=_WATCHED, value=watched)
            connection.execute(
                day.on_conflict_do_update(index_elements=["name"], set_={"value": func.max(counters.c.value, watched)})
            )
            if heard is not None:
                connection.execute(counters.delete().where(counters.c.name.startswith(_HEARD, autoescape=True)))
                rows = [{"name": f"{_HEARD}{day}", "value": items} for day, items in sorted(heard.items())]
                if rows:
                    connection.execute(counters.insert(), rows)
            bump(connection)

    def watched(self) -> int | None:
        with self._database.read() as connection:
            day: int | None = connection.execute(
                select(counters.c.value).where(counters.c.name == _WATCHED)
            ).scalar_one_or_none()
            return day

    def heard(self) -> Mapping[int, int]:
        query = select(counters.c.name, counters.c.value).where(counters.c.name.startswith(_HEARD, autoescape=True))
        with self._database.read() as connection:
            return {int(row.name.removeprefix(_HEARD)): row.value for row in connection.execute(query)}

    def act(
        self,
        alert_id: str,
        status: Status,
        *,
        at: datetime,
        until: datetime | None = None,
        assignee: str | None = None,
        reason: str | None = None,
    ) -> Alert:
        if status is Status.SNOOZED and until is None:
            raise UsageError("A snooze needs the moment at which it ends.", "Name a date.")
        with self._database.write() as connection:
            alert = _from_row(_row(connection, alert_id))
            if alert.status is Status.CLOSED and status in (Status.ACKNOWLEDGED, Status.SNOOZED):
                raise UsageError("This alert is closed.", f"Open it again first: voc alerts reopen {alert_id}")
            closes = status is Status.CLOSED
            alert = replace(
                alert,
                status=status,
                closed=(alert.closed or at) if closes else None,
                snoozed_until=until if status is Status.SNOOZED else None,
                assignee=assignee if assignee is not None else alert.assignee,
                reason=reason if closes else None,
            )
            _put(connection, alert, said=True)
            bump(connection)
        return alert


def _agreed(alert: Alert, row: RowMapping | None) -> tuple[Alert, bool]:
    """What a night made of an alert beside what people said of it, and whether the status is theirs."""
    if row is None:
        nights = alert.status is Status.OPEN or (alert.status is Status.CLOSED and alert.reason == OVER)
        return alert, not nights
    known = _from_row(row)
    said = bool(row["said"]) and (known.status is Status.CLOSED or alert.status is not Status.CLOSED)
    if said:
        alert = replace(
            alert,
            status=known.status,
            closed=known.closed,
            snoozed_until=known.snoozed_until,
            reason=known.reason,
        )
    elif alert.status is Status.CLOSED:
        alert = replace(alert, snoozed_until=None)
    return replace(alert, assignee=known.assignee), said


def _put(connection: Connection, alert: Alert, said: bool) -> None:  # noqa: FBT001 - `_agreed` answers it
    row = {**_to_row(alert), "said": said}
    connection.execute(insert(alerts).values(row).on_conflict_do_update(index_elements=["alert_id"], set_=row))


def _known(connection: Connection, alert_id: str) -> RowMapping | None:
    return connection.execute(select(alerts).where(alerts.c.alert_id == alert_id)).mappings().one_or_none()


def _row(connection: Connection, alert_id: str) -> RowMapping:
    row = _known(connection, alert_id)
    if row is None:
        raise NotFound("There is no alert with this id.", "`voc alerts --all` lists them.")
    return row


def _to_row(alert: Alert) -> Mapping[str, Any]:
    return {name: plain(getattr(alert, name)) for name in _FIELDS}


def _from_row(row: RowMapping) -> Alert:
    alert: Alert = typed({name: row[name] for name in _FIELDS}, Alert)
    return alert

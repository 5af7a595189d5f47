"""Messages that wait for their channel, and what became of them: the `OutboxStore` over SQLite."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from voc.delivery import Entry, Event, State
from voc.store.codec import iso, plain, typed
from voc.store.database import Database
from voc.store.tables import outbox

_FIELDS = tuple(f.name for f in dataclasses.fields(Entry))


class SqlOutbox:
    """`OutboxStore` over a home's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, entries: Sequence[Entry]) -> int:
        if not entries:
            return 0
        with self._database.write() as connection:
            added = [
                connection.execute(insert(outbox).values(_to_row(one)).on_conflict_do_nothing()).rowcount
                for one in entries
            ]
        return sum(added)

    def claim(self, channel: str, *, at: datetime, until: datetime) -> Entry | None:
        due = and_(outbox.c.channel == channel, outbox.c.state == State.WAITING, outbox.c.due_at <= iso(at))
        order = ((outbox.c.event == Event.CRITICAL).desc(), outbox.c.due_at, outbox.c.queued_at, outbox.c.message_id)
        query = select(outbox).where(due).order_by(*order).limit(1)
        with self._database.read() as connection:  # most often nothing is due: do not make writers wait for that
            if connection.execute(query).first() is None:
                return None
        with self._database.write() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            found = _from_row(row)
            taken = replace(found, attempts=found.attempts + 1, due_at=until)
            changed = outbox.update().where(_is(found)).values(attempts=taken.attempts, due_at=iso(until))
            connection.execute(changed)
        return taken

    def settle(
        self, claimed: Entry, state: State, *, at: datetime, code: str | None = None, due_at: datetime | None = None
    ) -> None:
        values = {
            "state": state,
            "code": code,
            "due_at": iso(due_at or claimed.due_at),
            "settled_at": None if state is State.WAITING else iso(at),
        }
        with self._database.write() as connection:
            still = and_(_is(claimed), outbox.c.state == State.WAITING, outbox.c.attempts == claimed.attempts)
            connection.execute(outbox.update().where(still).values(values))

    def postpone(self, channel: str, until: datetime, events: Collection[Event]) -> None:
        early = and_(
            outbox.c.channel == channel,
            outbox.c.state == State.WAITING,
            outbox.c.event.in_([event.value for event in events]),
            outbox.c.due_at < iso(until),
        )
        with self._database.read() as connection:
            if connection.execute(select(outbox.c.message_id).where(early).limit(1)).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(outbox.update().where(early).values(due_at=iso(until)))

    def again(self, *, at: datetime) -> int:
        anew = {
            "state": State.WAITING,
            "attempts": 0,
            "queued_at": iso(at),
            "due_at": iso(at),
            "settled_at": None,
        }
        with self._database.write() as connection:
            return connection.execute(outbox.update().where(outbox.c.state == State.FAILED).values(anew)).rowcount

    def all(self) -> Sequence[Entry]:
        query = select(outbox).order_by(outbox.c.queued_at.desc(), outbox.c.channel, outbox.c.message_id)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def forget(self, item_ids: Collection[str]) -> int:
        if not item_ids:
            return 0
        gone = outbox.delete().where(outbox.c.subject == bindparam("gone"))
        with self._database.write() as connection:
            return connection.execute(gone, [{"gone": item_id} for item_id in item_ids]).rowcount

    def prune(self, before: datetime) -> int:
        with self._database.write() as connection:
            return connection.execute(outbox.delete().where(outbox.c.queued_at < iso(before))).rowcount


def _is(one: Entry) -> ColumnElement[bool]:
    return and_(outbox.c.channel == one.channel, outbox.c.message_id == one.message_id)


def _to_row(one: Entry) -> Mapping[str, Any]:
    return {name: plain(getattr(one, name)) for name in _FIELDS}


def _from_row(row: RowMapping) -> Entry:
    found: Entry = typed({name: row[name] for name in _FIELDS}, Entry)
    return found

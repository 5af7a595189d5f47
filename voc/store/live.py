"""Mentions that came after the current run: the `LiveStore` over SQLite, and what publishing does to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select

from voc.ports import LiveMention, MentionTable
from voc.store.database import Database
from voc.store.tables import counters, live_mentions

_FIELDS = tuple(f.name for f in dataclasses.fields(LiveMention))


class SqlLive:
    """`LiveStore` over a home's database. Any number of threads may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mentions: Sequence[LiveMention]) -> None:
        if not mentions:
            return
        with self._database.write() as connection:
            _drop(connection, dict.fromkeys(mention.item_id for mention in mentions))
            connection.execute(live_mentions.insert(), [_to_row(mention) for mention in mentions])
            bump(connection)

    def all(self) -> list[LiveMention]:
        query = select(live_mentions).order_by(live_mentions.c.item_id, live_mentions.c.index)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def stamp(self) -> int:
        """Also moves when another run becomes current, with every edit and every alert."""
        with self._database.read() as connection:
            stamp: int = connection.execute(select(counters.c.value).where(counters.c.name == "stamp")).scalar_one()
            return stamp


def take_over(connection: Connection, mentions: MentionTable) -> None:
    """Drop live mentions of items that a run holds in the same revision or a later one."""
    newest: dict[str, int] = {}
    for item_id, revision in zip(mentions.item_id.tolist(), mentions.revision.tolist(), strict=True):
        newest[item_id] = max(revision, newest.get(item_id, revision))
    live = connection.execute(select(live_mentions.c.item_id, live_mentions.c.revision).distinct())
    _drop(connection, {row.item_id: None for row in live if newest.get(row.item_id, -1) >= row.revision})


def bump(connection: Connection) -> None:
    """Move the stamp, so that readers refresh."""
    connection.execute(counters.update().where(counters.c.name == "stamp").values(value=counters.c.value + 1))


def _drop(connection: Connection, item_ids: Mapping[str, None]) -> None:
    if item_ids:
        gone = live_mentions.delete().where(live_mentions.c.item_id == bindparam("gone"))
        connection.execute(gone, [{"gone": item_id} for item_id in item_ids])


def _to_row(mention: LiveMention) -> dict[str, Any]:
    return {name: getattr(mention, name) for name in _FIELDS}


def _from_row(row: RowMapping) -> LiveMention:
    values = {name: row[name] for name in _FIELDS}
    if values["sentiment"] is not None:
        values["sentiment"] = tuple(values["sentiment"])
    return LiveMention(**values)

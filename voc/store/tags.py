"""Tags that somebody taught: the `TagStore` over SQLite. Knows nothing of what a head does."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import Connection, func, select

from voc.errors import NotFound
from voc.model import Tag
from voc.ports import TaughtTag
from voc.store.codec import plain, typed
from voc.store.database import Database
from voc.store.live import bump
from voc.store.tables import tags


class SqlTags:
    """`TagStore` over a home's database. Any number of threads may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, taught: TaughtTag) -> Tag:
        name = taught.tag.name
        with self._database.write() as connection:
            last = connection.execute(select(func.max(tags.c.version)).where(tags.c.name == name)).scalar()
            tag = dataclasses.replace(taught.tag, version=(last or 0) + 1, active=True)
            _retire(connection, name)
            row = {"name": name, "version": tag.version, "active": True, "tag": _plain(tag), "head": taught.head}
            connection.execute(tags.insert(), [row])
            bump(connection)
        return tag

    def active(self) -> list[TaughtTag]:
        query = select(tags).where(tags.c.active).order_by(tags.c.name)
        with self._database.read() as connection:
            return [TaughtTag(_tag(row.tag, active=True), row.head) for row in connection.execute(query)]

    def versions(self, name: str) -> list[Tag]:
        query = select(tags.c.tag, tags.c.active).where(tags.c.name == name).order_by(tags.c.version.desc())
        with self._database.read() as connection:
            found = [_tag(row.tag, active=row.active) for row in connection.execute(query)]
        if not found:
            raise _unknown()
        return found

    def activate(self, name: str, version: int) -> Tag:
        one = (tags.c.name == name) & (tags.c.version == version)
        with self._database.write() as connection:
            row = connection.execute(select(tags.c.tag).where(one)).one_or_none()
            if row is None:
                raise _unknown()
            _retire(connection, name)
            connection.execute(tags.update().where(one).values(active=True))
            bump(connection)
        return _tag(row.tag, active=True)

    def forget(self, name: str) -> int:
        with self._database.write() as connection:
            erased = connection.execute(tags.delete().where(tags.c.name == name)).rowcount
            if not erased:
                raise _unknown()
            bump(connection)
        # The log may still hold the pages as they were.
        self._database.settle()
        return erased


def _retire(connection: Connection, name: str) -> None:
    connection.execute(tags.update().where(tags.c.name == name, tags.c.active).values(active=False))


def _plain(tag: Tag) -> dict[str, Any]:
    """What stands in the column `tag`: everything but what is in use, which has a column of its own."""
    return {name: value for name, value in plain(tag).items() if name != "active"}


def _tag(row: dict[str, Any], *, active: bool) -> Tag:
    tag: Tag = typed({**row, "active": active}, Tag)
    return tag


def _unknown() -> NotFound:
    return NotFound("There is no such tag, or no such version of it.", "`voc tags list` shows the tags.")

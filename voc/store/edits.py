"""The log of edits: the `EditStore` over SQLite. Rows are added, never changed; erasing an item erases its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from voc.edits import SPLIT, UNDO, Edit, Status
from voc.errors import NotFound, UsageError
from voc.store.codec import instant, iso
from voc.store.database import Database
from voc.store.live import bump
from voc.store.tables import edits, feedback

_CHUNK = 500
"""Ids per statement: below the smallest limit on bound values that SQLite is built with (999)."""


class SqlEdits:
    """`EditStore` over a home's database. Any number of threads may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, edit: Edit) -> None:
        with self._database.write() as connection:
            # Asked inside the transaction: the item may have been erased, or the edit undone, a moment ago.
            if edit.kind == UNDO:
                _refuse_undo(connection, edit.target)
            elif edit.text_digest is not None:
                for item_id in filter(None, (edit.target, edit.says.get("other"))):
                    _refuse_unknown_item(connection, item_id)
            connection.execute(edits.insert(), _to_row(edit))
            bump(connection)

    def all(self) -> Sequence[Edit]:
        with self._database.read() as connection:
            rows = connection.execute(select(edits).order_by(edits.c.number)).mappings().all()
        undone = {row["target"]: row["at"] for row in rows if row["kind"] == UNDO}
        return [_from_row(row, undone.get(row["edit_id"])) for row in rows]

    def forget(self, item_ids: Collection[str]) -> int:
        with self._database.write() as connection:
            return forget_edits(connection, item_ids)


def forget_edits(connection: Connection, item_ids: Collection[str]) -> int:
    """Erase the edits of these items and what undid them; their number. For a transaction that erases more."""
    erased = 0
    for items in _chunks(item_ids):
        of_items = or_(edits.c.target.in_(items), edits.c.says["other"].as_string().in_(items))
        undone = select(edits.c.edit_id).where(of_items)
        erased += connection.execute(edits.delete().where(edits.c.kind == UNDO, edits.c.target.in_(undone))).rowcount
        erased += connection.execute(edits.delete().where(of_items)).rowcount
    if _forget_seeds(connection, frozenset(item_ids)) or erased:
        bump(connection)
    return erased


def _forget_seeds(connection: Connection, item_ids: frozenset[str]) -> bool:
    """Take the items' mentions out of what splits were made of; whether there were any."""
    found = False
    for edit_id, says in connection.execute(select(edits.c.edit_id, edits.c.says).where(edits.c.kind == SPLIT)).all():
        seeds = says["seeds"].split()
        kept = [seed for seed in seeds if seed.rpartition(":")[0] not in item_ids]
        if len(kept) < len(seeds):
            found = True
            changed = edits.update().where(edits.c.edit_id == edit_id)
            connection.execute(changed.values(says={**says, "seeds": " ".join(kept)}))
    return found


def _refuse_undo(connection: Connection, edit_id: str) -> None:
    kind = connection.execute(select(edits.c.kind).where(edits.c.edit_id == edit_id)).scalar()
    if kind is None:
        raise NotFound("There is no edit with this id.", "`voc edits` lists them.")
    if kind == UNDO:
        raise UsageError("An undo can't be undone.", "Make the edit again.")
    if connection.execute(select(edits.c.number).where(edits.c.kind == UNDO, edits.c.target == edit_id)).first():
        raise UsageError("This edit is undone already.", "`voc edits` shows what holds.")


def _refuse_unknown_item(connection: Connection, item_id: str) -> None:
    known = select(feedback.c.revision).where(feedback.c.current, feedback.c.item_id == item_id)
    if connection.execute(known).first() is None:
        raise NotFound("The item is no longer there.", "It was erased a moment ago.")


def _to_row(edit: Edit) -> dict[str, Any]:
    return {
        "edit_id": edit.edit_id,
        "kind": edit.kind,
        "target": edit.target,
        "says": dict(edit.says),
        "at": iso(edit.at),
        "actor": edit.actor,
        "text_digest": edit.text_digest,
    }


def _from_row(row: RowMapping, undone_at: str | None) -> Edit:
    return Edit(
        edit_id=row["edit_id"],
        kind=row["kind"],
        target=row["target"],
        says=row["says"],
        at=instant(row["at"]),
        actor=row["actor"],
        text_digest=row["text_digest"],
        undone_at=instant(undone_at) if undone_at is not None else None,
        status=Status.UNDONE if undone_at is not None else Status.ACTIVE,
    )


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    everything = list(ids)
    for start in range(0, len(everything), _CHUNK):
        yield everything[start : start + _CHUNK]

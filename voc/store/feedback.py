"""Rows of feedback and the ledger of ingests: the `FeedbackStore` over SQLite.

Texts arrive redacted. Older revisions stay until `voc runs prune` finds that no kept run refers to them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, or_, select

from voc.errors import Ambiguous, NotFound
from voc.model import Feedback, IngestCounts, Rejected, Warned
from voc.ports import Condition, IngestPlan, Stored
from voc.store.codec import instant, iso, plain
from voc.store.database import Database
from voc.store.faults import faults
from voc.store.home import Home
from voc.store.lexical import drop_tokens, index_tokens, match_tokens, read_tokens
from voc.store.rows import from_row, to_row
from voc.store.tables import feedback, ingests
from voc.store.where import meets

CHUNK = 500
"""Ids per query: far below the smallest limit on bound values that SQLite is built with (999)."""


class SqlFeedback:
    """`FeedbackStore` over a home's database. Any number of threads may use it."""

    def __init__(self, database: Database, home: Home, *, until: datetime | None = None) -> None:
        self._database = database
        self._home = home
        self._until = until

    def until(self, moment: datetime) -> SqlFeedback:
        return SqlFeedback(self._database, self._home, until=moment)

    @property
    def _current(self) -> ColumnElement[bool]:
        """Rows of current items; as things stood at a moment, of each item the last text that was there."""
        if self._until is None:
            return feedback.c.current
        older = feedback.alias()
        written = or_(older.c.created_at.is_(None), older.c.created_at < iso(self._until))
        last = select(func.max(older.c.revision)).where(older.c.item_id == feedback.c.item_id, written)
        return feedback.c.revision == last.scalar_subquery()

    def known(self, item_ids: Sequence[str]) -> dict[str, Stored]:
        with self._database.read() as connection:
            return _known(connection, item_ids)

    def write(self, plan: IngestPlan, *, ingest_id: str) -> None:
        """One transaction for rows and tokens. What another ingest stored since the plan was made is not overwritten:
        an equal text is left as it is, a different one gets the next revision."""
        with self._database.write() as connection:
            planned = [*plan.add, *plan.update]
            stored = _known(connection, [item.item_id for item in planned])
            fresh = [item for item in (_rebased(item, stored) for item in planned) if item is not None]
            replaced = [{"old": item.item_id} for item in fresh if item.item_id in stored]
            if replaced:
                retire = feedback.update().where(feedback.c.item_id == bindparam("old"), feedback.c.current)
                connection.execute(retire.values(current=False), replaced)
            if fresh:
                connection.execute(feedback.insert(), [to_row(item, ingest_id=ingest_id) for item in fresh])
            drop_tokens(connection, [row["old"] for row in replaced if row["old"] not in plan.tokens])
            written = {item.item_id for item in fresh}
            index_tokens(connection, {item_id: words for item_id, words in plan.tokens.items() if item_id in written})

    def record_ingest(
        self, counts: IngestCounts, rejected: Sequence[Rejected], warned: Sequence[Warned], *, at: datetime
    ) -> None:
        _write_lines(self._home.rejected_file(counts.ingest_id), rejected)
        _write_lines(self._home.warnings_file(counts.ingest_id), warned)
        with self._database.write() as connection:
            connection.execute(ingests.insert(), dataclasses.asdict(counts) | {"at": iso(at)})

    def current(self) -> Iterator[Feedback]:
        """Streams: one consistent state, a thousand rows in memory at a time."""
        query = select(feedback).where(self._current).order_by(feedback.c.item_id)
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query).mappings():
                yield from_row(row)

    def get(self, refs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Feedback]:
        wanted = set(refs)
        found: dict[tuple[str, int], Feedback] = {}
        with self._database.read() as connection:
            for chunk in _chunks(dict.fromkeys(item_id for item_id, _ in refs)):
                for row in connection.execute(select(feedback).where(feedback.c.item_id.in_(chunk))).mappings():
                    if (row["item_id"], row["revision"]) in wanted:
                        found[row["item_id"], row["revision"]] = from_row(row)
        return found

    def dates(self, refs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], datetime | None]:
        told = self._columns(refs, [feedback.c.created_at])
        return {ref: instant(value) if value else None for ref, (value,) in told.items()}

    def traits(
        self, refs: Sequence[tuple[str, int]], names: Sequence[str]
    ) -> dict[tuple[str, int], tuple[str | None, ...]]:
        return self._columns(refs, [feedback.c[name] for name in names])

    def _columns(
        self, refs: Sequence[tuple[str, int]], chosen: Sequence[Column[Any]]
    ) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Some columns of revisions, without their texts."""
        wanted = set(refs)
        columns = (feedback.c.item_id, feedback.c.revision, *chosen)
        found: dict[tuple[str, int], tuple[Any, ...]] = {}
        with self._database.read() as connection:
            for chunk in _chunks(dict.fromkeys(item_id for item_id, _ in refs)):
                for item_id, revision, *values in connection.execute(
                    select(*columns).where(feedback.c.item_id.in_(chunk))
                ):
                    if (item_id, revision) in wanted:
                        found[item_id, revision] = tuple(values)
        return found

    def find(self, id_or_item_id: str, *, source: str | None = None) -> Feedback:
        named = or_(feedback.c.item_id == id_or_item_id, feedback.c.id == id_or_item_id)
        query = select(feedback).where(feedback.c.current, named)
        if source is not None:
            query = query.where(feedback.c.source == source)
        with self._database.read() as connection:
            items = [from_row(row) for row in connection.execute(query).mappings()]
        ours = [item for item in items if item.item_id == id_or_item_id]
        if len(ours or items) > 1:
            sources = ", ".join(sorted({item.source for item in items}))
            raise Ambiguous(f"The id {id_or_item_id} stands for {len(items)} items.", f"Add --source: {sources}.")
        if not items:
            raise NotFound(f"There is no item {id_or_item_id}.", "Use the id of the file, or the item_id of an output.")
        return (ours or items)[0]

    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        columns = (feedback.c.item_id, feedback.c.revision, feedback.c.content_hash)
        query = select(*columns).where(self._current).order_by(feedback.c.item_id)
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=5000).execute(query):
                digest.update(json.dumps(list(row)).encode() + b"\n")
        return digest.hexdigest()

    def count(self) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.count()).where(self._current)).scalar_one()

    def select(self, where: Sequence[Condition]) -> set[str]:
        query = select(feedback.c.item_id).where(self._current, *map(meets, where))
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def match(self, tokens: Sequence[str], *, limit: int) -> list[tuple[str, float]]:
        with self._database.read() as connection:
            return match_tokens(connection, tokens, limit=limit)

    def tokens(self, item_ids: Sequence[str]) -> dict[str, str]:
        with self._database.read() as connection:
            return {key: words for chunk in _chunks(item_ids) for key, words in read_tokens(connection, chunk).items()}


def _known(connection: Connection, item_ids: Iterable[str]) -> dict[str, Stored]:
    known: dict[str, Stored] = {}
    columns = (feedback.c.item_id, feedback.c.revision, feedback.c.content_hash)
    for chunk in _chunks(item_ids):
        query = select(*columns).where(feedback.c.current, feedback.c.item_id.in_(chunk))
        known |= {row.item_id: Stored(row.revision, row.content_hash) for row in connection.execute(query)}
    return known


def _rebased(item: Feedback, stored: dict[str, Stored]) -> Feedback | None:
    """The item as it has to be written over what is stored now, or None if that is the same already."""
    was = stored.get(item.item_id)
    if was is None or item.revision > was.revision:
        return item
    if item.content_hash == was.content_hash:
        return None
    return dataclasses.replace(item, revision=was.revision + 1)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    everything = list(ids)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]


def _write_lines(path: Path, records: Sequence[Rejected] | Sequence[Warned]) -> None:
    if not records:
        return
    with faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_line(record) for record in records)


def _line(record: Rejected | Warned) -> str:
    said = {name: value for name, value in plain(record).items() if value is not None}
    return json.dumps(said, ensure_ascii=False) + "\n"

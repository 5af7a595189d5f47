"""Which revisions of items have to stay: the current ones, and those a kept run or a live mention shows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from voc.store.mention_file import from_parquet
from voc.store.tables import feedback, live_mentions


def drop_unreferenced(connection: Connection, run_folders: Iterable[Path]) -> int:
    """Delete older revisions that none of these runs and no live mention refers to; the number of rows deleted."""
    old = {
        (row.item_id, row.revision)
        for row in connection.execute(select(feedback.c.item_id, feedback.c.revision).where(~feedback.c.current))
    }
    if not old:
        return 0
    for folder in run_folders:
        mentions = from_parquet(folder / "mentions.parquet")
        old -= set(zip(mentions.item_id.tolist(), mentions.revision.tolist(), strict=True))
    old -= {
        (row.item_id, row.revision)
        for row in connection.execute(select(live_mentions.c.item_id, live_mentions.c.revision))
    }
    if old:
        gone = feedback.delete().where(
            feedback.c.item_id == bindparam("gone"), feedback.c.revision == bindparam("gone_revision")
        )
        connection.execute(gone, [{"gone": item_id, "gone_revision": revision} for item_id, revision in sorted(old)])
    return len(old)

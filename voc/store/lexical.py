"""Lexical search: tokens of each current item and BM25 over them, kept by SQLite's FTS5.

Tokens come ready from the caller (Kiwi for Korean); this file quotes and counts them. Triggers keep the full-text
table in step with `lexical` inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.dialects.sqlite import insert

from voc.store.tables import lexical

_MATCH = text(
    "SELECT lexical.item_id, -bm25(lexical_fts) AS score FROM lexical_fts "
    "JOIN lexical ON lexical.row = lexical_fts.rowid WHERE lexical_fts MATCH :query "
    "ORDER BY score DESC, lexical.item_id LIMIT :limit"
)


def index_tokens(connection: Connection, tokens: Mapping[str, str]) -> None:
    """Replace the tokens of these items; empty ones are taken out."""
    drop_tokens(connection, [item_id for item_id, words in tokens.items() if not words])
    rows = [{"item_id": item_id, "tokens": words} for item_id, words in tokens.items() if words]
    if rows:
        upsert = insert(lexical)
        upsert = upsert.on_conflict_do_update(index_elements=["item_id"], set_={"tokens": upsert.excluded.tokens})
        connection.execute(upsert, rows)


def drop_tokens(connection: Connection, item_ids: Sequence[str]) -> None:
    """Take these items out of lexical search."""
    if item_ids:
        connection.execute(
            lexical.delete().where(lexical.c.item_id == bindparam("gone")), [{"gone": item_id} for item_id in item_ids]
        )


def match_tokens(connection: Connection, tokens: Sequence[str], *, limit: int) -> list[tuple[str, float]]:
    """(item_id, BM25) of items that hold any of `tokens`, best first, ties by item_id; higher is better.

    BM25 as in SQLite (k1 = 1.2, b = 0.75): https://www.sqlite.org/fts5.html#the_bm25_function
    """
    query = any_of(tokens)
    if not query or limit <= 0:
        return []
    return [(row.item_id, row.score) for row in connection.execute(_MATCH, {"query": query, "limit": limit})]


def read_tokens(connection: Connection, item_ids: Sequence[str]) -> dict[str, str]:
    """item_id → its tokens, parted by blanks."""
    query = select(lexical.c.item_id, lexical.c.tokens).where(lexical.c.item_id.in_(item_ids))
    return {row.item_id: row.tokens for row in connection.execute(query)}


def any_of(tokens: Sequence[str]) -> str:
    """FTS5 query for any of the tokens. Each is quoted, so that no token can be an operator (AND, NEAR, *, :)."""
    quoted = ('"' + token.replace('"', '""').replace("\x00", "") + '"' for token in tokens if token.strip())
    return " OR ".join(dict.fromkeys(quoted))

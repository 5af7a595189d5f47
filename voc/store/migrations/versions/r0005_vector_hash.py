"""Own tags name the hash of the vectors that they read, no longer that of the whole encoding.

The old hash says nothing of the vectors alone, so tags of before have none: they have to be taught again, and say so.
"""

from __future__ import annotations

from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE tags SET tag = json_set(json_remove(tag, '$.model_hash'), '$.vector_hash', '') "
        "WHERE json_extract(tag, '$.vector_hash') IS NULL"
    )

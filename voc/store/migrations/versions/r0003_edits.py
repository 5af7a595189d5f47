"""The log of edits.

Frozen on purpose: it spells out the table of its day and does not import `voc.store.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edits",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("edit_id", sa.Text, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "target", "at", "actor")),
        sa.Column("text_digest", sa.Text),
        sa.Column("says", sa.JSON, nullable=False),
    )
    op.create_index("edits_target", "edits", ["target"])

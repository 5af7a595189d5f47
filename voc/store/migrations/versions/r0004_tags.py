"""Own tags: each version that was taught, with its head; one version of a name is in use.

Frozen on purpose: it spells out the table of its day and does not import `voc.store.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("tag", sa.JSON, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )
    op.create_index("tags_active", "tags", ["name"], unique=True, sqlite_where=sa.text("active"))

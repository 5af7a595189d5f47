"""Live mentions keep their emotions, intents, journey and experience.

Frozen on purpose, as every schema of its day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("live_mentions", sa.Column("facets", sa.Text, nullable=False, server_default=""))

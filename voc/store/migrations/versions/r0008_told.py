"""When an alert was told, if later than its own night. Alerts of before were told by their nights.

Frozen on purpose: it spells out the column of its day and does not import `voc.store.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("told", sa.Text))

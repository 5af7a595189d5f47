"""Alerts, one a row, and what people said of each. The last night that was watched is a counter of its own.

Frozen on purpose: it spells out the table of its day and does not import `voc.store.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("themes", sa.JSON, nullable=False),
        sa.Column("opened", sa.Text, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
        sa.Column("closed", sa.Text),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("observed", sa.Integer, nullable=False),
        sa.Column("expected", sa.Float, nullable=False),
        sa.Column("ratio", sa.Float, nullable=False),
        sa.Column("ratio_low", sa.Float, nullable=False),
        sa.Column("ratio_high", sa.Float, nullable=False),
        sa.Column("p", sa.Float, nullable=False),
        sa.Column("q", sa.Float, nullable=False),
        sa.Column("reach", sa.Integer, nullable=False),
        sa.Column("where", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("snoozed_until", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("said", sa.Boolean, nullable=False),
    )
    op.create_index("alerts_opened", "alerts", ["opened"])

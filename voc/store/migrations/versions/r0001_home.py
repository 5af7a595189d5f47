"""The first schema: feedback, ingests, lexical tokens, runs, live mentions.

Frozen on purpose: it spells out the tables of its day and does not import `voc.store.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT_COLUMNS = ("thread_id", "author_role", "version", "country", "product", "segment", "stage")


def upgrade() -> None:
    _feedback()
    _lexical()
    _runs()
    _live()


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("current", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("ingest_id", "id", "source", "text", "content_hash")),
        *(sa.Column(name, sa.Text) for name in ("created_at", "channel", "lang", "customer_id")),
        *(sa.Column(name, sa.Float) for name in ("rating", "nps", "csat", "ces")),
        *(sa.Column(name, sa.Text, nullable=name != "author_role") for name in _TEXT_COLUMNS),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("redactions", sa.JSON, nullable=False),
    )
    op.create_index("feedback_current", "feedback", ["item_id"], unique=True, sqlite_where=sa.text("current"))
    op.create_index("feedback_id", "feedback", ["id"])
    op.create_index("feedback_customer", "feedback", ["customer_id"])
    op.create_table(
        "ingests",
        sa.Column("ingest_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("read", "added", "updated", "unchanged", "rejected", "warnings")
        ),
        sa.Column("rejected_file", sa.Text),
    )


def _lexical() -> None:
    """Tokens in a plain table, their index in an FTS5 table with external content, and triggers that keep step.

    Contentless-delete tables would do without the copy, but need SQLite 3.43. Tokens come cut by voc's own tokenizer:
    letters, marks, digits and symbols stay together (marks matter in Thai and Hindi, symbols in "c++").
    """
    op.create_table(
        "lexical",
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Text, nullable=False, unique=True),
        sa.Column("tokens", sa.Text, nullable=False),
    )
    op.execute(
        "CREATE VIRTUAL TABLE lexical_fts USING fts5(tokens, content='lexical', content_rowid='row', "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* S* Co'\")"
    )
    insert = "INSERT INTO lexical_fts(rowid, tokens) VALUES (new.row, new.tokens);"
    delete = "INSERT INTO lexical_fts(lexical_fts, rowid, tokens) VALUES ('delete', old.row, old.tokens);"
    op.execute(f"CREATE TRIGGER lexical_insert AFTER INSERT ON lexical BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER lexical_delete AFTER DELETE ON lexical BEGIN {delete} END")
    op.execute(f"CREATE TRIGGER lexical_update AFTER UPDATE OF tokens ON lexical BEGIN {delete} {insert} END")


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("manifest_sha256", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "published",
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.CheckConstraint("one = 1", name="published_one"),
    )


def _live() -> None:
    op.create_table(
        "live_mentions",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("revision", "start", "end")),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("theme", sa.Text),
        sa.Column("strength", sa.Float, nullable=False),
        sa.Column("how", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("sentiment", sa.JSON),
        sa.Column("urgency", sa.Float, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("urgency_level", "urgency_reasons", "evidence")),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("neutral", sa.LargeBinary, nullable=False),
    )
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "stamp", "value": 0}])

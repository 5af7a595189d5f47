"""Tables of the home's database, as queries see them.

How a database comes to have them stands in `migrations/versions`; a test holds the two together. The full-text table
and its triggers are SQLite's own and live in the migration and in `lexical.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

feedback = Table(
    "feedback",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("ingest_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("created_at", Text),
    Column("channel", Text),
    Column("lang", Text),
    Column("customer_id", Text),
    Column("rating", Float),
    Column("nps", Float),
    Column("csat", Float),
    Column("ces", Float),
    Column("thread_id", Text),
    Column("author_role", Text, nullable=False),
    Column("version", Text),
    Column("country", Text),
    Column("product", Text),
    Column("segment", Text),
    Column("stage", Text),
    Column("attributes", JSON, nullable=False),
    Column("redactions", JSON, nullable=False),
    Index("feedback_current", "item_id", unique=True, sqlite_where=text("current")),
    Index("feedback_id", "id"),
    Index("feedback_customer", "customer_id"),
)

ingests = Table(
    "ingests",
    metadata,
    Column("ingest_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("rejected_file", Text),
)

lexical = Table(
    "lexical",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("item_id", Text, nullable=False, unique=True),
    Column("tokens", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("options", JSON, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("manifest_sha256", Text),
    Column("error", Text),
)

published = Table(
    "published",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    CheckConstraint("one = 1", name="published_one"),
)

live_mentions = Table(
    "live_mentions",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("lang", Text, nullable=False),
    Column("theme", Text),
    Column("strength", Float, nullable=False),
    Column("how", Text),
    Column("reason", Text),
    Column("sentiment", JSON),
    Column("urgency", Float, nullable=False),
    Column("urgency_level", Text, nullable=False),
    Column("urgency_reasons", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("facets", Text, nullable=False, server_default=""),
    Column("vector", LargeBinary, nullable=False),
    Column("neutral", LargeBinary, nullable=False),
)

edits = Table(
    "edits",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("edit_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text_digest", Text),
    Column("says", JSON, nullable=False),
    Index("edits_target", "target"),
)

tags = Table(
    "tags",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("tag", JSON, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Index("tags_active", "name", unique=True, sqlite_where=text("active")),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("scope", JSON, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("opened", Text, nullable=False),
    Column("updated", Text, nullable=False),
    Column("closed", Text),
    Column("since", Text, nullable=False),
    Column("window", Integer, nullable=False),
    Column("observed", Integer, nullable=False),
    Column("expected", Float, nullable=False),
    Column("ratio", Float, nullable=False),
    Column("ratio_low", Float, nullable=False),
    Column("ratio_high", Float, nullable=False),
    Column("p", Float, nullable=False),
    Column("q", Float, nullable=False),
    Column("reach", Integer, nullable=False),
    Column("where", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("assignee", Text),
    Column("snoozed_until", Text),
    Column("reason", Text),
    Column("said", Boolean, nullable=False),
    Column("told", Text),
    Index("alerts_opened", "opened"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("settled_at", Text),
    Column("code", Text),
    Index("outbox_due", "channel", "state", "due_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from voc.store import migrations
from voc.store.database import Database
from voc.store.tables import metadata


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "voc.db")
    database.upgrade()
    yield database
    database.close()


def test_the_steps_lead_to_the_tables_that_queries_use(database):
    def ours(thing, name, kind, *_) -> bool:
        # The full-text table keeps its own; Alembic's is Alembic's.
        return not (kind == "table" and (name.startswith("lexical_fts") or name == "alembic_version"))

    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_head_is_the_last_step():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_an_upgrade_that_fails_leaves_an_empty_database(tmp_path):
    def fail_after_upgrade() -> None:
        with database.write() as connection:
            migrations.upgrade(connection, version=None)
            raise RuntimeError

    database = Database(tmp_path / "voc.db")
    with pytest.raises(RuntimeError):
        fail_after_upgrade()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    database.upgrade()
    database.close()


def test_an_up_to_date_home_opens_without_alembic(database):
    import subprocess
    import sys

    script = (
        "import sys; from pathlib import Path; from voc.store.database import Database\n"
        "database = Database(Path(sys.argv[1])); database.upgrade(); database.close()\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, str(database.path)], check=True)


def test_full_text_follows_its_table(database):
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO lexical VALUES (1, 'a', 'late parcel'), (2, 'b', 'refund')")
        connection.exec_driver_sql("UPDATE lexical SET tokens = 'paid' WHERE item_id = 'a'")
        connection.exec_driver_sql("DELETE FROM lexical WHERE item_id = 'b'")
        # Raises if the index and the table say different things.
        connection.exec_driver_sql("INSERT INTO lexical_fts(lexical_fts, rank) VALUES ('integrity-check', 1)")
        found = connection.exec_driver_sql(
            "SELECT rowid FROM lexical_fts WHERE lexical_fts MATCH 'paid OR late OR refund'"
        )
        assert found.fetchall() == [(1,)]


def test_tags_of_before_the_hash_of_vectors_are_kept_and_have_none(database):
    from sqlalchemy import text

    with database.write() as connection:
        connection.execute(
            text("INSERT INTO tags VALUES ('late', 1, 1, :tag, :head)"),
            {"tag": '{"name": "late", "model_hash": "abc", "examples": 8}', "head": b"one"},
        )
        connection.execute(text("DROP TABLE alerts"))
        connection.execute(text("DROP TABLE outbox"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'r0004'"))
        migrations.upgrade(connection, version="r0004")
        kept = connection.execute(text("SELECT tag FROM tags")).scalar_one()
    assert json.loads(kept) == {"name": "late", "vector_hash": "", "examples": 8}

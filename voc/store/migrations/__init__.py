"""Brings a home's database to the schema of this voc, step by step with Alembic; knows nothing of what rows mean.

There is no `env.py` and no ini file: a home upgrades itself when it is opened, on the connection it is given.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection

from voc.errors import SchemaTooNew

HEAD = "r0008"
"""The newest step, written down here so that an up-to-date home opens without loading Alembic."""

_ONE_AT_A_TIME = threading.Lock()
"""Alembic's `op` is one for the whole process."""


def upgrade(connection: Connection, *, version: str | None) -> None:
    """Run every step after `version` inside the caller's transaction. Raises SchemaTooNew for an unknown version."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    # Without it Alembic splits version_locations at blanks and warns.
    config.set_main_option("path_separator", "os")
    steps = ScriptDirectory.from_config(config)
    if version is not None and version not in {step.revision for step in steps.walk_revisions()}:
        raise SchemaTooNew(
            f"The home was written by a newer voc (schema {version}).", "Upgrade voc, or choose another --home."
        )
    # The same call as in `alembic.command.upgrade`, which would want an env.py.
    plan = steps._upgrade_revs  # noqa: SLF001
    with (
        _ONE_AT_A_TIME,
        EnvironmentContext(
            config, steps, fn=lambda current, _: plan("head", current), destination_rev="head"
        ) as environment,
    ):
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()

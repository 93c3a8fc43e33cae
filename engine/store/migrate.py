"""Brings a database to the schema of this code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

# Registers the tables
from engine.store import papers, tables

FOLDER = Path(__file__).parent / "migrations"
__all__ = ["migrate", "papers", "tables"]


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are missing, all in the connection's transaction.

    RuntimeError when the database was written by a newer version of this program.
    """
    config = alembic_config(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise RuntimeError(
            f"the database has schema {current}, which this version of Tidegate does not know: "
            "it was written by a newer one"
        )
    command.upgrade(config, revision)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

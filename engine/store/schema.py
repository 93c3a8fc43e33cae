"""Which schema a database has; Alembic, 9 MB of memory, is loaded only to change it."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """The schema of this code: its last migration, which begins with the revision's number."""
    return max(file.name for file in VERSIONS.glob("[0-9]*.py")).partition("_")[0]


def current(connection: Connection) -> str:
    """The schema of a database; empty: none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction; RuntimeError for a newer schema."""
    if current(connection) != newest():
        importlib.import_module("engine.store.migrate").migrate(connection)

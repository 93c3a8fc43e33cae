"""Brings a database up to date without opening the store, and says what that changed."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from engine.errors import UnavailableError
from engine.store.database import Database
from engine.store.migrate import migrate
from engine.store.settings import StoreSettings


def upgrade(url: str) -> tuple[str, str]:
    """The schema before (empty: none) and after; ValueError for a bad URL, RuntimeError for a newer schema.

    UnavailableError when the database cannot be reached.
    """
    database = Database(url, StoreSettings())
    try:
        with database.connect() as connection, connection.begin():
            context = MigrationContext.configure(connection)
            before = context.get_current_revision() or ""
            migrate(connection)
            return before, context.get_current_revision() or ""
    except DBAPIError as error:
        shown = database.url.render_as_string(hide_password=True)
        raise UnavailableError(f"cannot open the database {shown}: {error.orig}") from error
    finally:
        database.close()

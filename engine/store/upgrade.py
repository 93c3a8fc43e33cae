"""Brings a database up to date without opening the store, and says what that changed."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from engine.errors import UnavailableError
from engine.store.database import Database
from engine.store.schema import bring_up_to_date, current
from engine.store.settings import StoreSettings


def upgrade(url: str) -> tuple[str, str]:
    """The schema before (empty: none) and after; ValueError for a bad URL, RuntimeError for a newer schema.

    UnavailableError when the database cannot be reached.
    """
    database = Database(url, StoreSettings())
    try:
        with database.connect() as connection, connection.begin():
            before = current(connection)
            bring_up_to_date(connection)
            return before, current(connection)
    except DBAPIError as error:
        shown = database.url.render_as_string(hide_password=True)
        raise UnavailableError(f"cannot open the database {shown}: {error.orig}") from error
    finally:
        database.close()

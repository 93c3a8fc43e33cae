"""One batch as one transaction. All of this runs in the writer thread."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from engine.errors import ConflictError
from engine.store.batch import Batch, Work
from engine.store.database import SQLITE, Database, is_lost
from engine.store.statements import statements

log = logging.getLogger(__name__)


class Committer:
    """The writer's one connection and what it does with a batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = statements(database.dialect)
        self._connection: Connection | None = None

    def commit(self, batch: Batch) -> list[object]:
        """Write a batch; the outcome (a result or an exception) of each of its management writes.

        A lost connection, a busy or failing disk gets one new connection and one more attempt.
        """
        try:
            with self._database.gate:
                return self._attempt(batch)
        except Exception as error:
            self.close()
            if not is_lost(error):
                raise
            log.warning("a commit failed, trying once more: %s", error)
        try:
            with self._database.gate:
                return self._attempt(batch)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection; the next commit opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _attempt(self, batch: Batch) -> list[object]:
        if self._connection is None:
            self._connection = self._database.connect()
        driver: Any = self._connection.connection.driver_connection
        if not batch.works:
            self._write_only_rows(batch, driver)
            return []
        with self._connection.begin():
            self._write_rows(batch, driver)
            return [self._run(work, self._connection) for work in batch.works]

    def _write_only_rows(self, batch: Batch, driver: Any) -> None:
        """The usual commit, past SQLAlchemy. Whatever it raises, the connection is dropped, and all of it with it."""
        if self._database.dialect == SQLITE:
            driver.execute("BEGIN IMMEDIATE")
            self._write_rows(batch, driver)
            driver.execute("COMMIT")
        else:
            self._write_rows(batch, driver)
            driver.commit()

    def _write_rows(self, batch: Batch, driver: Any) -> None:
        for statement in self._statements:
            if rows := statement.rows(batch):
                statement.execute(driver, rows)

    def _run(self, work: Work, connection: Connection) -> object:
        try:
            with (
                Session(
                    connection, join_transaction_mode="create_savepoint", expire_on_commit=False
                ) as session,
                session.begin(),
            ):
                return work.act(session)
        except IntegrityError as error:
            return ConflictError(f"the database refuses it: {error.orig}")
        except DBAPIError:
            # A full disk or a lost connection may have ended the transaction: nothing in it can be trusted
            raise
        except Exception as error:  # noqa: BLE001  it belongs to the caller
            self._check_transaction(connection)
            return error

    def _check_transaction(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if self._database.dialect == SQLITE and not driver.in_transaction:
            raise RuntimeError("SQLite ended the transaction on its own")

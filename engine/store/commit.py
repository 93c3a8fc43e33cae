"""One batch as one transaction. All of this runs in the writer thread."""

from __future__ import annotations

import importlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from engine.errors import ConflictError
from engine.store.batch import Batch, Work
from engine.store.database import SQLITE, Database, is_lost
from engine.store.statements import Call, statements

log = logging.getLogger(__name__)


class Rows(Protocol):
    """How a connection writes the rows of a batch."""

    def commit(self, calls: Iterable[Call]) -> None:
        """Run statements as one transaction."""

    def write(self, calls: Iterable[Call]) -> None:
        """Run statements within the transaction that SQLAlchemy has begun."""


class LiteRows:
    """Rows on SQLite: statement after statement."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def commit(self, calls: Iterable[Call]) -> None:
        """Run statements as one transaction."""
        self._driver.execute("BEGIN IMMEDIATE")
        self.write(calls)
        self._driver.execute("COMMIT")

    def write(self, calls: Iterable[Call]) -> None:
        """Run statements within the transaction that is open."""
        execute = self._driver.execute
        for sql, parameters in calls:
            execute(sql, parameters)


class Committer:
    """The writer's one connection and what it does with a batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = statements(database.dialect)
        # All of a batch that any of them is for, in one call: most of it is empty in most batches
        self._parts = attrgetter(*(statement.part for statement in self._statements))
        self._connection: Connection | None = None
        self._rows: Rows

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
            self._rows = _rows_of(self._database.dialect, self._connection)
        if not batch.works:
            # The usual commit, past SQLAlchemy. Whatever it raises, the connection is dropped, and all of it with it
            self._rows.commit(self._calls(batch))
            return []
        with self._connection.begin():
            self._rows.write(self._calls(batch))
            return [self._run(work, self._connection) for work in batch.works]

    def _calls(self, batch: Batch) -> Iterator[Call]:
        for statement, part in zip(self._statements, self._parts(batch), strict=True):
            if part:
                yield from statement.calls(statement.rows(part))

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


def _rows_of(dialect: str, connection: Connection) -> Rows:
    driver: Any = connection.connection.driver_connection
    if dialect == SQLITE:
        return LiteRows(driver)
    made: Rows = importlib.import_module("engine.store.pipeline").Pipeline(driver.pgconn)
    return made

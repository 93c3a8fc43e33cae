"""Connections: the database URL is the only switch between SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import sys
import threading
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from engine.store.settings import StoreSettings

SQLITE = "sqlite"
POSTGRESQL = "postgresql"


class Database:
    """The engines of one database: `writer` for the writer thread's one connection, `reader` a small pool.

    `gate` is held by each commit and by whoever must not meet one.

    ValueError for a URL that names neither a SQLite file nor a PostgreSQL database.
    """

    def __init__(self, url: str, settings: StoreSettings) -> None:
        self.url = parse_url(url)
        self.dialect = self.url.get_backend_name()
        make = _sqlite if self.dialect == SQLITE else _postgresql
        self.writer, self.reader = make(self.url, settings)
        self.gate = threading.Lock()

    def connect(self) -> Connection:
        """The writer's connection."""
        return self.writer.connect()

    def close(self) -> None:
        """Close the pooled connections."""
        self.reader.dispose()
        self.writer.dispose()


def parse_url(text: str) -> URL:
    """The URL with its driver: `sqlite:///file` or `postgresql://user:password@host/name`."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(
            "the database URL must look like sqlite:///file or postgresql://user@host/name"
        ) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != SQLITE:
        raise ValueError(f"the database must be SQLite or PostgreSQL, not {url.drivername}")
    if url.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: sqlite:///relative/path or sqlite:////absolute/path")
    return url


def is_lost(error: BaseException) -> bool:
    """Whether the database, rather than the statement, is at fault: worth a new connection and one retry."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, (sqlite3.OperationalError, *_lost_by_postgresql()))


def database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy and the drivers that are loaded raise: psycopg, 8 MB, is loaded only with PostgreSQL."""
    psycopg = sys.modules.get("psycopg")
    return (DBAPIError, sqlite3.Error) if psycopg is None else (DBAPIError, sqlite3.Error, psycopg.Error)


def _lost_by_postgresql() -> tuple[type[BaseException], ...]:
    psycopg = sys.modules.get("psycopg")
    if psycopg is None:
        return ()
    # A check fails only while another process makes a partition: rows for the default one belong there by now
    return psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.CheckViolation


def _sqlite(url: URL, settings: StoreSettings) -> tuple[Engine, Engine]:
    # The driver's own BEGINs are off: the writer must take the lock at once, readers must not
    options: dict[str, Any] = {
        "connect_args": {
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": 512,
            "timeout": settings.busy_timeout_ms / 1000,
        }
    }
    writer = create_engine(url, poolclass=NullPool, **options)
    reader = create_engine(url, poolclass=QueuePool, pool_size=settings.readers, max_overflow=0, **options)
    _on_connect(writer, _pragmas(settings) | {"journal_mode": "WAL", "synchronous": "FULL"})
    _on_connect(reader, _pragmas(settings) | {"query_only": 1})
    _on_begin(writer, "BEGIN IMMEDIATE")
    _on_begin(reader, "BEGIN")
    return writer, reader


def _on_begin(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        try:
            # Past SQLAlchemy, which would spend more on this than the rest of a small commit takes
            driver.execute(statement).close()
        except sqlite3.Error as error:
            raise OperationalError(statement, (), error) from error

    event.listen(engine, "begin", begin)


def _pragmas(settings: StoreSettings) -> dict[str, object]:
    pragmas: dict[str, object] = {
        "foreign_keys": 1,
        "busy_timeout": settings.busy_timeout_ms,
        "cache_size": -1024 * settings.cache_mib,
        # A map of a growing file is made anew again and again: its faults cost more than copying a page
        "mmap_size": 0,
        "wal_autocheckpoint": settings.checkpoint_pages,
        # An upsert of many rows keeps a statement journal: in memory it costs a third less than in a file
        "temp_store": "MEMORY",
        "secure_delete": "FAST",
    }
    return pragmas | ({"max_page_count": settings.max_pages} if settings.max_pages else {})


def _on_connect(engine: Engine, pragmas: dict[str, object]) -> None:
    def connected(connection: Any, record: object) -> None:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}").close()

    event.listen(engine, "connect", connected)


def _postgresql(url: URL, settings: StoreSettings) -> tuple[Engine, Engine]:
    options: dict[str, Any] = {"connect_args": {"connect_timeout": settings.connect_timeout_s}}
    writer = create_engine(url, poolclass=NullPool, **options)
    reader = create_engine(
        url,
        pool_size=settings.readers,
        max_overflow=0,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        **options,
    )
    return writer, reader

"""The store: everything durable, behind one door."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.errors import UnavailableError
from engine.ids import now_ms
from engine.store.attributes import Attributes
from engine.store.cache import Cache
from engine.store.chains import Chains
from engine.store.commit import Committer
from engine.store.database import POSTGRESQL, Database, database_errors
from engine.store.documents import Converters, Integrations
from engine.store.downlink_rows import unpack
from engine.store.downlinks import Downlinks
from engine.store.entities import Entities
from engine.store.events import Events
from engine.store.keyvalues import KeyValues
from engine.store.notifications import Notifications
from engine.store.queue import Queue
from engine.store.reader import Reader
from engine.store.schema import bring_up_to_date
from engine.store.settings import StoreSettings
from engine.store.telemetry import Telemetry
from engine.store.tenants import Tenants, ensure_default
from engine.store.writer import Writer

# SQLite's commits are work of this process, so fewer are better; PostgreSQL's are work of another, so sooner is
_PATIENCE = 4

if TYPE_CHECKING:
    from engine.store.partitions import Partitions

T = TypeVar("T")


class Store:
    """What is durable, by kind. Made by `Store.open`; all methods are for the loop thread it was opened on.

    A method that is given an Entity knows its tenant; every other one takes the tenant's id first.
    """

    def __init__(
        self, database: Database, settings: StoreSettings, partitions: Partitions | None = None
    ) -> None:
        self._database = database
        self._reader = Reader(database.reader, settings.readers)
        patience = 0 if database.dialect == POSTGRESQL else _PATIENCE
        self.writer = Writer(Committer(database), settings.max_rows, patience)
        self.cache = Cache(settings.cached_entities)
        self.attributes = Attributes(self.writer)
        self.partitions = partitions
        self.telemetry = Telemetry(self.writer, self._reader, partitions)
        self.entities = Entities(self.writer, self._reader, self.cache, self.telemetry, settings.activity_s)
        self.tenants = Tenants(self.writer, self._reader, self.entities)
        self.downlinks = Downlinks(self.writer, self._reader)
        self.queue = Queue(self.writer, self._reader)
        self.events = Events(self.writer, self._reader, settings.events_per_hour)
        self.notifications = Notifications(self.writer, self._reader)
        self.values = KeyValues(self.writer, self._reader)
        self.integrations = Integrations(self.writer, self._reader)
        self.converters = Converters(self.writer, self._reader)
        self.chains = Chains(self.writer, self._reader)

    @classmethod
    async def open(cls, url: str, settings: StoreSettings | None = None) -> Store:
        """Open (and migrate) the database of a URL: `sqlite:///file` or `postgresql://user:password@host/name`.

        ValueError for a bad URL, UnavailableError when the database cannot be reached, RuntimeError when its
        schema is newer than this code.
        """
        settings = settings or StoreSettings()
        database = Database(url, settings)
        partitions = _partitions(database, settings) if database.dialect == POSTGRESQL else None
        await asyncio.to_thread(_prepare, database)
        store = cls(database, settings, partitions)
        try:
            await store.tend()
            await store.events.recount()
        except BaseException:
            await store.close()
            raise
        return store

    async def tend(self) -> None:
        """Make ready what the coming days need; to be called each hour or so."""
        if self.partitions is not None:
            try:
                await self.partitions.tend()
            except database_errors() as error:
                raise UnavailableError(f"the partitions of telemetry cannot be made: {error}") from error

    async def close(self) -> None:
        """Commit what is there, then let go of the database."""
        self.entities.flush_all()
        await self.writer.stop()
        if self.partitions is not None:
            await self.partitions.close()
        await self._reader.close()
        self._database.close()

    async def ping(self) -> None:
        """Raise UnavailableError unless the database answers and, after a failed commit, takes a write again."""
        await self._reader.read(lambda session: session.execute(text("SELECT 1")).scalar_one())
        if self.writer.failing:
            self.values.put("", "ping", now_ms())
            await self.writer.durable()

    async def read(self, fn: Callable[[Session], T]) -> T:
        """The result of `fn`, run in a reader thread on one snapshot of the database."""
        return await self._reader.read(fn)


def _partitions(database: Database, settings: StoreSettings) -> Partitions:
    """Loaded with psycopg, only where they are."""
    made: Partitions = importlib.import_module("engine.store.partitions").Partitions(
        database, settings.partition
    )
    return made


def _prepare(database: Database) -> None:
    """Bring the schema up to date."""
    try:
        with database.connect() as connection, connection.begin():
            bring_up_to_date(connection)
            with Session(connection) as session:
                ensure_default(session)
                unpack(session)
                session.flush()
    except DBAPIError as error:
        database.close()
        shown = database.url.render_as_string(hide_password=True)
        raise UnavailableError(f"cannot open the database {shown}: {error.orig}") from error
    except BaseException:
        database.close()
        raise

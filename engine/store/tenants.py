"""Tenants: isolated customers of one installation. Each is an entity too, so that messages can be about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from engine.errors import ConflictError, MissingError
from engine.ids import new_id, now_ms
from engine.message import TENANT, Entity
from engine.store.checks import check_name
from engine.store.entities import Entities
from engine.store.papers import Tenant
from engine.store.reader import Reader
from engine.store.tables import EntityRow
from engine.store.writer import Writer

DEFAULT = "default"


class Tenants:
    """The tenants of this installation."""

    def __init__(self, writer: Writer, reader: Reader, entities: Entities) -> None:
        self._writer = writer
        self._reader = reader
        self._entities = entities

    async def all(self) -> list[Tenant]:
        """All tenants by name."""
        query = select(Tenant).order_by(col(Tenant.name))
        return await self._reader.read(lambda session: list(session.execute(query).scalars()))

    async def create(self, name: str, id: str | None = None) -> Tenant:
        """A new tenant; ConflictError for a name or id that is taken."""
        check_name(name)
        id = id or new_id()
        return await self._writer.run(lambda session: add_tenant(session, id, name))

    async def entity(self, id: str) -> Entity:
        """The tenant as what a message may be about; MissingError for none."""
        if (entity := await self._entities.get(id, id)) is None:
            raise MissingError("tenant", id)
        return entity


def add_tenant(session: Session, id: str, name: str) -> Tenant:
    """Add a tenant and its entity."""
    query = select(Tenant).where((col(Tenant.id) == id) | (col(Tenant.name) == name))
    if (other := session.execute(query).scalars().first()) is not None:
        raise ConflictError(f"tenant {name!r} exists already", other.model_copy())
    now = now_ms()
    session.add(Tenant(id=id, name=name, created_ts=now))
    session.add(EntityRow(id=id, tenant=id, kind=TENANT, name=name, created_ts=now))
    return Tenant(id=id, name=name, created_ts=now)


def ensure_default(session: Session) -> None:
    """There is always the tenant `default`."""
    if session.get(Tenant, DEFAULT) is None:
        add_tenant(session, DEFAULT, "Default")

"""Notifications: the lines behind the bell of the editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from engine.ids import new_id, now_ms
from engine.store.checks import clean
from engine.store.page import Order, Page, read_page
from engine.store.reader import Reader
from engine.store.retention import deleted
from engine.store.tables import NotificationRow
from engine.store.writer import Writer

_CHUNK = 1_000


class Notifications:
    """The notifications of all tenants."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    def put(self, tenant: str, kind: str, text: str, entity_id: str = "") -> str:
        """Store a notification with the open batch; its id."""
        id = new_id()
        self._writer.join().notifications[id] = (id, tenant, kind, clean(text), entity_id, now_ms(), False)
        return id

    async def page(
        self, tenant: str, unread: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Page[NotificationRow]:
        """Notifications, newest first; with `unread` only those."""
        row = NotificationRow
        query = select(row).where(col(row.tenant) == tenant)
        if unread:
            query = query.where(col(row.read).is_(False))
        order = Order((col(row.created_ts), col(row.id)), descending=True)
        return await self._reader.read(lambda s: read_page(s, query, order, limit, cursor, _place))

    async def unread(self, tenant: str) -> int:
        """How many nobody has read."""
        row = NotificationRow
        query = (
            select(func.count()).select_from(row).where(col(row.tenant) == tenant, col(row.read).is_(False))
        )
        return await self._reader.read(lambda session: int(session.execute(query).scalar_one()))

    async def mark_read(self, tenant: str, ids: Sequence[str] | None = None) -> None:
        """Mark these as read, or all."""
        row = NotificationRow
        change = update(row).where(col(row.tenant) == tenant).values(read=True)
        if ids is not None:
            change = change.where(col(row.id).in_(list(ids)))

        def work(session: Session) -> None:
            session.execute(change)

        await self._writer.run(work)

    async def purge(self, older_than_ms: int) -> int:
        """Delete notifications made before `older_than_ms` (epoch ms); how many."""
        row, total = NotificationRow, 0
        old = select(col(row.id)).where(col(row.created_ts) < older_than_ms).limit(_CHUNK)
        while count := await self._writer.run(lambda s: deleted(s, delete(row).where(col(row.id).in_(old)))):
            total += count
        return total


def _place(row: NotificationRow) -> tuple[Any, ...]:
    return (row.created_ts, row.id)

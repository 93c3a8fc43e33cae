"""Downlinks on disk. Which one goes out, and when, is decided in `engine/downlinks.py`."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from engine.ids import now_ms
from engine.message import Entity
from engine.records import Downlink
from engine.store.batch import Parcel
from engine.store.checks import check_value
from engine.store.page import Order, Page, read_page
from engine.store.reader import Reader
from engine.store.retention import deleted
from engine.store.tables import DownlinkRow, OutboxRow
from engine.store.writer import Writer

QUEUED = "queued"
_CHUNK = 1_000


class Downlinks:
    """The rows of downlinks; they keep the order of their ids."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._parcels: dict[str, Parcel] = {}

    def put(self, downlink: Downlink) -> None:
        """Store a downlink with the open batch; one with the same entity and id is replaced.

        ValueError when a header cannot be stored.
        """
        d = downlink
        if d.headers:
            check_value(dict(d.headers))
        batch = self._writer.join()
        place = (d.entity_id, d.id)
        if batch.downlinks_done:
            batch.downlinks_done.pop(place, None)
        batch.downlinks[place] = d

    def carry(self, downlink: Downlink) -> None:
        """The downlink leaves with an answer of the open batch, if it was put there.

        All such downlinks of a commit are one row of the outbox, a tenth of the work of rows of their own. The
        row goes when all of them have been settled, by `mark` or by `put`; until then a crash brings them back.
        """
        batch = self._writer.open
        if batch.downlinks.pop((downlink.entity_id, downlink.id), None) is None:
            return
        parcel = batch.outbox
        if parcel is None:
            parcel = batch.outbox = Parcel()
        parcel.downlinks.append(downlink)
        parcel.left += 1
        self._parcels[downlink.id] = parcel

    def release(self, downlink: Downlink) -> None:
        """The answer was lost: the downlink waits again."""
        if downlink.id in self._parcels:
            self.put(downlink)
            self._settle(downlink.id)

    def deliver(self, downlinks: Sequence[Downlink]) -> None:
        """The answer that carried these has left."""
        for downlink in downlinks:
            downlink.state = "delivered"
            if not self._settle(downlink.id):
                self._mark(downlink.id, downlink.entity_id, "delivered", now_ms())

    def _settle(self, downlink_id: str) -> bool:
        """Whether the downlink was in a parcel; with the last of them the parcel goes."""
        parcel = self._parcels.pop(downlink_id, None)
        if parcel is None:
            return False
        parcel.left -= 1
        if parcel.left == 0:
            self._writer.join().outbox_gone.append((parcel.id,))
        return True

    def mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        """Store what became of a downlink with the open batch."""
        if not self._settle(downlink_id):
            self._mark(downlink_id, entity_id, state, done_ts)

    def _mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        # After `downlinks` in the list of statements, so one put in this same batch is marked as well
        self._writer.join().downlinks_done[entity_id, downlink_id] = (entity_id, downlink_id, state, done_ts)

    async def get(self, tenant: str, entity_id: str, id: str) -> Downlink | None:
        """One downlink."""
        row = DownlinkRow
        query = select(row).where(
            col(row.entity_id) == entity_id, col(row.id) == id, col(row.tenant) == tenant
        )
        found = await self._reader.read(lambda s: s.execute(query).scalars().first())
        return None if found is None else downlink_of(found)

    async def page(
        self,
        tenant: str,
        entity_id: str,
        state: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Downlink]:
        """Downlinks of a device, newest first."""
        row = DownlinkRow
        query = select(row).where(col(row.entity_id) == entity_id, col(row.tenant) == tenant)
        if state is not None:
            query = query.where(col(row.state) == state)
        order = Order((col(row.id),), descending=True)
        page = await self._reader.read(lambda s: read_page(s, query, order, limit, cursor, _place))
        return Page([downlink_of(found) for found in page.items], page.next)

    async def any_delivered(self, tenant: str) -> bool:
        """Whether a downlink of this tenant that had to wait has reached its device."""
        row = DownlinkRow
        query = select(col(row.id)).where(col(row.tenant) == tenant, col(row.state) == "delivered").limit(1)
        return await self._reader.read(lambda s: s.execute(query).first() is not None)

    async def queued(self, entity: Entity) -> list[Downlink]:
        """The downlinks of a device that wait, oldest first."""
        return await self._reader.read(lambda session: read_queued(session, entity.id))

    async def purge(self, older_than_ms: int) -> int:
        """Delete downlinks made before `older_than_ms` that no longer wait; how many."""
        last, total = ("", ""), 0
        while old := await self._reader.read(partial(_read_old, after=last, older_than_ms=older_than_ms)):
            last = old[-1]
            total += await self._writer.run(partial(_delete, keys=old))
        return total


def read_queued(session: Session, entity_id: str) -> list[Downlink]:
    """The downlinks of a device that wait, in the order they were made."""
    row = DownlinkRow
    query: Any = (
        select(row).where(col(row.entity_id) == entity_id, col(row.state) == QUEUED).order_by(col(row.id))
    )
    return [downlink_of(found) for found in session.execute(query).scalars()]


def downlink_of(row: DownlinkRow) -> Downlink:
    """A row as the record that it stands for."""
    values = {name: getattr(row, name) for name in Downlink.__struct_fields__}
    values["payload"] = base64.b64decode(row.payload)
    return Downlink(**values)


def _place(row: DownlinkRow) -> tuple[Any, ...]:
    return (row.id,)


def _read_old(session: Session, after: tuple[str, str], older_than_ms: int) -> list[tuple[str, str]]:
    """Keys of what may go, found by a walk along the primary key: no index to keep up at every downlink."""
    row = DownlinkRow
    entity_id, id = col(row.entity_id), col(row.id)
    query = select(entity_id, id).where(
        tuple_(entity_id, id) > tuple_(*after), col(row.created_ts) < older_than_ms, col(row.state) != QUEUED
    )
    return [(e, i) for e, i in session.execute(query.order_by(entity_id, id).limit(_CHUNK))]


def _delete(session: Session, keys: Sequence[tuple[str, str]]) -> int:
    row = DownlinkRow
    return deleted(session, delete(row).where(tuple_(col(row.entity_id), col(row.id)).in_(keys)))


def unpack(session: Session) -> None:
    """After a stop or a crash: what was under way with an answer waits again."""
    for parcel in session.execute(select(OutboxRow)).scalars().all():
        for downlink in map(_unpacked, parcel.document):
            values = {name: getattr(downlink, name) for name in Downlink.__struct_fields__}
            encoded = base64.b64encode(downlink.payload).decode()
            session.merge(DownlinkRow(**values | {"state": QUEUED, "payload": encoded}))
        session.delete(parcel)


def _unpacked(cells: list[Any] | dict[str, Any]) -> Downlink:
    # A version before this one wrote the names of the fields as well
    names = Downlink.__struct_fields__
    fields = cells if isinstance(cells, dict) else dict(zip(names, cells, strict=True))
    return msgspec.convert(fields, Downlink)

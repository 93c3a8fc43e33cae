"""Downlinks as rows: read, listed, cleared away; what SQL there is of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from engine.records import Downlink
from engine.store.page import Order, Page, read_page
from engine.store.retention import deleted
from engine.store.tables import DownlinkRow, OutboxRow

QUEUED = "queued"
_CHUNK = 1_000


def read_one(session: Session, tenant: str, entity_id: str, id: str) -> Downlink | None:
    """One downlink."""
    row = DownlinkRow
    query = select(row).where(col(row.entity_id) == entity_id, col(row.id) == id, col(row.tenant) == tenant)
    found = session.execute(query).scalars().first()
    return None if found is None else downlink_of(found)


def read_list(
    session: Session, tenant: str, entity_id: str, state: str | None, limit: int, cursor: str | None
) -> Page[Downlink]:
    """Downlinks of a device, newest first; all of them or those in one state."""
    row = DownlinkRow
    query = select(row).where(col(row.entity_id) == entity_id, col(row.tenant) == tenant)
    if state is not None:
        query = query.where(col(row.state) == state)
    page = read_page(session, query, Order((col(row.id),), descending=True), limit, cursor, _place)
    return Page([downlink_of(found) for found in page.items], page.next)


def is_any_delivered(session: Session, tenant: str) -> bool:
    """Whether a downlink of this tenant that had to wait has reached its device."""
    row = DownlinkRow
    query = select(col(row.id)).where(col(row.tenant) == tenant, col(row.state) == "delivered").limit(1)
    return session.execute(query).first() is not None


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


def read_old(session: Session, after: tuple[str, str], older_than_ms: int) -> list[tuple[str, str]]:
    """Keys of what may go, found by a walk along the primary key: no index to keep up at every downlink."""
    row = DownlinkRow
    entity_id, id = col(row.entity_id), col(row.id)
    query = select(entity_id, id).where(
        tuple_(entity_id, id) > tuple_(*after), col(row.created_ts) < older_than_ms, col(row.state) != QUEUED
    )
    return [(e, i) for e, i in session.execute(query.order_by(entity_id, id).limit(_CHUNK))]


def delete_rows(session: Session, keys: Sequence[tuple[str, str]]) -> int:
    row = DownlinkRow
    return deleted(session, delete(row).where(tuple_(col(row.entity_id), col(row.id)).in_(keys)))


def unpack(session: Session) -> None:
    """After a stop or a crash: what was under way with an answer waits again."""
    for parcel in session.execute(select(OutboxRow)).scalars().all():
        for cells in msgspec.msgpack.decode(parcel.document):
            fields = dict(zip(Downlink.__struct_fields__, cells, strict=True))
            encoded = base64.b64encode(fields["payload"]).decode()
            session.merge(DownlinkRow(**fields | {"state": QUEUED, "payload": encoded}))
        session.delete(parcel)

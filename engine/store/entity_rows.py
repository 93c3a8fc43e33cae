"""Devices and assets as rows: listed, counted, deleted; what SQL there is of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from engine.store.checks import clean
from engine.store.page import Page, order_of, read_page
from engine.store.tables import AttributeRow, DownlinkRow, EntityRow, SeriesRow

__all__ = ["EntityRow", "count_entities", "delete_entity", "read_entities"]
_SORTS = {
    "name": col(EntityRow.name),
    "type": col(EntityRow.type),
    "label": col(EntityRow.label),
    "createdTs": col(EntityRow.created_ts),
    "lastActivityTs": col(EntityRow.last_activity_ts),
}
_ATTRIBUTE_OF = {"createdTs": "created_ts", "lastActivityTs": "last_activity_ts"}


def read_entities(
    session: Session, tenant: str, kind: str, q: str, sort: str, limit: int, cursor: str | None
) -> Page[EntityRow]:
    """Entities whose name contains `q`; sorted by name, type, label, createdTs or lastActivityTs."""
    order = order_of(sort, _SORTS, col(EntityRow.id))
    query = select(EntityRow).where(col(EntityRow.tenant) == tenant, col(EntityRow.kind) == kind)
    if q:
        query = query.where(col(EntityRow.name).icontains(clean(q), autoescape=True))
    field = _ATTRIBUTE_OF.get(sort.removeprefix("-"), sort.removeprefix("-"))

    def place(row: EntityRow) -> tuple[Any, ...]:
        return (getattr(row, field), row.id)

    return read_page(session, query, order, limit, cursor, place)


def count_entities(session: Session, tenant: str, kind: str, active_since_ms: int) -> int:
    """How many entities of a kind were heard of since then; all of them for 0."""
    row = EntityRow
    query = select(func.count()).select_from(row).where(col(row.tenant) == tenant, col(row.kind) == kind)
    if active_since_ms:
        query = query.where(col(row.last_activity_ts) >= active_since_ms)
    return int(session.execute(query).scalar_one())


def delete_entity(session: Session, id: str) -> list[int]:
    """Delete an entity with its attributes and downlinks; the numbers of its series, which are left."""
    series = select(col(SeriesRow.id)).where(col(SeriesRow.entity_id) == id)
    ids = list(session.execute(series).scalars())
    session.execute(delete(AttributeRow).where(col(AttributeRow.entity_id) == id))
    session.execute(delete(DownlinkRow).where(col(DownlinkRow.entity_id) == id))
    session.execute(delete(EntityRow).where(col(EntityRow.id) == id))
    return ids

"""Finding the newest and deleting the oldest values of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Delete, delete, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from engine.services import Stamped
from engine.store.tables import EntityRow, SeriesRow, TelemetryRow

_SERIES = 500
_PARAMETERS = 500
_series = col(TelemetryRow.series)
_ts = col(TelemetryRow.ts)


class SeriesAge(NamedTuple):
    """Whether a series has old values, and whether its entity is gone."""

    id: int
    old: bool
    orphan: bool


def read_latest(session: Session, ids: Sequence[int]) -> dict[int, Stamped]:
    """The newest value of each series that has one; one seek a series."""
    found: dict[int, Stamped] = {}
    inner = aliased(TelemetryRow)
    newest = select(func.max(col(inner.ts))).where(col(inner.series) == col(SeriesRow.id)).scalar_subquery()
    query: Any = (
        select(_series, _ts, col(TelemetryRow.value))
        .select_from(SeriesRow)
        .join(TelemetryRow, (_series == col(SeriesRow.id)) & (_ts == newest))
    )
    for first in range(0, len(ids), _PARAMETERS):
        part = list(ids[first : first + _PARAMETERS])
        for id, ts, value in session.execute(query.where(col(SeriesRow.id).in_(part))):
            found[id] = Stamped(ts, value)
    return found


def read_series(session: Session, after: int, older_than_ms: int) -> list[SeriesAge]:
    """The next series after number `after`."""
    id = col(SeriesRow.id)
    old = select(literal(1)).where(_series == id, _ts < older_than_ms).exists()
    known = select(literal(1)).where(col(EntityRow.id) == col(SeriesRow.entity_id)).exists()
    query: Any = select(id, old, ~known).where(id > after).order_by(id).limit(_SERIES)
    return [SeriesAge(*row) for row in session.execute(query)]


def delete_range(session: Session, id: int, start: int, end: int, limit: int) -> int:
    """Delete at most `limit` values with start <= ts < end."""
    oldest = select(_ts).where(_series == id, _ts >= start, _ts < end).order_by(_ts).limit(limit)
    return deleted(session, delete(TelemetryRow).where(_series == id, _ts.in_(oldest)))


def purge_series(session: Session, id: int, older_than_ms: int, limit: int) -> int:
    """Delete at most `limit` values before `older_than_ms`, never the newest of the series."""
    newest = session.execute(select(func.max(_ts)).where(_series == id)).scalar()
    return 0 if newest is None else delete_range(session, id, -(2**63), min(older_than_ms, newest), limit)


def drop_series(session: Session, id: int, limit: int) -> int:
    """Delete at most `limit` values, and the series itself with the last of them; how many."""
    count = delete_range(session, id, -(2**63), 2**63 - 1, limit)
    if count < limit:
        session.execute(delete(SeriesRow).where(col(SeriesRow.id) == id))
    return count


def deleted(session: Session, statement: Delete) -> int:
    """Run a DELETE; how many rows it took."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return int(result.rowcount)

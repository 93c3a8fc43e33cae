"""Finding the newest and deleting the oldest values of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Delete, delete, func, literal, select, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from engine.services import Stamped
from engine.store.tables import EntityRow, SeriesRow, TelemetryRow
from engine.values import encode_text

_SERIES = 500
_PARAMETERS = 500
_EACH = {
    "sqlite": "(SELECT value AS id FROM json_each(:ids)) AS s CROSS JOIN telemetry AS t ON t.series = s.id",
    "postgresql": """(SELECT value::bigint AS id FROM json_array_elements_text(CAST(:ids AS json))) AS s
      JOIN telemetry AS t ON t.series = s.id""",
}
_OLD_IN = """
  SELECT DISTINCT o.series FROM {table} AS o WHERE o.series > :after AND o.series <= :last AND o.ts < :old
  AND EXISTS (SELECT 1 FROM telemetry AS n WHERE n.series = o.series AND n.ts > o.ts)
"""
_PURGE = """
  DELETE FROM telemetry WHERE (series, ts) IN (
    SELECT t.series, t.ts FROM {each} AND t.ts < :old
    WHERE EXISTS (SELECT 1 FROM telemetry AS n WHERE n.series = t.series AND n.ts > t.ts) LIMIT :limit)
"""
_series = col(TelemetryRow.series)
_ts = col(TelemetryRow.ts)


class Old(NamedTuple):
    """The next part of the series: which have old values, which belong to no entity, where to go on after."""

    old: list[int]
    orphans: list[int]
    last: int


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


def read_series(session: Session, after: int, older_than_ms: int, tables: Sequence[str] = ()) -> Old | None:
    """What there is to delete of the series that come after number `after`; None when none come.

    Values before `older_than_ms`, but for the newest of a series, are looked for in `tables`; by default with
    each series.
    """
    id = col(SeriesRow.id)
    known = select(literal(1)).where(col(EntityRow.id) == col(SeriesRow.entity_id)).exists()
    query: Any = select(id, literal(False) if tables else _is_old(older_than_ms), ~known)
    rows = session.execute(query.where(id > after).order_by(id).limit(_SERIES)).all()
    if not rows:
        return None
    aged = {row[0] for row in rows if row[1]}
    values = {"after": after, "last": rows[-1][0], "old": older_than_ms}
    for table in tables:
        aged.update(session.execute(text(_OLD_IN.format(table=table)), values).scalars())
    orphans = [row[0] for row in rows if row[2]]
    return Old(sorted(aged.difference(orphans)), orphans, rows[-1][0])


def _is_old(older_than_ms: int) -> Any:
    oldest = select(func.min(_ts)).where(_series == col(SeriesRow.id)).scalar_subquery()
    newest = select(func.max(_ts)).where(_series == col(SeriesRow.id)).scalar_subquery()
    return func.coalesce((oldest < older_than_ms) & (oldest < newest), literal(False))


def delete_range(session: Session, id: int, start: int, end: int, limit: int) -> int:
    """Delete at most `limit` values with start <= ts < end."""
    oldest = select(_ts).where(_series == id, _ts >= start, _ts < end).order_by(_ts).limit(limit)
    return deleted(session, delete(TelemetryRow).where(_series == id, _ts.in_(oldest)))


def purge_some(session: Session, ids: Sequence[int], older_than_ms: int, limit: int) -> int:
    """Delete at most `limit` values of these series before `older_than_ms`, never the newest of a series."""
    each = _EACH[session.get_bind().dialect.name]
    values = {"ids": encode_text(list(ids)), "old": older_than_ms, "limit": limit}
    result = session.execute(text(_PURGE.format(each=each)), values)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


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

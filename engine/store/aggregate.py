"""Reading time series: as they are, or one value per interval, worked out by the database.

A value is JSON text, so its first character tells a number from the rest. `{num}` casts it to a type that
compares as the numbers do: numeric on PostgreSQL; a 64-bit integer or a double on SQLite.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from engine.services import Stamped
from engine.store.database import SQLITE
from engine.store.tables import TelemetryRow
from engine.values import decode

AGGREGATIONS = ("NONE", "MIN", "MAX", "AVG", "SUM", "COUNT")

_PARTS = {
    "sqlite": {
        "is_number": "value BETWEEN '-' AND ':'",
        "is_float": "value GLOB '*[.eE]*'",
        "num": "CASE WHEN value GLOB '*[.eE]*' THEN CAST(value AS REAL) ELSE CAST(value AS NUMERIC) END",
    },
    "postgresql": {
        "is_number": """value COLLATE "C" BETWEEN '-' AND ':'""",
        "is_float": "value ~ '[.eE]'",
        "num": "CAST(value AS numeric)",
    },
}
_ROWS = """
  SELECT ts, value, CAST(:start + (ts - :start) / :step * :step AS bigint) AS bucket, {what}
  FROM telemetry WHERE series = :series AND ts >= :start AND ts < :end AND {where}
"""
_ORDER = " ORDER BY bucket {order} LIMIT :limit"
_COUNT = "SELECT bucket, COUNT(*) FROM ({rows}) AS r GROUP BY bucket" + _ORDER
_AVG = "SELECT bucket, AVG(num) FROM ({rows}) AS r GROUP BY bucket" + _ORDER
_EXTREME = "SELECT bucket, value FROM ({rows}) AS r WHERE place = 1" + _ORDER
_PLACE = """
  ROW_NUMBER() OVER (PARTITION BY (ts - :start) / :step ORDER BY {num} {order}, ts) AS place
"""
_SUM = {
    # SUM of integers raises on overflow: the upper and the lower half are added apart
    "sqlite": """SELECT bucket, SUM(num >> 32) FILTER (WHERE typeof(num) = 'integer'),
      SUM(num & 4294967295) FILTER (WHERE typeof(num) = 'integer'),
      SUM(num) FILTER (WHERE typeof(num) = 'real') FROM ({rows}) AS r GROUP BY bucket"""
    + _ORDER,
    "postgresql": "SELECT bucket, SUM(num), bool_or(is_float) FROM ({rows}) AS r GROUP BY bucket" + _ORDER,
}


def read_values(
    session: Session, series: int, start: int, end: int, limit: int, descending: bool
) -> list[Stamped]:
    """The values of a series with start <= ts < end."""
    ts = col(TelemetryRow.ts)
    query: Any = select(ts, col(TelemetryRow.value)).where(
        col(TelemetryRow.series) == series, ts >= start, ts < end
    )
    query = query.order_by(ts.desc() if descending else ts.asc()).limit(max(0, limit))
    return [Stamped(*row) for row in session.execute(query)]


def read_aggregate(
    session: Session,
    series: int,
    start: int,
    end: int,
    aggregation: str,
    step: int,
    limit: int,
    descending: bool,
) -> list[Stamped]:
    """One value for each interval of `step` ms that has any; its ts is the start of the interval."""
    dialect = session.get_bind().dialect.name
    sql = _sql(dialect, aggregation, "DESC" if descending else "ASC")
    values = {"series": series, "start": start, "end": end, "step": step, "limit": max(0, limit)}
    return [Stamped(row[0], _result(dialect, aggregation, row)) for row in session.execute(text(sql), values)]


def _sql(dialect: str, aggregation: str, order: str) -> str:
    parts = _PARTS[dialect]
    if aggregation == "COUNT":
        return _COUNT.format(rows=_ROWS.format(what="1", where="true"), order=order)
    if aggregation in ("MIN", "MAX"):
        place = _PLACE.format(num=parts["num"], order="ASC" if aggregation == "MIN" else "DESC")
        return _EXTREME.format(rows=_ROWS.format(what=place, where=parts["is_number"]), order=order)
    what = f"{parts['num']} AS num, {parts['is_float']} AS is_float"
    template = _AVG if aggregation == "AVG" else _SUM[dialect]
    return template.format(rows=_ROWS.format(what=what, where=parts["is_number"]), order=order)


def _result(dialect: str, aggregation: str, row: Any) -> Any:
    if aggregation == "COUNT":
        return row[1]
    if aggregation in ("MIN", "MAX"):
        return decode(row[1])
    if aggregation == "AVG":
        return _finite(row[1])
    return _sqlite_sum(*row[1:]) if dialect == SQLITE else _postgresql_sum(*row[1:])


def _sqlite_sum(high: int | None, low: int | None, real: float | None) -> int | float:
    whole = ((high or 0) << 32) + (low or 0)
    return whole if real is None else _finite(whole + real)


def _postgresql_sum(total: Decimal, has_float: bool) -> int | float:
    return _finite(total) if has_float else int(total)


def _finite(number: Decimal | float) -> float:
    """The number as a float that JSON can say."""
    return max(-sys.float_info.max, min(sys.float_info.max, float(number)))

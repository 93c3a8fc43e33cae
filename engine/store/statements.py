"""The statements of a commit: one per kind of row, in one order, with all its rows in ONE parameter.

Python's sqlite3 gives the GIL away at every row of an executemany and wins it back from a busy event loop
only after its switch interval; PostgreSQL pays per statement. So the rows travel as one JSON array of arrays,
and the database takes it apart. Telemetry, which has many narrow rows, travels in a cheaper way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Integer, Table
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from engine.records import Downlink
from engine.store import cells, tables
from engine.store.checks import clean
from engine.store.columns import JsonText
from engine.store.database import SQLITE
from engine.values import encode_text

# SQLite writes a row of the array out as text each time that somebody looks at `value`: once is enough
_SQLITE_ROWS = "WITH r(value) AS MATERIALIZED (SELECT value FROM json_each(?)) "
_POSTGRESQL_ROWS = "WITH r(value) AS (SELECT * FROM json_array_elements($1::json)) "
# Held by whoever makes partitions of telemetry, and shared by commits that may need one
PARTITIONS_LOCK = 7_361_404_915
# A statement and its parameters
Call = tuple[str, Sequence[object]]
# What makes rows of a part of a batch that is not empty
Rows = Callable[[Any], Sequence[Any]]


class Statement(NamedTuple):
    """`rows` makes of a `part` of a batch what `sql` wants as its JSON parameter.

    `texts` are the places of JSON values that travel as text within the JSON (PostgreSQL only: it cannot take
    a row apart that has a \\u0000 anywhere; SQLite hands out the JSON text of a part as it came).
    """

    part: str
    rows: Rows
    sql: str
    texts: tuple[int, ...] = ()

    def calls(self, rows: Sequence[Any]) -> Iterator[Call]:
        """What writes all rows."""
        yield self.sql, (parameter(self, rows),)


class BoundRows:
    """The many narrow rows of telemetry on SQLite: as bound values, in few sizes of statement.

    For three columns taking JSON apart costs more than binding; each execution is still one call without the
    GIL. The sizes keep the number of different statements, and so of prepared ones, small.
    """

    SIZES = (128, 64, 32, 16, 8, 4, 2, 1)

    def __init__(self, part: str, rows: Rows, table: Table) -> None:
        self.part = part
        self.rows = rows
        self._sql = {size: _bound_upsert(table, size) for size in self.SIZES}

    def calls(self, rows: Sequence[Any]) -> Iterator[Call]:
        """What writes all rows."""
        start = 0
        for size in self.SIZES:
            sql = self._sql[size]
            while len(rows) - start >= size:
                yield sql, list(chain.from_iterable(rows[start : start + size]))
                start += size


class ArrayRows:
    """The many narrow rows of telemetry on PostgreSQL: an array for each column, half the server's work of JSON."""

    def __init__(self, part: str, rows: Rows, table: Table) -> None:
        self.part = part
        self.rows = rows
        self._sql = _array_upsert(table)

    def calls(self, rows: Sequence[Any]) -> Iterator[Call]:
        """What writes all rows."""
        yield self._sql, [_array(column) for column in zip(*rows, strict=True)]


class FewRows(NamedTuple):
    """Rows of which a commit has one or two: bound, for JSON pays off with many, and a document may be long."""

    part: str
    rows: Rows
    sql: str

    def calls(self, rows: Sequence[Any]) -> Iterator[Call]:
        """What writes all rows."""
        for row in rows:
            yield self.sql, row


def statements(dialect: str) -> list[Statement | BoundRows | ArrayRows | FewRows]:
    """What a commit runs, in this order; those whose part of the batch is empty are left out."""
    lite = dialect == SQLITE
    source = _SQLITE_ROWS if lite else _POSTGRESQL_ROWS
    mark = ["?", "?"] if lite else ["$1", "$2"]

    def put(part: str, model: type[SQLModel], on_conflict: str = "UPDATE", rows: Rows = _values) -> Statement:
        table = _table(model)
        texts = () if lite else tuple(n for n, c in enumerate(table.columns) if isinstance(c.type, JsonText))
        return Statement(part, rows, _upsert(table, lite, source, on_conflict), texts)

    def change(part: str, model: type[SQLModel], keys: list[str], columns: list[str]) -> Statement:
        return Statement(part, _values, _update(_table(model), lite, source, keys, columns))

    def drop(part: str, rows: Rows, model: type[SQLModel], keys: list[str]) -> Statement:
        return Statement(part, rows, _delete(_table(model), lite, source, keys))

    t = tables
    # What goes to the default partition must not meet another process that makes its own: that would refuse it
    placing = f"SELECT pg_advisory_xact_lock_shared({PARTITIONS_LOCK})"
    keep = f"INSERT INTO outbox (id, document) VALUES ({mark[0]}, {mark[1]}) ON CONFLICT (id) DO NOTHING"
    return [
        *([] if lite else [FewRows("is_early", lambda _: [()], placing)]),
        put("entities", t.EntityRow),
        change("activity", t.EntityRow, ["id"], ["last_activity_ts"]),
        put("series", t.SeriesRow, "NOTHING"),
        (BoundRows if lite else ArrayRows)("telemetry", cells.telemetry, _table(t.TelemetryRow)),
        put("attributes", t.AttributeRow),
        drop("attributes_gone", list, t.AttributeRow, ["entity_id", "scope", "key"]),
        put("downlinks", t.DownlinkRow, rows=lambda downlinks: list(map(_downlink, downlinks))),
        change("downlinks_done", t.DownlinkRow, ["entity_id", "id"], ["state", "done_ts"]),
        FewRows("outbox", lambda parcel: [(parcel.id, parcel.document())], keep),
        FewRows("outbox_gone", list, f"DELETE FROM outbox WHERE id = {mark[0]}"),
        put("queue", t.QueueRow),
        change("queue_due", t.QueueRow, ["id"], ["attempts", "due_ts", "error"]),
        drop("queue_gone", _values, t.QueueRow, ["id"]),
        put("dead_letters", t.DeadLetterRow),
        put("events", t.EventRow, "NOTHING"),
        put("notifications", t.NotificationRow),
        put("settings", t.SettingRow),
        drop("settings_gone", list, t.SettingRow, ["tenant", "key"]),
    ]


def _values(part: dict[Any, Any]) -> list[Any]:
    return list(part.values())


def _array(column: Sequence[int | str]) -> str:
    """A column as PostgreSQL's text of an array.

    The JSON of an array is one but for its brackets: integers stand alike in both, and JSON texts hold nothing that
    JSON, as a string, would escape in another way than with a backslash before it.
    """
    return f"{{{encode_text(column)[1:-1]}}}"


def parameter(statement: Statement, rows: Sequence[Any]) -> str:
    """The rows as the JSON text that the statement takes."""
    if statement.texts:
        rows = [_with_texts(row, statement.texts) for row in rows]
    return encode_text(rows)


def _with_texts(row: tuple[Any, ...], places: tuple[int, ...]) -> list[Any]:
    cells = list(row)
    for place in places:
        cells[place] = encode_text(cells[place])
    return cells


def _downlink(d: Downlink) -> tuple[Any, ...]:
    """The columns of a downlink's row, in their order. One that is being sent waits as long as that lasts."""
    return (
        d.entity_id,
        d.id,
        d.tenant,
        d.integration_id,
        "queued" if d.state == "sending" else d.state,
        d.payload,
        clean(d.content_type),
        d.status,
        d.headers,
        d.message_id,
        d.trace_id,
        d.created_ts,
        d.expires_ts,
        d.done_ts,
        d.attempts,
    )


def _bound_upsert(table: Table, size: int) -> str:
    names = [c.name for c in table.columns]
    keys = [c.name for c in table.primary_key]
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in keys)
    row = f"({', '.join('?' * len(names))})"
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {', '.join([row] * size)}"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
    )


def _array_upsert(table: Table) -> str:
    names = [c.name for c in table.columns]
    keys = [c.name for c in table.primary_key]
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in keys)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    types = (c.type.compile(dialect) for c in table.columns)
    arrays = ", ".join(f"${n}::{type_}[]" for n, type_ in enumerate(types, 1))
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({arrays})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
    )


def _upsert(table: Table, lite: bool, source: str, on_conflict: str) -> str:
    names = [c.name for c in table.columns]
    keys = [c.name for c in table.primary_key]
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in keys)
    update = f"({', '.join(keys)}) DO UPDATE SET {sets}" if on_conflict == "UPDATE" else "DO NOTHING"
    # `WHERE true` tells SQLite's parser that ON does not belong to a join
    return (
        f"{source}INSERT INTO {table.name} ({', '.join(names)}) SELECT {_elements(table, names, lite)}"
        f" FROM r WHERE true ON CONFLICT {update}"
    )


def _update(table: Table, lite: bool, source: str, keys: list[str], columns: list[str]) -> str:
    parts = _parts(table, keys + columns, lite)
    sets = ", ".join(f"{n} = {parts[n]}" for n in columns)
    same = " AND ".join(f"{table.name}.{n} = {parts[n]}" for n in keys)
    return f"{source}UPDATE {table.name} SET {sets} FROM r WHERE {same}"


def _delete(table: Table, lite: bool, source: str, keys: list[str]) -> str:
    return (
        f"{source}DELETE FROM {table.name} WHERE ({', '.join(keys)}) IN"
        f" (SELECT {_elements(table, keys, lite)} FROM r)"
    )


def _elements(table: Table, names: list[str], lite: bool) -> str:
    return ", ".join(_parts(table, names, lite).values())


def _parts(table: Table, names: list[str], lite: bool) -> dict[str, str]:
    element = _sqlite_element if lite else _postgresql_element
    return {name: element(table.columns[name].type, n) for n, name in enumerate(names)}


def _sqlite_element(type_: Any, n: int) -> str:
    return f"r.value -> {n}" if isinstance(type_, JsonText) else f"r.value ->> {n}"


def _postgresql_element(type_: Any, n: int) -> str:
    if isinstance(type_, BigInteger):
        return f"(r.value ->> {n})::bigint"
    if isinstance(type_, Integer):
        return f"(r.value ->> {n})::integer"
    return f"(r.value ->> {n})::boolean" if isinstance(type_, Boolean) else f"r.value ->> {n}"


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]

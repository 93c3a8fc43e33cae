"""Brings entities into memory, many with one read: a device that memory does not hold must not cost much more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from sys import intern
from typing import Any

import msgspec

from engine.message import Entity
from engine.services import Stamped
from engine.store.cache import Cache
from engine.store.database import POSTGRESQL, SQLITE
from engine.store.downlink_rows import QUEUED, downlink_of
from engine.store.memory import Memory
from engine.store.reader import Reader
from engine.store.tables import AttributeRow, DownlinkRow, EntityRow
from engine.store.writer import settle
from engine.values import decode

# (tenant, kind, name), (id,) or ("token", token)
Key = tuple[str, ...]
_SIZE = 200
_READS = 2
# So many make it worth while not to wait for the read under way
_MANY = 50
_rows = msgspec.json.Decoder(list[tuple[Any, ...]])


class Loader:
    """Reads what is asked for; what is asked for meanwhile goes into the next read, as writes share a commit."""

    def __init__(self, reader: Reader, cache: Cache, dialect: str) -> None:
        self._reader = reader
        self._sql = SQL[dialect]
        self._cache = cache
        self._asked: dict[Key, list[asyncio.Future[Entity | None]]] = {}
        self._waiting: list[Key] = []
        self._reads = 0

    async def load(self, key: Key) -> Entity | None:
        """The entity of a key, in memory from now on; UnavailableError when the database does not answer."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Entity | None] = loop.create_future()
        if (askers := self._asked.get(key)) is not None:
            askers.append(future)
        elif all(map(_storable, key)):
            self._asked[key] = [future]
            self._waiting.append(key)
            if self._reads == 0 or (self._reads < _READS and len(self._waiting) >= _MANY):
                # At the end of this iteration of the loop: what one poll brought shares one read
                self._reads += 1
                loop.call_soon(self._next)
        else:
            return None
        return await future

    def _next(self) -> None:
        keys, self._waiting = self._waiting[:_SIZE], self._waiting[_SIZE:]
        if not keys:
            self._reads -= 1
            return
        reading = asyncio.ensure_future(self._reader.fetch(self._sql, parameters(keys)))
        reading.add_done_callback(partial(self._done, keys))

    def _done(self, keys: list[Key], reading: asyncio.Future[Sequence[str]]) -> None:
        error = asyncio.CancelledError() if reading.cancelled() else reading.exception()
        found: dict[Key, Entity] = {}
        for memory in [] if error is not None else memories(reading.result()):
            entity = self._cache.add(memory)
            found[memory.tenant, memory.kind, memory.name] = entity
            found[memory.id,] = entity
            if memory.token is not None:
                found["token", memory.token] = entity
        for key in keys:
            for asker in self._asked.pop(key):
                settle(asker, found.get(key), error if isinstance(error, Exception) else None)
        self._next()


def _storable(text: str) -> bool:
    """Whether a column of text can hold this at all."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeError:
        return False


def parameters(keys: Sequence[Key]) -> list[str]:
    """The keys by kind, each kind as a JSON array: what the statement takes."""
    parts = (
        [k for k in keys if len(k) == 3],
        [k[0] for k in keys if len(k) == 1],
        [k[1] for k in keys if len(k) == 2],
    )
    return [msgspec.json.encode(part).decode() for part in parts]


def memories(row: Sequence[str | None]) -> list[Memory]:
    """All that memory holds about entities, from the one row that the statement gives.

    One row, for Python's sqlite3 gives the GIL away at every row, and a thread beside a busy loop gets it back
    only after the switch interval.
    """
    entities, attributes, series, downlinks = (_rows.decode(cell) if cell else [] for cell in row)
    found = {cells[0]: Memory(*cells) for cells in entities}
    for id, scope, key, ts, value in attributes:
        found[id].attributes[scope][intern(key)] = Stamped(ts, decode(value))
    for id, key, number in series:
        found[id].series[intern(key)] = number
    waiting = {cells[:2]: cells for cells in downlinks}
    for cells in sorted(waiting.values()):
        fields = dict(zip(_DOWNLINK, cells, strict=True))
        downlink = downlink_of(DownlinkRow(**fields | {"headers": decode(fields["headers"])}))
        found[downlink.entity_id].pending.append(downlink)
    return list(found.values())


def _columns(model: Any) -> list[str]:
    return [column.name for column in model.__table__.columns]


_DOWNLINK = _columns(DownlinkRow)


def _sqlite() -> str:
    def lists(columns: Sequence[str], source: str) -> str:
        return f"(SELECT json_group_array(json_array({', '.join(f't.{c}' for c in columns)})) FROM {source})"

    # CROSS JOIN fixes the order: from the few that are asked for to their rows
    return f"""
      WITH e AS MATERIALIZED (
        SELECT n.* FROM json_each(?) AS j CROSS JOIN entity AS n
          ON n.tenant = j.value ->> 0 AND n.kind = j.value ->> 1 AND n.name = j.value ->> 2
        UNION ALL SELECT n.* FROM json_each(?) AS j CROSS JOIN entity AS n ON n.id = j.value
        UNION ALL SELECT n.* FROM json_each(?) AS j CROSS JOIN entity AS n ON n.token = j.value)
      SELECT {lists(_columns(EntityRow), "e AS t")},
        {lists(_columns(AttributeRow), "e CROSS JOIN attribute AS t ON t.entity_id = e.id")},
        {lists(("entity_id", "key", "id"), "e CROSS JOIN series AS t ON t.entity_id = e.id")},
        {lists(_DOWNLINK, f"e CROSS JOIN downlink AS t ON t.entity_id = e.id AND t.state = '{QUEUED}'")}
    """


def _postgresql() -> str:
    def lists(columns: Sequence[str], source: str) -> str:
        cells = ", ".join(f"t.{c}" for c in columns)
        return f"(SELECT json_agg(json_build_array({cells})) FROM {source})::text"

    # An array, not a join: nothing tempts the planner to read a whole table for a few entities
    theirs = "t.entity_id = ANY(ARRAY(SELECT id FROM e))"
    return f"""
      WITH e AS MATERIALIZED (
        SELECT n.* FROM json_array_elements(%s::json) AS j CROSS JOIN LATERAL (
          SELECT * FROM entity AS n
          WHERE n.tenant = j ->> 0 AND n.kind = j ->> 1 AND n.name = j ->> 2 LIMIT 1) AS n
        UNION ALL SELECT * FROM entity WHERE id = ANY(ARRAY(SELECT json_array_elements_text(%s::json)))
        UNION ALL SELECT * FROM entity WHERE token = ANY(ARRAY(SELECT json_array_elements_text(%s::json))))
      SELECT {lists(_columns(EntityRow), "e AS t")},
        {lists(_columns(AttributeRow), f"attribute AS t WHERE {theirs}")},
        {lists(("entity_id", "key", "id"), f"series AS t WHERE {theirs}")},
        {lists(_DOWNLINK, f"downlink AS t WHERE {theirs} AND t.state = '{QUEUED}'")}
    """


SQL: dict[str, str] = {SQLITE: _sqlite(), POSTGRESQL: _postgresql()}

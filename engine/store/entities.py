"""Devices, assets and the tenant itself: found in memory, loaded once, made without waiting."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import secrets
import string
from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import Any

from engine.errors import ConflictError, MissingError, UnavailableError
from engine.ids import new_id, now_ms
from engine.message import ENTITY_NAMES, Entity
from engine.ports import Entities as Port
from engine.store.batch import Batch
from engine.store.cache import Cache
from engine.store.checks import check_name, clean
from engine.store.entity_rows import EntityRow, count_entities, delete_entity, read_entities
from engine.store.loading import Loader
from engine.store.memory import Memory
from engine.store.page import Page
from engine.store.reader import Reader
from engine.store.telemetry import Telemetry
from engine.store.writer import Writer

# Each may be a page of its own to write, so thousands in one commit would keep all others waiting
_ACTIVE = 500
_ACTIVE_PAUSE_S = 0.02
# Of more active devices than these a second, times are written less often: then many of them share a page
_ACTIVE_RATE = 250
_ACTIVE_LONGEST_S = 60.0
_RUN = 5_000
_ALPHABET = string.ascii_letters + string.digits
_id = attrgetter("id")


class Entities(Port):
    """The entities of all tenants."""

    def __init__(
        self, writer: Writer, reader: Reader, cache: Cache, telemetry: Telemetry, activity_s: float
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._cache = cache
        self._telemetry = telemetry
        self._activity_s = self._pause_s = activity_s
        self._loader = Loader(reader, cache, reader.dialect)
        self._active: dict[str, Memory] = {}
        self._most_active = max(_ACTIVE, cache.size // 4)
        self._round: Iterator[list[Memory]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        writer.on_failure.append(self._carry)

    def cached(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity of that name when it is in memory."""
        entity = self._cache.by_name(tenant, kind, name)
        return None if entity is None or entity.memory.gone else entity

    async def find(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity of that name. Right after None, `create` may be called without another look."""
        if (entity := self._cache.by_name(tenant, kind, name)) is None:
            loaded = await self._loader.load((tenant, kind, name))
            # Somebody may have made it since
            entity = loaded or self._cache.by_name(tenant, kind, name)
        return _alive(entity)

    async def get(self, tenant: str, id: str) -> Entity | None:
        """The entity of that id."""
        if (entity := self._cache.by_id(id)) is None:
            entity = await self._loader.load((id,)) or self._cache.by_id(id)
        return None if entity is None or entity.memory.tenant != tenant else _alive(entity)

    async def by_token(self, token: str) -> Entity | None:
        """The entity of an access token; `entity.memory.tenant` says whose it is."""
        if (entity := self._cache.by_token(token)) is None:
            entity = await self._loader.load(("token", token)) or self._cache.by_token(token)
        return _alive(entity)

    def create(
        self, tenant: str, kind: str, name: str, type: str, label: str = "", token: str | None = None
    ) -> Entity:
        """A new entity, in memory at once and stored with the open batch; there never was one when that batch fails.

        ValueError for a bad name, ConflictError for a name or token that is in memory: look with `find` (and
        `by_token`) right before. A device gets an access token of 20 letters and digits.
        """
        check_name(name)
        if (current := self._cache.by_name(tenant, kind, name)) is not None:
            raise ConflictError(f"{_word(kind)} {name!r} exists already", current)
        if token is not None and self._cache.by_token(token) is not None:
            raise ConflictError("the access token is in use")
        if token is None and kind == "DEVICE":
            token = new_token()
        memory = Memory(new_id(), tenant, kind, name, clean(type), clean(label), token, now_ms(), 0)
        self._put(memory)
        self._writer.batch.created[memory.id] = memory
        return self._cache.add(memory)

    def update(self, entity: Entity, label: str | None = None, type: str | None = None) -> Entity:
        """The entity with another label or type, in memory at once and stored with the open batch."""
        memory = _memory(entity)
        self._writer.check()
        memory.label = memory.label if label is None else clean(label)
        memory.type = memory.type if type is None else clean(type)
        self._put(memory)
        return self._cache.renew(memory)

    async def set_token(self, entity: Entity, token: str | None = None) -> str:
        """Give a device another access token, a fresh one by default; ConflictError for one in use."""
        memory = _memory(entity)
        token = token or new_token()
        check_name(token, "token")
        if (other := await self.by_token(token)) is not None and other.memory is not memory:
            raise ConflictError("the access token is in use")
        self._writer.check()
        self._cache.retoken(memory, token)
        self._put(memory)
        await self._writer.durable()
        return token

    def token(self, entity: Entity) -> str | None:
        """The access token of a device."""
        return _memory(entity).token

    def touch(self, entity: Entity, ts: int) -> None:
        """Note that an entity was active at `ts` (epoch ms); written some seconds later, of many within a minute."""
        memory: Memory = entity.memory
        if ts > memory.last_activity_ts:
            memory.last_activity_ts = ts
            self._active[memory.id] = memory
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(self._pause_s, self.flush)
            elif len(self._active) == self._most_active:
                self._timer.cancel()
                self._timer = asyncio.get_running_loop().call_later(0, self.flush)

    def flush(self) -> None:
        """Put the activity seen so far into the open batch, as much as one commit should have of it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._round is None:
            some, self._active = list(self._active.values()), {}
            self._pause_s = max(self._activity_s, min(_ACTIVE_LONGEST_S, len(some) / _ACTIVE_RATE))
            self._round = in_order(some, max(1, min(_ACTIVE, self._writer.max_rows)))
        part = next(self._round, None)
        if part is None:
            self._round = None
        if part is not None or self._active:
            pause_s = self._pause_s if part is None else _ACTIVE_PAUSE_S
            self._timer = asyncio.get_running_loop().call_later(pause_s, self.flush)
        active = [memory for memory in part or () if not memory.gone]
        if not active:
            return
        try:
            batch = self._writer.join(len(active))
        except UnavailableError:
            return  # the next touch brings newer times
        batch.activity.update((memory.id, (memory.id, memory.last_activity_ts)) for memory in active)

    def flush_all(self) -> None:
        """Put all the activity into the open batch: the store closes."""
        while self._active or self._round is not None:
            self.flush()
        if self._timer is not None:
            self._timer.cancel()

    async def page(
        self,
        tenant: str,
        kind: str,
        q: str = "",
        limit: int = 50,
        cursor: str | None = None,
        sort: str = "name",
    ) -> Page[EntityRow]:
        """Entities whose name contains `q`; sorted by name, type, label, createdTs or lastActivityTs."""
        where: dict[str, Any] = {"tenant": tenant, "kind": kind, "q": q, "sort": sort}
        page = await self._reader.read(partial(read_entities, **where, limit=limit, cursor=cursor))
        for row in page.items:
            if (memory := self._cache.memory(row.id)) is not None:
                row.last_activity_ts = max(row.last_activity_ts, memory.last_activity_ts)
        return page

    async def count(self, tenant: str, kind: str, active_since_ms: int = 0) -> int:
        """How many entities of a kind there are; with `active_since_ms` (epoch ms) those heard of since then."""
        where: dict[str, Any] = {"tenant": tenant, "kind": kind, "active_since_ms": active_since_ms}
        return await self._reader.read(partial(count_entities, **where))

    async def delete(self, tenant: str, id: str) -> None:
        """Delete an entity with its attributes, telemetry and downlinks; MissingError when there is none.

        From now on nothing can be saved for it, even by those who still hold it.
        """
        entity = await self.get(tenant, id)
        if entity is None:
            raise MissingError("entity", id)
        memory: Memory = entity.memory
        self._writer.check()
        memory.gone = True
        try:
            series = await self._writer.run(partial(delete_entity, id=id))
        except BaseException:
            memory.gone = memory.unborn
            raise
        self._cache.remove(memory)
        await self._telemetry.drop(series)

    def _put(self, memory: Memory) -> None:
        batch = self._writer.join()
        batch.entities[memory.id] = memory.row()
        batch.touched.add(memory)

    def _carry(self, failed: Batch) -> None:
        """Entities that are stored already: their rows of a failed batch go along with the next one.

        New ones go out of memory: nobody was told of them, and whoever names them next makes them anew. A row that
        another process has stored under the same name would else fail every later commit as well.
        """
        batch = self._writer.batch
        for memory in failed.created.values():
            memory.gone = memory.unborn = True
            self._cache.remove(memory)
            batch.entities.pop(memory.id, None)
        batch.series = {id: row for id, row in batch.series.items() if row[2] not in failed.created}
        for memory in failed.touched:
            if memory.id in failed.entities and not memory.gone:
                batch.entities[memory.id] = memory.row()
                batch.touched.add(memory)
        for id in failed.activity:
            if (active := self._cache.memory(id)) is not None:
                self._active[id] = active


def in_order(memories: list[Memory], size: int) -> Iterator[list[Memory]]:
    """The memories by id, `size` at a time: rows that share a page meet it in one commit.

    Between the steps of sorting many of them it gives empty parts, so that no step takes more than milliseconds.
    """
    runs: list[list[Memory]] = []
    for start in range(0, len(memories), _RUN):
        if runs:
            yield []
        runs.append(sorted(memories[start : start + _RUN], key=_id))
    merged = heapq.merge(*runs, key=_id)
    while part := list(itertools.islice(merged, size)):
        yield part


def new_token() -> str:
    """An access token: 20 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def _memory(entity: Entity) -> Memory:
    memory: Memory = entity.memory
    if memory.gone:
        memory.refuse()
    return memory


def _alive(entity: Entity | None) -> Entity | None:
    return None if entity is None or entity.memory.gone else entity


def _word(kind: str) -> str:
    return ENTITY_NAMES.get(kind, kind).lower()

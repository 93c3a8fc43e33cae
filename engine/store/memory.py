"""What the store keeps at hand about one entity, and the cache that finds it."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Mapping
from sys import intern
from typing import Any

from engine.errors import MissingError, UnavailableError
from engine.message import ENTITY_NAMES, Entity
from engine.services import Stamped
from engine.values import Value

Scopes = dict[str, dict[str, Stamped]]
SCOPES = ("client", "shared", "server")
NEVER = -(2**63)
# Shared by the many entities that have nothing else
_NOTHING: Mapping[str, Value] = {}
_NONE: frozenset[str] = frozenset()


class Waiting(list[Any]):
    """What waits, oldest first: as a deque, which would take 700 bytes for each of many devices that have none."""

    __slots__ = ()

    def appendleft(self, item: Any) -> None:
        """Put an item first."""
        self.insert(0, item)


class Memory:
    """The part of an entity that changes; found through `Entity.memory`, shared by all its copies.

    `series` maps each key to its number. `recent` is the newest message of the whole entity as far as this
    process saw it; `latest` holds the newest values of keys that were in an earlier one, as (ts, value). What
    both together say of a key is the newest of all for keys in `known`. `pending` are the downlinks that wait, oldest first:
    it belongs to `engine/downlinks.py`. `gone` says that nothing may be saved for the entity any more: it was deleted,
    or (`unborn`) the commit that should have stored it failed.
    """

    __slots__ = (
        "__weakref__",
        "attributes",
        "created_ts",
        "entity",
        "gone",
        "id",
        "kind",
        "known",
        "label",
        "last_activity_ts",
        "latest",
        "name",
        "pending",
        "recent",
        "recent_ts",
        "series",
        "tenant",
        "token",
        "type",
        "unborn",
    )

    def __init__(
        self,
        id: str,
        tenant: str,
        kind: str,
        name: str,
        type: str,
        label: str,
        token: str | None,
        created_ts: int,
        last_activity_ts: int,
    ) -> None:
        self.id = id
        # Of these there are few, and many devices
        self.tenant = intern(tenant)
        self.kind = intern(kind)
        self.name = name
        self.type = intern(type)
        self.label = label
        self.token = token
        self.created_ts = created_ts
        self.last_activity_ts = last_activity_ts
        self.attributes: Scopes = {scope: {} for scope in SCOPES}
        self.series: dict[str, int] = {}
        self.latest: dict[str, tuple[int, Value]] = {}
        self.recent: Mapping[str, Value] = _NOTHING
        self.recent_ts = NEVER
        self.known: frozenset[str] = _NONE
        self.pending = Waiting()
        self.gone = False
        self.unborn = False
        self.entity: weakref.ref[Entity] | None = None

    def row(self) -> tuple[Any, ...]:
        """The columns of the entity's row, in their order."""
        return (
            self.id,
            self.tenant,
            self.kind,
            self.name,
            self.type,
            self.label,
            self.token,
            self.created_ts,
            self.last_activity_ts,
        )

    def refuse(self) -> None:
        """Raise why nothing may be saved any more: MissingError, or UnavailableError for one that was never stored."""
        if self.unborn:
            raise UnavailableError("the store is unavailable")
        raise MissingError(ENTITY_NAMES.get(self.kind, self.kind).lower(), self.name)

    def learn(self, ts: int, values: Mapping[str, Value]) -> None:
        """Note values as the newest of their keys, where nothing newer is known."""
        if ts >= self.recent_ts:
            if not values.keys() >= self.recent.keys():
                self._fold(self.recent_ts, self.recent)
            self.recent_ts = ts
            self.recent = values
        else:
            self._fold(ts, values)

    def newest(self, key: str) -> Stamped | None:
        """The newest value of a key as far as this process knows."""
        found = self.latest.get(key)
        if key in self.recent and (found is None or found[0] <= self.recent_ts):
            return Stamped(self.recent_ts, self.recent[key])
        return None if found is None else Stamped(*found)

    def forget(self) -> None:
        """Forget all newest values."""
        self.latest.clear()
        self.known = _NONE
        self.recent = _NOTHING
        self.recent_ts = NEVER

    def _fold(self, ts: int, values: Mapping[str, Value]) -> None:
        for key, value in values.items():
            found = self.latest.get(key)
            if found is None or found[0] <= ts:
                self.latest[key] = (ts, value)

    def as_entity(self) -> Entity:
        """The entity itself: the one that somebody still holds, or a new one."""
        entity = self.entity() if self.entity is not None else None
        if entity is None:
            entity = Entity(self.kind, self.id, self.name, self.type, self.label, self.created_ts, self)
            self.entity = weakref.ref(entity)
        return entity


class Cache:
    """Entities by name, id and token: the newest `size` are kept, others as long as anyone holds them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._recent: OrderedDict[tuple[str, str, str], Entity] = OrderedDict()
        self._names: weakref.WeakValueDictionary[tuple[str, str, str], Memory] = weakref.WeakValueDictionary()
        self._ids: weakref.WeakValueDictionary[str, Memory] = weakref.WeakValueDictionary()
        self._tokens: weakref.WeakValueDictionary[str, Memory] = weakref.WeakValueDictionary()

    def by_name(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity when it is in memory, which makes it the most recent one."""
        key = (tenant, kind, name)
        entity = self._recent.get(key)
        if entity is not None:
            self._recent.move_to_end(key)
            return entity
        memory = self._names.get(key)
        return None if memory is None else self._keep(memory)

    def by_id(self, id: str) -> Entity | None:
        """The entity of that id when it is in memory."""
        memory = self._ids.get(id)
        return None if memory is None else self._keep(memory)

    def by_token(self, token: str) -> Entity | None:
        """The entity of that access token when it is in memory."""
        memory = self._tokens.get(token)
        return None if memory is None else self._keep(memory)

    def memory(self, id: str) -> Memory | None:
        """What is in memory about the entity of that id."""
        return self._ids.get(id)

    def add(self, memory: Memory) -> Entity:
        """Keep what was loaded or made; what is in memory already wins."""
        memory = self._ids.setdefault(memory.id, memory)
        key = (memory.tenant, memory.kind, memory.name)
        self._names[key] = memory
        if memory.token is not None:
            self._tokens[memory.token] = memory
        return self._keep(memory, key)

    def renew(self, memory: Memory) -> Entity:
        """Make the entity anew after its type or label changed."""
        memory.entity = None
        return self._keep(memory)

    def remove(self, memory: Memory) -> None:
        """Forget an entity."""
        key = (memory.tenant, memory.kind, memory.name)
        self._recent.pop(key, None)
        if self._names.get(key) is memory:
            del self._names[key]
        self._ids.pop(memory.id, None)
        if memory.token is not None:
            self._tokens.pop(memory.token, None)

    def retoken(self, memory: Memory, token: str | None) -> None:
        """Give an entity another access token, or none."""
        if memory.token is not None:
            self._tokens.pop(memory.token, None)
        memory.token = token
        if token is not None:
            self._tokens[token] = memory

    def __len__(self) -> int:
        return len(self._recent)

    def _keep(self, memory: Memory, key: tuple[str, str, str] | None = None) -> Entity:
        key = key or (memory.tenant, memory.kind, memory.name)
        entity = self._recent[key] = memory.as_entity()
        self._recent.move_to_end(key)
        if len(self._recent) > self.size:
            self._recent.popitem(last=False)
        return entity

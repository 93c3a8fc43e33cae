"""The entities in memory, found by name, id and token."""

from __future__ import annotations

import weakref
from collections import OrderedDict

from engine.message import Entity
from engine.store.memory import Memory


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

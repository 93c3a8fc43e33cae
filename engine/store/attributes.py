"""Attributes: all of an entity's are in memory with it; writes join the open batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.ids import now_ms
from engine.message import Entity
from engine.services import Attributes as Scoped
from engine.services import Stamped
from engine.store.batch import Batch
from engine.store.checks import check_name, check_value, same
from engine.store.memory import SCOPES, Memory, Scopes
from engine.store.writer import Writer
from engine.updates import Updates
from engine.values import Value


class Attributes:
    """Implements engine.services.AttributeService; an entity that exists has its attributes in memory."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.updates: Updates | None = None  # hears of every write of shared attributes
        writer.on_failure.append(self._go_back)

    def cached(self, entity: Entity) -> Scoped | None:
        """All attributes of an entity; never None, because they are loaded with it."""
        attributes: Scopes = entity.memory.attributes
        return attributes

    async def load(self, entity: Entity) -> Scoped:
        """All attributes of an entity."""
        attributes: Scopes = entity.memory.attributes
        return attributes

    def save(
        self, entity: Entity, scope: str, values: Mapping[str, Value], only_changed: bool = True
    ) -> list[str]:
        """Set attributes; the keys that were really written. With `only_changed`, equal values are left alone.

        ValueError for an unknown scope, a bad key or value (nothing is written then), MissingError for a
        deleted entity.
        """
        memory, current = _scope(entity, scope)
        for key, value in values.items():
            if key not in current:
                check_name(key, "key")
            check_value(value)
        changed = [
            k
            for k, v in values.items()
            if not only_changed or self._differs(memory, scope, k, current.get(k), v)
        ]
        if changed:
            written = {key: values[key] for key in changed}
            self._put(memory, scope, written)
            if scope == "shared" and self.updates is not None:
                self.updates.changed(entity, written)
        return changed

    def delete(self, entity: Entity, scope: str, keys: Sequence[str]) -> list[str]:
        """Remove attributes; the keys that were there."""
        memory, current = _scope(entity, scope)
        present = [key for key in dict.fromkeys(keys) if key in current]
        if present:
            batch = self._writer.join(len(present))
            batch.touched.add(memory)
            for key in present:
                place = (memory.id, scope, key)
                batch.attributes_before.setdefault(place, (memory, current.pop(key)))
                batch.attributes.pop(place, None)
                batch.attributes_gone[place] = place
            if scope == "shared" and self.updates is not None:
                self.updates.deleted(entity, present)
        return present

    def _put(self, memory: Memory, scope: str, values: Mapping[str, Value]) -> None:
        batch = self._writer.join(len(values))
        batch.touched.add(memory)
        current = memory.attributes[scope]
        ts = now_ms()
        for key, value in values.items():
            place = (memory.id, scope, key)
            batch.attributes_before.setdefault(place, (memory, current.get(key)))
            batch.attributes_gone.pop(place, None)
            batch.attributes[place] = (memory.id, scope, key, ts, value)
            current[key] = Stamped(ts, value)

    def _differs(self, memory: Memory, scope: str, key: str, current: Stamped | None, value: Value) -> bool:
        if current is None or not same(current.value, value):
            return True
        # Equal, but perhaps not yet durable: whoever relies on it must share the fate of the write
        flying = self._writer.flying
        place = (memory.id, scope, key)
        return place in self._writer.batch.attributes or (flying is not None and place in flying.attributes)

    def _go_back(self, failed: Batch) -> None:
        """Restore what stood before a failed batch, below what the open batch has written since."""
        pending = self._writer.batch.attributes_before
        for place, (memory, before) in failed.attributes_before.items():
            if place in pending:
                pending[place] = (memory, before)
            elif before is None:
                memory.attributes[place[1]].pop(place[2], None)
            else:
                memory.attributes[place[1]][place[2]] = before


def _scope(entity: Entity, scope: str) -> tuple[Memory, dict[str, Stamped]]:
    memory: Memory = entity.memory
    if memory.gone:
        memory.refuse()
    if scope not in memory.attributes:
        raise ValueError(f"the scope must be one of {', '.join(SCOPES)}, not {scope!r}")
    return memory, memory.attributes[scope]

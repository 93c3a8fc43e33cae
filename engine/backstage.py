"""Behind the stage: everything that a store would keep, in memory; writes are durable when the loop turns."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from engine.ids import now_ms
from engine.journal import shown
from engine.message import Entity
from engine.ports import Batch, Commits, DownlinkRows, Entities
from engine.records import DeadLetter, Downlink, Event, Queued
from engine.rehearsal import SCOPES, Attribution, Effects, History
from engine.services import Attributes, Stamped
from engine.values import Value


class Ledger(Commits):
    """Commits: whatever is written becomes durable when the loop turns."""

    def __init__(self) -> None:
        super().__init__()
        self.is_idle = True

    def write(self) -> None:
        """Something was written."""
        self.writes += 1
        if self.is_idle:
            self.is_idle = False
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        batch, self.open, self.is_idle = self.open, Batch(), True
        batch.end(None)


class Unwritten(Commits):
    """Commits where nothing is ever written, so whatever waits for them goes on at once."""

    def __init__(self) -> None:
        super().__init__()
        self.open.end(None)


class Memory:
    """What is remembered of one entity."""

    def __init__(self, name: str, effects: Effects) -> None:
        self.name = name
        self.pending: list[Downlink] = []
        self.attributes = Attribution(effects, {scope: {} for scope in SCOPES})
        self.telemetry = History(effects, {})


class Cast(Entities):
    """The devices and assets: `Entities` in memory."""

    def __init__(self, ledger: Ledger, effects: Effects) -> None:
        self._ledger = ledger
        self._effects = effects
        self.known: dict[tuple[str, str], Entity] = {}

    def enter(self, kind: str, name: str, type: str, label: str = "") -> Entity:
        """An entity that is there from the beginning."""
        memory = Memory(name, self._effects)
        entity = Entity(kind, f"{kind.lower()}-{len(self.known) + 1}", name, type, label, now_ms(), memory)
        self.known[kind, name] = entity
        return entity

    def cached(self, tenant: str, kind: str, name: str) -> Entity | None:
        return self.known.get((kind, name))

    async def find(self, tenant: str, kind: str, name: str) -> Entity | None:
        return self.known.get((kind, name))

    async def get(self, tenant: str, id: str) -> Entity | None:
        return next((entity for entity in self.known.values() if entity.id == id), None)

    def create(
        self, tenant: str, kind: str, name: str, type: str, label: str = "", token: str | None = None
    ) -> Entity:
        self._ledger.write()
        self._effects.append(["created", name, type])
        return self.enter(kind, name, type, label)

    def touch(self, entity: Entity, ts: int) -> None:
        """Nobody asks when something was heard from it."""


class Wardrobe:
    """Attributes of each entity."""

    def __init__(self, ledger: Ledger, effects: Effects) -> None:
        self._ledger = ledger
        self._effects = effects

    def cached(self, entity: Entity) -> Attributes | None:
        return _memory(entity).attributes.values

    async def load(self, entity: Entity) -> Attributes:
        return _memory(entity).attributes.values

    def save(
        self, entity: Entity, scope: str, values: Mapping[str, Value], only_changed: bool = True
    ) -> list[str]:
        written = _memory(entity).attributes.save(entity, scope, values, only_changed)
        return self._told(entity, written)

    def delete(self, entity: Entity, scope: str, keys: Sequence[str]) -> list[str]:
        return self._told(entity, _memory(entity).attributes.delete(entity, scope, keys))

    def _told(self, entity: Entity, keys: list[str]) -> list[str]:
        if keys:
            self._ledger.write()
            self._effects[-1].insert(1, entity.name)
        return keys


class Annals:
    """Telemetry of each entity."""

    def __init__(self, ledger: Ledger, effects: Effects) -> None:
        self._ledger = ledger
        self._effects = effects

    def save(self, entity: Entity, ts: int, values: Mapping[str, Value]) -> None:
        _memory(entity).telemetry.save(entity, ts, values)
        self._ledger.write()
        self._effects[-1].insert(1, entity.name)

    async def latest(self, entity: Entity, keys: Sequence[str] | None = None) -> dict[str, Stamped]:
        return await _memory(entity).telemetry.latest(entity, keys)

    async def query(
        self, entity: Entity, keys: Sequence[str], start: int, end: int, **how: Any
    ) -> dict[str, list[Stamped]]:
        return await _memory(entity).telemetry.query(entity, keys, start, end, **how)


class Drawer(DownlinkRows):
    """Downlinks as they are stored."""

    def __init__(self, ledger: Ledger, effects: Effects, cast: Cast) -> None:
        self._ledger = ledger
        self._effects = effects
        self._cast = cast

    def put(self, downlink: Downlink, pending: list[Downlink]) -> None:
        self._ledger.write()
        name = next(e.name for e in self._cast.known.values() if e.id == downlink.entity_id)
        self._effects.append(["downlink", name, shown(downlink.payload)])

    def mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        self._ledger.write()

    def deliver(self, downlinks: Sequence[Downlink]) -> None:
        """Nothing to keep."""

    def release(self, downlink: Downlink) -> None:
        pass


class Shelf:
    """Queue and dead letters as they are stored; a message that fails once stays here."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.postponed: set[str] = set()
        self.failures: list[str] = []

    def put(self, queued: Queued) -> None:
        self._ledger.write()

    def remove(self, id: str) -> None:
        self._ledger.write()

    def postpone(self, id: str, attempts: int, due_ts: int, error: str) -> None:
        self._ledger.write()
        self.postponed.add(id)
        self.failures.append(error)

    async def due(self, limit: int, after: str = "") -> Sequence[Queued]:
        return ()

    def bury(self, letter: DeadLetter) -> None:
        self._ledger.write()
        where = f"{letter.node_name}: " if letter.node_name else ""
        self.failures.append(f"{where}{letter.error}")


class Gallery:
    """An event log that keeps nothing."""

    def record(self, event: Event) -> bool:
        return True


def _memory(entity: Entity) -> Memory:
    memory: Memory = entity.memory
    return memory

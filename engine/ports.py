"""What the engine needs of a store, as Protocols. Plain calls join the open group commit; reads are coroutines.

Every row belongs to a tenant; the first argument says which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.message import Entity
from engine.records import DeadLetter, Downlink, Event, Queued


class Batch(Protocol):
    """A group of writes that become durable together."""

    def then(self, callback: Callable[[Exception | None], None]) -> None:
        """Call back once it is durable (None) or has failed; at once when that is known already."""

    def undo(self, callback: Callable[[], None]) -> None:
        """Call back only when it fails: bring memory back to the truth."""


class Commits(Protocol):
    """The store's group commit."""

    @property
    def writes(self) -> int:
        """A number that grows with every write."""

    @property
    def open(self) -> Batch:
        """What the next write joins."""


class Entities(Protocol):
    """Devices and assets by name, the ones in use kept in memory."""

    def cached(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity when memory has it; None says nothing about the store."""

    async def find(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity of that name, None when there is none."""

    async def get(self, tenant: str, id: str) -> Entity | None:
        """The entity of that id, None when there is none."""

    def create(self, tenant: str, kind: str, name: str, type: str, label: str = "") -> Entity:
        """A new entity; the caller knows that the name is free."""

    def touch(self, entity: Entity, ts: int) -> None:
        """Something was heard from the entity."""


class DownlinkRows(Protocol):
    """Downlinks as they are stored."""

    def put(self, downlink: Downlink) -> None:
        """Keep a downlink, replacing what has its id."""

    def mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        """Give a downlink another state."""

    def deliver(self, downlinks: Sequence[Downlink]) -> None:
        """The answer that carried these has left."""

    def carry(self, downlink: Downlink) -> None:
        """An answer takes the downlink along; `mark` or `release` says how that went."""

    def release(self, downlink: Downlink) -> None:
        """The answer was lost: the downlink waits again."""


class QueueRows(Protocol):
    """The internal queue and the dead letters as they are stored."""

    def put(self, queued: Queued) -> None:
        """Keep a message until it is removed."""

    def remove(self, id: str) -> None:
        """The message is done."""

    def postpone(self, id: str, attempts: int, due_ts: int, error: str) -> None:
        """Try again later."""

    async def due(self, limit: int, after: str = "") -> Sequence[Queued]:
        """Messages with an id beyond `after`, oldest first; their originators have no memory."""

    def bury(self, letter: DeadLetter) -> None:
        """Keep a message whose failure nobody handled."""


class EventLog(Protocol):
    """Events as they are stored."""

    def record(self, event: Event) -> bool:
        """Keep an event; False when it was dropped: over the hour's cap, or the store takes nothing now."""

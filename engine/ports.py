"""What the engine needs of a store. Plain calls join the open group commit; reads are coroutines.

Every row belongs to a tenant; the first argument says which. What each message meets is a class to inherit from, which
compiles to direct calls; what few of them meet is a Protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.message import Entity
from engine.records import DeadLetter, Downlink, Event, Queued

Then = Callable[[Exception | None], None]


class Batch:
    """A group of writes that become durable together."""

    __slots__ = ("error", "finished", "thens", "undos")

    def __init__(self) -> None:
        self.finished = False
        self.error: Exception | None = None
        self.thens: list[Then] = []
        self.undos: list[Callable[[], None]] = []

    def then(self, callback: Then) -> None:
        """Call back on the loop once it is durable (None) or has failed (the error); at once when it has ended.

        A batch that nobody writes to never ends.
        """
        if self.finished:
            callback(self.error)
        else:
            self.thens.append(callback)

    def undo(self, callback: Callable[[], None]) -> None:
        """Call back only if it fails, before any `then`, the last one registered first: bring memory back to the truth."""
        self.undos.append(callback)

    def end(self, error: Exception | None) -> None:
        """It is durable (None) or has failed: tell those who wait for it."""
        self.finished, self.error = True, error
        for then in self.thens:
            then(error)


class Commits:
    """The group commit: `writes` grows with every write, `open` is what the next one joins."""

    def __init__(self) -> None:
        self.writes = 0
        self.open = Batch()


class Entities:
    """Devices and assets by name, the ones in use kept in memory."""

    def cached(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity when memory has it; None says nothing about the store."""
        raise NotImplementedError

    async def find(self, tenant: str, kind: str, name: str) -> Entity | None:
        """The entity of that name, None when there is none."""
        raise NotImplementedError

    async def get(self, tenant: str, id: str) -> Entity | None:
        """The entity of that id, None when there is none."""
        raise NotImplementedError

    def create(
        self, tenant: str, kind: str, name: str, type: str, label: str = "", token: str | None = None
    ) -> Entity:
        """A new entity; the caller knows that the name is free."""
        raise NotImplementedError

    def touch(self, entity: Entity, ts: int) -> None:
        """Something was heard from the entity."""
        raise NotImplementedError


class DownlinkRows:
    """Downlinks as they are stored."""

    def put(self, downlink: Downlink, pending: list[Downlink]) -> None:
        """Keep a new downlink that waits in `pending`, which it leaves if it cannot be stored.

        What an answer has taken along by the time of the commit (its state says so) is kept in a cheaper way.
        """
        raise NotImplementedError

    def mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        """Give a downlink another state."""
        raise NotImplementedError

    def deliver(self, downlinks: Sequence[Downlink]) -> None:
        """The answer that carried these has left."""
        raise NotImplementedError

    def release(self, downlink: Downlink) -> None:
        """The answer was lost: the downlink waits again."""
        raise NotImplementedError


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

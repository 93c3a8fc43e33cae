"""What one transaction will write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from engine import ports
from engine.ids import new_id
from engine.records import Downlink
from engine.values import Value

if TYPE_CHECKING:
    from sqlmodel import Session

    from engine.store.memory import Memory


class Parcel:
    """The downlinks that leave with the answers of one commit; `left` counts those not settled yet."""

    __slots__ = ("downlinks", "id", "left")

    def __init__(self, downlinks: list[Downlink]) -> None:
        self.id = new_id()
        self.downlinks = downlinks
        self.left = len(downlinks)

    def document(self) -> bytes:
        """The downlinks as a MessagePack array, each as the array of its fields."""
        return _encoder.encode(self.downlinks)


Row = tuple[Any, ...]
_encoder = msgspec.msgpack.Encoder()


class Work(NamedTuple):
    """A management write and who waits for its result."""

    act: Callable[[Session], Any]
    future: asyncio.Future[Any]


class Batch(ports.Batch):
    """Rows by primary key (the last write wins), management writes, and who wants to know how it ended.

    Written on the loop thread until it is handed over, then only read by the writer thread.
    """

    __slots__ = (
        "activity",
        "attributes",
        "attributes_before",
        "attributes_gone",
        "created",
        "dead_letters",
        "downlinks",
        "downlinks_done",
        "entities",
        "events",
        "is_early",
        "made",
        "notifications",
        "number",
        "outbox",
        "outbox_gone",
        "queue",
        "queue_due",
        "queue_gone",
        "series",
        "settings",
        "settings_gone",
        "size",
        "telemetry",
        "touched",
        "works",
    )

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.size = 0
        # Some telemetry may have no partition of its own yet (PostgreSQL)
        self.is_early = False
        self.entities: dict[str, Row] = {}
        self.activity: dict[str, Row] = {}
        self.series: dict[int, Row] = {}
        # Whole messages, not rows: half the work on the loop. The keys are never changed by the store
        self.telemetry: dict[tuple[Memory, int], Mapping[str, Value]] = {}
        self.attributes: dict[tuple[str, str, str], Row] = {}
        self.attributes_gone: dict[tuple[str, str, str], Row] = {}
        # Downlinks that are new, with where they wait; when the batch is handed over they become `downlinks` or `outbox`
        self.made: list[tuple[Downlink, list[Downlink]]] = []
        self.downlinks: list[Downlink] = []
        self.downlinks_done: dict[tuple[str, str], Row] = {}
        self.outbox: Parcel | None = None
        self.outbox_gone: list[tuple[str]] = []
        self.queue: dict[str, Row] = {}
        self.queue_due: dict[str, Row] = {}
        self.queue_gone: dict[str, Row] = {}
        self.dead_letters: dict[str, Row] = {}
        self.events: dict[str, Row] = {}
        self.notifications: dict[str, Row] = {}
        self.settings: dict[tuple[str, str], Row] = {}
        self.settings_gone: dict[tuple[str, str], Row] = {}
        # What stood in memory before this batch, to go back to when it fails
        self.attributes_before: dict[tuple[str, str, str], tuple[Memory, Any]] = {}
        # Held until the commit, so that nobody loads an entity anew while its rows are under way
        self.touched: set[Memory] = set()
        # Entities that exist only if this batch is stored
        self.created: dict[str, Memory] = {}
        self.works: list[Work] = []

"""What can be followed live: each topic runs as long as somebody listens, and costs nothing otherwise."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from engine.errors import MissingError
from engine.ids import now_ms
from engine.plan import Plan
from engine.records import Event
from engine.store.tables import NotificationRow
from engine.trace import Trace
from engine.values import Value
from web.api import events, notifications, traces
from web.api.devices import device
from web.api.integration_shapes import status
from web.api.shapes import Find, Id, Name, Shape
from web.api.stats import overview
from web.api.wire import as_value
from web.house import House

TICK_S = 1.0
WINDOW_S = 0.25
PER_WINDOW = 5

T = TypeVar("T")


class Listener(Protocol):
    """The one who follows a topic."""

    def begin(self) -> None:
        """From now on nothing that happens is missed."""

    def send(self, data: Value, dropped: int = 0) -> None:
        """Data, and how many were left out before it."""


class Window(Generic[T]):
    """At most PER_WINDOW items in WINDOW_S, the newest ones; the others are counted."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._dropped = 0
        self._ready = asyncio.Event()
        self._next_s = 0.0

    def put(self, item: T) -> None:
        """Something happened; an item that waits already is not put twice."""
        if item in self._items:
            return
        if len(self._items) == PER_WINDOW:
            self._items.popleft()
            self._dropped += 1
        self._items.append(item)
        self._ready.set()

    async def take(self) -> tuple[list[T], int]:
        """What happened since, as soon as the pace allows, and how much of it was left out."""
        await self._ready.wait()
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(self._next_s - loop.time(), 0))
        self._next_s = loop.time() + WINDOW_S
        items, dropped = list(self._items), self._dropped
        self._items.clear()
        self._dropped = 0
        self._ready.clear()
        return items, dropped

    async def flow(self, listener: Listener, shown: Callable[[T], Value]) -> None:
        """Send on whatever happens, for ever."""
        listener.begin()
        while True:
            items, dropped = await self.take()
            for item in items:
                listener.send(shown(item), dropped)
                dropped = 0


class NoArguments(Shape):
    """A topic without arguments."""


class ChainArguments(Shape):
    """A rule chain by its id."""

    chain: Id


class IntegrationArguments(Shape):
    """One integration, or all."""

    integration: Id | None = None


class TraceArguments(Shape):
    """Traces of one chain, or of all."""

    chain: Id | None = None


class EventArguments(Shape):
    """Which events."""

    source: events.Source | None = None
    entity: Id | None = None
    chain: Id | None = None
    level: events.Level | None = None
    q: Find = ""


class DeviceArguments(Shape):
    """A device by its id, and which keys of it; all by default."""

    device: Id
    keys: list[Name] | None = None


# ------------------------------------------------------------------ once a second


async def chain_rates(house: House, arguments: ChainArguments, listener: Listener) -> None:
    """What the nodes and arrows of a chain did, second by second."""
    if await house.store.chains.get(house.tenant, arguments.chain) is None:
        raise MissingError("rule chain", arguments.chain)
    before = look(house.runner.plans.get(arguments.chain))
    while True:
        await asyncio.sleep(TICK_S)
        now = look(house.runner.plans.get(arguments.chain))
        listener.send(differences(before, now))
        before = now


class Look(NamedTuple):
    """The counters of a chain at one moment: plain numbers, since this is done each second for each page.

    `nodes` holds what each has seen and failed, `edges` what left each along a relation that leads somewhere.
    """

    ts: int
    version: int
    nodes: dict[str, tuple[int, int]]
    edges: dict[tuple[str, str], int]


NOTHING = Look(0, 0, {}, {})


def look(plan: Plan | None) -> Look:
    """The counters now; those of no version when none runs."""
    if plan is None:
        return NOTHING._replace(ts=now_ms())
    nodes = {id: (place.seen, place.failed) for id, place in plan.places.items()}
    edges = {
        (id, relation): route.count
        for id, place in plan.places.items()
        for relation, route in place.out.items()
        if route.targets
    }
    return Look(now_ms(), plan.version, nodes, edges)


def differences(before: Look, now: Look) -> dict[str, Any]:
    """What happened between two looks at the counters; only what moved."""
    old = before if before.version == now.version else NOTHING
    nodes = {}
    for id, counted in now.nodes.items():
        past = old.nodes.get(id, (0, 0))
        if counted != past:
            nodes[id] = {"seen": counted[0] - past[0], "failed": counted[1] - past[1]}
    edges = [
        {"node": place[0], "relation": place[1], "count": moved}
        for place, count in now.edges.items()
        if (moved := count - old.edges.get(place, 0))
    ]
    elapsed = max(now.ts - before.ts, 1)
    return {"ts": now.ts, "elapsedMs": elapsed, "version": now.version, "nodes": nodes, "edges": edges}


async def stats_overview(house: House, arguments: NoArguments, listener: Listener) -> None:
    """The whole at a glance."""
    while True:
        listener.send(as_value(await overview(house)))
        await asyncio.sleep(TICK_S)


async def integration_status(house: House, arguments: IntegrationArguments, listener: Listener) -> None:
    """The counters of integrations, then of those where something moved or changed."""
    sent: dict[str, Any] = {}
    is_first = True
    while True:
        doors = [door for door in house.directory.by_id.values() if arguments.integration in (None, door.id)]
        now = {door.id: as_value(status(house, door)) for door in doors}
        changed = {id: values for id, values in now.items() if sent.get(id) != values}
        gone = [id for id in sent if id not in now]
        if changed or gone or is_first:
            listener.send({"items": changed, "gone": gone})
        sent, is_first = now, False
        await asyncio.sleep(TICK_S)


async def device_telemetry(house: House, arguments: DeviceArguments, listener: Listener) -> None:
    """The newest values of a device, then those that changed."""
    entity = await device(house, arguments.device)
    sent: dict[str, Any] = {}
    is_first = True
    while not entity.memory.gone:
        latest = await house.store.telemetry.latest(entity, arguments.keys)
        changed = {key: value for key, value in latest.items() if sent.get(key) != value}
        if changed or is_first:
            listener.send(
                {key: {"ts": stamped.ts, "value": stamped.value} for key, stamped in changed.items()}
            )
        sent.update(changed)
        is_first = False
        await asyncio.sleep(TICK_S)


async def device_attributes(house: House, arguments: DeviceArguments, listener: Listener) -> None:
    """The attributes of a device by scope, all of them again whenever one has changed."""
    entity = await device(house, arguments.device)
    sent: Any = None
    while not entity.memory.gone:
        scopes = await house.store.attributes.load(entity)
        now = {
            scope: {
                key: {"ts": stamped.ts, "value": stamped.value}
                for key, stamped in values.items()
                if arguments.keys is None or key in arguments.keys
            }
            for scope, values in scopes.items()
        }
        if now != sent:
            listener.send(now)
            sent = now
        await asyncio.sleep(TICK_S)


async def device_downlinks(house: House, arguments: DeviceArguments, listener: Listener) -> None:
    """The ids of the downlinks that wait for a device, again whenever that has changed.

    What an answer takes along is marked as delivered only when the answer has left, so a change is told twice.
    """
    entity = await device(house, arguments.device)
    sent: list[str] | None = None
    was_told_twice = True
    while not entity.memory.gone:
        now = [downlink.id for downlink in tuple(entity.memory.pending)]
        if now != sent or not was_told_twice:
            await house.store.writer.durable()
            listener.send({"waiting": now})
            was_told_twice = now == sent
            sent = now
        await asyncio.sleep(TICK_S)


# ------------------------------------------------------------------ as it happens


async def trace_live(house: House, arguments: TraceArguments, listener: Listener) -> None:
    """Messages as they come to their end: samples, failures, and all of watched chains."""
    window: Window[Trace] = Window()

    def listen(trace: Trace) -> None:
        chain = arguments.chain
        if chain is None or trace.chain == chain or any(hop.chain == chain for hop in trace.hops):
            window.put(trace)

    house.tracer.listeners.add(listen)
    try:
        await window.flow(listener, lambda trace: as_value(traces.view(trace)))
    finally:
        house.tracer.listeners.discard(listen)


async def events_tail(house: House, arguments: EventArguments, listener: Listener) -> None:
    """Events as they are written."""
    window: Window[Event] = Window()

    def listen(event: Event) -> None:
        if is_wanted(event, arguments):
            window.put(event)

    house.journal.listeners.add(listen)
    try:
        await window.flow(listener, lambda event: as_value(events.view(event)))
    finally:
        house.journal.listeners.discard(listen)


def is_wanted(event: Event, arguments: EventArguments) -> bool:
    """Whether an event is what the listener asked for."""
    given = (event.source, event.entity_id, event.chain, event.level)
    wanted = (arguments.source, arguments.entity, arguments.chain, arguments.level)
    matches = all(w is None or w == g for w, g in zip(wanted, given, strict=True))
    text = arguments.q.casefold()
    return matches and (
        not text or text in f"{event.kind} {event.entity_name} {event.text} {event.payload}".casefold()
    )


async def bell(house: House, arguments: NoArguments, listener: Listener) -> None:
    """The number on the bell, then each notification with the new number."""
    window: Window[NotificationRow] = Window()
    house.bell.listeners.add(window.put)
    try:
        await house.store.writer.durable()
        listener.send({"unread": await house.store.notifications.unread(house.tenant), "notification": None})
        while True:
            rows, dropped = await window.take()
            await house.store.writer.durable()
            unread = await house.store.notifications.unread(house.tenant)
            for row in rows:
                listener.send({"unread": unread, "notification": as_value(notifications.view(row))}, dropped)
                dropped = 0
    finally:
        house.bell.listeners.discard(window.put)


class Topic(NamedTuple):
    """What a topic is asked with, and what runs for each one who listens."""

    arguments: type[Shape]
    run: Callable[..., Awaitable[None]]


TOPICS = {
    "chain.rates": Topic(ChainArguments, chain_rates),
    "device.attributes": Topic(DeviceArguments, device_attributes),
    "device.downlinks": Topic(DeviceArguments, device_downlinks),
    "device.telemetry": Topic(DeviceArguments, device_telemetry),
    "events.tail": Topic(EventArguments, events_tail),
    "integration.status": Topic(IntegrationArguments, integration_status),
    "notifications": Topic(NoArguments, bell),
    "stats.overview": Topic(NoArguments, stats_overview),
    "trace.live": Topic(TraceArguments, trace_live),
}

"""A stage: intake, runner, queue and downlinks as they are, over a store in memory and with effects off.

What a device is answered here is what it would be answered in earnest; only nothing lasts and nothing leaves
the process. `effects` says in order what was done to the world, as in the examples of nodes, with the name of
the device in second place.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.downlinks import Downlinks
from engine.exchange import Exchange, Reply
from engine.ids import now_ms
from engine.intake import Call, Intake
from engine.integration import Directory, Integration
from engine.journal import Journal, shown
from engine.message import DEVICE, TENANT, Entity, Message
from engine.queue import Queue
from engine.records import DeadLetter, Downlink, Event, Queued
from engine.rehearsal import Attribution, Effects, History, Notes, Outside, StillClock
from engine.runner import Runner, Walk, durable
from engine.services import Attributes, Stamped
from engine.tasks import Tasks
from engine.trace import Trace, Tracer
from engine.values import Value

TENANT_ID = "stage"
SCOPES = ("client", "shared", "server")
FOR_EVER_MS = 1 << 62


class Moment:
    """A batch: what was written since the loop last turned."""

    def __init__(self) -> None:
        self._thens: list[Callable[[Exception | None], None]] = []
        self._is_durable = False

    def then(self, callback: Callable[[Exception | None], None]) -> None:
        """Call back when the loop has turned."""
        if self._is_durable:
            callback(None)
        else:
            self._thens.append(callback)

    def undo(self, callback: Callable[[], None]) -> None:
        """Memory never fails."""

    def settle(self) -> None:
        """It is durable now."""
        self._is_durable = True
        for callback in self._thens:
            callback(None)


class Ledger:
    """Commits: whatever is written becomes durable when the loop turns."""

    def __init__(self) -> None:
        self.writes = 0
        self.open = Moment()
        self.is_idle = True

    def write(self) -> None:
        """Something was written."""
        self.writes += 1
        if self.is_idle:
            self.is_idle = False
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        batch, self.open, self.is_idle = self.open, Moment(), True
        batch.settle()


class Memory:
    """What is remembered of one entity."""

    def __init__(self, name: str, effects: Effects) -> None:
        self.name = name
        self.pending: deque[Downlink] = deque()
        self.attributes = Attribution(effects, {scope: {} for scope in SCOPES})
        self.telemetry = History(effects, {})


class Cast:
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

    def create(self, tenant: str, kind: str, name: str, type: str, label: str = "") -> Entity:
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


class Drawer:
    """Downlinks as they are stored."""

    def __init__(self, ledger: Ledger, effects: Effects, cast: Cast) -> None:
        self._ledger = ledger
        self._effects = effects
        self._cast = cast

    def put(self, downlink: Downlink) -> None:
        self._ledger.write()
        name = next(e.name for e in self._cast.known.values() if e.id == downlink.entity_id)
        self._effects.append(["downlink", name, shown(downlink.payload)])

    def mark(self, downlink: Downlink, state: str, done_ts: int) -> None:
        self._ledger.write()


class Shelf:
    """Queue and dead letters as they are stored; a message that fails once stays here."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.postponed: set[str] = set()
        self.failures: list[str] = []

    def put(self, queued: Queued) -> None:
        self._ledger.write()

    def remove(self, tenant: str, id: str) -> None:
        self._ledger.write()

    def postpone(self, tenant: str, id: str, attempts: int, due_ts: int, error: str) -> None:
        self._ledger.write()
        self.postponed.add(id)
        self.failures.append(error)

    async def due(self, tenant: str, after: str, limit: int) -> Sequence[Queued]:
        return ()

    def bury(self, letter: DeadLetter) -> None:
        self._ledger.write()
        where = f"{letter.node_name}: " if letter.node_name else ""
        self.failures.append(f"{where}{letter.error}")


class Gallery:
    """An event log that keeps nothing."""

    def record(self, event: Event) -> None:
        """Nobody reads it."""


class Post:
    """The queue as nodes see it: what they put there is an effect."""

    def __init__(self, effects: Effects, queue: Queue) -> None:
        self._effects = effects
        self._queue = queue

    def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
        self._effects.append(["queue.put", message.originator.name, message.type, message.data])
        self._queue.put(message, chain, node)


class StageServices:
    """What the nodes may use on a stage."""

    def __init__(self, stage: Stage, responses: list[Mapping[str, Any]]) -> None:
        self.tenant = Entity(TENANT, TENANT_ID, "Tenant", memory=Memory("Tenant", stage.effects))
        self.attributes = Wardrobe(stage.ledger, stage.effects)
        self.telemetry = Annals(stage.ledger, stage.effects)
        self.downlinks = stage.downlinks
        self.queue = Post(stage.effects, stage.queue)
        self.http = Outside(stage.effects, responses)
        self.timers = StillClock()
        self.log = Notes(stage.effects)
        self._cast = stage.cast

    def now(self) -> int:
        """Epoch milliseconds."""
        return now_ms()

    async def find_device(self, name: str) -> Entity | None:
        """The device of that name."""
        return self._cast.known.get((DEVICE, name))


class Stage:
    """One tenant's parts put together; use it on a running loop and `close` it."""

    def __init__(self, integration: Integration, responses: Sequence[Mapping[str, Any]] = ()) -> None:
        self.effects: Effects = []
        self.broken: list[str] = []
        self.ledger = ledger = Ledger()
        self.integration = integration
        self.cast = Cast(ledger, self.effects)
        self.shelf = Shelf(ledger)
        self.queue = Queue(TENANT_ID, self.shelf, ledger)
        directory = Directory()
        directory.replace([integration])
        self.downlinks = Downlinks(TENANT_ID, directory, Drawer(ledger, self.effects, self.cast), ledger)
        self.tasks = Tasks(lambda name, error: self.broken.append(f"{name}: {error!r}"))
        self.tracer = Tracer()
        self.runner = Runner(StageServices(self, list(responses)), ledger, self.tracer, self.tasks)
        journal = Journal(TENANT_ID, Gallery())
        self.intake = Intake(TENANT_ID, self.cast, ledger, self.runner, self.downlinks, self.queue, journal)

    async def open(self, chains: Sequence[str]) -> None:
        """Trace everything that goes through these chains, and let the queue run."""
        for chain in chains:
            self.tracer.watch(chain, FOR_EVER_MS)
        await self.queue.start(self.runner)

    async def close(self) -> None:
        """End what still waits."""
        self.queue.stop()
        for chain in tuple(self.runner.plans):
            self.runner.remove(chain)
        await self.tasks.drain(0)

    async def request(self, call: Call) -> Reply:
        """What a device is answered; its bytes arrive."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        exchange = Exchange(lambda _, reply: answer.done() or answer.set_result(reply))
        if call.method in ("POST", "PUT"):
            self.intake.uplink(self.integration, call, exchange)
        elif call.method == "GET" and "deviceName" in call.query:
            await self.intake.poll(self.integration, call, exchange)
        else:
            exchange.answer(Reply(200 if call.method in ("GET", "HEAD") else 405))
        reply = await answer
        exchange.sent(True)
        return reply

    async def send(self, message: Message) -> None:
        """Run a message through the root chain, as one that comes out of the queue."""
        ended: asyncio.Future[Walk] = asyncio.get_running_loop().create_future()
        self.runner.run(message, ended.set_result, message.id)
        walk = await ended
        for failure in walk.failures:
            self.queue.bury(failure, message.id, 1)
        if walk.batch is not None:
            await durable(walk.batch)

    async def settle(self) -> None:
        """Wait until everything that came of it is over."""
        while len(self.tasks) or not self.ledger.is_idle or len(self.queue) > len(self.shelf.postponed):
            await asyncio.sleep(0)

    def traces(self) -> list[Trace]:
        """What happened at each step, oldest first."""
        return self.tracer.newest()[::-1]


def _memory(entity: Entity) -> Memory:
    memory: Memory = entity.memory
    return memory

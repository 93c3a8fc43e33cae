"""A stage: intake, runner, queue and downlinks as they are, over a store in memory and with effects off.

What a device is answered here is what it would be answered in earnest; only nothing lasts and nothing leaves
the process. `effects` says in order what was done to the world, as in the examples of nodes, with the name of
the device in second place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from engine.backstage import Annals, Cast, Drawer, Gallery, Ledger, Memory, Shelf, Wardrobe
from engine.downlinks import Downlinks
from engine.exchange import Reply, Told
from engine.ids import now_ms
from engine.intake import Intake
from engine.integration import Directory, Integration
from engine.journal import Journal
from engine.message import DEVICE, TENANT, Entity, Message
from engine.queue import Queue
from engine.rehearsal import Answers, Effects, Notes, Outside, StillClock
from engine.runner import Runner, durable
from engine.shapes import Call
from engine.tasks import Tasks
from engine.trace import Trace, Tracer
from engine.walk import Walk

TENANT_ID = "stage"
FOR_EVER_MS = 1 << 62


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
        self.calls = Answers(stage.effects)
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
        self.queue = Queue(TENANT_ID, self.shelf, self.cast, ledger)
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
        exchange = Told(answer.set_result)
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
        self.runner.run(message, message.id).then(ended.set_result)
        walk = await ended
        for failure in walk.failures:
            self.queue.bury(failure, message.id, 1)
        if walk.batch is not None:
            await durable(walk.batch)

    async def settle(self) -> None:
        """Wait until everything that came of it is over."""
        # Several parts have to be still at the same time, so there is no one event to wait for.
        while self._is_moving():  # noqa: ASYNC110
            await asyncio.sleep(0)

    def _is_moving(self) -> bool:
        queued = len(self.queue) - len(self.shelf.postponed)
        return bool(self.tasks) or not self.ledger.is_idle or queued > 0

    def traces(self) -> list[Trace]:
        """What happened at each step, oldest first."""
        return self.tracer.newest()[::-1]

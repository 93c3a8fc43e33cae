"""Walk and step: the only loop, and the only place where an exception becomes Failure."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from engine.errors import UnavailableError
from engine.message import Message
from engine.node import Emit
from engine.plan import ASIDE, Place, Plan
from engine.ports import Batch, Commits
from engine.services import Services
from engine.tasks import Tasks
from engine.trace import Hop, Tracer
from engine.walk import Waiting, Walk, Work

STEP_BUDGET = 10_000
DEADLINE_S = 60.0


class Runner:
    """Runs messages of one tenant through its chains, in order for each originator."""

    def __init__(
        self,
        services: Services,
        commits: Commits,
        tracer: Tracer,
        tasks: Tasks,
        *,
        step_budget: int = STEP_BUDGET,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.services = services
        self.commits = commits
        self.tracer = tracer
        self.tasks = tasks
        self.step_budget = step_budget
        self.deadline_s = deadline_s
        self.plans: Mapping[str, Plan] = {}
        self._entries: dict[str, Place] = {}  # of the chains in which no message can use up its steps
        self.root = ""
        self.messages = 0  # that have begun to walk, since the process started
        self.on_error: Callable[[Walk, Place, Message, Exception], None] = lambda *_: None
        self.on_debug: Callable[[Walk, Place, Hop], None] = lambda *_: None
        self.lanes: dict[str, deque[tuple[Walk, str, str | None]]] = {}

    @property
    def busy(self) -> int:
        """How many originators have a message that waits for something."""
        return len(self.lanes)

    def swap(self, plan: Plan) -> None:
        """Put a chain, or its new version, in force; messages under way finish on what they began with."""
        old = self.plans.get(plan.chain)
        self.plans = {**self.plans, plan.chain: plan}
        self._entries.pop(plan.chain, None)
        if plan.entry is not None and plan.longest <= self.step_budget:
            self._entries[plan.chain] = plan.entry
        if old is not None:
            old.close()
        plan.open(self.services)

    def remove(self, chain: str) -> None:
        """Take a chain out of force."""
        old = self.plans.get(chain)
        self.plans = {name: plan for name, plan in self.plans.items() if name != chain}
        self._entries.pop(chain, None)
        if old is not None:
            old.close()

    def run(self, message: Message, trace_id: str, chain: str | None = None, node: str | None = None) -> Walk:
        """Run a message through a chain (the root chain by default), from its entry or from one node.

        The walk is over at once when no node had to wait, else later. Behind a message of the same originator
        that still waits, this one waits too.
        """
        walk = Walk(self, message, trace_id)
        lane = self.lanes.get(message.originator.id)
        if lane is not None:
            lane.append((walk, chain or self.root, node))
        else:
            self._go_on(walk, self.begin(walk, chain or self.root, node))
        return walk

    def dash(self, message: Message, trace_id: str, chain: str | None = None) -> Walk | None:
        """As `run` from the entry; None when the message is through already and nothing failed.

        That is how most messages end: they meet plain nodes only, each of which sends them along one arrow. What
        is out of the ordinary makes a Walk, which goes on from there.
        """
        place = self._entries.get(chain or self.root)
        if place is None or not self.tracer.is_idle or (self.lanes and message.originator.id in self.lanes):
            return self.run(message, trace_id, chain)
        services, writes = self.services, self.commits.writes
        self.messages += 1
        place.entered += 1
        at = message
        while True:
            try:
                outcome = place.plain(at, services)
            except Exception as error:  # noqa: BLE001  here an exception becomes Failure
                outcome = error
                break
            if type(outcome) is str:
                route = place.out.get(outcome)
            elif type(outcome) is Emit:
                route = place.out.get(outcome.relation)
                if route is not None and route.only is not None:
                    at = outcome.message
            elif outcome is None:
                return None
            else:
                break
            if route is None:
                break
            target = route.only
            if target is None:
                if route.targets:
                    break
                return None
            route.count += 1
            place = target
        return self._walk_on(message, trace_id, (place, at, None), outcome, writes)

    def _walk_on(self, message: Message, trace_id: str, work: Work, outcome: Any, writes: int) -> Walk:
        """Go on as a Walk from a place that gave something out of the ordinary, or is out of it itself."""
        walk = Walk(self, message, trace_id)
        if self.commits.writes != writes:
            walk.batch = self.commits.open
        waiting = None
        if outcome is ASIDE:
            walk.stack.append(work)
        else:
            waiting = walk.took(work, outcome, 0)
        self._go_on(walk, waiting or walk.advance())
        return walk

    def _go_on(self, walk: Walk, waiting: Waiting | None) -> None:
        """The walk is over, or it waits and keeps those behind it waiting, too."""
        if waiting is None:
            self.end(walk)
        else:
            self.lanes[walk.message.originator.id] = deque()
            self.tasks.start(self.drive(walk, waiting), "walk")

    def begin(self, walk: Walk, chain: str, node: str | None) -> Waiting | None:
        """Put the message on its first place and go as far as possible."""
        self.messages += 1
        walk.plans = self.plans
        plan = walk.plans.get(chain)
        if plan is None:
            walk.fail(None, walk.message, f"the rule chain {chain!r} is not active")
            return None
        place = plan.entry if node is None else plan.places.get(node)
        if place is None:
            return None
        if not self.tracer.is_idle:
            walk.trace = self.tracer.begin(walk.trace_id, chain, walk.message)
        place.entered += 1
        walk.stack.append((place, walk.message, None))
        return walk.advance()

    def end(self, walk: Walk) -> None:
        """The walk is over: tell who waits for it."""
        if walk.trace is not None:
            self.tracer.finish(walk.trace)
        walk.is_over = True
        if walk.done is not None:
            walk.done(walk)

    async def drive(self, walk: Walk, waiting: Waiting | None) -> None:
        """Go on with a walk that has to wait, then with those that waited behind it."""
        originator = walk.message.originator.id
        try:
            await self.finish(walk, waiting)
            while self.lanes[originator]:
                following, chain, node = self.lanes[originator].popleft()
                await self.finish(following, self.begin(following, chain, node))
        finally:
            del self.lanes[originator]

    def ended(self, walk: Walk) -> None:
        """The end of a walk that had to wait: what its owner raises must not cost those behind it their turn."""
        try:
            self.end(walk)
        except Exception as error:  # noqa: BLE001  it is reported, and the lane goes on
            self.tasks.report("walk", error)

    async def finish(self, walk: Walk, waiting: Waiting | None) -> None:
        """Wait for whatever a walk waits for until it is over."""
        walk.deadline = asyncio.get_running_loop().time() + self.deadline_s
        while waiting is not None:
            await self.wait(walk, *waiting)
            waiting = walk.advance()
        self.ended(walk)

    async def wait(self, walk: Walk, work: Work, result: Awaitable[Any]) -> None:
        """One node that has to wait. What came before it is made durable first: it may speak to the outside."""
        place = work[0]
        writes = self.commits.writes
        started = time.perf_counter_ns() if walk.trace is not None or place.debug else 0
        try:
            if walk.batch is not None:
                await durable(walk.batch)
                walk.batch = None
            async with asyncio.timeout_at(walk.deadline):
                outcome = await result
        except TimeoutError:
            walk.raised(work, TimeoutError(f"the message took longer than {self.deadline_s:g} s"), started)
        except UnavailableError as error:
            walk.give_up(error)
        except Exception as error:  # noqa: BLE001  here an exception becomes Failure
            walk.raised(work, error, started)
        else:
            walk.emitted(work, outcome, started)
        finally:
            if inspect.iscoroutine(result):
                result.close()
        if self.commits.writes != writes:
            walk.batch = self.commits.open


async def durable(batch: Batch) -> None:
    """Wait until a batch is durable; raises what made it fail."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(error: Exception | None) -> None:
        if not done.done():
            done.set_result(None) if error is None else done.set_exception(error)

    batch.then(settle)
    await done

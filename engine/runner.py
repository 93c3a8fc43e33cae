"""Walk and step: the only loop, and the only place where an exception becomes Failure."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from engine.errors import MissingError, UnavailableError
from engine.message import Message
from engine.node import FAILURE, Emit, Enter, Leave, steps_of
from engine.plan import Place, Plan, Route
from engine.ports import Batch, Commits
from engine.services import Services
from engine.tasks import Tasks
from engine.trace import Hop, Trace, Tracer

_NOT_YET = object()  # in place of what a node gave: it was not asked yet
STEP_BUDGET = 10_000
DEADLINE_S = 60.0


# Where to go on after a chain that was entered: the place that entered it, and what is behind that.
Back = tuple[Place, "Back"] | None
Work = tuple[Place, Message, Back]
# A place that waits for something, and what it waits for
Waiting = tuple[Work, Awaitable[Any]]


class Failure(NamedTuple):
    """A failure that no arrow handled: where (None: nowhere yet), with which message, and why."""

    place: Place | None
    message: Message
    reason: str


class Walk:
    """One message on its way through the chains, with everything that comes of it, depth first.

    `failures` are those that no arrow handled; `batch` is what must be durable before anybody is told;
    `unavailable` says that the store could not take what a node wrote, so that the rest was not even tried.
    """

    __slots__ = (
        "batch",
        "deadline",
        "done",
        "failures",
        "is_over",
        "message",
        "plans",
        "runner",
        "stack",
        "steps",
        "trace",
        "trace_id",
        "unavailable",
    )

    def __init__(self, runner: Runner, message: Message, trace_id: str) -> None:
        self.runner = runner
        self.message = message
        self.done: Callable[[Walk], None] | None = None
        self.is_over = False
        self.trace_id = trace_id
        self.plans = runner.plans
        self.stack: list[Work] = []
        self.steps = 0
        self.batch: Batch | None = None
        self.failures: list[Failure] = []
        self.unavailable: UnavailableError | None = None
        self.trace: Trace | None = None
        self.deadline = 0.0

    def then(self, done: Callable[[Walk], None]) -> None:
        """Call `done` with this walk when it is over; at once when it is."""
        if self.is_over:
            done(self)
        else:
            self.done = done

    def advance(self) -> Waiting | None:
        """Go on until the end (None) or until a node has to wait; what it waits for comes back."""
        runner, stack, services = self.runner, self.stack, self.runner.services
        commits, budget = runner.commits, runner.step_budget
        writes = commits.writes
        waiting = None
        while stack:
            work = stack.pop()
            place, message, _ = work
            self.steps += 1
            if self.steps > budget:
                stack.clear()
                self.fail(place, message, f"the message took more than {budget} steps")
                break
            if place.disabled:
                continue
            started = time.perf_counter_ns() if self.trace is not None or place.debug else 0
            try:
                result = place.process(message, services)
            except Exception as error:  # noqa: BLE001  here an exception becomes Failure
                self.took(work, error, started)
            else:
                waiting = self.took(work, result, started)
                if waiting is not None:
                    break
        if commits.writes != writes:
            self.batch = commits.open
        return waiting

    def took(self, work: Work, outcome: Any, started: int) -> Waiting | None:
        """Go on with what a node gave, a result or an error; what comes back is to be waited for."""
        if isinstance(outcome, UnavailableError):
            self.give_up(outcome)
        elif isinstance(outcome, Exception):
            self.raised(work, outcome, started)
        elif outcome is not None and inspect.isawaitable(outcome):
            return work, outcome
        else:
            self.emitted(work, outcome, started)
        return None

    def emitted(self, work: Work, result: Any, started: int) -> None:
        """Send on what a node returned; `started` is 0 when nobody looks."""
        place, message, back = work
        steps = steps_of(result, message)
        if started:
            self.look(work, steps, started)
        # The stack is last in, first out, so what comes first goes on it last.
        for step in reversed(steps):
            if step.__class__ is Emit:
                self.route(place, step.relation, step.message, back)
            elif step.__class__ is Enter:
                self.enter(work, step)
            elif step.__class__ is Leave:
                self.leave(place, step, back)
            else:
                self.raised(work, TypeError(f"a node returned {type(step).__name__}"), 0)

    def route(self, place: Place, relation: str, message: Message, back: Back) -> None:
        """Put the message on the arrows of a relation, each with a copy of its own when there are several."""
        route: Route | None = place.out.get(relation) or place.route(relation)
        if route is None or not route.targets:
            if relation == FAILURE:
                self.fail(place, message, message.metadata.get("failures", "it left along Failure"))
            return
        route.count += 1
        if len(route.targets) == 1:
            self.stack.append((route.targets[0], message, back))
            return
        for target in reversed(route.targets):
            self.stack.append((target, message.child(), back))

    def enter(self, work: Work, step: Enter) -> None:
        """Go into another chain; what it returns leaves the node that entered it."""
        place, _, back = work
        plan = self.plans.get(step.chain)
        if plan is None:
            self.raised(work, MissingError("rule chain", step.chain), 0)
        elif plan.chain == place.chain or inside(back, plan.chain):
            self.raised(work, RecursionError(f"the chain {plan.name!r} would enter itself"), 0)
        elif plan.entry is not None:
            plan.entry.entered += 1
            self.stack.append((plan.entry, step.message, (place, back)))

    def leave(self, place: Place, step: Leave, back: Back) -> None:
        """Go back to the chain that entered this one; the end where none did."""
        if back is not None:
            caller, behind = back
            self.route(caller, step.relation, step.message, behind)

    def raised(self, work: Work, error: Exception, started: int) -> None:
        """A node raised: the message goes along Failure with the reason, or it has failed for good."""
        place, message, back = work
        reason = str(error) or type(error).__name__
        place.failed += 1
        self.runner.on_error(self, place, message, error)
        failed = message.with_metadata({**message.metadata, "error": reason})
        if started:
            self.look(work, [Emit(FAILURE, failed)], started, reason)
        elif self.trace is not None:
            self.trace.blame(reason)
        if place.out.get(FAILURE) is None:
            self.fail(place, message, reason)
        else:
            self.route(place, FAILURE, failed, back)

    def fail(self, place: Place | None, message: Message, reason: str) -> None:
        """Nobody handles this failure: remember it for who waits for the walk."""
        self.failures.append(Failure(place, message, reason))
        if place is not None and self.trace is None:
            trace = self.runner.tracer.start(self.trace_id, place.chain, message)
            trace.add(Hop(place.chain, place.id, place.name, message, [], 0, reason))
            self.runner.tracer.finish(trace)

    def give_up(self, error: UnavailableError) -> None:
        """The store takes nothing now: whoever waits may come again."""
        self.unavailable = error
        self.stack.clear()

    def look(self, work: Work, steps: Sequence[Any], started: int, error: str = "") -> None:
        """Write down one step for those who look."""
        place, message, back = work
        elapsed_us = (time.perf_counter_ns() - started) // 1000
        out = [(step_name(step), step.message) for step in steps]
        ahead = [[(t.chain, t.id) for t in self.ahead(place, step, back)] for step in steps]
        hop = Hop(place.chain, place.id, place.name, message, out, elapsed_us, error, self.message.id, ahead)
        if self.trace is None:
            self.trace = self.runner.tracer.start(self.trace_id, place.chain, message)
        self.trace.add(hop)
        if place.debug:
            self.runner.on_debug(self, place, hop)

    def ahead(self, place: Place, step: Any, back: Back) -> Sequence[Place]:
        """Where a step leads, as `emitted` will go."""
        if step.__class__ is Enter:
            plan = self.plans.get(step.chain)
            return (plan.entry,) if plan is not None and plan.entry is not None else ()
        if step.__class__ is Leave:
            if back is None:
                return ()
            place = back[0]
        route = place.out.get(step.relation) or place.route(step.relation)
        return route.targets if route is not None else ()


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
        if old is not None:
            old.close()
        plan.open(self.services)

    def remove(self, chain: str) -> None:
        """Take a chain out of force."""
        old = self.plans.get(chain)
        self.plans = {name: plan for name, plan in self.plans.items() if name != chain}
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
        plan = self.plans.get(chain or self.root)
        if (
            plan is None
            or plan.longest > self.step_budget
            or not self.tracer.is_idle
            or (self.lanes and message.originator.id in self.lanes)
        ):
            return self.run(message, trace_id, chain)
        services, writes = self.services, self.commits.writes
        self.messages += 1
        place, at = plan.entry, message
        outcome: Any
        if place is None:
            return None
        place.entered += 1
        while True:
            process = place.plain
            if process is None:
                outcome = _NOT_YET
                break
            try:
                outcome = process(at, services)
            except Exception as error:  # noqa: BLE001  here an exception becomes Failure
                return self._walk_on(message, trace_id, (place, at, None), error, writes)
            if outcome.__class__ is str:
                relation = outcome
            elif outcome.__class__ is Emit:
                relation = outcome.relation
            elif outcome is None:
                return None
            else:
                break
            route = place.out.get(relation)
            if route is None:
                break
            target = route.only
            if target is None:
                if route.targets:
                    break
                return None
            route.count += 1
            place = target
            if outcome is not relation:
                at = outcome.message
        return self._walk_on(message, trace_id, (place, at, None), outcome, writes)

    def _walk_on(self, message: Message, trace_id: str, work: Work, outcome: Any, writes: int) -> Walk:
        """Go on as a Walk from a place that gave something out of the ordinary, or is out of it itself."""
        walk = Walk(self, message, trace_id)
        if self.commits.writes != writes:
            walk.batch = self.commits.open
        waiting = None
        if outcome is _NOT_YET:
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


def inside(back: Back, chain: str) -> bool:
    """Whether a chain is among those that were entered on the way here."""
    while back is not None:
        place, back = back
        if place.chain == chain:
            return True
    return False


def step_name(step: Any) -> str:
    """What a trace calls a step."""
    return step.relation if step.__class__ is not Enter else f"enter {step.chain}"

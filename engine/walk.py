"""A walk: one message on its way through the chains, and what came of it."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import MissingError, UnavailableError
from engine.message import Message
from engine.node import FAILURE, Emit, Enter, Leave, steps_of
from engine.plan import Place, Route
from engine.ports import Batch
from engine.trace import Hop, Trace

if TYPE_CHECKING:
    from engine.runner import Runner

# Where to go on after a chain that was entered: the place that entered it, and what is behind that.
Back = tuple[Place, Any] | None
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
            if type(step) is Emit:
                self.route(place, step.relation, step.message, back)
            elif type(step) is Enter:
                self.enter(work, step)
            elif type(step) is Leave:
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
        if type(step) is Enter:
            plan = self.plans.get(step.chain)
            return (plan.entry,) if plan is not None and plan.entry is not None else ()
        if type(step) is Leave:
            if back is None:
                return ()
            place = back[0]
        route = place.out.get(step.relation) or place.route(step.relation)
        return route.targets if route is not None else ()


def inside(back: Back, chain: str) -> bool:
    """Whether a chain is among those that were entered on the way here."""
    while back is not None:
        place, back = back
        if place.chain == chain:
            return True
    return False


def step_name(step: Any) -> str:
    """What a trace calls a step."""
    return step.relation if type(step) is not Enter else f"enter {step.chain}"

"""One message through chains with effects off, on the real runner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from engine.backstage import Unwritten
from engine.chain import ChainSpec
from engine.ids import new_id
from engine.lint import checked
from engine.message import Message
from engine.plan import Plan
from engine.rehearsal import Effects, Rehearsal
from engine.runner import Runner
from engine.tasks import Tasks
from engine.trace import Trace, Tracer
from engine.walk import Failure, Walk
from web.house import House, spec_of

DEADLINE_S = 10.0
STEP_BUDGET = 2_000
FOR_EVER_MS = 1 << 62


class Outcome(NamedTuple):
    """How a rehearsal went."""

    trace: Trace | None
    effects: Effects
    failures: Sequence[Failure]
    elapsed_us: int


async def rehearse(
    house: House,
    chains: Sequence[ChainSpec],
    message: Message,
    given: Mapping[str, Any],
    node: str | None = None,
) -> Outcome:
    """Run a message through the first of `chains`, which may enter the others; ChainError when one has errors."""
    plans = [Plan(checked(spec, house.catalog, house.exists)) for spec in chains]
    world = Rehearsal(given)
    tracer = Tracer()
    tasks = Tasks(lambda name, error: None)
    runner = Runner(
        world,
        Unwritten(),
        tracer,
        tasks,
        step_budget=STEP_BUDGET,
        deadline_s=DEADLINE_S,
    )
    # Not swapped in: nodes that make messages by themselves stay still.
    runner.plans = {plan.chain: plan for plan in plans}
    tracer.watch(plans[0].chain, FOR_EVER_MS)
    ended: asyncio.Future[Walk] = asyncio.get_running_loop().create_future()
    begin = time.perf_counter_ns()
    try:
        runner.run(message, trace_id := new_id(), plans[0].chain, node).then(ended.set_result)
        walk = await ended
    finally:
        await tasks.drain(0)
    return Outcome(
        tracer.get(trace_id), world.effects, walk.failures, (time.perf_counter_ns() - begin) // 1000
    )


async def chains_for(house: House, first: ChainSpec) -> list[ChainSpec]:
    """A chain and those that it may enter, as they run today."""
    found: dict[str, ChainSpec] = {}
    wanted = [first]
    while wanted:
        spec = wanted.pop()
        found[spec.id] = spec
        for id in _entered(house, spec):
            row = None if id in found else await house.store.chains.get(house.tenant, id)
            if row is None or not row.active_version:
                continue
            version = await house.store.chains.version(house.tenant, id, row.active_version)
            if version is not None:
                wanted.append(spec_of(id, row.name, version.version, version.document))
    return list(found.values())


def _entered(house: House, spec: ChainSpec) -> list[str]:
    nodes = [house.catalog.make(item.type, item.config)[0] for item in spec.nodes]
    return [id for node in nodes if node for kind, id in node.references() if kind == "rule-chain"]

"""What a message costs grows with the nodes that it meets, not faster."""

from __future__ import annotations

import time
from typing import Any

import pytest
from runner_world import World

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.lint import checked
from engine.plan import Plan

MESSAGES = 60
ROUNDS = 9
KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("script-filter", {"script": "return msg.temperature > 20"}, "True"),
    ("check-fields", {"dataKeys": ["temperature"]}, "True"),
    ("transform-script", {"script": "msg.count = msg.count + 1\nreturn {'msg': msg}"}, "Success"),
    ("delete-keys", {"keys": ["other"]}, "Success"),
    ("message-type-filter", {"messageTypes": ["POST_TELEMETRY_REQUEST"]}, "True"),
]


def chain(length: int) -> ChainSpec:
    """Nodes of several kinds in a row."""
    rows = [
        {"id": f"n{n}", "type": KINDS[n % len(KINDS)][0], "config": KINDS[n % len(KINDS)][1]}
        for n in range(length)
    ]
    arrows = [
        {"id": f"e{n}", "from": f"n{n}", "to": f"n{n + 1}", "relation": KINDS[n % len(KINDS)][2]}
        for n in range(length - 1)
    ]
    return ChainSpec.model_validate(
        {"id": f"c{length}", "name": f"c{length}", "entry": "n0", "nodes": rows, "edges": arrows}
    )


def cost(world: World, length: int) -> float:
    """CPU seconds of some messages through a chain."""
    world.runner.root = f"c{length}"
    started = time.thread_time()
    for _ in range(MESSAGES):
        (walk,) = world.run({"temperature": 33, "count": 0})
        assert (walk.steps, walk.failures) == (length, [])
    return time.thread_time() - started


@pytest.mark.parametrize("is_traced", [False, True])
async def test_a_hundred_nodes_cost_ten_times_as_much_as_ten(is_traced: bool) -> None:
    world, catalog = World(), Catalog.discover("nodes")
    for length in (10, 100):
        world.runner.swap(Plan(checked(chain(length), catalog)))
    times: dict[int, list[float]] = {10: [], 100: []}
    for _ in range(ROUNDS):
        for length, found in times.items():
            if is_traced:
                world.runner.tracer.refresh(sample=True)
            found.append(cost(world, length))

    # The least of several: what others do on the machine only adds to it
    assert min(times[100]) <= 13 * min(times[10])

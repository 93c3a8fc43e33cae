"""Generator: what its ticks put on the queue and what becomes of them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import MissingError
from engine.message import DEVICE, Entity, Message
from engine.rehearsal import Rehearsal
from engine.tasks import Tasks
from engine.timers import Timers
from nodes.action.generator import Generator

THERMOSTAT = Entity(DEVICE, "7", "Thermostat 7")
COUNT = "return {'msg': {'count': prevMsg.get('count', 0) + 1}, 'metadata': {'n': 1}}"


class Kept:
    """A queue that only keeps."""

    def __init__(self) -> None:
        self.rows: list[tuple[Message, str | None, str | None]] = []

    def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
        self.rows.append((message, chain, node))


@pytest.fixture
def world() -> Rehearsal:
    world = Rehearsal({"now": 1_700_000_000_000}, devices={THERMOSTAT.name: THERMOSTAT})
    world.queue = Kept()
    return world


async def tick(world: Rehearsal) -> None:
    for beat in list(world.timers.ticks):
        result: Any = beat()
        if inspect.isawaitable(result):
            await result


async def test_ticks_start_at_the_node_itself(world: Rehearsal) -> None:
    # Given a generator in an active chain
    Generator().open(world, "chain-1/node-2")
    # When the clock ticks twice
    await tick(world)
    await tick(world)
    # Then two messages about the tenant wait to start at the generator
    assert [(chain, node) for _, chain, node in world.queue.rows] == [("chain-1", "node-2")] * 2
    first, second = (message for message, _, _ in world.queue.rows)
    assert first.originator is world.tenant
    assert (first.data, first.ts) == ({}, 1_700_000_000_000)
    assert first.id != second.id


async def test_period_and_device(world: Rehearsal) -> None:
    periods: list[float] = []
    every = world.timers.every

    def spy(seconds: float, beat: Callable[[], Any]) -> Callable[[], None]:
        periods.append(seconds)
        return every(seconds, beat)

    world.timers.every = spy
    Generator(device="Thermostat 7", period_seconds=2.5).open(world, "c/n")
    await tick(world)
    assert periods == [2.5]
    assert world.queue.rows[0][0].originator is THERMOSTAT


async def test_an_unknown_device(world: Rehearsal) -> None:
    Generator(device="Thermostat 8").open(world, "c/n")
    with pytest.raises(MissingError, match="Thermostat 8"):
        await tick(world)
    assert world.timers.ticks, "the device may come later"


async def test_it_ends_after_so_many_messages(world: Rehearsal) -> None:
    generator = Generator(message_count=2)
    generator.open(world, "c/n")
    for _ in range(4):
        await tick(world)
    assert len(world.queue.rows) == 2
    assert world.timers.ticks == []
    generator.close()


async def test_on_a_real_clock_the_last_message_arrives(world: Rehearsal) -> None:
    # Given the real timers, whose stop cancels the very task that a tick runs in, and a look-up that waits
    troubles: list[str] = []
    tasks, arrived = Tasks(lambda name, error: troubles.append(f"{name}: {error}")), asyncio.Event()

    async def find_device(name: str) -> Entity:
        await asyncio.sleep(0)
        return THERMOSTAT

    class Bell(Kept):
        def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
            super().put(message, chain, node)
            arrived.set()

    world.timers, world.queue, world.find_device = Timers(tasks), Bell(), find_device
    # When one message is to be made
    Generator(device="Thermostat 7", message_count=1, period_seconds=0.1).open(world, "c/n")
    await asyncio.wait_for(arrived.wait(), 60)
    # Then it is made, and no more
    await tasks.drain(10)
    assert len(world.queue.rows) == 1
    assert troubles == []


async def test_closed_with_its_chain(world: Rehearsal) -> None:
    generator = Generator()
    generator.open(world, "c/n")
    generator.close()
    generator.close()
    assert world.timers.ticks == []


async def test_each_message_is_made_of_the_one_before(world: Rehearsal) -> None:
    generator = Generator(script=COUNT)
    generator.open(world, "c/n")
    for _ in range(3):
        await tick(world)
    emits = [generator.process(message, world) for message, _, _ in world.queue.rows]
    assert [emit.message.data for emit in emits] == [{"count": 1}, {"count": 2}, {"count": 3}]
    assert [emit.message.parent for emit in emits] == [message.id for message, _, _ in world.queue.rows]
    assert emits[0].message.metadata == {"n": "1"}


async def test_two_generators_do_not_share_their_past(world: Rehearsal) -> None:
    one, other = Generator(script=COUNT), Generator(script=COUNT)
    one.open(world, "c/n")
    await tick(world)
    message = world.queue.rows[0][0]
    assert (
        one.process(message, world).message.data == other.process(message, world).message.data == {"count": 1}
    )

"""Remote calls as stories: who calls, who polls, what gets lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from engine.errors import UnavailableError
from engine.message import DEVICE, Entity
from engine.rpc import MAX_WAITING, Calls, Request, Rpc
from engine.tasks import Tasks

LAMP = Entity(DEVICE, "d1", "lamp")
DOOR = Entity(DEVICE, "d2", "door")


class World:
    """Calls under way, and polls that take what comes."""

    def __init__(self) -> None:
        self.rpc = Rpc()
        self.tasks = Tasks(lambda name, error: None)

    async def send(
        self, method: str, entity: Entity = LAMP, timeout_s: float = 10, oneway: bool = False
    ) -> asyncio.Task[object]:
        """A call that has begun to wait."""
        task = self.tasks.start(self.rpc.send(entity, method, {}, timeout_s, oneway=oneway), method)
        await asyncio.sleep(0)
        return task

    def take(self, entity: Entity = LAMP) -> Request:
        """The next call, of which there is one."""
        request = self.rpc.take(entity)
        assert request is not None
        return request

    def poll(self, entity: Entity = LAMP) -> tuple[list[Request], Callable[[], None]]:
        """A poll that takes one call and leaves."""
        taken: list[Request] = []

        def wake(request: Request) -> bool:
            taken.append(request)
            leave()
            return True

        leave = self.rpc.wait(entity, wake)
        return taken, leave


@pytest.fixture
def world() -> World:
    return World()


async def test_a_call_waits_for_a_poll_and_then_for_the_reply(world: World) -> None:
    call = await world.send("on")
    request = world.take()
    assert request.as_json() == {"id": request.id, "method": "on", "params": {}}
    world.rpc.settle(request, True)
    assert world.rpc.reply(LAMP, request.id, {"is": "on"})
    assert await call == {"is": "on"}
    assert len(world.rpc) == 0


async def test_an_open_poll_gets_a_call_at_once(world: World) -> None:
    taken, _ = world.poll()
    await world.send("on")
    assert [request.method for request in taken] == ["on"]
    assert world.rpc.polls == 0


async def test_two_open_polls_get_one_call_each_in_their_order(world: World) -> None:
    (first, _), (second, _) = world.poll(), world.poll()
    await world.send("on")
    await world.send("off")
    assert [request.method for request in first + second] == ["on", "off"]


async def test_calls_come_in_their_order(world: World) -> None:
    await world.send("on")
    await world.send("off")
    assert [world.take().method, world.take().method] == ["on", "off"]
    assert world.rpc.take(LAMP) is None


async def test_a_call_is_for_its_device_only(world: World) -> None:
    taken, leave = world.poll(DOOR)
    call = await world.send("on", LAMP)
    assert not taken
    assert world.rpc.take(DOOR) is None
    request = world.take()
    assert not world.rpc.reply(DOOR, request.id, "mine")
    assert world.rpc.reply(LAMP, request.id, "ok")
    assert await call == "ok"
    leave()


async def test_what_was_lost_comes_again_before_the_others(world: World) -> None:
    await world.send("on")
    await world.send("off")
    world.rpc.settle(world.take(), False)
    assert [world.take().method, world.take().method] == ["on", "off"]


async def test_what_was_lost_goes_to_a_poll_that_is_open(world: World) -> None:
    await world.send("on")
    request = world.take()
    taken, _ = world.poll()
    world.rpc.settle(request, False)
    assert taken == [request]


async def test_a_poll_that_left_gets_nothing(world: World) -> None:
    taken, leave = world.poll()
    leave()
    await world.send("on")
    assert not taken
    assert world.take().method == "on"


async def test_a_call_ends_when_its_time_is_over(world: World) -> None:
    with pytest.raises(TimeoutError):
        await world.rpc.send(LAMP, "on", {}, 0.001)
    assert world.rpc.take(LAMP) is None
    assert len(world.rpc) == 0


async def test_a_reply_that_comes_too_late_finds_nobody(world: World) -> None:
    call = await world.send("on")
    request = world.take()
    call.cancel()
    await asyncio.wait([call])
    assert not world.rpc.reply(LAMP, request.id, "late")
    world.rpc.settle(request, False)
    assert world.rpc.take(LAMP) is None


async def test_only_the_first_reply_counts(world: World) -> None:
    call = await world.send("on")
    request = world.take()
    assert [world.rpc.reply(LAMP, request.id, word) for word in ("first", "second")] == [True, False]
    assert await call == "first"


async def test_a_one_way_call_ends_with_its_delivery(world: World) -> None:
    call = await world.send("on", oneway=True)
    request = world.take()
    assert not call.done()
    world.rpc.settle(request, True)
    assert await call is None


async def test_a_device_that_never_polls_does_not_fill_the_memory(world: World) -> None:
    calls = [await world.send("on") for _ in range(MAX_WAITING)]
    with pytest.raises(UnavailableError, match="wait for 'lamp'"):
        await world.rpc.send(LAMP, "on", {}, 10)
    assert len(world.rpc) == MAX_WAITING
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert len(world.rpc) == 0


async def test_ids_of_another_run_of_the_process_are_not_used_again() -> None:
    ids = set()
    for _ in range(20):
        world = World()
        await world.send("on")
        ids.add(world.take().id)
    assert len(ids) > 15
    assert all(0 < id < 2**31 - 1 for id in ids)


# ------------------------------------------------------------------ calls of devices


def test_an_answer_finds_its_call_once() -> None:
    calls = Calls()
    answers: list[object] = []
    number, _ = calls.open("s1", answers.append)
    assert not calls.answer("s2", number, "not mine")
    assert calls.answer("s1", number, "noon")
    assert not calls.answer("s1", number, "again")
    assert answers == ["noon"]


def test_a_call_that_has_ended_takes_no_answer() -> None:
    calls = Calls()
    answers: list[object] = []
    number, end = calls.open("s1", answers.append)
    end()
    end()
    assert not calls.answer("s1", number, "noon")
    assert (answers, len(calls)) == ([], 0)

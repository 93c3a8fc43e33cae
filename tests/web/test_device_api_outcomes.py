"""What may go wrong on the way of a device's message, and what outlives a restart."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from device_world import TASKS, Serve, World, make_device, until, use_chain

from engine.node import SUCCESS, Emit, Node
from engine.values import decode, encode

# One application for most of the tests, with a device of its own for each
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Raise(Node):
    """Fails."""

    def process(self, message: Any, services: Any) -> Emit:
        raise ValueError("no good")


@pytest.mark.parametrize("path", ["/telemetry", "/attributes"])
async def test_a_failure_that_nobody_handles_is_500_and_a_dead_letter(world: World, path: str) -> None:
    use_chain(world.house, Raise)
    status, answer = await world.call("POST", path, '{"t": 1}')
    found = decode(answer)
    assert (status, found["detail"]) == (500, "no good")
    letters = (await world.house.store.queue.dead_page(world.house.tenant)).items
    assert [letter.error for letter in letters if letter.trace_id == found["trace"]] == ["no good"]


async def test_one_moment_that_fails_does_not_stop_the_others(world: World) -> None:
    class Picky(Node):
        def process(self, message: Any, services: Any) -> Emit:
            if message.data["t"] == 2:
                raise ValueError("not two")
            return Emit(SUCCESS, message)

    use_chain(world.house, Picky, ("save-telemetry", {}))
    body = '[{"ts": 1, "values": {"t": 1}}, {"ts": 2, "values": {"t": 2}}, {"ts": 3, "values": {"t": 3}}]'
    assert (await world.call("POST", "/telemetry", body))[0] == 500
    found = await world.house.store.telemetry.query(world.entity, ["t"], 0, 10, descending=False)
    assert [point.value for point in found["t"]] == [1, 3]


async def test_a_chain_that_takes_too_long_is_504_and_goes_on(serve: Serve) -> None:
    gate = asyncio.Event()

    class Wait(Node):
        async def process(self, message: Any, services: Any) -> Emit:
            await gate.wait()
            return Emit(SUCCESS, message)

    async with serve(device_api_deadline_s=0.01) as app:
        world = World(app, *await make_device(app.house))
        use_chain(app.house, Wait, ("save-telemetry", {}))
        status, answer = await world.call("POST", "/telemetry", '{"t": 1}')
        assert (status, bool(decode(answer)["trace"])) == (504, True)
        assert await world.telemetry() == {}
        gate.set()
        await until(lambda: app.house.runner.busy == 0)
        assert await world.telemetry() == {"t": 1}


async def test_messages_of_one_device_stay_in_their_order(world: World) -> None:
    gate, seen = asyncio.Event(), []

    class Wait(Node):
        async def process(self, message: Any, services: Any) -> Emit:
            await gate.wait()
            seen.append(message.data)
            return Emit(SUCCESS, message)

    use_chain(world.house, Wait)
    first = TASKS.start(world.call("POST", "/telemetry", '{"n": 1}'), "first")
    await until(lambda: world.house.runner.busy == 1)
    second = TASKS.start(world.call("POST", "/attributes", '{"n": 2}'), "second")
    await until(lambda: world.app.endpoint.under_way == 2)
    gate.set()
    assert [await first, await second] == [(200, b"")] * 2
    assert seen == [{"n": 1}, {"n": 2}]


async def test_a_store_that_takes_no_more_is_503(serve: Serve) -> None:
    async with serve(max_unwritten_rows=100) as app:
        world = World(app, *await make_device(app.house))
        # Sixty series and their first values do not fit into one commit, but into two
        body = encode({f"k{i}": i for i in range(60)})
        response = await world.client.post(f"{world.base}/telemetry", data=body)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        assert (await world.call("POST", "/telemetry", body))[0] == 200


async def test_a_commit_that_fails_is_503_and_wakes_nobody(world: World, folder: Path) -> None:
    poll = TASKS.start(world.call("GET", "/attributes/updates"), "poll")
    await until(lambda: len(world.house.devices.updates) == 1)
    other = sqlite3.connect(folder / "tidegate.db", isolation_level=None)
    other.execute("ALTER TABLE attribute RENAME TO gone")
    use_chain(world.house, ("save-attributes", {"scope": "shared"}))
    assert (await world.call("POST", "/attributes", '{"limit": 40}'))[0] == 503
    assert await world.call("GET", "/attributes") == (200, b"{}")
    other.execute("ALTER TABLE gone RENAME TO attribute")
    other.close()
    assert not poll.done()
    assert (await world.call("POST", "/attributes", '{"limit": 50}'))[0] == 200
    assert await poll == (200, b'{"limit":50}')


async def test_over_the_rate_limit_it_is_429_for_that_device_only(serve: Serve) -> None:
    async with serve(device_api_rate_limit="2:60") as app:
        world, other = [World(app, *await make_device(app.house)) for _ in "12"]
        assert [(await world.call("POST", "/telemetry", "{}"))[0] for _ in "123"] == [200, 200, 429]
        response = await world.client.get(f"{world.base}/attributes")
        found = decode(await response.get_data())
        assert (response.status_code, found["limit"]) == (429, "device")
        assert 0 < int(response.headers["Retry-After"]) <= 30
        assert (await other.call("POST", "/telemetry", "{}"))[0] == 200


async def test_tokens_values_and_attributes_outlive_a_restart_and_calls_do_not(serve: Serve) -> None:
    async with serve() as app:
        entity, token = await make_device(app.house, "T-1")
        world = World(app, entity, token)
        await world.call("POST", "/telemetry", '{"t": 1}')
        await world.call("POST", "/attributes", '{"model": "T1"}')
        app.house.store.attributes.save(entity, "shared", {"limit": 40})
        call = TASKS.start(app.house.devices.rpc.send(entity, "on", {}, 60), "call")
        _, body = await world.call("GET", "/rpc")
    call.cancel()
    async with serve() as app:
        again = await app.house.store.entities.by_token(token)
        assert again is not None
        world = World(app, again, token)
        assert await world.telemetry() == {"t": 1}
        answer = await world.call("GET", "/attributes")
        assert answer == (200, b'{"client":{"model":"T1"},"shared":{"limit":40}}')
        assert await world.call("POST", f"/rpc/{decode(body)['id']}", "{}") == (200, b"")
        assert (await world.call("GET", "/rpc?timeout=1"))[0] == 408

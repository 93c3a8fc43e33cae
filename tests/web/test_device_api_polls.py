"""Long polls of the token API: attribute updates, calls of the server, calls of the device."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, MutableMapping
from typing import Any

import pytest
from device_world import TASKS, Serve, World, make_device, until, use_chain

from engine.message import POST_ATTRIBUTES, message
from engine.node import SUCCESS, Emit, Node
from engine.values import decode

# One application for most of the tests, with a device of its own for each
pytestmark = pytest.mark.asyncio(loop_scope="module")

Answer = tuple[int, bytes]


def start(work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
    """A request under way."""
    return TASKS.start(work, "request")


async def polling(
    world: World, path: str = "/attributes/updates", count: int = 1
) -> list[asyncio.Task[Answer]]:
    """Polls that are open, in this order."""
    polls = []
    for _ in range(count):
        before = world.app.endpoint.under_way
        polls.append(start(world.call("GET", path)))
        await until(lambda before=before: world.app.endpoint.under_way > before)  # type: ignore[misc]
    return polls


async def calling(world: World, method: str = "on", timeout_s: float = 10, **more: Any) -> asyncio.Task[Any]:
    """A call of the server to the device, under way."""
    rpc = world.house.devices.rpc
    count = len(rpc)
    task = TASKS.start(rpc.send(world.entity, method, {"pin": 1}, timeout_s, **more), "call")
    await until(lambda: len(rpc) > count)
    return task


# ------------------------------------------------------------------ attribute updates


async def test_a_written_shared_attribute_wakes_the_poll(world: World) -> None:
    [poll] = await polling(world)
    world.house.store.attributes.save(world.entity, "shared", {"limit": 40, "mode": "eco"})
    assert await poll == (200, b'{"limit":40,"mode":"eco"}')


async def test_a_deleted_shared_attribute_wakes_the_poll(world: World) -> None:
    attributes = world.house.store.attributes
    attributes.save(world.entity, "shared", {"limit": 40})
    await world.house.store.writer.durable()
    [poll] = await polling(world)
    attributes.delete(world.entity, "shared", ["limit"])
    assert await poll == (200, b'{"deleted":["limit"]}')


async def test_what_a_person_sets_and_deletes_wakes_the_poll(world: World) -> None:
    path = f"/manage/devices/{world.entity.id}/attributes/shared"
    [poll] = await polling(world)
    assert (await world.client.post(path, json={"firmware": "1.1"})).status_code == 200
    assert await poll == (200, b'{"firmware":"1.1"}')
    [poll] = await polling(world)
    assert (await world.client.delete(f"{path}?keys=firmware")).status_code == 200
    assert await poll == (200, b'{"deleted":["firmware"]}')


async def test_a_node_that_writes_shared_attributes_wakes_the_poll(world: World) -> None:
    use_chain(world.house, ("save-attributes", {"scope": "shared"}))
    [poll] = await polling(world)
    walked: list[Any] = []
    world.house.runner.run(message(POST_ATTRIBUTES, world.entity, {"limit": 40}), "trace").then(walked.append)
    assert await poll == (200, b'{"limit":40}')
    assert len(walked) == 1


async def test_other_scopes_and_other_devices_do_not_wake_it(world: World) -> None:
    attributes = world.house.store.attributes
    other, _ = await make_device(world.house)
    [poll] = await polling(world)
    attributes.save(world.entity, "client", {"a": 1})
    attributes.save(world.entity, "server", {"b": 1})
    attributes.save(other, "shared", {"c": 1})
    await world.house.store.writer.durable()
    attributes.save(world.entity, "shared", {"d": 1})
    assert await poll == (200, b'{"d":1}')


async def test_all_open_polls_get_an_update(world: World) -> None:
    first, second = await polling(world, count=2)
    world.house.store.attributes.save(world.entity, "shared", {"limit": 40})
    assert await first == await second == (200, b'{"limit":40}')


@pytest.mark.parametrize("path", ["/attributes/updates", "/rpc"])
async def test_a_poll_ends_with_408_and_leaves_nothing_behind(world: World, path: str) -> None:
    assert await world.call("GET", f"{path}?timeout=1") == (408, b"")
    devices = world.house.devices
    assert (world.app.endpoint.under_way, len(devices.updates), devices.rpc.polls) == (0, 0, 0)


@pytest.mark.parametrize("given", ["soon", "-1", "1.5", "%D9%A3"])
@pytest.mark.parametrize("path", ["/attributes/updates", "/rpc"])
async def test_a_timeout_that_is_no_number_is_400(world: World, path: str, given: str) -> None:
    status, answer = await world.call("GET", f"{path}?timeout={given}")
    assert (status, decode(answer)["detail"]) == (400, "timeout must be a number of milliseconds")
    assert world.app.endpoint.under_way == 0


@pytest.mark.parametrize("given", ["", "?timeout=", "?timeout=0", "?timeout=99999999999999999999"])
async def test_without_a_timeout_a_poll_waits_long(world: World, given: str) -> None:
    [poll] = await polling(world, f"/attributes/updates{given}")
    world.house.store.attributes.save(world.entity, "shared", {"limit": 40})
    assert (await poll)[0] == 200


async def test_a_thousand_polls_wait_and_are_all_answered(world: World) -> None:
    polls = [start(world.call("GET", "/attributes/updates")) for _ in range(1000)]
    await until(lambda: len(world.house.devices.updates) == 1000)
    assert len(world.house.tasks) < 20
    world.house.store.attributes.save(world.entity, "shared", {"limit": 40})
    assert set(await asyncio.gather(*polls)) == {(200, b'{"limit":40}')}
    assert world.app.endpoint.under_way == 0


@pytest.mark.parametrize("path", ["/attributes/updates", "/rpc"])
async def test_a_caller_that_hangs_up_is_forgotten(world: World, path: str) -> None:
    devices = world.house.devices
    async with world.client.request(f"{world.base}{path}", method="GET") as connection:
        await connection.send_complete()
        await until(lambda: len(devices.updates) + devices.rpc.polls == 1)
        await connection.disconnect()
    await until(lambda: len(devices.updates) + devices.rpc.polls + world.app.endpoint.under_way == 0)


async def test_when_the_server_stops_the_polls_are_answered_at_once(serve: Serve) -> None:
    async with serve(shutdown_s=60) as app:
        world = World(app, *await make_device(app.house))
        polls = [*await polling(world), *await polling(world, "/rpc")]
        async with asyncio.timeout(30):
            await app.endpoint.stop(60)
            assert [status for status, _ in await asyncio.gather(*polls)] == [503, 503]
            assert (await world.call("GET", "/rpc"))[0] == 503
            assert (await world.call("POST", "/telemetry", "{}"))[0] == 503
        assert (len(app.house.devices.updates), app.house.devices.rpc.polls) == (0, 0)


# ------------------------------------------------------------------ calls of the server


async def test_a_call_goes_to_the_open_poll_and_the_reply_comes_back(world: World) -> None:
    [poll] = await polling(world, "/rpc")
    call = await calling(world, "getState")
    status, body = await poll
    request = decode(body)
    assert (status, request) == (200, {"id": request["id"], "method": "getState", "params": {"pin": 1}})
    assert await world.call("POST", f"/rpc/{request['id']}", '{"on": true}') == (200, b"")
    assert await call == {"on": True}


async def test_a_call_waits_for_the_next_poll(world: World) -> None:
    call = await calling(world)
    status, body = await world.call("GET", "/rpc")
    assert status == 200
    await world.call("POST", f"/rpc/{decode(body)['id']}")
    assert await call is None


async def test_one_call_for_each_poll(world: World) -> None:
    polls = await polling(world, "/rpc", 2)
    for method in ("first", "second", "third"):
        await calling(world, method)
    found = [decode(body)["method"] for _, body in await asyncio.gather(*polls)]
    _, body = await world.call("GET", "/rpc")
    assert [*found, decode(body)["method"]] == ["first", "second", "third"]


async def test_a_one_way_call_ends_when_it_has_left(world: World) -> None:
    call = await calling(world, oneway=True)
    assert (await world.call("GET", "/rpc"))[0] == 200
    assert await call is None


async def test_calls_that_nobody_fetched_in_time_are_gone(world: World) -> None:
    call = await calling(world, timeout_s=0.001)
    with pytest.raises(TimeoutError):
        await call
    assert (await world.call("GET", "/rpc?timeout=1"))[0] == 408


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [("1", "{}", 200), ("0", "", 200), ("1", "{", 400), ("x", "{}", 400), ("-1", "{}", 400)],
)
async def test_replies_that_nobody_waits_for(world: World, id: str, body: str, status: int) -> None:
    assert (await world.call("POST", f"/rpc/{id}", body))[0] == status


async def test_a_malformed_reply_can_be_sent_again(world: World) -> None:
    call = await calling(world)
    id = decode((await world.call("GET", "/rpc"))[1])["id"]
    assert (await world.call("POST", f"/rpc/{id}", "{nonsense"))[0] == 400
    assert (await world.call("POST", f"/rpc/{id}", "1"))[0] == 200
    assert await call == 1


async def test_another_device_cannot_reply(world: World) -> None:
    call = await calling(world)
    id = decode((await world.call("GET", "/rpc"))[1])["id"]
    other = World(world.app, *await make_device(world.house))
    assert (await other.call("POST", f"/rpc/{id}", '"wrong"'))[0] == 200
    assert (await world.call("POST", f"/rpc/{id}", '"right"'))[0] == 200
    assert await call == "right"


async def test_a_call_whose_bytes_were_lost_comes_again(world: World) -> None:
    call = await calling(world)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def receive_once() -> dict[str, Any]:
        events.append("asked")
        if len(events) > 1:
            await asyncio.Event().wait()
        return await receive()

    async def send(event: MutableMapping[str, Any]) -> None:
        raise ConnectionResetError("the line is dead")

    events: list[str] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"{world.base}/rpc",
        "raw_path": f"{world.base}/rpc".encode(),
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "extensions": {},
        "asgi": {"version": "3.0"},
    }
    with pytest.raises(ConnectionResetError):
        await world.app.web.asgi_app(scope, receive_once, send)  # type: ignore[arg-type]
    status, body = await world.call("GET", "/rpc")
    assert status == 200
    await world.call("POST", f"/rpc/{decode(body)['id']}", "1")
    assert await call == 1


# ------------------------------------------------------------------ calls of the device


async def test_a_call_that_no_node_answers_ends_with_408(world: World) -> None:
    assert await world.call("POST", "/rpc?timeout=1", '{"method": "getTime"}') == (408, b"")
    assert len(world.house.devices.calls) == 0


async def test_what_a_node_answers_goes_back_when_the_chain_is_durable(world: World) -> None:
    calls = world.house.devices.calls
    written: list[bool] = []

    class Answer(Node):
        def process(self, message: Any, services: Any) -> Emit:
            services.attributes.save(message.originator, "server", {"asked": message.data["method"]})
            about = message.metadata
            assert calls.answer(
                about["sessionId"], about["requestId"], {"time": 12, **message.data["params"]}
            )
            world.house.store.writer.open.then(lambda error: written.append(error is None))
            return Emit(SUCCESS, message)

    use_chain(world.house, Answer)
    answer = await world.call("POST", "/rpc", '{"method": "getTime", "params": {"zone": "UTC"}}')
    assert answer == (200, b'{"time":12,"zone":"UTC"}')
    assert written == [True]


async def test_the_node_for_it_answers_with_what_a_script_has_made(world: World) -> None:
    script = "return {'msg': {'hello': msg.params.name, 'method': msg.method}}"
    use_chain(world.house, ("transform-script", {"script": script}), ("rpc-call-reply", {}))
    answer = await world.call("POST", "/rpc", '{"method": "greet", "params": {"name": "T-1"}}')
    assert answer == (200, b'{"hello":"T-1","method":"greet"}')
    assert len(world.house.devices.calls) == 0


async def test_an_answer_for_nobody_is_no_failure_and_one_without_a_call_is(world: World) -> None:
    use_chain(world.house, ("rpc-call-reply", {}))
    assert (await world.call("POST", "/telemetry", '{"t": 1}'))[0] == 500
    script = "metadata.requestId = '0'\nmetadata.sessionId = 'gone'\nreturn {'metadata': metadata}"
    use_chain(world.house, ("transform-script", {"script": script}), ("rpc-call-reply", {}))
    assert (await world.call("POST", "/telemetry", '{"t": 1}'))[0] == 200


async def test_an_answer_may_come_after_the_chain_is_done(world: World) -> None:
    seen: list[dict[str, str]] = []

    class Watch(Node):
        def process(self, message: Any, services: Any) -> Emit:
            seen.append(message.metadata)
            return Emit(SUCCESS, message)

    use_chain(world.house, Watch)
    request = start(world.call("POST", "/rpc", '{"method": "getTime"}'))
    await until(lambda: seen)
    assert world.house.devices.calls.answer(seen[0]["sessionId"], seen[0]["requestId"], None)
    assert await request == (200, b"null")


async def test_a_call_whose_chain_fails_is_500(world: World) -> None:
    class Raise(Node):
        def process(self, message: Any, services: Any) -> Emit:
            raise ValueError("no good")

    use_chain(world.house, Raise)
    status, answer = await world.call("POST", "/rpc", '{"method": "getTime"}')
    assert (status, decode(answer)["detail"]) == (500, "no good")
    assert len(world.house.devices.calls) == 0


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"params": {}}', '{"method": 1}', '{"method": null}'])
async def test_a_call_without_a_method_is_400(world: World, body: str) -> None:
    assert (await world.call("POST", "/rpc", body))[0] == 400
    assert len(world.house.devices.calls) == 0

"""Bad input: it gets its 4xx, stores nothing by halves, and never breaks the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.exchange import Reply, Told
from engine.shapes import Call
from engine.store import papers
from engine.values import decode, encode
from web.endpoint import Endpoint
from web.house import House
from web.settings import Settings

SCRIPT = "return json_decode(payload)"
SPARE = {"deviceName": "spare", "deviceType": "t"}


class World:
    """An open house with two doors: one passes JSON through, one does the same by a script."""

    def __init__(self, folder: Path) -> None:
        self.house = House(Settings(data_dir=folder, log_level="error"))
        self.endpoint = Endpoint(self.house)

    async def open(self) -> None:
        await self.house.open()
        store, tenant = self.house.store, self.house.tenant
        script = await store.converters.create(
            tenant, papers.Converter(name="s", direction="uplink", script=SCRIPT)
        )
        for key, converter in (("plain", None), ("script", script.id)):
            door = papers.Integration(name=key, routing_key=key, uplink_converter_id=converter)
            await store.integrations.create(tenant, door)
        await self.house.load_integrations()
        self.endpoint.start()

    async def close(self) -> None:
        await self.endpoint.stop(5)
        await self.house.close()

    async def send(self, body: bytes, door: str = "plain") -> Reply:
        """The reply to a body."""
        ready: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.endpoint.handle(Call("POST", "", {}, {}, body, "127.0.0.1", door), Told(ready.set_result))
        return await asyncio.wait_for(ready, 20)

    async def letters(self) -> int:
        return len((await self.house.store.queue.dead_page(self.house.tenant)).items)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    await made.open()
    yield made
    await made.close()


def device(**parts: Any) -> dict[str, Any]:
    return {"deviceName": "d", "deviceType": "t", **parts}


BAD: dict[str, bytes] = {
    "empty": b"",
    "not JSON": b"temperature=33",
    "half JSON": b'{"deviceName":"d","telemetry":{"a":1}',
    "two values": b"{} {}",
    "a number": b"33",
    "a text": b'"x"',
    "NUL bytes": b'{"deviceName":"d\x00"}',
    "NUL in a name": encode(device(deviceName="a\0b")),
    "NUL in a type": encode(device(deviceType="a\0b")),
    "NUL in a key": encode(device(telemetry={"a\0b": 1})),
    "invalid UTF-8": b'{"deviceName":"\xff\xfe"}',
    "lone surrogate": b'{"deviceName":"d","telemetry":{"a":"\\ud800"}}',
    "UTF-16": '{"deviceName":"d"}'.encode("utf-16"),
    "deep arrays": b'{"deviceName":"d","telemetry":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}",
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "huge float": b'{"deviceName":"d","telemetry":{"a":1e999}}',
    "NaN": b'{"deviceName":"d","telemetry":{"a":NaN}}',
    "key twice": b'{"deviceName":"d","telemetry":{"a":1,"a":2}}',
    "name twice": b'{"deviceName":"d","deviceName":"e","telemetry":{"a":1}}',
    "name is a number": encode(device(deviceName=5)),
    "name too long": encode(device(deviceName="x" * 300)),
    "telemetry is a text": encode(device(telemetry="x")),
    "attributes are a list": encode(device(attributes=[1])),
    "one of many wrong": encode([device(telemetry={"a": 1}), {"deviceName": "e", "telemetry": 3}]),
    "one moment of many wrong": encode(device(telemetry=[{"a": 1}, {"ts": "x", "values": {}}])),
    "key too long": encode(device(telemetry={"x" * 300: 1})),
    "key empty": encode(device(telemetry={"": 1})),
}


@pytest.mark.parametrize("door", ["plain", "script"])
async def test_bad_input_is_400_with_a_reason_and_stores_nothing(world: World, door: str) -> None:
    wrong = {}
    for name, body in BAD.items():
        reply = await world.send(body, door)
        problem = decode(reply.body) if reply.body else {}
        if reply.status != 400 or not problem.get("errors") or not problem.get("detail"):
            wrong[name] = reply
    assert not wrong
    assert (await world.house.store.entities.page(world.house.tenant, "DEVICE")).items == []
    assert await world.letters() == 0


async def test_thousands_of_keys_and_big_numbers_are_taken_whole(world: World) -> None:
    values = {f"key{number}": number for number in range(5000)} | {"big": 10**400, "deep": [[[1]]]}
    assert (await world.send(encode(device(telemetry=values)))).status == 204
    entity = await world.house.store.entities.find(world.house.tenant, "DEVICE", "d")
    assert entity is not None
    latest = await world.house.store.telemetry.latest(entity)
    assert {key: point.value for key, point in latest.items()} == values


PIECES = st.sampled_from(
    [
        "deviceName",
        "deviceType",
        "telemetry",
        "attributes",
        "ts",
        "values",
        "assetName",
        "label",
        "d",
        "",
        "\0",
        "\x7f",
        "é",
    ]
)
WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | PIECES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(PIECES | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=25,
)
NEAR = st.fixed_dictionaries(
    {"deviceName": st.sampled_from(["d", "e", "f"])},
    optional={"deviceType": WILD, "telemetry": WILD, "attributes": WILD, "deviceLabel": WILD},
)


@pytest.mark.parametrize("door", ["plain", "script"])
async def test_any_body_is_taken_or_refused_but_never_breaks_anything(world: World, door: str) -> None:
    loop = asyncio.get_running_loop()
    bodies = (
        st.binary(max_size=200) | WILD.map(encode) | NEAR.map(encode) | st.lists(NEAR, max_size=3).map(encode)
    )
    seen: list[tuple[bytes, Reply]] = []

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(bodies)
    def collect(body: bytes) -> None:
        reply = asyncio.run_coroutine_threadsafe(world.send(body, door), loop).result(20)
        seen.append((body, reply))
        assert reply.status in (200, 204, 400), (body, reply.body)

    await asyncio.to_thread(collect)
    assert {reply.status for _, reply in seen} == {204, 400}
    assert await world.letters() == 0

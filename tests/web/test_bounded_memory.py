"""Many more devices than memory may hold: every cache keeps its limit, and who was forgotten is none the worse."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.exchange import Reply, Told
from engine.message import DEVICE
from engine.shapes import Call
from engine.store import papers
from engine.store.memory import Memory
from engine.values import decode, encode, encode_text
from web.endpoint import Endpoint
from web.house import House
from web.settings import Settings

DEVICES = 400
LIMIT = 100
AT_ONCE = 50
KEY = "many"
UPLINK = """
p = json_decode(payload)
return {"deviceName": p.name, "deviceType": "t", "telemetry": {"temperature": p.temperature, "round": p.round},
        "attributes": {"last": p.round}}
"""
DOWNLINK = 'return {"contentType": "JSON", "data": json_encode({"was": msg.temperature})}'


@pytest.fixture
async def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house with room for few devices; hot ones get a downlink."""
    monkeypatch.setattr("engine.limits.MAX_SUBJECTS", LIMIT)
    house = House(Settings(data_dir=tmp_path, database_url=database_url, cached_entities=LIMIT))
    await house.open()
    up = await house.store.converters.create(
        house.tenant, papers.Converter(name="up", direction="uplink", script=UPLINK)
    )
    down = await house.store.converters.create(
        house.tenant, papers.Converter(name="down", direction="downlink", script=DOWNLINK)
    )
    integration = await house.store.integrations.create(
        house.tenant,
        papers.Integration(
            name="many",
            routing_key="many",
            uplink_converter_id=up.id,
            downlink_converter_id=down.id,
            options={"deviceRateLimit": "100000:1"},
        ),
    )
    await house.load_integrations()
    nodes = [
        {"id": "switch", "type": "message-type-switch"},
        {"id": "save", "type": "save-telemetry"},
        {"id": "attributes", "type": "save-attributes"},
        {"id": "hot", "type": "script-filter", "config": {"script": "return msg.temperature > 20"}},
        {"id": "down", "type": "integration-downlink", "config": {"integrationId": integration.id}},
    ]
    ways = [
        ("switch", "Post telemetry", "save"),
        ("switch", "Post attributes", "attributes"),
        ("save", "Success", "hot"),
        ("hot", "True", "down"),
    ]
    edges = [{"id": f"e{n}", "from": a, "relation": r, "to": b} for n, (a, r, b) in enumerate(ways)]
    document = {"entry": "switch", "nodes": nodes, "edges": edges}
    chain = await house.store.chains.create(
        house.tenant, papers.Chain(name="many", document=encode_text(document))
    )
    await house.store.chains.activate(house.tenant, chain.id, chain.version)
    await house.store.chains.set_root(house.tenant, chain.id)
    await house.load_chains()
    yield house
    await house.close()


async def send(endpoint: Endpoint, number: int, round_: int, temperature: int, arrives: bool) -> Reply:
    """A message of a device; whether its answer arrives."""
    answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    exchange = Told(answer.set_result)
    body = encode({"name": f"D{number}", "temperature": temperature, "round": round_})
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    endpoint.handle(Call("POST", "", {}, headers, body, "127.0.0.1", KEY), exchange)
    reply = await answer
    exchange.sent(arrives)
    return reply


async def from_all(endpoint: Endpoint, round_: int, temperature: int, arrives: bool) -> list[Reply]:
    """A message of each device, some at once."""
    replies: list[Reply] = []
    for first in range(0, DEVICES, AT_ONCE):
        part = range(first, first + AT_ONCE)
        replies += await asyncio.gather(*(send(endpoint, n, round_, temperature, arrives) for n in part))
    return replies


def sizes(house: House) -> dict[str, int]:
    """How full everything is that grows with devices."""
    store, integration = house.store, house.directory.by_key["many"]
    assert integration.device_rate is not None
    return {
        "entities": len(store.cache),
        "subjects of the limit": len(integration.device_rate._subjects),
        "lanes": len(house.runner.lanes),
        "parcels": len(store.downlinks._parcels),
        "polls": len(house.downlinks._waiting),
        "loads": len(store.entities._loader._asked),
        "tasks": len(house.tasks),
        "traces": len(house.tracer._kept),
    }


async def test_every_cache_keeps_its_limit_and_the_forgotten_work_on(house: House) -> None:
    endpoint = Endpoint(house)
    endpoint.start()
    idle, others = sizes(house), memories()
    # Their answers are lost, so each has a downlink that waits
    first = await from_all(endpoint, round_=1, temperature=30, arrives=False)
    second = await from_all(endpoint, round_=2, temperature=10, arrives=True)
    third = await from_all(endpoint, round_=3, temperature=10, arrives=True)
    await house.store.writer.durable()
    house.store.entities.flush_all()
    await house.store.writer.durable()
    gc.collect()

    found = sizes(house)
    assert found["entities"] == LIMIT
    assert found["subjects of the limit"] == LIMIT
    assert found["traces"] <= 1000
    for name in ("lanes", "parcels", "polls", "loads"):
        assert found[name] == 0, name
    assert found["tasks"] <= idle["tasks"] + 2
    # The newest, the tenant, and what a batch may still hold
    assert len(memories() - others) <= LIMIT + AT_ONCE + 1

    assert [reply.status for reply in first] == [200] * DEVICES
    assert [decode(reply.body) for reply in first] == [{"was": 30}] * DEVICES
    assert [decode(reply.body) for reply in second] == [{"was": 30}] * DEVICES
    assert {reply.status for reply in third} <= {200, 204}
    assert {reply.body for reply in third} == {b""}
    assert await house.store.entities.count(house.tenant, DEVICE) == DEVICES
    for number in (0, 7, DEVICES - 1):
        await check(house, number)
    await endpoint.stop(5)


def memories() -> set[Memory]:
    """All that are alive, also those that other tests have left behind and nobody has collected yet."""
    gc.collect()
    return {thing for thing in gc.get_objects() if isinstance(thing, Memory)}


async def test_nothing_of_a_message_waits_for_the_garbage_collector(house: House) -> None:
    endpoint = Endpoint(house)
    endpoint.start()
    await from_all(endpoint, round_=1, temperature=30, arrives=True)
    gc.collect()
    gc.disable()
    try:
        replies = await from_all(endpoint, round_=2, temperature=30, arrives=True)
        await house.store.writer.durable()
        left = Counter(type(thing).__name__ for thing in gc.get_objects())
    finally:
        gc.enable()
    assert {reply.status for reply in replies} == {200}
    assert {name: left[name] for name in ("Uplink", "Told")} == {"Uplink": 0, "Told": 0}
    await endpoint.stop(5)


async def check(house: House, number: int) -> None:
    """A device has all that it sent."""
    store = house.store
    device: Any = await store.entities.find(house.tenant, DEVICE, f"D{number}")
    points = await store.telemetry.query(device, ["round"], 0, 2**53, descending=False)
    assert [point.value for point in points["round"]] == [1, 2, 3]
    assert (await store.telemetry.latest(device))["round"].value == 3
    attributes = store.attributes.cached(device)
    assert attributes is not None
    assert attributes["client"]["last"].value == 3
    assert not device.memory.pending

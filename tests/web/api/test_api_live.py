"""The WebSocket of the pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from api_world import Api
from quart.testing.connections import WebsocketDisconnectError, WebsocketResponseError

from engine.message import DEVICE, Entity, message
from engine.records import Downlink
from engine.values import decode, encode_text
from web import live as live_module
from web import topics
from web.app import Tidegate
from web.live import MAX_WAITING, Outbox, Subscription
from web.topics import PER_WINDOW, Window

PATH = "/manage/ws"


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics tick ten times as fast."""
    monkeypatch.setattr(topics, "TICK_S", 0.1)
    monkeypatch.setattr(topics, "WINDOW_S", 0.05)


@pytest.fixture
async def device(tide: Tidegate) -> Entity:
    """A device."""
    entity = tide.house.store.entities.create(tide.house.tenant, DEVICE, "T-1", "thermostat")
    await tide.house.store.writer.durable()
    return entity


class Page:
    """A page with its connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def say(self, **command: Any) -> None:
        await self.connection.send(encode_text(command))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(60):
            value: dict[str, Any] = decode(await self.connection.receive())
        return value

    async def begun(self, *ids: int) -> None:
        """Each of these topics says, in any order, that nothing is missed from now on."""
        heard = [await self.hear() for _ in ids]
        assert sorted(said["id"] for said in heard) == sorted(ids)
        assert {said["t"] for said in heard} == {"begin"}

    async def data(self) -> Any:
        said = await self.hear()
        assert said["t"] == "data", said
        return said["d"]


@asynccontextmanager
async def page(app: Tidegate, **headers: str) -> AsyncIterator[Page]:
    async with app.web.test_client().websocket(PATH, headers=headers) as connection:
        yield Page(connection)


def run(app: Tidegate, device: Entity, **data: Any) -> None:
    """A message of the device through the root chain."""
    sent = message("POST_TELEMETRY_REQUEST", device, data)
    app.house.runner.run(sent, sent.id)


async def test_rates_of_a_chain_are_differences(tide: Tidegate, device: Entity) -> None:
    chain = tide.house.runner.root
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="chain.rates", args={"chain": chain})
        assert (await one.data())["nodes"] == {}
        for _ in range(3):
            run(tide, device, v=1)
        heard = [await one.data(), await one.data(), await one.data()]
        entry = tide.house.runner.plans[chain].entry
        assert entry is not None
        assert sum(d["nodes"].get(entry.id, {}).get("seen", 0) for d in heard) == 3
        assert sum(edge["count"] for d in heard for edge in d["edges"]) == 3
        assert all(d["elapsedMs"] > 0 for d in heard)


async def test_who_follows_a_chain_costs_its_messages_nothing(tide: Tidegate, device: Entity) -> None:
    house = tide.house
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="chain.rates", args={"chain": house.runner.root})
        await one.say(id=2, op="sub", topic="notifications", args={})
        assert {(await one.hear())["id"] for _ in range(4)} == {1, 2}
        # Counters are read once a second; nothing listens to what goes by
        assert (house.tracer.watched, house.tracer.listeners, house.journal.listeners) == ({}, set(), set())


async def test_telemetry_of_a_device_comes_as_it_changes(tide: Tidegate, device: Entity) -> None:
    telemetry = tide.house.store.telemetry
    telemetry.save(device, 1000, {"a": 1, "b": 2})
    async with page(tide) as one:
        await one.say(id="t", op="sub", topic="device.telemetry", args={"device": device.id, "keys": ["a"]})
        assert await one.data() == {"a": {"ts": 1000, "value": 1}}
        telemetry.save(device, 2000, {"a": 5, "b": 6})
        assert await one.data() == {"a": {"ts": 2000, "value": 5}}
        await tide.house.store.entities.delete(tide.house.tenant, device.id)
        assert await one.hear() == {"id": "t", "t": "end"}


async def test_attributes_of_a_device_come_as_they_change(tide: Tidegate, device: Entity) -> None:
    attributes = tide.house.store.attributes
    attributes.save(device, "shared", {"firmware": "1"})
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="device.attributes", args={"device": device.id})
        first = await one.data()
        assert (first["client"], first["shared"]["firmware"]["value"]) == ({}, "1")
        attributes.save(device, "server", {"limit": 5})
        assert (await one.data())["server"]["limit"]["value"] == 5


async def test_waiting_downlinks_of_a_device_are_told(tide: Tidegate, device: Entity) -> None:
    house = tide.house
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="device.downlinks", args={"device": device.id})
        assert [await one.data(), await one.data()] == [{"waiting": []}] * 2
        downlink = Downlink(
            id="d1",
            tenant=house.tenant,
            entity_id=device.id,
            integration_id="i",
            payload=b"x",
            content_type="text/plain",
            created_ts=1,
            expires_ts=2**53,
        )
        house.downlinks.push(device, downlink, "fifo")
        assert [await one.data(), await one.data()] == [{"waiting": ["d1"]}] * 2
        assert house.downlinks.cancel(device, "d1")
        assert await one.data() == {"waiting": []}


async def test_events_are_tailed_with_a_filter(tide: Tidegate) -> None:
    journal = tide.house.journal
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="events.tail", args={"level": "error", "q": "pump"})
        await one.begun(1)
        journal.write("system", "", "", "Note", text="the pump hums")
        journal.write("system", "", "", "Note", text="the pump stopped", level="error")
        assert (await one.data())["text"] == "the pump stopped"
        await one.say(id=1, op="unsub")
        assert await one.hear() == {"id": 1, "t": "end"}
        await settled(journal.listeners, 0)


async def test_traces_are_live(tide: Tidegate, device: Entity) -> None:
    house = tide.house
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="trace.live", args={"chain": house.runner.root})
        await one.say(id=2, op="sub", topic="trace.live", args={"chain": "other"})
        await one.begun(1, 2)
        house.tracer.watch(house.runner.root, 1 << 60)
        run(tide, device, v=1)
        heard = await one.hear()
        assert (heard["id"], heard["d"]["complete"]) == (1, True)
        assert heard["d"]["hops"][0]["in"]["data"] == {"v": 1}
    await settled(house.tracer.listeners, 0)


async def test_the_bell_rings(tide: Tidegate) -> None:
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="notifications")
        assert await one.data() == {"unread": 0, "notification": None}
        tide.house.bell.ring("Created", "device 'T' was created", "d1")
        heard = await one.data()
        assert (heard["unread"], heard["notification"]["entityId"]) == (1, "d1")


async def test_the_overview_comes_again_and_again(tide: Tidegate) -> None:
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="stats.overview")
        first, second = await one.data(), await one.data()
        assert first["ruleChains"] == 1
        assert second["ts"] > first["ts"]


async def test_what_cannot_be_done_is_said(tide: Tidegate) -> None:
    async with page(tide) as one:
        await one.connection.send("{")
        assert "JSON" in (await one.hear())["message"]
        for command in ({"id": 1}, {"id": 1, "op": "shout"}, {"op": "sub"}, {"id": 1, "op": "sub", "x": 1}):
            await one.say(**command)
            assert (await one.hear())["t"] == "error"
        await one.say(id=1, op="sub", topic="moon")
        assert "moon" in (await one.hear())["message"]
        await one.say(id=2, op="sub", topic="chain.rates", args={})
        assert await one.hear() == {"id": 2, "t": "error", "message": "/args/chain Field required"}
        await one.say(id=3, op="sub", topic="chain.rates", args={"chain": "nobody"})
        assert "nobody" in (await one.hear())["message"]
        await one.say(id=4, op="sub", topic="device.telemetry", args={"device": "nobody"})
        assert "nobody" in (await one.hear())["message"]
        await one.connection.send("x" * 70_000)
        assert "65536" in (await one.hear())["message"]


async def test_a_topic_that_breaks_says_so(tide: Tidegate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setitem(topics.TOPICS, "stats.overview", topics.Topic(topics.NoArguments, broken))
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="stats.overview")
        assert (await one.hear())["t"] == "error"


async def test_subscriptions_are_limited_and_an_id_can_be_used_again(
    tide: Tidegate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "MAX_SUBSCRIPTIONS", 2)
    journal = tide.house.journal
    async with page(tide) as one:
        for id in (1, 2, 1, 2):
            await one.say(id=id, op="sub", topic="events.tail")
        await settled(journal.listeners, 2)
        await one.say(id=3, op="sub", topic="events.tail")
        # Which of those that were taken over had begun, nobody knows
        while (said := await one.hear())["t"] == "begin":
            assert said["id"] in (1, 2)
        assert (said["id"], said["t"]) == (3, "error")
        assert len(journal.listeners) == 2


async def test_pages_of_other_sites_get_no_connection(tide: Tidegate) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        await is_refused(tide, **headers)
    async with page(tide, Origin="http://localhost") as one:
        await one.say(id=1, op="unsub")
        assert (await one.hear())["t"] == "end"


async def test_too_many_pages_are_sent_away(tide: Tidegate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_SOCKETS", 0)
    await is_refused(tide)


# ------------------------------------------------------------------ pace


async def test_at_most_so_many_items_in_a_window_and_the_others_are_counted() -> None:
    window: Window[int] = Window()
    for number in range(PER_WINDOW + 3):
        window.put(number)
    items, dropped = await window.take()
    assert (items, dropped) == (list(range(3, PER_WINDOW + 3)), 3)
    begin = asyncio.get_running_loop().time()
    window.put(9)
    assert await window.take() == ([9], 0)
    assert asyncio.get_running_loop().time() - begin >= topics.WINDOW_S * 0.9


async def test_a_slow_page_loses_the_oldest_and_is_told() -> None:
    outbox = Outbox()
    one, two = Subscription(1, outbox), Subscription(2, outbox)
    for number in range(MAX_WAITING + 5):
        one.send(number)
    two.send("x", dropped=2)
    heard = [await outbox.get() for _ in range(MAX_WAITING)]
    assert heard[0] == {"id": 1, "t": "data", "d": 6, "dropped": 6}
    assert heard[1] == {"id": 1, "t": "data", "d": 7}
    assert heard[-1] == {"id": 2, "t": "data", "d": "x", "dropped": 2}


async def test_a_server_that_stops_sends_pages_away(tide: Tidegate) -> None:
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="events.tail")
        await one.begun(1)
        tide.live.close()
        with pytest.raises(WebsocketDisconnectError):
            await one.hear()
    await settled(tide.house.journal.listeners, 0)
    assert len(tide.live) == 0


async def is_refused(tide: Tidegate, **headers: str) -> None:
    """Fails unless the connection is refused."""
    with pytest.raises((WebsocketResponseError, WebsocketDisconnectError)):
        await listen(tide, **headers)


async def listen(tide: Tidegate, **headers: str) -> None:
    """Open a connection and wait for a word."""
    async with page(tide, **headers) as one:
        await one.hear()


async def settled(listeners: set[Any], count: int = 1) -> None:
    """Wait until so many listen."""
    async with asyncio.timeout(60):
        while len(listeners) != count:
            await asyncio.sleep(0.001)


async def test_nobody_listens_when_no_page_is_open(tide: Tidegate) -> None:
    house = tide.house
    assert not any((house.journal.listeners, house.tracer.listeners, house.bell.listeners))


async def test_integrations_tell_what_goes_through_them(tide: Tidegate) -> None:
    api = Api(tide)
    door, other = await api.integration(), await api.integration("other")
    async with page(tide) as one:
        await one.say(id=1, op="sub", topic="integration.status", args={"integration": door["id"]})
        first = await one.data()
        assert (first["items"][door["id"]]["uplinks"], first["gone"]) == (0, [])
        await api.uplink(other, {}, 204)
        await api.uplink(door, {}, 204)
        # Only what is asked for, and only when it moved
        assert list((moved := await one.data())["items"]) == [door["id"]]
        assert moved["items"][door["id"]]["uplinksPerMinute"] == 1
        await api.delete(f"/manage/integrations/{door['id']}")
        assert await one.data() == {"items": {}, "gone": [door["id"]]}

"""What stands at an integration's door: limits that go on, bodies too large to store, converters that cannot run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_world import Api
from device_world import Serve

from engine.records import Downlink


async def knock(api: Api, door: Any, body: Any, status: int) -> tuple[dict[str, Any], str]:
    """The problem that a device is answered, and when it may come again."""
    path = f"/api/v1/integrations/http/{door['routingKey']}"
    response = await api.call("POST", path, status, json=body)
    return await response.get_json(force=True), response.headers.get("Retry-After", "")


def telemetry(device: str, keys: int) -> dict[str, Any]:
    """What a device says, with values of so many keys."""
    return {"deviceName": device, "telemetry": {f"k{n}": n for n in range(keys)}}


async def test_a_body_that_can_never_be_stored_is_413_and_nothing_of_it_is_kept(serve: Serve) -> None:
    async with serve(max_unwritten_rows=100) as tide:
        api = Api(tide)
        door = await api.integration()
        for body in (telemetry("T-1", 101), [telemetry(f"T-{n}", 26) for n in range(4)]):
            problem, wait = await knock(api, door, body, 413)
            assert wait == ""
            assert "of 100 that can be stored at once" in problem["detail"]
        assert (await api.get("/manage/devices"))["items"] == []
        events = (await api.get(f"/manage/events?entity={door['id']}&level=error"))["items"]
        assert len(events) == 2
        await api.uplink(door, telemetry("T-1", 40), 204)


@pytest.mark.parametrize("devices", [1, 100])
async def test_the_largest_body_of_new_things_is_stored_when_it_is_sent_again(
    serve: Serve, devices: int
) -> None:
    """It needs more rows than it has values; 503 keeps what it was the first to name, so each try needs fewer."""
    async with serve(max_unwritten_rows=100) as tide:
        api = Api(tide)
        door = await api.integration(atomic=True)
        body = [telemetry(f"T-{n}", 100 // devices) for n in range(devices)]
        path = f"/api/v1/integrations/http/{door['routingKey']}"
        found = []
        while 204 not in found and len(found) < 50:
            found.append((await api.client.open(path, method="POST", json=body)).status_code)
        assert set(found) <= {503, 204}
        assert found[-1] == 204
        for device in (await api.get("/manage/devices?limit=100"))["items"]:
            latest = await api.get(f"/manage/devices/{device['id']}/telemetry/latest")
            assert len(latest) == 100 // devices


async def test_a_short_body_that_its_converter_makes_too_much_of_is_413(serve: Serve) -> None:
    values = '{f"k{n}": n for n in range(p.keys)}'
    script = 'p = json_decode(payload)\nreturn {"deviceName": "T-1", "deviceType": "t", "%s": ' + values + "}"
    async with serve(max_unwritten_rows=100) as tide:
        api = Api(tide)
        for kind in ("telemetry", "attributes"):
            converter = {"name": kind, "direction": "uplink", "script": script % kind}
            made = await api.post("/manage/converters", converter, 201)
            door = await api.integration(kind, uplinkConverterId=made["id"])
            problem, _ = await knock(api, door, {"keys": 101}, 413)
            assert "101 values, of 100 that can be stored at once" in problem["detail"]
            await knock(api, door, {"keys": 40}, 204)


async def test_a_device_with_a_token_is_told_413_too(serve: Serve) -> None:
    async with serve(max_unwritten_rows=100) as tide:
        api = Api(tide)
        device = await api.device()
        token = (await api.get(f"/manage/devices/{device['id']}/credentials"))["token"]
        values = {f"k{n}": n for n in range(101)}
        for path in ("telemetry", "attributes"):
            await api.call("POST", f"/api/v1/{token}/{path}", 413, json=values)
        assert (await api.get(f"/manage/devices/{device['id']}/telemetry/latest")) == {}


async def test_over_the_limit_of_a_device_it_is_429_for_that_device_only(api: Api) -> None:
    door = await api.integration(deviceRateLimit="2:60")
    for _ in "12":
        await api.uplink(door, telemetry("T-1", 1), 204)
    problem, wait = await knock(api, door, telemetry("T-1", 1), 429)
    assert problem["limit"] == "device"
    assert 0 < int(wait) <= 30
    await api.uplink(door, telemetry("T-2", 1), 204)
    await knock(api, door, [telemetry("T-3", 1), telemetry("T-1", 1)], 429)


async def test_limits_go_on_when_something_else_changes(api: Api) -> None:
    doors = [
        await api.integration("all", rateLimit="1:3600"),
        await api.integration("each", deviceRateLimit="1:3600"),
    ]
    for door in doors:
        await api.uplink(door, telemetry("T-1", 1), 204)
    await api.converter()
    changed = {"name": "each", "deviceRateLimit": "1:3600", "metadata": {"site": "A"}}
    await api.put(f"/manage/integrations/{doors[1]['id']}", changed)
    for door in doors:
        await knock(api, door, telemetry("T-1", 1), 429)
    await api.put(f"/manage/integrations/{doors[1]['id']}", {"name": "each", "deviceRateLimit": "2:3600"})
    await api.uplink(doors[1], telemetry("T-1", 1), 204)


async def test_a_stored_converter_that_does_not_compile_any_more_is_503_and_no_pass_through(api: Api) -> None:
    """A program of another version has stored it."""
    up = await api.converter()
    door = await api.integration(uplinkConverterId=up["id"])
    row = await api.house.store.converters.get(api.house.tenant, up["id"])
    assert row is not None
    row.script = "return ("
    await api.house.store.converters.save(api.house.tenant, row)
    await api.house.load_integrations()

    problem, wait = await knock(api, door, telemetry("T-1", 1), 503)
    assert "converter 'up' does not compile" in problem["detail"]
    assert int(wait) >= 1
    assert (await api.get("/manage/devices"))["items"] == []
    events = (await api.get(f"/manage/events?entity={door['id']}&level=error"))["items"]
    assert json.loads(events[0]["payload"]) == telemetry("T-1", 1)
    assert "does not compile" in events[0]["text"]

    await api.put(f"/manage/converters/{up['id']}", {"name": "up", "direction": "uplink", "script": ""})
    await api.uplink(door, telemetry("T-1", 1), 204)


async def test_an_expired_downlink_that_cannot_be_noted_is_503_and_the_next_uplink_is_answered(
    api: Api,
) -> None:
    """The message is not saved by its chain, so that only the downlink needs the store, which is behind."""
    nodes = [{"id": "switch", "type": "message-type-switch"}]
    chain = await api.post(
        "/manage/rule-chains", {"name": "none", "entry": "switch", "nodes": nodes, "edges": []}, 201
    )
    await api.post(f"/manage/rule-chains/{chain['id']}/activate", {})
    door = await api.integration(ruleChainId=chain["id"])
    await api.uplink(door, telemetry("T-1", 1), 204)
    house = api.house
    writer = house.store.writer
    await writer.durable()
    entity = await house.store.entities.find(house.tenant, "DEVICE", "T-1")
    assert entity is not None
    downlink = Downlink(
        id="d-1",
        tenant=house.tenant,
        entity_id=entity.id,
        integration_id=door["id"],
        payload=b"late",
        content_type="text/plain",
        created_ts=1,
        expires_ts=2,
    )
    house.downlinks.push(entity, downlink, "fifo")
    await writer.durable()

    writer.open.size = writer.max_rows
    problem, wait = await knock(api, door, telemetry("T-1", 1), 503)
    assert problem["detail"] == "the store is behind"
    assert int(wait) >= 1
    assert [d.id for d in entity.memory.pending] == ["d-1"]

    writer.open.size = 0
    await api.uplink(door, telemetry("T-1", 1), 204)
    await writer.durable()
    found = (await api.get(f"/manage/devices/{entity.id}/downlinks?state=expired"))["items"]
    assert [item["id"] for item in found] == ["d-1"]

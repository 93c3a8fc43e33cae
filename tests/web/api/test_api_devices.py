"""Devices, attributes, telemetry and downlinks through the management API."""

from __future__ import annotations

from api_world import Api, etag

from engine.message import DEVICE, Entity
from engine.records import Downlink


async def entity(api: Api, id: str) -> Entity:
    found = await api.house.store.entities.get(api.house.tenant, id)
    assert found is not None
    return found


async def test_a_device_is_made_changed_and_deleted(api: Api) -> None:
    made = await api.device("T-1", type="thermostat", label="Hall")
    path = f"/manage/devices/{made['id']}"
    response = await api.call("GET", path, 200)
    assert await response.get_json() == made | {"lastActivityTs": 0}

    changed = await api.put(path, {"label": "Kitchen"}, headers={"If-Match": etag(response)})
    assert (changed["label"], changed["type"]) == ("Kitchen", "thermostat")
    problem = await api.put(path, {"label": "Bath"}, 412, headers={"If-Match": etag(response)})
    assert problem["current"]["label"] == "Kitchen"
    await api.put(path, {"name": "other"}, 400)
    assert await api.put(path, changed) == changed

    await api.post("/manage/devices", {"name": "T-1"}, 409)
    await api.delete(path)
    await api.get(path, 404)
    await api.delete(path, 404)
    await api.device("T-1")


async def test_an_asset_is_not_a_device(api: Api) -> None:
    asset = api.house.store.entities.create(api.house.tenant, "ASSET", "Roof", "building")
    await api.house.store.writer.durable()
    await api.get(f"/manage/devices/{asset.id}", 404)
    assert (await api.get("/manage/devices"))["items"] == []


async def test_devices_are_listed_found_and_sorted(api: Api) -> None:
    for name in ("b", "a", "Ab"):
        await api.device(name)
    by_age = await api.get("/manage/devices?sort=-createdTs&limit=2")
    assert len(by_age["items"]) == 2
    rest = await api.get(f"/manage/devices?sort=-createdTs&cursor={by_age['next']}")
    assert len(rest["items"]) == 1
    assert {item["name"] for item in (await api.get("/manage/devices?q=B"))["items"]} == {"b", "Ab"}


async def test_credentials_are_shown_and_renewed(api: Api) -> None:
    path = f"/manage/devices/{(await api.device())['id']}/credentials"
    first = (await api.get(path))["token"]
    second = (await api.post(path))["token"]
    assert first != second
    assert (await api.post(path, {"token": "my-own-token-1"}))["token"] == "my-own-token-1"
    assert (await api.get(path))["token"] == "my-own-token-1"
    other = await api.device("T-2")
    await api.post(f"/manage/devices/{other['id']}/credentials", {"token": "my-own-token-1"}, 409)
    for word in ("integrations", "provision"):  # which stand in other paths below /api/v1/
        await api.post(path, {"token": word}, 400)


# ------------------------------------------------------------------ attributes


async def test_attributes_are_saved_read_and_deleted_by_scope(api: Api) -> None:
    path = f"/manage/devices/{(await api.device())['id']}/attributes"
    saved = await api.post(f"{path}/shared", {"firmware": "1.0", "big": 2**60, "list": [1, {"a": None}]})
    assert saved["big"]["value"] == 2**60
    assert await api.get(f"{path}/shared") == saved
    assert set(await api.get(f"{path}/shared?keys=firmware,nothing")) == {"firmware"}
    assert await api.get(f"{path}/server") == {}
    assert await api.delete(f"{path}/shared?keys=firmware,nothing", 200) == {"deleted": ["firmware"]}
    assert set(await api.get(f"{path}/shared")) == {"big", "list"}


async def test_what_cannot_be_saved_is_refused(api: Api) -> None:
    path = f"/manage/devices/{(await api.device())['id']}/attributes"
    await api.post(f"{path}/client", {"a": 1}, 400)
    await api.delete(f"{path}/client?keys=a", 400)
    await api.delete(f"{path}/shared", 400)
    await api.post(f"{path}/shared", {}, 400)
    await api.post(f"{path}/shared", {"a": None}, 400)
    await api.post(f"{path}/shared", {"": 1}, 400)
    await api.post(f"{path}/shared", [1], 400)
    await api.get(f"{path}/other", 404)
    await api.get("/manage/devices/nobody/attributes/shared", 404)


async def test_a_written_attribute_enters_the_root_chain_and_becomes_a_downlink(api: Api) -> None:
    """The reference scenario: firmware is set, the answer to the next uplink carries it."""
    down = 'return {"contentType": "JSON", "data": json_encode(msg), "metadata": {}}'
    converter = await api.converter("down", "downlink", down)
    door = await api.integration(downlinkConverterId=converter["id"])
    root = await api.root()
    document = await api.get(f"/manage/rule-chains/{root['id']}")
    first = document["entry"]
    send = {"id": "send", "type": "integration-downlink", "config": {"integrationId": door["id"]}}
    edge = {"id": "to-send", "from": first, "to": "send", "relation": "Attributes Updated"}
    document["nodes"].append(send)
    document["edges"] = [e for e in document["edges"] if e["relation"] != "Attributes Updated"] + [edge]
    saved = await api.put(f"/manage/rule-chains/{root['id']}", document)
    assert not [problem for problem in saved["problems"] if problem["severity"] == "error"]
    await api.post(f"/manage/rule-chains/{root['id']}/activate")

    await api.uplink(door, {"deviceName": "T-1", "telemetry": {"v": 1}}, 204)
    device = (await api.get("/manage/devices?q=T-1"))["items"][0]
    await api.post(f"/manage/devices/{device['id']}/attributes/shared", {"firmware": "01052020.v1.1"})

    waiting = await api.get(f"/manage/devices/{device['id']}/downlinks?state=queued")
    assert waiting["items"][0]["payload"] == '{"firmware":"01052020.v1.1"}'
    assert waiting["items"][0]["encoding"] == "text"
    answer = await api.uplink(door, {"deviceName": "T-1", "telemetry": {"v": 2}}, 200)
    assert answer == b'{"firmware":"01052020.v1.1"}'
    await api.house.store.writer.durable()
    all_of_them = await api.get(f"/manage/devices/{device['id']}/downlinks")
    assert [item["state"] for item in all_of_them["items"]] == ["delivered"]


# ------------------------------------------------------------------ telemetry


async def test_telemetry_is_read_by_range_and_interval(api: Api) -> None:
    made = await api.device()
    device = await entity(api, made["id"])
    for ts in range(10):
        api.house.store.telemetry.save(device, 1000 + ts, {"a": ts, "b": True})
    await api.house.store.writer.durable()
    path = f"/manage/devices/{made['id']}/telemetry"

    latest = await api.get(f"{path}/latest?keys=a")
    assert latest == {"a": {"ts": 1009, "value": 9}}
    assert set(await api.get(f"{path}/latest")) == {"a", "b"}
    newest = await api.get(f"{path}?keys=a&limit=2")
    assert newest == {"a": [{"ts": 1009, "value": 9}, {"ts": 1008, "value": 8}]}
    some = await api.get(f"{path}?keys=a&from=1002&to=1004&order=asc")
    assert [point["ts"] for point in some["a"]] == [1002, 1003]
    sums = await api.get(f"{path}?keys=a&from=1000&to=1010&agg=SUM&step=5&order=asc")
    assert [(point["ts"], point["value"]) for point in sums["a"]] == [(1000, 10), (1005, 35)]
    whole = await api.get(f"{path}?keys=a&from=1000&to=1010&agg=AVG")
    assert [point["value"] for point in whole["a"]] == [4.5]

    assert await api.delete(f"{path}?keys=a&from=1000&to=1005", 200) == {"deleted": 5}
    assert len((await api.get(f"{path}?keys=a"))["a"]) == 5


async def test_a_range_with_too_many_intervals_is_refused(api: Api) -> None:
    path = f"/manage/devices/{(await api.device())['id']}/telemetry"
    assert await api.get(f"{path}?keys=a&from=0&to=700&agg=MAX&step=1") == {}
    for query, place in {
        "from=0&to=701&agg=MAX&step=1": "?/step",
        "from=5&to=1": "?/from",
        "agg=MEDIAN": "?/agg",
        "from=yesterday": "?/from",
        "limit=10001": "?/limit",
    }.items():
        problem = await api.get(f"{path}?keys=a&{query}", 400)
        assert problem["errors"][0]["place"] == place
    await api.delete(path, 400)


# ------------------------------------------------------------------ downlinks


async def test_waiting_downlinks_are_shown_and_cancelled(api: Api) -> None:
    made = await api.device()
    device = await entity(api, made["id"])
    assert device.kind == DEVICE
    for number, payload in enumerate((b"one", b"\xff\x00", b"three")):
        row = Downlink(
            id=f"d{number}",
            tenant=api.house.tenant,
            entity_id=device.id,
            integration_id="i",
            payload=payload,
            content_type="application/octet-stream",
            created_ts=number,
            expires_ts=2**50,
        )
        api.house.downlinks.push(device, row, "fifo")
    await api.house.store.writer.durable()
    path = f"/manage/devices/{made['id']}/downlinks"

    page = await api.get(f"{path}?limit=2")
    assert [item["id"] for item in page["items"]] == ["d2", "d1"]
    assert page["items"][1]["payload"] == "/wA="
    assert page["items"][1]["encoding"] == "base64"
    assert (await api.get(f"{path}/d0"))["payload"] == "one"

    await api.delete(f"{path}/d1")
    assert (await api.get(f"{path}/d1"))["state"] == "cancelled"
    await api.delete(f"{path}/d1", 409)
    await api.delete(f"{path}/nobody", 404)
    assert await api.delete(path, 200) == {"cancelled": 2}
    assert (await api.get(f"{path}?state=queued"))["items"] == []
    assert not device.memory.pending


async def test_a_new_device_is_news(api: Api) -> None:
    door = await api.integration()
    await api.uplink(door, {"deviceName": "T-1", "telemetry": {"v": 1}}, 204)
    device = (await api.get("/manage/devices?q=T-1"))["items"][0]
    assert device["lastActivityTs"] > 0

    events = await api.get(f"/manage/devices/{device['id']}/events")
    assert [event["kind"] for event in events["items"]] == ["Created"]
    bell = await api.get("/manage/notifications?unread=true")
    assert bell["unread"] == 1
    assert bell["items"][0]["entityId"] == device["id"]
    assert await api.post("/manage/notifications/read", {"ids": [bell["items"][0]["id"]]}) == {"unread": 0}
    assert (await api.get("/manage/notifications/unread"))["unread"] == 0
    assert (await api.get("/manage/notifications"))["items"][0]["read"] is True

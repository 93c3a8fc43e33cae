"""Settings and health, first steps, slow nodes, and what the pages follow live."""

from __future__ import annotations

import pytest
from api_world import Api

from engine.message import Entity
from engine.message import message as new_message
from engine.records import DeadLetter
from web.bell import QUIET_MS


async def test_settings_show_where_they_come_from(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEGATE_EVENT_DAYS", "9")
    items = {row["name"]: row for row in (await api.get("/manage/settings"))["items"]}
    assert items["event_days"]["source"] == "environment"
    assert (items["step_budget"]["value"], items["step_budget"]["source"]) == (10_000, "default")
    assert items["data_dir"]["variable"] == "TIDEGATE_DATA_DIR"
    assert items["bind"]["description"]


async def test_health(api: Api) -> None:
    health = await api.get("/manage/health")
    assert health["ok"]
    assert health["store"]["ok"]
    assert health["store"]["url"].startswith("sqlite:///")
    assert health["doors"][0]["bind"] == api.house.settings.bind
    assert (health["queueDepth"], health["deadLetters"]) == (0, 0)


async def test_first_steps_are_taken_one_by_one(api: Api) -> None:
    path = "/manage/stats/first-steps"
    assert not any((await api.get(path)).values())
    device = await api.device()
    assert (await api.get(path))["device"]
    up = await api.converter()
    down = await api.converter("down", "downlink", 'return {"contentType": "JSON", "data": json_encode(msg)}')
    door = await api.integration(uplinkConverterId=up["id"], downlinkConverterId=down["id"])
    made = await api.post("/manage/rule-chains", {"template": "attribute-downlink"}, 201)
    for node in made["nodes"]:
        if "integrationId" in node["config"]:
            node["config"]["integrationId"] = door["id"]
    await api.put(
        f"/manage/rule-chains/{made['id']}", {key: made[key] for key in ("entry", "nodes", "edges")}
    )
    await api.post(f"/manage/rule-chains/{made['id']}/activate")
    await api.post(f"/manage/rule-chains/{made['id']}/root")
    assert not (await api.get(path))["downlink"]

    await api.post(f"/manage/devices/{device['id']}/attributes/shared", {"firmware": "2"})
    while not (await api.get(f"/manage/devices/{device['id']}/downlinks"))["items"]:
        pass
    assert b"firmware" in await api.uplink(door, {"n": "T-1", "v": 1}, 200)
    api.house.store.entities.flush()
    await api.house.store.writer.durable()
    assert all((await api.get(path)).values())


async def test_the_slowest_nodes_come_from_traces(api: Api) -> None:
    door = await api.integration()
    api.house.tracer.refresh(sample=True)
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 204)
    items = (await api.get("/manage/stats/slowest-nodes"))["items"]
    assert items
    assert items == sorted(items, key=lambda node: -node["meanUs"])
    assert items[0]["chain"] == (await api.root())["id"]


async def test_traces_of_one_device(api: Api) -> None:
    door = await api.integration()
    for name in ("One", "Two"):
        api.house.tracer.refresh(sample=True)
        await api.uplink(door, {"deviceName": name, "telemetry": {"v": 1}}, 204)
    one = (await api.get("/manage/devices?q=One"))["items"][0]
    found = (await api.get(f"/manage/traces?device={one['id']}"))["items"]
    assert {trace["originator"] for trace in found} == {"One"}
    assert (await api.get("/manage/traces?device=nobody"))["items"] == []


async def test_all_dead_letters_are_sent_again(api: Api) -> None:
    alive = await api.house.store.entities.get(api.house.tenant, (await api.device())["id"])
    assert alive is not None
    gone = Entity("DEVICE", "gone", "Gone", "t")
    for number, entity in enumerate((alive, gone, alive)):
        letter = DeadLetter(
            id=f"l{number}",
            tenant=api.house.tenant,
            message=new_message("POST_TELEMETRY_REQUEST", entity, {"v": number}),
            created_ts=number + 1,
            error="no power" if number < 2 else "no time",
        )
        api.house.store.queue.bury(letter)
    path = "/manage/dead-letters/resubmit"
    assert await api.post(path, {"q": "power"}) == {"resubmitted": 1, "left": 1}
    assert await api.post(path) == {"resubmitted": 1, "left": 1}
    assert [row["id"] for row in (await api.get("/manage/dead-letters"))["items"]] == ["l1"]


async def test_an_integration_that_fails_rings_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    up = await api.converter()
    door = await api.integration("Cellar", uplinkConverterId=up["id"])
    for _ in range(3):
        await api.uplink(door, {"nothing": 1}, 400)
    first = (await api.get("/manage/notifications"))["items"]
    assert [(row["kind"], row["entityId"]) for row in first] == [("Failed", door["id"])]
    assert "'Cellar'" in first[0]["text"]
    # A quarter of an hour later it rings again
    monkeypatch.setattr("web.bell.now_ms", lambda: first[0]["createdTs"] + QUIET_MS)
    await api.uplink(door, {"nothing": 1}, 400)
    assert len((await api.get("/manage/notifications"))["items"]) == 2


async def test_a_device_knows_the_door_that_made_it(api: Api) -> None:
    door = await api.integration("Cellar")
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 204)
    device = (await api.get("/manage/devices?q=T"))["items"][0]
    event = (await api.get(f"/manage/devices/{device['id']}/events"))["items"][0]
    assert event["metadata"] == {"integrationId": door["id"], "integrationName": "Cellar"}
    api.house.store.entities.flush()
    await api.house.store.writer.durable()
    await api.device("Silent")
    stats = await api.get("/manage/stats/overview")
    assert (stats["devices"], stats["devicesOnline"]) == (2, 1)

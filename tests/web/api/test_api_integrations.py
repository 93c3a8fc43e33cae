"""Integrations through the management API."""

from __future__ import annotations

from api_world import Api, etag

from engine.store import papers


async def test_an_integration_opens_a_door_at_once(api: Api) -> None:
    converter = await api.converter()
    door = await api.integration(uplinkConverterId=converter["id"], metadata={"site": "A"}, deadlineMs=5000)
    assert door["endpointUrl"] == f"http://127.0.0.1:8080/api/v1/integrations/http/{door['routingKey']}"
    assert len(door["routingKey"]) >= 32
    assert door["endpointUrl"] in door["curl"]

    await api.uplink(door, {"n": "T-1", "v": 1}, 204)
    assert (await api.get("/manage/devices?q=T-1"))["items"][0]["type"] == "t"
    assert (await api.get(f"/manage/integrations/{door['id']}"))["uplinks"] == 1


async def test_a_change_is_in_force_at_once(api: Api) -> None:
    door = await api.integration()
    path = f"/manage/integrations/{door['id']}"
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 204)

    changed = await api.put(path, {"name": "door", "replaceNoContentToOk": True})
    assert changed["routingKey"] == door["routingKey"]
    assert changed["version"] == 2
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 200)

    assert (await api.post(f"{path}/disable"))["enabled"] is False
    await api.uplink(door, {}, 503)
    assert (await api.post(f"{path}/enable"))["enabled"] is True
    await api.uplink(door, {}, 204)

    await api.delete(path)
    await api.uplink(door, {}, 404)
    await api.get(path, 404)


async def test_header_values_are_secrets(api: Api) -> None:
    door = await api.integration(security={"headers": {"Test-Header": "secret"}})
    path = f"/manage/integrations/{door['id']}"
    assert door["security"] == {"headers": {"Test-Header": "***"}}
    assert "secret" not in str(await api.get(path)) + str(await api.get("/manage/integrations"))
    assert "Test-Header: ***" in door["curl"]

    kept = {"name": "door", "security": {"headers": {"Test-Header": "***", "Other": "more"}}}
    assert set((await api.put(path, kept))["security"]["headers"]) == {"Test-Header", "Other"}
    await api.uplink(door, {}, 403)
    await api.uplink(door, {}, 403, **{"test-header": "secret"})
    await api.uplink(door, {}, 204, **{"test-header": "secret", "other": "more"})

    problem = await api.put(path, {"name": "door", "security": {"headers": {"New": "***"}}}, 400)
    assert problem["errors"][0]["place"] == "/security/headers/New"


async def test_what_it_names_must_be_there(api: Api) -> None:
    up = await api.converter()
    body = {
        "name": "x",
        "uplinkConverterId": "nobody",
        "downlinkConverterId": up["id"],
        "ruleChainId": "lost",
    }
    problem = await api.post("/manage/integrations", body, 400)
    places = [error["place"] for error in problem["errors"]]
    assert places == ["/uplinkConverterId", "/downlinkConverterId", "/ruleChainId"]


async def test_bad_values_are_refused(api: Api) -> None:
    for field, value in (
        ("routingKey", "short"),
        ("routingKey", "with/slash/in/it"),
        ("deadlineMs", 1),
        ("downlinkMode", "all"),
        ("rateLimit", "many"),
        ("type", "mqtt"),
        ("security", {"headers": {"bad name": "x"}}),
        ("security", {"headers": {"name": "x\r\ny"}}),
        ("metadata", {"k": 1}),
    ):
        problem = await api.post("/manage/integrations", {"name": "x", field: value}, 400)
        assert problem["errors"][0]["place"].startswith(f"/{field}")


async def test_routing_keys_are_unique_and_can_be_chosen(api: Api) -> None:
    door = await api.integration("one", routingKey="my-own-key-1")
    assert door["routingKey"] == "my-own-key-1"
    await api.post("/manage/integrations", {"name": "two", "routingKey": "my-own-key-1"}, 409)
    await api.post("/manage/integrations", {"name": "one"}, 409)


async def test_a_stale_change_is_refused_with_what_stands_now(api: Api) -> None:
    door = await api.integration(security={"headers": {"k": "secret"}})
    path = f"/manage/integrations/{door['id']}"
    known = etag(await api.call("GET", path, 200))
    await api.post(f"{path}/disable")
    problem = await api.put(path, {"name": "door"}, 412, headers={"If-Match": known})
    assert problem["current"]["enabled"] is False
    assert "secret" not in str(problem)


async def test_debugging_shows_what_comes_in(api: Api) -> None:
    door = await api.integration()
    await api.post(f"/manage/integrations/{door['id']}/debug", {"minutes": 15})
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 204)
    events = await api.get(f"/manage/events?entity={door['id']}&level=info&q=deviceName")
    assert events["items"][0]["payload"] == '{"deviceName": "T", "telemetry": {"v": 1}}'
    assert events["items"][0]["metadata"]["Header:content-type"] == "application/json"
    assert events["capped"] == {}


async def test_one_that_an_older_program_stored_is_shown_with_the_defaults_of_today(api: Api) -> None:
    row = await api.house.store.integrations.create(api.house.tenant, papers.Integration(name="old"))
    assert (await api.get(f"/manage/integrations/{row.id}"))["downlinkMode"] == "latest"

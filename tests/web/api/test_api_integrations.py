"""Integrations through the management API."""

from __future__ import annotations

from pathlib import Path

import pytest
from api_world import Api, etag
from quart import Quart

from engine.store import papers
from web.api.endpoints import doors
from web.settings import Settings


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


async def test_a_refused_request_says_which_header_was_wrong(api: Api) -> None:
    # Given an integration that asks for two headers
    door = await api.integration(security={"headers": {"Test-Header": "secret", "Other": "more"}})
    path = f"/manage/events?entity={door['id']}"
    # When a request has one of them wrong
    await api.uplink(door, {"pin": "body"}, 403, **{"test-header": "guess", "other": "more"})
    # Then an event names it and the caller; neither the values nor the body are kept
    (event,) = (await api.get(path))["items"]
    assert (event["source"], event["kind"], event["level"]) == ("integration", "Error", "error")
    assert event["text"] == "403 Forbidden: missing or wrong test-header"
    assert event["metadata"].keys() == {"Method", "Path", "RemoteAddress"}
    assert not [word for word in ("secret", "guess", "more", "pin") if word in str(event)]
    # And a request that is let in leaves none
    await api.uplink(door, {}, 204, **{"test-header": "secret", "other": "more"})
    assert len((await api.get(path))["items"]) == 1


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


async def test_names_are_one_line_that_can_be_seen(api: Api) -> None:
    for name in ("👩\u200d🚀", "می\u200cخواهم", "<b> \"'"):
        assert (await api.integration(name))["name"] == name
    for name in ("", " ", "\u200d", "a\nb", "a\tb", "a\u202eb"):
        await api.post("/manage/integrations", {"name": name}, 400)


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


async def test_the_last_minute_is_counted(api: Api) -> None:
    door = await api.integration(security={"headers": {"k": "secret"}})
    path = f"/manage/integrations/{door['id']}"
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 204, k="secret")
    await api.uplink(door, {}, 403)
    shown = await api.get(path)
    assert (shown["uplinks"], shown["uplinksPerMinute"], shown["failuresPerMinute"]) == (2, 2, 1)
    # And what was shown can be sent back
    assert (await api.put(path, shown))["version"] == 2


async def test_chains_that_name_it_are_its_users(api: Api) -> None:
    door, other = await api.integration(), await api.integration("other")
    node = {
        "id": "d",
        "type": "integration-downlink",
        "name": "Down",
        "config": {"integrationId": door["id"]},
    }
    chain = {"name": "sends down", "entry": "d", "nodes": [node], "edges": []}
    made = await api.post("/manage/rule-chains", chain, 201)
    path = "/manage/integrations/{}/usage"
    assert await api.get(path.format(door["id"])) == {
        "ruleChains": [{"id": made["id"], "name": "sends down"}]
    }
    assert await api.get(path.format(other["id"])) == {"ruleChains": []}
    await api.get(path.format("nobody"), 404)


async def test_the_forms_of_the_types_are_schemas(api: Api) -> None:
    kinds = (await api.get("/manage/integration-types"))["items"]
    assert [kind["type"] for kind in kinds] == ["http"]
    assert kinds[0]["endpointBase"] == "http://127.0.0.1:8080/api/v1/integrations/http/"
    fields = kinds[0]["schema"]["properties"]
    assert fields["replaceNoContentToOk"]["type"] == "boolean"
    assert fields["deadlineMs"]["x-ui"] == {"widget": "duration", "unit": "ms"}
    # Each field is one that an integration has
    assert set(fields) <= set(await api.integration())


@pytest.mark.parametrize(
    ("settings", "main", "data"),
    [
        ({}, "http://127.0.0.1:8080", ""),
        ({"data_bind": "127.0.0.1:8081"}, "http://127.0.0.1:8080", "http://127.0.0.1:8081"),
        (
            {"bind": "0.0.0.0:8080", "data_bind": "[::]:8081"},
            "http://tide.example:8080",
            "http://tide.example:8081",
        ),
        (
            {"base_url": "https://tide.example/x/", "data_bind": "127.0.0.1:8081"},
            "https://tide.example/x",
            "",
        ),
        (
            {"base_url": "https://tide.example", "data_base_url": "https://devices.tide.example/"},
            "https://tide.example",
            "https://devices.tide.example",
        ),
    ],
)
async def test_devices_are_told_a_url_that_they_can_reach(
    tmp_path: Path, settings: dict[str, str], main: str, data: str
) -> None:
    # The listener is not started: what it would be called is all that is asked
    found = Settings(data_dir=tmp_path, **{"data_bind": "", **settings})  # type: ignore[arg-type]
    app = Quart("a caller")
    async with app.test_request_context("/", headers={"Host": "tide.example:9000"}):
        assert doors(found) == (main, data)

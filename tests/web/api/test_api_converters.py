"""Converters through the management API."""

from __future__ import annotations

import base64

from api_world import UPLINK, Api, etag


async def test_a_converter_is_kept_read_changed_and_deleted(api: Api) -> None:
    made = await api.converter()
    assert made["version"] == 1
    assert made["language"] == "python"
    path = f"/manage/converters/{made['id']}"

    assert await api.get(path) == made

    changed = await api.put(path, {"name": "other", "direction": "uplink", "script": "return []"})
    assert (changed["name"], changed["version"], changed["script"]) == ("other", 2, "return []")

    await api.delete(path)
    await api.get(path, 404)
    await api.delete(path, 404)


async def test_a_stale_change_is_refused_with_what_stands_now(api: Api) -> None:
    made = await api.converter()
    path = f"/manage/converters/{made['id']}"
    first = etag(await api.call("GET", path, 200))
    body = {"name": "up", "direction": "uplink", "script": "return []"}
    second = await api.call("PUT", path, 200, json=body, headers={"If-Match": first})
    assert etag(second) != first

    problem = await api.put(path, body | {"script": "return {}"}, 412, headers={"If-Match": first})
    assert problem["current"]["version"] == 2
    assert problem["current"]["script"] == "return []"
    await api.put(path, body, 412, headers={"If-Match": "nonsense"})
    await api.put(path, body | {"script": "return {}"}, 200, headers={"If-Match": "*"})


async def test_a_known_version_is_not_sent_again(api: Api) -> None:
    made = await api.converter()
    path = f"/manage/converters/{made['id']}"
    known = etag(await api.call("GET", path, 200))
    response = await api.call("GET", path, 304, headers={"If-None-Match": f'"x", W/{known}'})
    assert await response.get_data() == b""


async def test_names_are_unique(api: Api) -> None:
    await api.converter("one")
    two = await api.converter("two")
    body = {"name": "one", "direction": "uplink", "script": ""}
    await api.post("/manage/converters", body, 409)
    await api.put(f"/manage/converters/{two['id']}", body, 409)
    await api.put(f"/manage/converters/{two['id']}", body, 409, headers={"If-Match": '"1"'})


async def test_a_script_that_does_not_compile_is_refused_with_its_place(api: Api) -> None:
    body = {"name": "c", "direction": "uplink", "script": "x = 1\nreturn ("}
    problem = await api.post("/manage/converters", body, 400)
    assert problem["errors"][0]["place"] == "/script"
    assert problem["errors"][0]["line"] == 2


async def test_the_direction_stays(api: Api) -> None:
    made = await api.converter()
    body = {"name": "up", "direction": "downlink", "script": ""}
    problem = await api.put(f"/manage/converters/{made['id']}", body, 400)
    assert problem["errors"][0]["place"] == "/direction"


async def test_a_converter_in_use_cannot_be_deleted(api: Api) -> None:
    made = await api.converter()
    await api.integration(uplinkConverterId=made["id"])
    assert (await api.get(f"/manage/converters/{made['id']}"))["usedBy"] == ["door"]
    problem = await api.delete(f"/manage/converters/{made['id']}", 409)
    assert "door" in problem["detail"]


async def test_lists_go_page_by_page(api: Api) -> None:
    for name in ("b", "a", "c", "ab"):
        await api.converter(name)
    first = await api.get("/manage/converters?limit=3")
    assert [item["name"] for item in first["items"]] == ["a", "ab", "b"]
    second = await api.get(f"/manage/converters?limit=3&cursor={first['next']}")
    assert [item["name"] for item in second["items"]] == ["c"]
    assert second["next"] is None
    found = await api.get("/manage/converters?q=A&sort=-name")
    assert [item["name"] for item in found["items"]] == ["ab", "a"]


BAD_QUERIES = {
    "limit=0": "?/limit",
    "limit=x": "?/limit",
    "sort=script": "?/sort",
    "colour=red": "?/colour",
    "cursor=nonsense": "?/cursor",
    "cursor=W10": "?/cursor",
}
BAD_BODIES: list[tuple[object, list[str]]] = [
    ({}, ["/name", "/direction"]),
    ({"name": "", "direction": "uplink"}, ["/name"]),
    ({"name": "a\nb", "direction": "uplink"}, ["/name"]),
    ({"name": "a", "direction": "up"}, ["/direction"]),
    ({"name": "a", "direction": "uplink", "language": "cobol"}, ["/language"]),
    ({"name": 5, "direction": "uplink", "more": 1}, ["/name", "/more"]),
    ({"name": "a", "direction": "uplink", "script": "\0"}, ["/script"]),
    ([], [""]),
]


async def test_what_is_wrong_is_refused_with_every_place(api: Api) -> None:
    for query, place in BAD_QUERIES.items():
        problem = await api.get(f"/manage/converters?{query}", 400)
        assert [error["place"] for error in problem["errors"]] == [place]
    for body, places in BAD_BODIES:
        problem = await api.post("/manage/converters", body, 400)
        assert [error.get("place", "") for error in problem["errors"]] == places


async def test_debugging_keeps_in_and_out_as_events(api: Api) -> None:
    converter = await api.converter()
    door = await api.integration(uplinkConverterId=converter["id"])
    debugged = await api.post(f"/manage/converters/{converter['id']}/debug", {"minutes": 5})
    assert debugged["debugUntil"] > debugged["updatedTs"]

    await api.uplink(door, {"n": "T-1", "v": 1}, 204)
    events = await api.get(f"/manage/events?source=converter&entity={converter['id']}")
    assert {event["kind"] for event in events["items"]} == {"In", "Out"}

    ended = await api.post(f"/manage/converters/{converter['id']}/debug", {"minutes": 0})
    assert ended["debugUntil"] == 0
    await api.uplink(door, {"n": "T-1", "v": 2}, 204)
    assert len((await api.get("/manage/events?source=converter"))["items"]) == len(events["items"])


# ------------------------------------------------------------------ the test dialog


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def test_an_uplink_script_is_tried_out(api: Api) -> None:
    body = {"direction": "uplink", "language": "python", "script": "print(metadata['k'])\n" + UPLINK}
    body |= {"payload": encoded('{"n": "T", "v": 21.5}'), "metadata": {"k": "hello"}}
    result = await api.post("/manage/converters/test", body)
    assert result["output"] == {"deviceName": "T", "deviceType": "t", "telemetry": {"v": 21.5}}
    assert result["readings"][0]["telemetry"] == [{"ts": None, "values": {"v": 21.5}}]
    assert result["log"] == ["hello"]
    assert result["elapsedUs"] >= 0
    assert "error" not in result


async def test_an_error_of_a_script_has_its_line(api: Api) -> None:
    body = {"direction": "uplink", "script": "x = 1\nprint('so far')\nreturn x / 0", "payload": ""}
    result = await api.post("/manage/converters/test", body)
    assert result["error"]["line"] == 3
    assert "zero" in result["error"]["message"]
    assert result["log"] == ["so far"]
    assert "output" not in result


async def test_a_result_of_the_wrong_shape_is_an_error_with_its_place(api: Api) -> None:
    body = {"direction": "uplink", "script": 'return [{"deviceName": "a"}, {"deviceName": 5}]'}
    result = await api.post("/manage/converters/test", body)
    assert result["error"]["place"] == "/1/deviceName"
    assert result["output"][1] == {"deviceName": 5}


async def test_a_downlink_script_is_tried_out(api: Api) -> None:
    script = 'return {"contentType": "TEXT", "data": msgType + msg["k"] + integrationMetadata["i"]}'
    body = {"direction": "downlink", "script": script, "msg": {"k": "!"}, "msgType": "X"}
    result = await api.post("/manage/converters/test", body | {"integrationMetadata": {"i": "?"}})
    assert result["payloads"][0]["body"] == "X!?"
    assert result["payloads"][0]["contentType"].startswith("text/plain")
    wrong = await api.post(
        "/manage/converters/test", body | {"script": 'return {"contentType": "PDF", "data": ""}'}
    )
    assert wrong["error"]["place"] == "/contentType"


async def test_an_empty_script_passes_json_through(api: Api) -> None:
    up = {"direction": "uplink", "script": "", "payload": encoded('{"deviceName": "T"}')}
    assert (await api.post("/manage/converters/test", up))["readings"][0]["name"] == "T"
    bad = await api.post("/manage/converters/test", up | {"payload": encoded("not json")})
    assert "JSON" in bad["error"]["message"]
    down = {"direction": "downlink", "script": "", "msg": {"a": 1}}
    assert (await api.post("/manage/converters/test", down))["payloads"][0]["body"] == '{"a":1}'
    await api.post("/manage/converters/test", up | {"payload": "***"}, 400)


async def test_scripts_are_checked_and_explained(api: Api) -> None:
    body = {"purpose": "filter", "script": "return msg.t > 1"}
    assert await api.post("/manage/scripts/check", body) == {
        "signature": "filter(msg, metadata, msgType)",
        "problems": [],
    }
    found = await api.post("/manage/scripts/check", body | {"script": "import os"})
    assert found["problems"][0]["line"] == 1
    languages = (await api.get("/manage/scripts/languages"))["items"]
    assert "json_decode" in {function["name"] for function in languages[0]["functions"]}


async def test_samples_stay_with_their_converter(api: Api) -> None:
    converter = await api.converter()
    path = f"/manage/converters/{converter['id']}"
    assert converter["samples"] == []
    sample = {"name": "warm", "contentType": "TEXT", "payload": "MjE=", "metadata": {"Header:x": "1"}}
    body = {"name": "up", "direction": "uplink", "script": "return {}"}
    assert (await api.put(path, {**body, "samples": [sample]}))["samples"] == [sample]
    # A client that does not know of them loses none
    assert (await api.put(path, {**body, "script": "return []"}))["samples"] == [sample]
    assert (await api.put(path, {**body, "samples": []}))["samples"] == []
    await api.put(path, {**body, "samples": [{**sample, "contentType": "XML"}]}, 400)
    await api.put(path, {**body, "samples": [sample] * 21}, 400)

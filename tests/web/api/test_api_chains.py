"""Rule chains through the management API: documents, versions, what runs, rehearsals."""

from __future__ import annotations

from typing import Any

import pytest
from api_world import Api, etag

LOG = {"id": "log", "type": "log", "config": {"script": 'return "seen"'}}
FILTER = {"id": "hot", "type": "script-filter", "name": "Hot?", "config": {"script": "return msg.v > 20"}}
EDGE = {"id": "e", "from": "hot", "to": "log", "relation": "True"}


def chain(name: str = "Mine", **more: Any) -> dict[str, Any]:
    return {"name": name, "entry": "hot", "nodes": [FILTER, LOG], "edges": [EDGE], **more}


async def make(api: Api, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await api.post("/manage/rule-chains", chain(**more), 201)
    return made


async def test_a_chain_is_kept_changed_and_deleted(api: Api) -> None:
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    assert (made["version"], made["activeVersion"], made["root"]) == (1, 0, False)
    read = await api.get(path)
    assert read == {key: value for key, value in made.items() if key != "problems"}
    assert (read["nodes"][0]["name"], read["edges"][0]["from"]) == ("Hot?", "hot")

    read["nodes"][0]["x"] = 80
    changed = await api.put(path, read | {"note": "moved"})
    assert (changed["version"], changed["nodes"][0]["x"], changed["note"]) == (2, 80, "moved")
    same = await api.put(path, changed)
    assert same["version"] == 2

    await api.delete(path)
    await api.get(path, 404)


async def test_a_stale_change_is_refused_with_what_stands_now(api: Api) -> None:
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    known = etag(await api.call("GET", path, 200))
    await api.put(path, chain(notes=[{"text": "a"}]), headers={"If-Match": known})
    problem = await api.put(path, chain(notes=[]), 412, headers={"If-Match": known})
    assert problem["current"]["notes"] == [{"text": "a"}]
    assert problem["current"]["version"] == 2


async def test_new_chains_are_empty_copied_or_named(api: Api) -> None:
    first = await api.post("/manage/rule-chains", None, 201)
    second = await api.post("/manage/rule-chains", {}, 201)
    assert (first["name"], second["name"]) == ("New rule chain", "New rule chain 2")
    templates = (await api.get("/manage/rule-chain-templates"))["items"]
    template = templates[0]
    copied = await api.post("/manage/rule-chains", {"template": template["template"], "name": "Copy"}, 201)
    assert (copied["name"], len(copied["nodes"])) == ("Copy", template["nodes"])
    await api.post("/manage/rule-chains", {"template": "../root"}, 400)
    await api.post("/manage/rule-chains", chain("Copy"), 409)
    kept = await make(api, id="my-id")
    assert kept["id"] == "my-id"
    await api.post("/manage/rule-chains", chain("Other", id="my-id"), 409)


async def test_a_draft_with_errors_is_kept_but_does_not_run(api: Api) -> None:
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    bad = chain(nodes=[{"id": "hot", "type": "no-such-node"}], edges=[])
    saved = await api.put(path, bad)
    assert [problem["severity"] for problem in saved["problems"]] == ["error"]

    problem = await api.post(f"{path}/activate", None, 422)
    assert problem["errors"][0]["place"] == "nodes/hot/type"
    assert (await api.post(f"{path}/activate", {"version": 1}))["activeVersion"] == 1
    await api.post(f"{path}/activate", {"version": 9}, 404)

    found = await api.post(f"{path}/validate")
    assert found["problems"] == saved["problems"]
    assert (await api.post(f"{path}/validate", chain()))["problems"] == []
    versions = (await api.get(f"{path}/versions"))["items"]
    assert [(row["version"], row["active"]) for row in versions] == [(2, False), (1, True)]
    assert (await api.get(f"{path}/versions/1"))["nodes"][0]["type"] == "script-filter"
    await api.get(f"{path}/versions/7", 404)


async def test_a_bad_document_is_refused_with_its_place(api: Api) -> None:
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    for body, place in (
        (chain(nodes=[{"id": ""}]), "/nodes/0/id"),
        (chain(edges=[{"id": "e", "from": "a", "to": "b"}]), "/edges/0/relation"),
        (chain(colour="red"), "/colour"),
        (chain(id="other"), "/id"),
        (chain(nodes=[FILTER | {"x": "left"}]), "/nodes/0/x"),
    ):
        problem = await api.put(path, body, 400)
        assert problem["errors"][0]["place"] == place


async def test_what_is_active_runs_and_can_become_the_root(api: Api) -> None:
    root = await api.root()
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    await api.post(f"{path}/root", None, 409)
    await api.post(f"{path}/activate")
    assert (await api.post(f"{path}/root"))["root"] is True
    await api.delete(path, 409)
    assert (await api.get(f"/manage/rule-chains/{root['id']}"))["root"] is False

    door = await api.integration()
    for value in (10, 30):
        await api.uplink(door, {"deviceName": "T", "telemetry": {"v": value}}, 204)
    counts = await api.get(f"{path}/rates")
    assert counts["nodes"]["log"]["seen"] == 1
    assert {"node": "hot", "relation": "True", "count": 1} in counts["edges"]
    row = next(c for c in (await api.get("/manage/rule-chains"))["items"] if c["root"])
    assert row["seen"] == counts["nodes"]["hot"]["seen"]


async def test_a_chain_in_use_cannot_be_deleted(api: Api) -> None:
    made = await make(api)
    await api.integration(ruleChainId=made["id"])
    problem = await api.delete(f"/manage/rule-chains/{made['id']}", 409)
    assert "door" in problem["detail"]


async def test_a_deleted_chain_stops_running(api: Api) -> None:
    made = await make(api)
    await api.post(f"/manage/rule-chains/{made['id']}/activate")
    await api.delete(f"/manage/rule-chains/{made['id']}")
    assert made["id"] not in api.house.runner.plans


async def test_nodes_are_watched_for_a_while_also_across_versions(api: Api) -> None:
    made = await make(api)
    path = f"/manage/rule-chains/{made['id']}"
    await api.post(f"{path}/nodes/hot/debug", {"minutes": 5}, 404)
    await api.post(f"{path}/activate")
    until = (await api.post(f"{path}/nodes/hot/debug", {"minutes": 5}))["until"]
    await api.post(f"{path}/nodes/nobody/debug", {"minutes": 5}, 404)
    await api.put(path, chain(notes=[{"text": "next"}]))
    await api.post(f"{path}/activate")
    counts = await api.get(f"{path}/rates")
    assert counts["nodes"]["hot"]["debugUntil"] == until

    await api.device("T")
    door = await api.integration(ruleChainId=made["id"])
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 30}}, 204)
    events = await api.get("/manage/events?source=node&entity=hot")
    assert [event["kind"] for event in events["items"]] == ["Out", "In"]

    await api.post(f"{path}/nodes/hot/debug", {"minutes": 0})
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 30}}, 204)
    assert len((await api.get("/manage/events?source=node"))["items"]) == 2


async def test_nodes_of_twin_chains_keep_their_events_apart(api: Api) -> None:
    twins = [await make(api, name=name) for name in ("One", "Two")]
    for twin in twins:
        await api.post(f"/manage/rule-chains/{twin['id']}/activate")
        await api.post(f"/manage/rule-chains/{twin['id']}/nodes/hot/debug", {"minutes": 5})
    await api.device("T")
    door = await api.integration(ruleChainId=twins[1]["id"])
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 30}}, 204)
    path = "/manage/events?source=node&entity=hot"
    assert (await api.get(f"{path}&chain={twins[0]['id']}"))["items"] == []
    mine = (await api.get(f"{path}&chain={twins[1]['id']}"))["items"]
    assert [(event["kind"], event["chain"]) for event in mine] == [(k, twins[1]["id"]) for k in ("Out", "In")]
    assert (await api.get(path))["items"] == mine


async def test_a_watch_ends_by_itself(api: Api) -> None:
    made = await make(api)
    await api.post(f"/manage/rule-chains/{made['id']}/activate")
    place = api.house.runner.plans[made["id"]].places["hot"]
    place.debug = 1000  # a moment long ago
    door = await api.integration(ruleChainId=made["id"])
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 30}}, 204)
    assert place.debug is False
    assert (await api.get("/manage/events?source=node"))["items"] == []


async def test_a_watched_chain_leaves_traces(api: Api) -> None:
    made = await make(api)
    await api.post(f"/manage/rule-chains/{made['id']}/activate")
    assert (await api.post(f"/manage/rule-chains/{made['id']}/debug", {"minutes": 1}))["until"] > 0
    await api.device("T")
    door = await api.integration(ruleChainId=made["id"])
    for value in (1, 30):
        await api.uplink(door, {"deviceName": "T", "telemetry": {"v": value}}, 204)

    traces = await api.get(f"/manage/traces?chain={made['id']}&q=telemetry&limit=1")
    assert traces["items"][0]["steps"] == 2
    trace = await api.get(f"/manage/traces/{traces['items'][0]['id']}")
    assert [hop["node"] for hop in trace["hops"]] == ["hot", "log"]
    assert trace["hops"][0]["relation"] == "True"
    assert trace["hops"][0]["in"]["data"] == {"v": 30}
    assert [hop["from"] for hop in trace["hops"]] == [None, {"hop": 0, "relation": "True"}]
    older = await api.get(f"/manage/traces?chain={made['id']}&limit=1&cursor={traces['next']}")
    assert older["items"][0]["steps"] == 1
    assert (await api.get("/manage/traces?error=true"))["items"] == []
    await api.get("/manage/traces?cursor=gone", 400)
    await api.get("/manage/traces/nobody", 404)


async def test_traces_are_found_by_what_happened(api: Api) -> None:
    made = await make(api)
    id = made["id"]
    await api.post(f"/manage/rule-chains/{id}/activate")
    await api.post(f"/manage/rule-chains/{id}/debug", {"minutes": 1})
    door = await api.integration(ruleChainId=id)
    for value in (1, 30, 31):
        body = {"deviceName": f"T-{value}", "telemetry": {"v": value}}
        await api.uplink(door, body, 204)

    async def found(query: str) -> list[str]:
        items = (await api.get(f"/manage/traces?chain={id}&{query}"))["items"]
        return [item["originator"] for item in items if item["type"] == "POST_TELEMETRY_REQUEST"]

    assert await found("") == ["T-31", "T-30", "T-1"]
    assert await found("node=log") == ["T-31", "T-30"]
    assert await found("relation=false") == ["T-1"]
    assert await found("node=log&relation=False") == []
    assert await found("q=%22v%22:30") == ["T-30"]
    assert await found("q=t-1") == ["T-1"]
    assert sorted(await found("sort=slowest")) == ["T-1", "T-30", "T-31"]
    slow = (await api.get(f"/manage/traces?chain={id}&sort=slowest"))["items"]
    assert [item["elapsedUs"] for item in slow] == sorted((i["elapsedUs"] for i in slow), reverse=True)
    await api.get("/manage/traces?sort=loudest", 400)


async def nested(api: Api) -> tuple[Any, Any, Any]:
    """A chain in force, one in force that enters it, and a door that leads to the second; there is a device T."""
    inner = await make(api)
    await api.post(f"/manage/rule-chains/{inner['id']}/activate")
    node = {"id": "in", "type": "rule-chain", "name": "In", "config": {"ruleChainId": inner["id"]}}
    outer = await api.post("/manage/rule-chains", {"name": "Outer", "entry": "in", "nodes": [node]}, 201)
    await api.post(f"/manage/rule-chains/{outer['id']}/activate")
    await api.device("T")
    return inner, outer, await api.integration(ruleChainId=outer["id"])


async def test_the_next_message_of_a_node_in_a_nested_chain_is_traced(api: Api) -> None:
    inner, outer, door = await nested(api)
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 30}}, 204)
    assert (await api.get(f"/manage/traces?chain={inner['id']}"))["items"] == []
    place = f"/manage/rule-chains/{inner['id']}/nodes"
    assert (await api.post(f"{place}/log/trace", {"minutes": 1}))["until"] > 0
    await api.post(f"{place}/nobody/trace", {"minutes": 1}, 404)
    for value in (1, 30, 31):
        await api.uplink(door, {"deviceName": "T", "telemetry": {"v": value}}, 204)
    items = (await api.get(f"/manage/traces?chain={inner['id']}&node=log"))["items"]
    assert [item["steps"] for item in items] == [3]
    hops = (await api.get(f"/manage/traces/{items[0]['id']}"))["hops"]
    assert [(hop["chain"], hop["node"]) for hop in hops] == [
        (outer["id"], "in"),
        (inner["id"], "hot"),
        (inner["id"], "log"),
    ]


async def test_a_watched_chain_that_others_enter_leaves_traces(api: Api) -> None:
    inner, _, door = await nested(api)
    debug, traces = f"/manage/rule-chains/{inner['id']}/debug", f"/manage/traces?chain={inner['id']}"
    await api.post(debug, {"minutes": 1})
    for value in (30, 31):
        await api.uplink(door, {"deviceName": "T", "telemetry": {"v": value}}, 204)
    assert [item["steps"] for item in (await api.get(traces))["items"]] == [3, 3]
    await api.post(debug, {"minutes": 0})
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 32}}, 204)
    assert len((await api.get(traces))["items"]) == 2


# ------------------------------------------------------------------ rehearsals


async def test_a_node_is_tried_out(api: Api) -> None:
    body = {
        "type": "script-filter",
        "config": {"script": "return msg.v > 20"},
        "message": {"data": {"v": 30}},
    }
    result = await api.post("/manage/nodes/test", body)
    assert [emit["relation"] for emit in result["emits"]] == ["True"]
    assert (result["error"], result["effects"], result["failures"]) == (None, [], [])
    failed = await api.post("/manage/nodes/test", body | {"message": {"data": {}}})
    assert "v" in failed["error"]
    assert [emit["relation"] for emit in failed["emits"]] == ["Failure"]

    saved = await api.post(
        "/manage/nodes/test", {"type": "save-telemetry", "message": {"data": {"v": 1}, "ts": 5}}
    )
    assert saved["effects"] == [["telemetry.save", 5, {"v": 1}]]
    problem = await api.post("/manage/nodes/test", body | {"config": {"script": "return ("}}, 422)
    assert problem["errors"][0]["line"] == 1
    await api.post("/manage/nodes/test", {"type": "nothing"}, 422)
    called = {"type": "rest-call", "config": {"url": "http://example.com/${n}"}}
    given = {"http": [{"status": 201, "body": {"a": 1}}]}
    answered = await api.post(
        "/manage/nodes/test", called | {"given": given, "message": {"metadata": {"n": "7"}, "data": {}}}
    )
    assert answered["effects"][0][:2] == ["http", "POST"]


async def test_a_chain_is_tried_out_without_a_trace_in_the_world(api: Api) -> None:
    inner = await make(api)
    await api.post(f"/manage/rule-chains/{inner['id']}/activate")
    nodes = [
        {"id": "go", "type": "rule-chain", "config": {"ruleChainId": inner["id"]}},
        {"id": "save", "type": "save-telemetry"},
    ]
    edges = [{"id": "a", "from": "save", "to": "go", "relation": "Success"}]
    outer = await api.post(
        "/manage/rule-chains", {"name": "Outer", "entry": "save", "nodes": nodes, "edges": edges}, 201
    )
    path = f"/manage/rule-chains/{outer['id']}"
    assert [problem["severity"] for problem in outer["problems"]] == ["warning"]
    result = await api.post(f"{path}/run", {"message": {"data": {"v": 30}, "ts": 1}})
    assert [hop["node"] for hop in result["trace"]["hops"]] == ["save", "go", "hot", "log"]
    assert result["effects"][0] == ["telemetry.save", 1, {"v": 30}]
    assert api.house.runner.plans[inner["id"]].places["hot"].seen == 0

    failed = await api.post(f"{path}/run", {"message": {"data": {}}, "document": chain()})
    assert failed["failures"][0]["node"] == "hot"
    started = await api.post(f"{path}/run", {"document": chain(), "node": "log"})
    assert [hop["node"] for hop in started["trace"]["hops"]] == ["log"]
    bad = chain(edges=[EDGE | {"to": "nobody"}])
    problem = await api.post(f"{path}/run", {"document": bad}, 422)
    assert problem["errors"][0]["code"] == "lost-end"
    await api.post(f"{path}/run", {"version": 5}, 404)
    lost = await api.post(f"{path}/run", {"document": chain(), "node": "gone"}, 400)
    assert lost["errors"][0]["place"] == "/node"
    for points in ([[]], [[1]], [["soon", 1]], [[1, 2, 3]]):
        await api.post(f"{path}/run", {"given": {"telemetry": {"k": points}}}, 400)


async def test_node_types_are_the_cards_of_the_palette(api: Api) -> None:
    response = await api.call("GET", "/manage/node-types", 200)
    cards = {card["type"]: card for card in (await response.get_json())["items"]}
    assert cards["script-filter"]["relations"] == ["True", "False"]
    assert cards["script-filter"]["schema"]["properties"]["script"]["x-ui"]["widget"] == "code"
    await api.call("GET", "/manage/node-types", 304, headers={"If-None-Match": etag(response)})


@pytest.mark.parametrize(
    ("asked", "language", "name"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Skriptfilter"),
        ("fr, de;q=0.3", "de", "Skriptfilter"),
        ("en-US,de;q=0.9", "en", "Script filter"),
        ("fr", "en", "Script filter"),
        ("", "en", "Script filter"),
        (";;q=x", "en", "Script filter"),
    ],
)
async def test_node_types_speak_the_language_of_the_caller(
    api: Api, asked: str, language: str, name: str
) -> None:
    headers = {"Accept-Language": asked} if asked else {}
    response = await api.call("GET", "/manage/node-types", 200, headers=headers)
    cards = {card["type"]: card for card in (await response.get_json())["items"]}
    assert cards["script-filter"]["name"] == name
    assert response.headers["Content-Language"] == language
    assert response.headers["Vary"] == "Accept-Language"
    english = await api.call("GET", "/manage/node-types", 200)
    assert (etag(response) == etag(english)) == (language == "en")


async def test_a_chain_that_enters_a_lost_one_cannot_run(api: Api) -> None:
    inner = await make(api, name="inner")

    def calling(id: str) -> dict[str, Any]:
        node = {"id": "n", "type": "rule-chain", "name": "n", "config": {"ruleChainId": id}}
        return {"name": f"calls {id}", "entry": "n", "nodes": [node], "edges": []}

    lost = await api.post("/manage/rule-chains", calling("lost"), 201)
    problem = await api.post(f"/manage/rule-chains/{lost['id']}/activate", {}, 422)
    assert [item["code"] for item in problem["errors"] if item["severity"] == "error"] == ["lost-reference"]
    found = await api.post("/manage/rule-chains", calling(inner["id"]), 201)
    await api.post(f"/manage/rule-chains/{found['id']}/activate", {}, 200)


async def test_chains_that_would_enter_each_other_do_not_run(api: Api) -> None:
    inner, outer, _ = await nested(api)
    back = {"id": "back", "type": "rule-chain", "name": "Back", "config": {"ruleChainId": outer["id"]}}
    path = f"/manage/rule-chains/{inner['id']}"
    saved = await api.put(path, {**inner, "entry": "back", "nodes": [back], "edges": []})
    assert saved["problems"][0]["code"] == "self-reference"
    problem = await api.post(f"{path}/activate", {}, 422)
    first = problem["errors"][0]
    assert (first["code"], first["place"]) == ("self-reference", "nodes/back")
    assert (await api.get(path))["activeVersion"] == inner["version"]

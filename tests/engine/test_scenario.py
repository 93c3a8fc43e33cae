"""Scenarios: what they can tell, and how they say what came out otherwise."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.errors import ChainError
from engine.scenario import ScenarioResult, run_scenario, scenarios_of

CATALOG = Catalog.discover("nodes")
DOWNLINK = "return {'contentType': 'JSON', 'data': json_encode(msg), 'metadata': {}}"
KNOWN = {"devices": [{"name": "T-1"}]}
HOT = {"deviceName": "T-1", "telemetry": {"temperature": 33}}


def chain(
    *nodes: dict[str, Any], scenarios: list[dict[str, Any]], id: str = "c", edges: str = ""
) -> ChainSpec:
    """A chain whose nodes follow each other along Success, or along `edges` as `a>b:relation,...`."""
    ids = [node["id"] for node in nodes]
    arrows = [part.split(":") for part in edges.split(",") if part] or [
        (f"{a}>{b}", "Success") for a, b in itertools.pairwise(ids)
    ]
    rows = []
    for number, (ends, relation) in enumerate(arrows):
        source, target = ends.split(">")
        rows.append({"id": f"e{number}", "from": source, "to": target, "relation": relation})
    document = {"id": id, "name": id, "entry": ids[0], "nodes": nodes, "edges": rows, "scenarios": scenarios}
    return ChainSpec.model_validate(document)


def node(id: str, type: str, **config: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "name": id.title(), "config": config}


SAVE = node("save", "save-telemetry")
ANSWER = node("answer", "integration-downlink", integrationId="line-7")


async def play(spec: ChainSpec, *others: ChainSpec) -> ScenarioResult:
    return await run_scenario(spec, scenarios_of(spec)[0], CATALOG, others)


async def told(*nodes: dict[str, Any], edges: str = "", **scenario: Any) -> list[str]:
    """What differs when this scenario runs on a chain of these nodes; the device T-1 is there."""
    story = {"name": "s", "given": KNOWN, **scenario}
    result = await play(chain(*nodes, edges=edges, scenarios=[story]))
    return [str(difference) for difference in result.differences]


async def test_the_downlink_leaves_with_the_answer_to_the_same_request() -> None:
    spec = chain(
        node("only", "message-type-filter", messageTypes=["POST_TELEMETRY_REQUEST"]),
        SAVE,
        ANSWER,
        edges="only>save:True,save>answer:Success",
        scenarios=[
            {
                "name": "hot",
                "integration": {"downlink": DOWNLINK},
                "request": {"body": HOT},
                "expect": {
                    "reply": {"status": 200, "body": {"temperature": 33}},
                    "stored": {"T-1": {"telemetry": {"temperature": 33}}},
                    "waiting": {},
                    "effects": [
                        ["created", "T-1", "default"],
                        ["telemetry.save", "T-1", None, {"temperature": 33}],
                        ["downlink", "T-1", '{"temperature":33}'],
                    ],
                },
            }
        ],
    )
    result = await play(spec)
    assert result.differences == []
    assert result.passed
    assert [hop["node"] for trace in result.trace for hop in trace["hops"]].count("answer") >= 1


async def test_every_difference_names_its_place_what_was_expected_and_what_came() -> None:
    differences = await told(
        SAVE,
        request={"body": HOT},
        expect={
            "reply": {"status": 200, "body": {"setpoint": 19}, "headers": {"X-Mode": "eco"}},
            "stored": {"T-1": {"telemetry": {"temperature": 34}}},
            "waiting": {"T-1": [{"setpoint": 19}]},
            "log": ["hot"],
        },
    )
    stored = '"attributes":{}'
    assert differences == [
        "reply.status: expected 200, got 204",
        'reply.body: expected {"setpoint":19}, got ""',
        'reply.headers.X-Mode: expected "eco", got null',
        f'stored: expected {{"T-1":{{"telemetry":{{"temperature":34}},{stored}}}}},'
        f' got {{"T-1":{{"telemetry":{{"temperature":33}},{stored}}}}}',
        'waiting: expected {"T-1":[{"setpoint":19}]}, got {}',
        'log: expected ["hot"], got []',
    ]


async def test_a_difference_in_a_longer_story_names_the_step() -> None:
    step = {"request": {"body": HOT}, "expect": {"reply": {"status": 204}}}
    wrong = {"request": {"body": HOT}, "expect": {"reply": {"status": 200}}}
    assert await told(SAVE, steps=[step, wrong]) == ["step 2, reply.status: expected 200, got 204"]


async def test_integers_floats_and_booleans_are_different_values() -> None:
    differences = await told(
        SAVE, request={"body": HOT}, expect={"stored": {"T-1": {"telemetry": {"temperature": 33.0}}}}
    )
    assert len(differences) == 1


async def test_a_failure_that_nobody_expects_is_a_difference_even_without_a_reply() -> None:
    raising = node("raise", "script-filter", script="return msg.missing > 1")
    (difference,) = await told(raising, message={"data": {"a": 1}})
    assert difference.startswith('failures: expected none, got ["Raise: ')
    assert "missing" in difference
    assert await told(raising, message={"data": {}}, expect={"failures": ["missing"]}) == []


async def test_a_queued_message_that_fails_does_not_hold_the_scenario_up() -> None:
    # ENTITY_CREATED comes out of the queue, where it would be tried again after a second.
    (difference,) = await told(SAVE, given={}, request={"body": HOT}, expect={"reply": {"status": 204}})
    assert "only POST_TELEMETRY_REQUEST" in difference


async def test_the_world_before_is_there() -> None:
    fetch = node("fetch", "originator-attributes", serverAttributes=["limit"], latestTelemetry=["last"])
    say = node("say", "log", script="return metadata.ss_limit + ' ' + metadata.last")
    given = {
        "devices": [
            {"name": "T-1", "attributes": {"server": {"limit": 30}}, "telemetry": {"last": [[1, 7], [2, 8]]}}
        ]
    }
    assert await told(fetch, say, given=given, message={"data": {}}, expect={"log": ["30 8"]}) == []


async def test_outside_servers_answer_what_is_given() -> None:
    call = node("call", "rest-call", url="http://weather.example/now", method="GET")
    say = node("say", "log", script="return 'it is ' + str(msg.temperature)")
    answer = {"status": 200, "body": {"temperature": -3}, "headers": {"content-type": "application/json"}}
    given = {**KNOWN, "http": [answer]}
    assert await told(call, say, given=given, message={"data": {}}, expect={"log": ["it is -3"]}) == []


async def test_the_integration_is_the_one_that_the_chain_names() -> None:
    assert await told(ANSWER, message={"data": {}}) == []
    door = {"id": "line-8"}
    (difference,) = await told(ANSWER, integration=door, message={"data": {}})
    assert "integration 'line-7' does not exist" in difference


async def test_security_headers_and_disabled_doors_answer_as_they_would() -> None:
    locked = {"headers": {"X-Key": "secret"}}
    assert (
        await told(
            SAVE, integration=locked, request={"body": HOT}, expect={"reply": {"status": 403}, "effects": []}
        )
        == []
    )
    right = {"body": HOT, "headers": {"x-key": "secret"}}
    assert await told(SAVE, integration=locked, request=right, expect={"reply": {"status": 204}}) == []
    closed = {"enabled": False}
    problem = {"title": "Integration is disabled"}
    expect = {"reply": {"status": 503, "body": problem, "headers": {"Retry-After": "60"}}}
    assert await told(SAVE, integration=closed, request={"body": HOT}, expect=expect) == []


async def test_bytes_come_in_and_go_out() -> None:
    up = "return {'deviceName': 'S', 'telemetry': {'t': read_int(payload, 0, 2)}}"
    down = "return {'contentType': 'BINARY', 'data': base64_encode(hex_decode('ff00'))}"
    only = node("only", "message-type-filter", messageTypes=["POST_TELEMETRY_REQUEST"])
    assert (
        await told(
            only,
            ANSWER,
            edges="only>answer:True",
            integration={"uplink": up, "downlink": down},
            request={"body": "base64:AQI="},
            expect={"reply": {"status": 200, "body": "base64:/wA="}},
        )
        == []
    )


async def test_a_chain_may_enter_another_one() -> None:
    outer = chain(
        node("enter", "rule-chain", ruleChainId="inner"),
        node("say", "log", script="return 'back'"),
        edges="enter>say:Success",
        scenarios=[
            {
                "name": "s",
                "given": {"devices": [{"name": "T"}]},
                "message": {"data": {}},
                "expect": {"log": ["in", "back"]},
            }
        ],
    )
    inner = chain(node("say", "log", script="return 'in'"), node("out", "output"), scenarios=[], id="inner")
    assert (await play(outer, inner)).differences == []


async def test_what_cannot_run_is_one_difference() -> None:
    (broken,) = await told(node("x", "no-such-node"), message={"data": {}})
    assert broken == "chain: expected no errors, got nodes/x/type: there is no node type 'no-such-node'"
    (script,) = await told(SAVE, integration={"uplink": "return ("}, request={"body": HOT})
    assert script.startswith("integration: expected scripts that compile, got ")
    (nobody,) = await told(SAVE, message={"data": {}, "originator": "T-9"})
    assert nobody == "message.originator: expected the name of a device that is there, got 'T-9'"


@pytest.mark.parametrize(
    ("scenario", "place", "words"),
    [
        ({"name": "s"}, "scenarios/0/steps", "required"),
        ({"name": "s", "steps": []}, "scenarios/0/steps", "at least 1"),
        ({"name": "s", "steps": [{}]}, "scenarios/0/steps/0", "either a request or a message"),
        ({"name": "s", "request": {"body": "base64:?"}}, "scenarios/0/steps/0/request/body", "not base64"),
        (
            {"name": "s", "message": {}, "expect": {"reply": {"status": 200}}},
            "scenarios/0/steps/0",
            "only a request",
        ),
        ({"name": "s", "request": {"bdy": 1}}, "scenarios/0/steps/0/request/bdy", "not permitted"),
    ],
)
def test_a_wrong_form_is_named_with_its_place(scenario: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(ChainError) as caught:
        scenarios_of(chain(SAVE, scenarios=[scenario]))
    (problem,) = caught.value.problems
    assert problem.place == place
    assert words in problem.message

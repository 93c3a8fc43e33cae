"""The token API as tables: what ThingsBoard answers, and where we answer better on purpose."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from device_world import Serve, World, make_device, until, use_chain

from engine.node import SUCCESS, Emit, Node
from engine.values import decode

# One application for all tables, with a device of its own for each row
pytestmark = pytest.mark.asyncio(loop_scope="module")


# ------------------------------------------------------------------ paths, methods, tokens

ROUTES = [
    # method, path, body, status
    ("POST", "/telemetry", '{"t": 1}', 200),
    ("POST", "/attributes", '{"t": 1}', 200),
    ("GET", "/attributes", "", 200),
    ("GET", "/attributes/updates?timeout=1", "", 408),
    ("GET", "/rpc?timeout=1", "", 408),
    ("POST", "/rpc?timeout=1", '{"method": "m", "params": {}}', 408),
    ("POST", "/rpc/7", "{}", 200),
    ("GET", "/telemetry", "", 405),
    ("PUT", "/telemetry", "{}", 405),
    ("DELETE", "/attributes", "", 405),
    ("POST", "/attributes/updates", "{}", 405),
    ("HEAD", "/rpc", "", 405),
    ("OPTIONS", "/telemetry", "", 405),
    ("GET", "/rpc/7", "", 405),
    ("POST", "/nonsense", "{}", 404),
    ("POST", "/telemetry/", "{}", 404),
    ("POST", "/rpc/", "{}", 404),
    ("POST", "/rpc/7/8", "{}", 404),
    ("POST", "/claim", "{}", 404),
    ("GET", "/firmware?title=a&version=1", "", 404),
    ("GET", "/software", "", 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ROUTES)
async def test_every_route_has_its_status(
    world: World, method: str, path: str, body: str, status: int
) -> None:
    assert (await world.call(method, path, body))[0] == status


@pytest.mark.parametrize(("method", "path", "body", "status"), ROUTES)
async def test_without_a_known_token_it_is_401_and_empty(
    world: World, method: str, path: str, body: str, status: int
) -> None:
    world.base = "/api/v1/nonsense"
    expected = status if status in (404, 405) else 401
    found, answer = await world.call(method, path, body)
    assert found == expected
    assert expected != 401 or answer == b""


@pytest.mark.parametrize("token", ["%00", "a" * 5000, "%F0%9F%9A%AA", "' OR 1=1"])
async def test_odd_tokens_are_just_unknown(world: World, token: str) -> None:
    world.base = f"/api/v1/{token}"
    assert await world.call("POST", "/telemetry", "{}") == (401, b"")


@pytest.mark.parametrize("word", ["integrations", "provision"])
async def test_reserved_words_are_never_tokens(world: World, word: str) -> None:
    await world.house.store.entities.set_token(world.entity, word)
    world.base = f"/api/v1/{word}"
    assert (await world.call("POST", "/telemetry", "{}"))[0] == 404


async def test_the_method_that_is_allowed_is_named(world: World) -> None:
    response = await world.client.put(f"{world.base}/attributes", data="{}")
    assert response.headers["Allow"] == "GET, POST"
    assert decode(await response.get_data())["status"] == 405


async def test_a_new_token_counts_at_once_and_the_old_one_no_more(world: World) -> None:
    await world.house.store.entities.set_token(world.entity, "fresh")
    assert (await world.call("POST", "/telemetry", "{}"))[0] == 401
    world.base = "/api/v1/fresh"
    assert (await world.call("POST", "/telemetry", "{}"))[0] == 200


async def test_a_deleted_device_is_401(world: World) -> None:
    await world.house.store.entities.delete(world.house.tenant, world.entity.id)
    assert (await world.call("POST", "/telemetry", '{"t": 1}'))[0] == 401


# ------------------------------------------------------------------ payloads

PAYLOADS = [
    # body, what is stored
    ('{"t": 1}', {"t": 1}),
    ("{}", {}),
    ("[]", {}),
    ("[{}]", {}),
    ('{"t": null}', {}),
    ('{"t": 1, "u": null}', {"t": 1}),
    ('{"ts": 1700000000000, "values": {"t": 1}}', {"t": 1}),
    ('{"ts": "1700000000000", "values": {"t": 1}}', {"t": 1}),
    ('{"ts": 1700000000000, "values": {}}', {}),
    ('{"ts": 1700000000000}', {"ts": 1700000000000}),
    ('{"values": {"t": 1}}', {"values": {"t": 1}}),
    ('[{"t": 1}, {"u": 2}]', {"t": 1, "u": 2}),
    ('[{"ts": 1, "values": {"t": 1}}, {"ts": 2, "values": {"t": 2}}]', {"t": 2}),
    ('[{"ts": 2, "values": {"t": 2}}, {"ts": 1, "values": {"t": 1}}]', {"t": 2}),
    ('[{"ts": 1, "values": {"t": 1}}, {"u": 2}]', {"t": 1, "u": 2}),
    ('{"on": true, "off": false}', {"on": True, "off": False}),
    ('{"place": {"lat": 1.5, "n": ["7"]}}', {"place": {"lat": 1.5, "n": ["7"]}}),
    ('  {"t": 1}\r\n', {"t": 1}),
    ('{"\\u00e9t\\u00e9": "\\u0000"}', {"été": "\0"}),
]


@pytest.mark.parametrize(("body", "stored"), PAYLOADS)
async def test_every_form_of_telemetry(world: World, body: str, stored: dict[str, Any]) -> None:
    assert await world.call("POST", "/telemetry", body) == (200, b"")
    assert await world.telemetry() == stored


async def test_times_are_kept(world: World) -> None:
    body = '[{"ts": 1700000000001, "values": {"t": 1}}, {"ts": 1700000000002, "values": {"t": 2}}]'
    await world.call("POST", "/telemetry", body)
    found = await world.house.store.telemetry.query(world.entity, ["t"], 0, 2**62, descending=False)
    assert [tuple(point) for point in found["t"]] == [(1700000000001, 1), (1700000000002, 2)]


MALFORMED = [
    "",
    "nonsense",
    '{"t": 1',
    "{'t': 1}",
    '{"t": NaN}',
    '{"t": 1e999}',
    '{"t": 1, "t": 2}',
    '{"t": 1} {"t": 2}',
    b"\xff\xfe{}",
    b'{"t": "\xc3"}',
    '{"t": "\\ud800"}',
    "[" * 5000,
    '{"a":' * 200 + "1" + "}" * 200,
    "null",
    "1",
    '"text"',
    "[1]",
    "[null]",
    "[[]]",
    '[{"t": 1}, "x"]',
    '{"": 1}',
    '{"a\\u0000b": 1}',
    '{"%s": 1}' % ("k" * 256),
]


@pytest.mark.parametrize(
    "body",
    [*MALFORMED, '{"ts": "soon", "values": {"t": 1}}', '{"ts": 1, "values": 2}', '{"ts": -1, "values": {}}'],
)
async def test_malformed_telemetry_is_400_and_nothing_is_stored(world: World, body: bytes | str) -> None:
    status, answer = await world.call("POST", "/telemetry", body)
    assert status == 400
    assert decode(answer)["detail"]
    assert await world.telemetry() == {}


@pytest.mark.parametrize("body", [*MALFORMED, "[]", '[{"t": 1}]'])
async def test_malformed_attributes_are_400_and_nothing_is_stored(world: World, body: bytes | str) -> None:
    assert (await world.call("POST", "/attributes", body))[0] == 400
    assert world.attributes() == {}


async def test_a_refused_body_is_kept_as_an_event(world: World) -> None:
    _, answer = await world.call("POST", "/telemetry", "nonsense")
    await world.house.store.writer.durable()
    page = await world.house.store.events.page(world.house.tenant, entity=world.entity.id)
    assert [(event.level, event.trace_id) for event in page.items] == [("error", decode(answer)["trace"])]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/png", None])
async def test_the_content_type_does_not_matter(world: World, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    assert (await world.call("POST", "/attributes", '{"model": "T1"}', headers=headers))[0] == 200
    assert world.attributes() == {"model": "T1"}


async def test_a_body_over_the_limit_is_413(world: World) -> None:
    body = '{"t": "%s"}' % ("x" * 1_048_576)
    assert (await world.call("POST", "/telemetry", body))[0] == 413


NUMBERS = [
    # JSON value, what is stored
    ('"007"', 7),
    ('"-5"', -5),
    ('"0"', 0),
    ('"1.50"', 1.5),
    ('".5"', 0.5),
    ('"1.0"', 1.0),
    ('"9223372036854775807"', 2**63 - 1),
    ('"9223372036854775808"', "9223372036854775808"),
    ('"0.12345678901234567"', "0.12345678901234567"),
    ('"1e3"', "1e3"),
    ('"5."', "5."),
    ('"+5"', "+5"),
    ('" 5"', " 5"),
    ('"0x10"', "0x10"),
    ('"1_000"', "1_000"),
    ('"NaN"', "NaN"),
    ('"-"', "-"),
    ('""', ""),
    ('"٣"', "٣"),
    ('"true"', "true"),
    ('"%s"' % ("9" * 5000), "9" * 5000),
    ("1", 1),
    ("1.0", 1.0),
    ("1e3", 1000),
    ("1.5E+3", 1500),
    ("-2e0", -2),
    ("1.5e-1", 0.15),
    ("1e18", 10**18),
    ("1e19", 1e19),
    ("1.2345678901234567891e18", 1.2345678901234567891e18),
    ("9223372036854775807e0", 2**63 - 1),
    ("123456789012345678901234567890", 123456789012345678901234567890),
    ("0.30000000000000004", 0.30000000000000004),
]


@pytest.mark.parametrize(("text", "stored"), NUMBERS)
async def test_values_are_cast_as_thingsboard_does(world: World, text: str, stored: Any) -> None:
    assert (await world.call("POST", "/telemetry", f'{{"v": {text}}}'))[0] == 200
    assert (await world.call("POST", "/attributes", f'{{"v": {text}}}'))[0] == 200
    for found in ((await world.telemetry())["v"], world.attributes()["v"]):
        assert (type(found), found) == (type(stored), stored)


async def test_casting_texts_can_be_switched_off(serve: Serve) -> None:
    async with serve(device_api_cast_strings=False) as app:
        world = World(app, *await make_device(app.house))
        await world.call("POST", "/telemetry", '{"serial": "007", "n": 1e3}')
        assert await world.telemetry() == {"serial": "007", "n": 1000}


# ------------------------------------------------------------------ attributes

STORED = {"client": {"model": "T1", "both": "c"}, "shared": {"limit": 40, "both": "s"}}
QUERIES = [
    # query, answer
    ("", STORED),
    ("?clientKeys=model", {"client": {"model": "T1"}}),
    ("?sharedKeys=limit", {"shared": {"limit": 40}}),
    ("?clientKeys=both&sharedKeys=both", {"client": {"both": "c"}, "shared": {"both": "s"}}),
    ("?clientKeys=model,both,nonsense", {"client": STORED["client"]}),
    ("?sharedKeys=limit&sharedKeys=both", {"shared": STORED["shared"]}),
    ("?clientKeys=nonsense&sharedKeys=limit", {"shared": {"limit": 40}}),
    ("?clientKeys=nonsense", {}),
    ("?clientKeys=", STORED),
    ("?clientKeys=&sharedKeys=limit", {"shared": {"limit": 40}}),
    ("?unknown=1", STORED),
    ("?clientKeys=secret&sharedKeys=secret", {}),
]


@pytest.mark.parametrize(("query", "answer"), QUERIES)
async def test_reading_attributes(world: World, query: str, answer: dict[str, Any]) -> None:
    for scope, values in {**STORED, "server": {"secret": 1}}.items():
        world.house.store.attributes.save(world.entity, scope, values)
    response = await world.client.get(f"{world.base}/attributes{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert decode(await response.get_data()) == answer


async def test_what_was_posted_can_be_read(world: World) -> None:
    await world.call("POST", "/attributes", '{"model": "T1", "spec": {"a": [1.0]}, "none": null}')
    assert await world.call("GET", "/attributes") == (200, b'{"client":{"model":"T1","spec":{"a":[1.0]}}}')


# ------------------------------------------------------------------ messages


async def test_the_messages_are_those_of_thingsboard(world: World) -> None:
    seen = []

    class Watch(Node):
        def process(self, message: Any, services: Any) -> Emit:
            seen.append(message)
            return Emit(SUCCESS, message)

    use_chain(world.house, Watch)
    await world.call("POST", "/telemetry", '[{"ts": 5, "values": {"t": 1}}, {"u": 2}]')
    await world.call("POST", "/attributes", '{"model": "T1"}')
    await world.call("POST", "/rpc?timeout=1", '{"method": "getTime", "params": {"zone": "UTC"}}')
    common = {"deviceName": world.entity.name, "deviceType": "thermostat"}
    first, second, third, fourth = seen
    assert (first.type, first.data, first.ts) == ("POST_TELEMETRY_REQUEST", {"t": 1}, 5)
    assert first.metadata == {**common, "ts": "5"}
    assert second.metadata == {**common, "ts": str(second.ts)}
    assert (third.type, third.data) == ("POST_ATTRIBUTES_REQUEST", {"model": "T1"})
    assert third.metadata == {**common, "notifyDevice": "false"}
    assert fourth.type == "TO_SERVER_RPC_REQUEST"
    assert fourth.data == {"method": "getTime", "params": {"zone": "UTC"}}
    assert fourth.metadata.keys() == {*common, "requestId", "serviceId", "sessionId"}
    assert all(message.originator is world.entity for message in seen)


async def test_a_200_means_that_it_is_on_disk(world: World, folder: Path) -> None:
    assert (await world.call("POST", "/telemetry", '{"t": "42"}'))[0] == 200
    assert (await world.call("POST", "/attributes", '{"model": "T1"}'))[0] == 200
    with sqlite3.connect(folder / "tidegate.db") as other:
        of_it = "JOIN series ON id = series WHERE entity_id = ?"
        mine = (world.entity.id,)
        assert other.execute(f"SELECT value FROM telemetry {of_it}", mine).fetchall() == [("42",)]
        rows = other.execute("SELECT scope, key, value FROM attribute WHERE entity_id = ?", mine)
        assert rows.fetchall() == [("client", "model", '"T1"')]
    other.close()


async def test_a_device_that_speaks_is_active(world: World) -> None:
    await world.call("GET", "/attributes")
    await until(lambda: world.entity.memory.last_activity_ts > 0)

"""The surface as a whole: OpenAPI, its page, errors that every call shares, and who may not call."""

from __future__ import annotations

import re

import pytest
from api_world import Api, etag
from device_world import Serve
from werkzeug.routing import Rule

from web.api.guard import is_same_host
from web.app import Tidegate

NOT_REST = {"/manage/openapi.json", "/manage/docs", "/manage/ws"}


def operations(rules: list[Rule]) -> set[tuple[str, str]]:
    """Method and path of every rule, as OpenAPI writes them."""
    return {
        (method.lower(), re.sub(r"<(?:[^>]*:)?([^>:]+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }


async def test_every_route_is_documented_and_every_documented_call_exists(api: Api) -> None:
    document = await api.get("/manage/openapi.json")
    rules = [rule for rule in api.app.web.url_map.iter_rules() if rule.rule.startswith("/manage")]
    routed = operations([rule for rule in rules if rule.rule not in NOT_REST])
    documented = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert documented == routed
    assert {rule.rule for rule in rules} >= NOT_REST


async def test_every_call_is_named_described_and_has_schemas(api: Api) -> None:
    document = await api.get("/manage/openapi.json")
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    names = [call["operationId"] for call in calls]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in document["tags"]}
    for call in calls:
        assert call["summary"].endswith((".", ")")), call["operationId"]
        assert set(call["tags"]) <= tags
        bodies = [answer.get("content", {}) for answer in call["responses"].values()]
        bodies.append(call.get("requestBody", {}).get("content", {}))
        for schema in [content["schema"] for body in bodies for content in body.values()]:
            assert schema["$ref"].rpartition("/")[2] in document["components"]["schemas"]


async def test_every_reference_in_the_document_leads_somewhere(api: Api) -> None:
    response = await api.call("GET", "/manage/openapi.json", 200)
    text = (await response.get_data()).decode()
    schemas = (await response.get_json())["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) == set(schemas)
    await api.call("GET", "/manage/openapi.json", 304, headers={"If-None-Match": etag(response)})


async def test_the_page_of_the_document_loads_nothing(api: Api) -> None:
    response = await api.call("GET", "/manage/docs", 200)
    page = (await response.get_data()).decode()
    assert "/manage/rule-chains/{id}/activate" in page
    assert not re.search(r"<script|<link|<img|https?://|url\(|@import", page)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_mistakes_in_the_request_are_answered_alike_everywhere(api: Api) -> None:
    await api.get("/manage/nothing", 404)
    await api.get("/manage/converters/not%20an%20id", 404)
    refused = await api.call("PUT", "/manage/converters", 405)
    assert set(refused.headers["Allow"].split(", ")) >= {"GET", "POST"}
    json = {"Content-Type": "application/json"}
    await api.post("/manage/converters", None, 400, data=b"{", headers=json)
    await api.post("/manage/converters", None, 400, data=b"", headers=json)
    await api.post("/manage/converters", None, 400, data=b'{"name": "a", "name": "b"}', headers=json)
    await api.post("/manage/converters", None, 400, data=b'"\\ud800"', headers=json)
    await api.post("/manage/converters", None, 400, data=b"\xff", headers=json)
    await api.post("/manage/converters", None, 400, data=b"[" * 5000, headers=json)
    await api.post("/manage/converters", None, 415, data=b"{}", headers={"Content-Type": "text/plain"})
    await api.post("/manage/converters", None, 415, data=b"{}")
    await api.post("/manage/converters", None, 413, data=b" " * 2_000_000, headers=json)


# ------------------------------------------------------------------ who may not call

OTHERS: list[dict[str, str]] = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "file://"},
    {"Origin": "http://[bad"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]


async def test_pages_of_other_sites_cannot_write(api: Api) -> None:
    body = {"name": "d"}
    for headers in OTHERS:
        await api.post("/manage/devices", body, 403, headers=headers)
        await api.post("/manage/notifications/read", None, 403, headers=headers)
    assert (await api.get("/manage/devices"))["items"] == []
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    await api.post("/manage/devices", body, 201, headers=ours)
    await api.get("/manage/devices", 200, headers={"Sec-Fetch-Site": "cross-site"})


async def test_names_that_are_not_ours_are_not_answered(api: Api) -> None:
    """A page that resolves its own name to 127.0.0.1 is same-origin for the browser, not for us."""
    for host in ("evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"):
        await api.get("/manage/devices", 403, headers={"Host": host, "Origin": f"http://{host}"})
    for host in ("127.0.0.1:8080", "localhost:8080", "[::1]:8080", "192.168.0.5", "a.localhost"):
        await api.get("/manage/devices", 200, headers={"Host": host})


async def test_a_public_name_is_answered_when_it_is_set(serve: Serve) -> None:
    async with serve(base_url="https://tide.example/") as app:
        api = Api(app)
        await api.get("/manage/devices", 200, headers={"Host": "tide.example"})
        await api.get("/manage/devices", 403, headers={"Host": "other.example"})
        door = await api.integration()
        assert door["endpointUrl"].startswith("https://tide.example/api/v1/integrations/http/")


async def test_a_server_for_all_interfaces_cannot_know_its_names(serve: Serve) -> None:
    async with serve(bind="0.0.0.0:8080") as app:
        await Api(app).get("/manage/devices", 200, headers={"Host": "tide.example"})


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://a.example", "a.example", True),
        ("https://a.example", "a.example", True),
        ("https://a.example:443", "a.example", True),
        ("http://a.example:8080", "A.example:8080", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://a.example:8080", "a.example", False),
        ("http://a.example", "a.example:8080", False),
        ("http://b.example", "a.example", False),
        ("ftp://a.example", "a.example", False),
        ("", "a.example", False),
    ],
)
def test_origins_are_compared_by_host_and_port(origin: str, host: str, same: bool) -> None:
    assert is_same_host(origin, host) is same


async def test_a_store_that_is_down_is_503(tide: Tidegate) -> None:
    await tide.house.store.writer.stop()
    response = await Api(tide).call(
        "POST", "/manage/converters", 503, json={"name": "a", "direction": "uplink"}
    )
    assert int(response.headers["Retry-After"]) >= 1

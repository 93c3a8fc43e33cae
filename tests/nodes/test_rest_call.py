"""REST call: what is sent, when it is sent again, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.message import DEVICE, Entity, Message
from engine.message import message as new
from engine.rehearsal import Rehearsal
from engine.services import HttpResponse
from nodes.external.rest_call import RestCall

JSON = {"content-type": "application/json"}


class Server:
    """An outside server that follows a script; its clock moves only by pauses and by what answers take."""

    def __init__(self, *script: HttpResponse | Exception, takes_s: float = 0) -> None:
        self.script = list(script)
        self.takes_ms = round(takes_s * 1000)
        self.now = 1_700_000_000_000
        self.requests: list[tuple[str, str, Mapping[str, str], bytes]] = []
        self.timeouts: list[float] = []
        self.limits: set[int] = set()
        self.pauses: list[float] = []

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, max_bytes: int
    ) -> HttpResponse:
        self.requests.append((method, url, headers, body))
        self.timeouts.append(timeout_s)
        self.limits.add(max_bytes)
        self.now += self.takes_ms
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += round(seconds * 1000)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> HttpResponse:
    return HttpResponse(status, {key.replace("_", "-"): value for key, value in headers.items()}, body)


def message(data: Any = None, **metadata: str) -> Message:
    return new("POST_TELEMETRY_REQUEST", Entity(DEVICE, "1", "T1"), data or {}, metadata)


async def call(server: Server, given: Message | None = None, **config: Any) -> Message:
    world = Rehearsal()
    world.http = server
    world.now = lambda: server.now
    node = RestCall(**{"url": "https://example.com/", **config})
    emit = await node.process(given or message(), world)
    assert emit.relation == "Success"
    return emit.message


# ------------------------------------------------------------------ out


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://x/${name}/$[id]?q=${name}", "https://x/a%2F..%20%3F%26/7?q=a%2F..%20%3F%26"),
        ("${base}/v1/${name}", "https://y:8080/api/v1/a%2F..%20%3F%26"),
        ("$[base]?all=$[*]#", "https://z?all=%7B%22id%22%3A7%2C%22base%22%3A%22https%3A%2F%2Fz%22%7D#"),
        ("https://x/${absent}", "https://x/${absent}"),
    ],
)
async def test_url(url: str, sent: str) -> None:
    server = Server(answer())
    given = message({"id": 7, "base": "https://z"}, base="https://y:8080/api", name="a/.. ?&")
    await call(server, given, url=url)
    assert server.requests[0][1] == sent


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({}, b'{"t":33,"s":"\\"x\\"\\n"}'),
        ({"method": "GET"}, b""),
        ({"method": "DELETE"}, b""),
        ({"method": "GET", "body": "$[t]"}, b"33"),
        ({"body": '{"v": $[t], "s": "$[s]", "n": "${n}", "all": $[*]}'},
         b'{"v": 33, "s": "\\"x\\"\\n", "n": "a\\\\b", "all": {"t":33,"s":"\\"x\\"\\n"}}'),
        ({"body": "$[s]${n}", "headers": {"content-type": "text/plain"}}, b'"x"\na\\b'),
    ],
)  # fmt: skip
async def test_body(config: dict[str, Any], sent: bytes) -> None:
    server = Server(answer())
    await call(server, message({"t": 33, "s": '"x"\n'}, n="a\\b"), **config)
    assert server.requests[0][3] == sent


async def test_headers_timeout_and_size() -> None:
    server = Server(answer())
    config = {"headers": {"Authorization": "Bearer ${token}"}, "timeout_seconds": 7, "max_response_kb": 2}
    await call(server, message(token="s3cret"), **config)
    assert server.requests[0][2] == {"Authorization": "Bearer s3cret"}
    assert (server.timeouts, server.limits) == ([7], {2048})


# ------------------------------------------------------------------ again


async def test_pauses_grow_until_it_works() -> None:
    server = Server(OSError("reset"), answer(500), answer(429), TimeoutError(), answer(204))
    made = await call(server, attempts=5)
    assert server.pauses == [0.5, 1, 2, 4]
    assert made.metadata["statusCode"] == "204"


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("3", 3),
        ("0", 0.5),
        ("Tue, 14 Nov 2023 22:13:25 GMT", 5),
        ("Tue, 14 Nov 2023 22:13:25", 5),
        ("Tue, 14 Nov 2022 22:13:25 GMT", 0.5),
        ("soon", 0.5),
        ("", 0.5),
        ("-5", 0.5),
    ],
)
async def test_retry_after(asked: str, pause: float) -> None:
    server = Server(answer(503, Retry_After=asked), answer())
    await call(server)
    assert server.pauses == [pause]


async def test_attempts_end() -> None:
    server = Server(*[answer(503, b"busy")] * 9)
    with pytest.raises(OSError, match="answered 503 Service Unavailable: busy"):
        await call(server, attempts=3)
    assert len(server.requests) == 3
    assert server.pauses == [0.5, 1]


async def test_time_ends() -> None:
    server = Server(*[OSError("no answer")] * 9, takes_s=4)
    with pytest.raises(OSError, match="no answer"):
        await call(server, attempts=9, total_seconds=10)
    assert server.timeouts == [10, 5.5, 0.5], "each call gets what is left"


@pytest.mark.parametrize("asked", ["31", "86400", "9" * 30])
async def test_a_server_that_asks_for_too_much_is_not_waited_for(asked: str) -> None:
    server = Server(answer(503, retry_after=asked), answer())
    with pytest.raises(OSError, match="503"):
        await call(server, total_seconds=30)
    assert server.pauses == []


@pytest.mark.parametrize("status", [301, 400, 401, 404, 418, 499])
async def test_other_statuses_fail_at_once(status: int) -> None:
    server = Server(answer(status, b"x" * 10_000), answer())
    with pytest.raises(OSError, match=f"POST https://example.com/ answered {status} ") as raised:
        await call(server, url="https://example.com/?key=s3cret")
    assert len(str(raised.value)) < 600
    assert "s3cret" not in str(raised.value)
    assert server.pauses == []


@pytest.mark.parametrize(
    "error", [PermissionError("10.0.0.1 is private"), ValueError("larger than 1024 bytes")]
)
async def test_refusals_fail_at_once(error: Exception) -> None:
    server = Server(error, answer())
    with pytest.raises(type(error), match=str(error)):
        await call(server)
    assert len(server.requests) == 1


# ------------------------------------------------------------------ in


@pytest.mark.parametrize(
    ("response", "data"),
    [
        (answer(200, b'{"a": 1}', Content_Type="application/json; charset=utf-8"), {"a": 1}),
        (answer(200, b"[1]", content_type="application/problem+json"), [1]),
        (answer(201, b'{"a": 1}', content_type="text/plain"), '{"a": 1}'),
        (answer(200, "grüß".encode(), content_type="text/plain"), "grüß"),
        (answer(200, b"\xff\x00"), "\ufffd\x00"),
        (answer(204, content_type="application/json"), {}),
    ],
)
async def test_answer_becomes_data(response: HttpResponse, data: Any) -> None:
    assert (await call(Server(response), message({"old": True}))).data == data


async def test_answer_that_is_not_the_json_it_says() -> None:
    with pytest.raises(ValueError, match="malformed"):
        await call(Server(HttpResponse(200, JSON, b"<html>")))


async def test_an_unknown_status() -> None:
    made = await call(Server(answer(299, b"{}", scope="SERVER_SCOPE")), message(scope="CLIENT_SCOPE"))
    assert made.metadata["status"] == "299"
    assert made.metadata["scope"] == "CLIENT_SCOPE", "a header cannot take the place of other metadata"
    assert made.metadata["Header:scope"] == "SERVER_SCOPE"

"""REST call: asks an outside server and takes its answer into the message."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Key, Node, Part
from engine.services import HttpResponse, Services
from engine.template import Template
from engine.values import Value, decode, encode, encode_text

_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))
_TOO_MANY = 429
_NO_EQUAL: Final = ("enableProxy", "parseToPlainText", "ignoreRequestBody")
_FIRST_PAUSE_S = 0.5
_SHOWN_CHARS = 500


class RestCall(Node):
    """Calls an outside HTTP server and takes its answer into the message.

    URL, header values and body may be made from the message: ${key} is a value of the metadata, $[a.b] a value of
    the data. In the URL such values are percent-encoded, except one at the very beginning; in a JSON body they are
    escaped to stand between quotes. Without a body of your own, POST, PUT and PATCH send the data as JSON and the
    other methods send none.

    The answer replaces the data, as a JSON value when the server says that it is JSON and as a text otherwise, or
    becomes a text in metadata response. Metadata status (such as OK), statusCode (200), statusReason and one entry
    Header:name for each header tell the rest.

    When the server cannot be reached or answers 429 or 5xx, the call is made again after 0.5, 1, 2, 4 ... seconds,
    or as long as the server asks by Retry-After, as often and as long as configured. A call may therefore arrive
    more than once.

    It fails when no call succeeds or the answer is not 2xx, with the status and the beginning of the body; when
    the answer is too large or is not the JSON it should be; and for addresses that the server does not allow.
    """

    icon = "webhook"
    title = "REST call"
    thingsboard = "org.thingsboard.rule.engine.rest.TbRestApiCallNode"
    examples = (
        Example(
            "Data out, answer in",
            {"data": {"temperature": 33}, "metadata": {"deviceName": "T 1"}},
            [
                {
                    "relation": SUCCESS,
                    "data": {"accepted": True},
                    "metadata": {
                        "status": "OK",
                        "statusCode": "200",
                        "Header:x-id": "7",
                        "deviceName": "T 1",
                    },
                }
            ],
            config={"url": "https://example.com/devices/${deviceName}"},
            given={
                "http": [
                    {
                        "status": 200,
                        "body": {"accepted": True},
                        "headers": {"Content-Type": "application/json", "X-Id": "7"},
                    }
                ]
            },
            effects=[["http", "POST", "https://example.com/devices/T%201"]],
        ),
        Example(
            "The answer goes into the metadata",
            {"data": {"temperature": 33}},
            [{"relation": SUCCESS, "data": {"temperature": 33}, "metadata": {"response": "sunny"}}],
            config={"url": "https://example.com/weather", "method": "GET", "responseTo": "metadata"},
            given={"http": [{"status": 200, "body": "sunny", "headers": {"Content-Type": "text/plain"}}]},
        ),
        Example(
            "Busy at first",
            {"data": {}},
            [{"relation": SUCCESS, "metadata": {"statusCode": "204"}}],
            config={"url": "https://example.com/"},
            given={"http": [{"status": 503, "headers": {"Retry-After": "2"}}, {"status": 204}]},
            effects=[
                ["http", "POST", "https://example.com/"],
                ["pause"],
                ["http", "POST", "https://example.com/"],
            ],
        ),
        Example(
            "Refused",
            {"data": {}},
            [{"relation": "Failure", "error": "answered 404 Not Found: no such device"}],
            config={"url": "https://example.com/"},
            given={"http": [{"status": 404, "body": "no such device"}]},
        ),
        Example(
            "Nobody there",
            {"data": {}},
            [{"relation": "Failure", "error": "no answer"}],
            config={"url": "https://example.com/", "attempts": 2},
            effects=[
                ["http", "POST", "https://example.com/"],
                ["pause"],
                ["http", "POST", "https://example.com/"],
            ],
        ),
    )

    url: str = Field(
        min_length=1,
        max_length=8192,
        title="URL",
        description="The address, such as https://example.com/devices/${deviceName}.",
        json_schema_extra={"x-ui": {"widget": "text", "templates": True}},
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = Field(
        "POST",
        title="Method",
        description="The HTTP method.",
        json_schema_extra={"x-ui": {"widget": "select"}},
    )
    headers: dict[Key, str] = Field(
        {"Content-Type": "application/json"},
        max_length=100,
        title="Headers",
        description="Names and values; a value may be made from the message.",
        json_schema_extra={
            "x-ui": {"widget": "map", "keyTitle": "Name", "valueTitle": "Value", "templates": True}
        },
    )
    body: str = Field(
        "",
        max_length=100_000,
        title="Body",
        description='The text to send, such as {"value": $[temperature]}; the data as JSON when empty.',
        json_schema_extra={"x-ui": {"widget": "textarea", "templates": True}},
    )
    response_to: Part = Field(
        "data",
        title="Answer into",
        description="Whether the answer replaces the data or becomes metadata response.",
    )
    attempts: int = Field(3, ge=1, le=10, title="Attempts", description="How often to call at most.")
    timeout_seconds: float = Field(
        10,
        gt=0,
        le=60,
        title="Time for one call",
        description="How long to wait for one answer.",
        json_schema_extra={"x-ui": {"widget": "duration", "unit": "s"}},
    )
    total_seconds: float = Field(
        30,
        gt=0,
        le=60,
        title="Time for all calls",
        description="How long to keep trying, pauses included.",
        json_schema_extra={"x-ui": {"widget": "duration", "unit": "s"}},
    )
    max_response_kb: int = Field(
        256,
        ge=1,
        le=16384,
        title="Largest answer",
        description="The most kilobytes of an answer that are accepted.",
    )

    @cached_property
    def call(self) -> _Call:
        """The parts of the request, ready to be filled."""
        return _Call(self.method, self.url, self.headers, self.body)

    async def process(self, message: Message, services: Services) -> Emit:
        """The message with the answer."""
        response = await self._ask(self.call.fill(message), services)
        metadata = message.metadata | _described(response)
        if self.response_to == "metadata":
            return Emit(SUCCESS, message.with_metadata({**metadata, "response": _text(response)}))
        return Emit(SUCCESS, message.with_metadata(metadata).with_data(_value(response)))

    async def _ask(self, request: _Request, services: Services) -> HttpResponse:
        end = services.now() + self.total_seconds * 1000
        for attempt in range(1, self.attempts + 1):
            left_s = (end - services.now()) / 1000
            outcome = await self._once(request, services, min(self.timeout_seconds, left_s))
            pause_s = _pause(outcome, attempt, services.now())
            if pause_s is None or attempt == self.attempts or services.now() + pause_s * 1000 >= end:
                break
            await services.http.pause(pause_s)
        return _checked(outcome, request)

    async def _once(self, request: _Request, services: Services, timeout_s: float) -> HttpResponse | OSError:
        method, url, headers, body = request
        try:
            return await services.http.request(
                method, url, headers, body, timeout_s, self.max_response_kb * 1024
            )
        except PermissionError:
            raise
        except OSError as error:
            return error

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """The call; proxies, client certificates and some treatments of the body have no equal."""
        credentials = config.get("credentials") or {"type": "anonymous"}
        authorize = _CREDENTIALS.get(credentials.get("type", "anonymous"))
        if authorize is None or any(config.get(option) for option in _NO_EQUAL):
            return None
        query = urlencode(
            [(row["key"], row["value"]) for row in config.get("queryParams") or []], safe="${}[]*"
        )
        url = config.get("restEndpointUrlPattern", "")
        return {
            "url": f"{url}{'&' if '?' in url else '?'}{query}" if query else url,
            "method": config.get("requestMethod", "POST"),
            "headers": {**(config.get("headers") or {}), **authorize(credentials)},
            "body": config.get("requestBodyTemplate") or "",
            "attempts": 1,
            "timeoutSeconds": min(config.get("readTimeoutMs", 0) / 1000, 60) or 10,
            "maxResponseKb": config.get("maxInMemoryBufferSizeInKb", 256),
        }


_Request = tuple[str, str, dict[str, str], bytes]


class _Call:
    """A request whose texts are templates."""

    def __init__(self, method: str, url: str, headers: Mapping[str, str], body: str) -> None:
        leading = url.startswith(("${", "$["))
        cut = (url.find("}" if url[1] == "{" else "]") + 1) if leading else 0
        self.method = method
        self.start, self.rest = Template(url[:cut]), Template(url[cut:])
        self.headers = {name: Template(value) for name, value in headers.items()}
        self.body = Template(body)
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "json")
        self.quote: Callable[[str], str] = _inside_quotes if "json" in kind.lower() else str

    def fill(self, message: Message) -> _Request:
        """The request for one message."""
        url = self.start.fill(message) + self.rest.fill(message, _percent, _percent)
        headers = {name: value.fill(message) for name, value in self.headers.items()}
        return self.method, url, headers, self._content(message)

    def _content(self, message: Message) -> bytes:
        if self.body.text:
            return self.body.fill(message, self.quote).encode()
        return encode(message.data) if self.method in _WITH_BODY else b""


def _percent(value: str) -> str:
    return quote(value, safe="")


def _inside_quotes(value: str) -> str:
    return encode_text(value)[1:-1]


def _pause(outcome: HttpResponse | OSError, attempt: int, now_ms: int) -> float | None:
    """Seconds to wait before trying again, None when that makes no sense."""
    grown = _FIRST_PAUSE_S * (1 << (attempt - 1))
    if isinstance(outcome, OSError):
        return grown
    if outcome.status != _TOO_MANY and outcome.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    asked = {name.lower(): value for name, value in outcome.headers.items()}.get("retry-after", "")
    return max(grown, _retry_after_s(asked.strip(), now_ms))


def _retry_after_s(text: str, now_ms: int) -> float:
    """Seconds or an HTTP date as seconds from now; 0 for anything else (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max(
        (
            moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.fromtimestamp(now_ms / 1000, UTC)
        ).total_seconds(),
        0,
    )


def _checked(outcome: HttpResponse | OSError, request: _Request) -> HttpResponse:
    if isinstance(outcome, OSError):
        raise outcome
    if not 200 <= outcome.status < 300:
        where = f"{request[0]} {request[1].split('?')[0]}"
        shown = _text(outcome)[:_SHOWN_CHARS]
        raise OSError(f"{where} answered {outcome.status} {_status(outcome.status)[1]}: {shown}")
    return outcome


def _described(response: HttpResponse) -> dict[str, str]:
    name, reason = _status(response.status)
    headers = {f"Header:{key.lower()}": value for key, value in response.headers.items()}
    return {**headers, "status": name, "statusCode": str(response.status), "statusReason": reason}


def _status(code: int) -> tuple[str, str]:
    try:
        status = HTTPStatus(code)
    except ValueError:
        return str(code), ""
    return status.name, status.phrase


def _value(response: HttpResponse) -> Value:
    if not response.body:
        return {}
    kind = {name.lower(): value for name, value in response.headers.items()}.get("content-type", "")
    return decode(response.body) if "json" in kind.lower() else _text(response)


def _text(response: HttpResponse) -> str:
    return response.body.decode(errors="replace")


def _basic(credentials: Mapping[str, Any]) -> dict[str, str]:
    pair = f"{credentials.get('username', '')}:{credentials.get('password', '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


_CREDENTIALS: Final[dict[str, Callable[[Mapping[str, Any]], dict[str, str]]]] = {
    "anonymous": lambda _: {},
    "basic": _basic,
}

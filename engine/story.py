"""Scenarios: what a chain promises, told as a story: this is there, this comes in, this goes out.

They stand in the chain's own document and run on a stage: the real way of a message, with effects off. The
reply in a scenario is the reply a device would get, with the downlink that leaves on the same exchange.

    {"name": "A hot room is told to cool down in the answer to its own message",
     "given": {"devices": [{"name": "T-1", "type": "thermostat", "attributes": {"server": {"limit": 30}}}]},
     "integration": {"uplink": "return json_decode(payload)", "downlink": "..."},
     "steps": [{"request": {"body": {"deviceName": "T-1", "telemetry": {"temperature": 33}}},
                "expect": {"reply": {"status": 200, "body": {"setpoint": 19}},
                           "stored": {"T-1": {"telemetry": {"temperature": 33}}}}}]}

A scenario of a single step may leave out `steps` and hold `request` or `message` and `expect` itself.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.alias_generators import to_camel

from engine.catalog import problems_of
from engine.chain import ChainSpec
from engine.errors import ChainError
from engine.message import DEVICE, POST_TELEMETRY
from engine.shapes import Call
from engine.values import Value, encode

BASE64 = "base64:"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class GivenDevice(_Part):
    """A device (or asset) that is there before the first step.

    `attributes` are scope -> key -> value, `telemetry` is key -> value, or key -> [[epoch ms, value], ...].
    """

    name: str = Field(min_length=1, max_length=255)
    type: str = "default"
    label: str = ""
    kind: Literal["DEVICE", "ASSET"] = DEVICE
    attributes: dict[Literal["client", "shared", "server"], dict[str, Value]] = Field(default_factory=dict)
    telemetry: dict[str, Value] = Field(default_factory=dict)


class Given(_Part):
    """The world before: who is there, and what outside servers will answer, in order."""

    devices: list[GivenDevice] = Field(default_factory=list)
    http: list[dict[str, Any]] = Field(default_factory=list)


class Door(_Part):
    """The integration that requests come through; a script that is left out passes JSON as it is.

    `id` is by default the one that the chain's own nodes name.
    """

    id: str = ""
    name: str = "Scenario"
    uplink: str = ""
    downlink: str = ""
    language: str = "python"
    enabled: bool = True
    allow_create_devices_or_assets: bool = True
    replace_no_content_to_ok: bool = False
    atomic: bool = False
    downlink_mode: Literal["latest", "fifo"] = "latest"
    headers: dict[str, str] = Field(default_factory=dict)
    metadata: dict[str, str] = Field(default_factory=dict)


class Request(_Part):
    """What a device sends. `body` is a text, sent as it is (`base64:...` as bytes), or any other JSON value."""

    method: str = "POST"
    path: str = ""
    query: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Value = ""

    @field_validator("body")
    @classmethod
    def _is_bytes(cls, value: Value) -> Value:
        payload_of(value)
        return value

    def call(self) -> Call:
        """The request as the intake takes it."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(self.method.upper(), self.path, self.query, headers, payload_of(self.body), "127.0.0.1")


class Event(_Part):
    """A message that enters the chain without a request, such as an attribute that a person has set.

    `originator` is the name of a device, by default the first one that is given.
    """

    type: str = POST_TELEMETRY
    data: Value = Field(default_factory=dict)
    metadata: dict[str, str] = Field(default_factory=dict)
    originator: str = ""
    ts: int | None = None


class ExpectedReply(_Part):
    """The answer. A JSON body is compared as a value, problem+json by the members named, others as text."""

    status: int
    body: Value = None
    headers: dict[str, str] = Field(default_factory=dict)


class Stored(_Part):
    """What a step stored of one device: the newest value of each key, and attributes by scope."""

    telemetry: dict[str, Value] = Field(default_factory=dict)
    attributes: dict[Literal["client", "shared", "server"], dict[str, Value]] = Field(default_factory=dict)


class Expect(_Part):
    """What comes of a step. What is left out is not looked at; what is there must hold exactly.

    `stored` names every device of which something was stored, `waiting` every one that downlinks wait for.
    `effects` is what was done to the world in order, as in a node's examples with the name of the device in
    second place; null stands for anything. `failures` holds a part of the reason of each failure that no arrow
    handles; when it is left out, there must be none.
    """

    reply: ExpectedReply | None = None
    stored: dict[str, Stored] | None = None
    waiting: dict[str, list[Value]] | None = None
    effects: list[list[Value]] | None = None
    log: list[str] | None = None
    failures: list[str] = Field(default_factory=list)


class Step(_Part):
    """One thing that comes in, a request or a message, and what is to come of it."""

    request: Request | None = None
    message: Event | None = None
    expect: Expect = Field(default_factory=Expect)

    @model_validator(mode="after")
    def _is_one_thing(self) -> Step:
        if (self.request is None) == (self.message is None):
            raise ValueError("a step has either a request or a message")
        if self.message is not None and self.expect.reply is not None:
            raise ValueError("only a request has a reply")
        return self


class Scenario(_Part):
    """A story: what is given, then what happens, step by step."""

    name: str = Field(min_length=1, max_length=255)
    given: Given = Field(default_factory=Given)
    integration: Door = Field(default_factory=Door)
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "steps" in value:
            return value
        step = {key: value[key] for key in ("request", "message", "expect") if key in value}
        rest = {key: part for key, part in value.items() if key not in step}
        return {**rest, "steps": [step]} if step else value


def scenarios_of(spec: ChainSpec) -> list[Scenario]:
    """The scenarios of a chain; ChainError names what is wrong with their form."""
    found, problems = [], []
    for position, item in enumerate(spec.scenarios):
        try:
            found.append(Scenario.model_validate(item))
        except ValidationError as error:
            problems += problems_of(error, f"scenarios/{position}")
    if problems:
        raise ChainError(problems)
    return found


def payload_of(body: Value) -> bytes:
    """The bytes of a body as a scenario writes it; ValueError for what is not base64."""
    if not isinstance(body, str):
        return encode(body)
    if not body.startswith(BASE64):
        return body.encode()
    try:
        return base64.b64decode(body[len(BASE64) :], validate=True)
    except binascii.Error as error:
        raise ValueError(f"the body is not base64: {error}") from None

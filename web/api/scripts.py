"""Trying scripts out: the editor's lint, its help, and the test dialog of converters."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine import script
from engine.converter import CONTENT_TYPES, Payload, Reading, payloads, readings
from engine.errors import ConversionError, Problem, ScriptError
from engine.node import Language
from engine.script import DOWNLINK, GENERATOR, LANGUAGES, NODE, UPLINK, Signature, compile_script
from engine.values import Value, decode, encode
from web.api.converters import Direction, ScriptText
from web.api.shapes import EpochMs, ProblemItem, Shape, problem_items
from web.api.wire import operation, refused

Purpose = Literal["uplink", "downlink", "filter", "switch", "transform", "log", "generate"]
_SIGNATURES: dict[str, Signature] = {"uplink": UPLINK, "downlink": DOWNLINK, "generate": GENERATOR}


class ScriptBody(Shape):
    """A script and what it is for."""

    purpose: Purpose
    language: Language = "python"
    script: ScriptText


class ScriptCheck(Shape):
    """What is wrong with a script, and the head of its function."""

    signature: str
    problems: list[ProblemItem]


class FunctionHelp(Shape):
    """A function that scripts can call."""

    name: str
    signature: str
    doc: str


class LanguageHelp(Shape):
    """A language and its functions."""

    name: str
    functions: list[FunctionHelp]


class LanguageList(Shape):
    """The languages that scripts are written in."""

    items: list[LanguageHelp]
    next: None = None


class ConverterTest(Shape):
    """A script with what it is to convert: `payload` for an uplink; `msg`, `msgType` and so on for a downlink."""

    direction: Direction
    language: Language = "python"
    script: ScriptText
    payload: Annotated[str, Field(max_length=1_000_000, description="Base64")] = ""
    metadata: dict[str, str] = {}
    msg: Any = None
    msg_type: str = "POST_TELEMETRY_REQUEST"
    integration_metadata: dict[str, str] = {}


class ScriptFailure(Shape):
    """Why a script failed, or what is wrong with its result; lines and columns count from 1."""

    message: str
    line: int | None = None
    column: int | None = None
    place: str = Field("", description="JSON pointer into the output")


class PointsView(Shape):
    """Telemetry of one moment; null for the time of arrival."""

    ts: EpochMs | None
    values: dict[str, Any]


class ReadingView(Shape):
    """What an uplink says of one device or asset."""

    kind: str
    name: str
    type: str
    label: str
    attributes: dict[str, Any]
    telemetry: list[PointsView]


class PayloadView(Shape):
    """What goes to the device; `body` is text, or base64 when `encoding` says so."""

    body: str
    encoding: Literal["text", "base64"]
    content_type: str
    status: int = Field(description="0: the usual 200")
    headers: dict[str, str]


class ConverterTestResult(Shape):
    """What came out, or `error`; `readings` (up) or `payloads` (down) is how it would be understood."""

    sparse: ClassVar[bool] = True
    output: Any = None
    log: list[str] = []
    elapsed_us: int = 0
    error: ScriptFailure | None = None
    readings: list[ReadingView] = []
    payloads: list[PayloadView] = []


def blueprint() -> Blueprint:
    """The calls about scripts; they touch nothing that is kept."""
    api = Blueprint("scripts", __name__)
    tag_blueprint(api, ["Scripts"])

    @api.post("/scripts/check")
    @operation(ScriptCheck, body=ScriptBody)
    async def check_script(body: ScriptBody) -> ScriptCheck:
        """Everything that is wrong with a script, each with line and column."""
        signature = _SIGNATURES.get(body.purpose, NODE)
        found = await asyncio.to_thread(script.problems, signature, body.script, body.language)
        head = f"{body.purpose}({', '.join(signature.parameters)})"
        return ScriptCheck(signature=head, problems=problem_items(found))

    @api.get("/scripts/languages")
    @operation(LanguageList)
    async def list_script_languages() -> LanguageList:
        """The functions that scripts can call, for completion and help."""
        found = [
            LanguageHelp(
                name=name,
                functions=[
                    FunctionHelp(name=f.name, signature=f.signature, doc=f.doc) for f in language.describe()
                ],
            )
            for name, language in LANGUAGES.items()
        ]
        return LanguageList(items=found)

    @api.post("/converters/test")
    @operation(ConverterTestResult, body=ConverterTest)
    async def test_converter(body: ConverterTest) -> ConverterTestResult:
        """Run a converter's script once, as the test dialog does; nothing is kept or sent."""
        payload = payload_of(body)
        return await asyncio.to_thread(tested, body, payload)

    return api


def payload_of(body: ConverterTest) -> bytes:
    """The bytes of the payload; 400 when it is not base64."""
    try:
        return base64.b64decode(body.payload, validate=True)
    except (binascii.Error, ValueError):
        problem = Problem("the payload must be base64", "/payload", "base64")
        raise refused(400, "The body is not valid", [problem]) from None


def tested(body: ConverterTest, payload: bytes) -> ConverterTestResult:
    """One run of the script with its outcome."""
    log: list[str] = []
    try:
        output, elapsed_us = run(body, payload, log)
    except ScriptError as error:
        failure = ScriptFailure(message=error.message, line=error.line, column=error.column)
        return ConverterTestResult(error=failure, log=log)
    except ValueError as error:
        failure = ScriptFailure(message=f"the payload is not JSON: {error}")
        return ConverterTestResult(error=failure, log=log)
    head = {"output": output, "log": log, "elapsed_us": elapsed_us}
    try:
        if body.direction == "uplink":
            return ConverterTestResult(**head, readings=[_reading(item) for item in readings(output)])
        found = (
            payloads(output)
            if body.script.strip()
            else [Payload(encode(output), CONTENT_TYPES["JSON"], 0, {})]
        )
        return ConverterTestResult(**head, payloads=[_payload(item) for item in found])
    except ConversionError as error:
        first = error.problems[0]
        return ConverterTestResult(**head, error=ScriptFailure(message=first.message, place=first.place))


def run(body: ConverterTest, payload: bytes, log: list[str]) -> tuple[Value, int]:
    """What the script returns and how long it took; an empty script passes JSON through."""
    is_up = body.direction == "uplink"
    if not body.script.strip():
        return (decode(payload) if is_up else body.msg), 0
    compiled = compile_script(UPLINK if is_up else DOWNLINK, body.script, body.language)
    down = (body.msg, body.metadata, body.msg_type, body.integration_metadata)
    done = compiled.run(*((payload, body.metadata) if is_up else down), log=log)
    return done.output, done.elapsed_us


def _reading(item: Reading) -> ReadingView:
    return ReadingView(
        kind=item.kind,
        name=item.name,
        type=item.type,
        label=item.label,
        attributes=item.attributes,
        telemetry=[PointsView(ts=ts, values=values) for ts, values in item.telemetry],
    )


def _payload(item: Payload) -> PayloadView:
    body, encoding = text_or_base64(item.body)
    return PayloadView(
        body=body, encoding=encoding, content_type=item.content_type, status=item.status, headers=item.headers
    )


def text_or_base64(content: bytes) -> tuple[str, Literal["text", "base64"]]:
    """Bytes as a person reads them, and how."""
    try:
        return content.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(content).decode(), "base64"

"""Converter: a payload that travels as data becomes what devices say."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable
from functools import cached_property
from typing import Literal

from pydantic import Field

from engine.converter import Reading, readings
from engine.errors import MissingError
from engine.message import ASSET, DEVICE, POST_ATTRIBUTES, POST_TELEMETRY, Entity, Message
from engine.node import SUCCESS, Emit, Example, Key, Language, Node, UplinkScript, object_of
from engine.script import UPLINK, Script, compile_script
from engine.services import Services
from engine.values import Value, encode, name_of


class Converter(Node):
    """Runs an uplink converter inside a chain: a payload in the data becomes attributes and telemetry.

    The payload stands in the data under a key, as text, base64 or hexadecimal digits; without a key the data as a
    whole is the payload, as JSON text unless it is a text itself. The script gets its bytes and the metadata, and
    returns what an uplink converter of an integration returns: an object or a list of them, each with attributes
    and telemetry.

    Each object becomes new messages that name the original as their parent: one POST_ATTRIBUTES_REQUEST, and one
    POST_TELEMETRY_REQUEST for each time. They are about the originator of the original message, unless the object
    names another device by deviceName, which must exist. An empty object or list ends the message here.

    It fails when the payload is not there or not in the chosen form, when the script raises or returns anything
    else, and when a named device does not exist.
    """

    icon = "binary"
    title = "Converter"
    examples = (
        Example(
            "Two bytes of a sensor",
            {"data": {"payload": "AUo="}},
            [{"relation": SUCCESS, "type": POST_TELEMETRY, "data": {"temperature": 33.0}}],
            config={
                "encoding": "base64",
                "script": "return {'telemetry': {'temperature': read_int(payload, 0, 2) / 10}}",
            },
        ),
        Example(
            "Attributes first, then telemetry at its own time",
            {"data": {"payload": "fw=1.2;t=21"}, "metadata": {"deviceName": "T1"}},
            [
                {"relation": SUCCESS, "type": POST_ATTRIBUTES, "data": {"fw": "1.2"}},
                {
                    "relation": SUCCESS,
                    "type": POST_TELEMETRY,
                    "data": {"t": 21},
                    "metadata": {"deviceName": "Thermostat 1", "ts": "1700000000500"},
                },
            ],
            config={
                "script": "fw, t = text_decode(payload).split(';')\n"
                "return {'attributes': {'fw': fw[3:]}, "
                "'telemetry': {'ts': 1700000000500, 'values': {'t': int(t[2:])}}}"
            },
        ),
        Example(
            "The whole data is the payload",
            {"data": {"t": 21}},
            [{"relation": SUCCESS, "data": {"t": 21}}],
            config={"key": "", "script": "return {'telemetry': json_decode(payload)}"},
        ),
        Example("Nothing to say", {"data": {"payload": ""}}, [], config={"script": "return {}"}),
        Example(
            "A device that nobody knows",
            {"data": {"payload": "x"}},
            [{"relation": "Failure", "error": "device 'T9' does not exist"}],
            config={"script": "return {'deviceName': 'T9', 'telemetry': {'t': 1}}"},
        ),
        Example(
            "No payload",
            {"data": {"temperature": 33}},
            [{"relation": "Failure", "error": "there is no 'payload' in the data"}],
        ),
        Example(
            "Not base64",
            {"data": {"payload": "?"}},
            [{"relation": "Failure", "error": "'payload' is not base64"}],
            config={"encoding": "base64"},
        ),
        Example(
            "The script raises",
            {"data": {"payload": "no json"}},
            [{"relation": "Failure", "error": "line 1"}],
        ),
    )

    key: Key | Literal[""] = Field(
        "payload", title="Key", description="Where the payload stands in the data; empty: the whole data."
    )
    encoding: Literal["text", "base64", "hex"] = Field(
        "text",
        title="Encoding",
        description="How the payload is written: as text, as base64, or as hexadecimal digits.",
        json_schema_extra={
            "x-ui": {"widget": "select", "labels": {"text": "Text", "base64": "Base64", "hex": "Hexadecimal"}}
        },
    )
    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: UplinkScript = Field(
        "return {'telemetry': json_decode(payload)}",
        title="Script",
        description="The body of a function with payload (bytes) and metadata that returns attributes and telemetry.",
    )

    @cached_property
    def convert(self) -> Script:
        """The compiled script."""
        return compile_script(UPLINK, self.script, self.language)

    def process(self, message: Message, services: Services) -> list[Emit] | Awaitable[list[Emit]]:
        """The device messages in the payload; only another device has to be looked up."""
        origin = message.originator
        result = self.convert(self._payload(message), message.metadata)
        found = readings(_named(result, origin))
        if all(_is_about(reading, origin) for reading in found):
            return [emit for reading in found for emit in _emits(message, origin, reading)]
        return _resolved(message, found, services)

    def _payload(self, message: Message) -> bytes:
        if not self.key:
            data = message.data
            return _decoded(data, self.encoding, "the data") if isinstance(data, str) else encode(data)
        data = object_of(message)
        if self.key not in data:
            raise ValueError(f"there is no {self.key!r} in the data")
        return _decoded(data[self.key], self.encoding, repr(self.key))


def _decoded(text: Value, encoding: str, place: str) -> bytes:
    if not isinstance(text, str):
        raise ValueError(f"{place} must be a text, not {name_of(text)}")
    try:
        if encoding == "base64":
            return base64.b64decode(text, validate=True)
        return bytes.fromhex(text) if encoding == "hex" else text.encode()
    except (binascii.Error, ValueError):
        raise ValueError(f"{place} is not {encoding}") from None


def _named(result: Value, origin: Entity) -> Value:
    """What the script returned, with the originator's name wherever it names nobody."""
    if isinstance(result, list):
        return [_named(item, origin) for item in result]
    if not isinstance(result, dict) or not result or "deviceName" in result or "assetName" in result:
        return result
    return {**result, "assetName" if origin.kind == ASSET else "deviceName": origin.name}


def _is_about(reading: Reading, entity: Entity) -> bool:
    # The tenant is neither device nor asset; what a generator makes is about it.
    return reading.name == entity.name and (reading.kind == ASSET) == (entity.kind == ASSET)


async def _resolved(message: Message, found: list[Reading], services: Services) -> list[Emit]:
    emits: list[Emit] = []
    for reading in found:
        entity: Entity | None = message.originator
        if not _is_about(reading, message.originator):
            entity = await services.find_device(reading.name) if reading.kind == DEVICE else None
        if entity is None:
            raise MissingError(reading.kind.lower(), reading.name)
        emits += _emits(message, entity, reading)
    return emits


def _emits(message: Message, entity: Entity, reading: Reading) -> list[Emit]:
    """The messages of one object: attributes first, then telemetry in its order."""
    metadata = {**message.metadata, "deviceName": entity.name, "deviceType": entity.type}
    emits = []
    if reading.attributes:
        emits.append(_emit(message, entity, POST_ATTRIBUTES, reading.attributes, metadata, message.ts))
    for ts, values in reading.telemetry:
        at = message.ts if ts is None else ts
        if values:
            about = {**metadata, "ts": str(at)}
            emits.append(_emit(message, entity, POST_TELEMETRY, values, about, at))
    return emits


def _emit(
    message: Message, entity: Entity, type: str, data: Value, metadata: dict[str, str], ts: int
) -> Emit:
    made = message.derived(type, data, metadata)
    return Emit(SUCCESS, Message(made.id, type, entity, data, metadata, ts, made.parent))

"""Runs a converter: a payload into device messages, a message into a downlink's payload.

What a converter may return is what ThingsBoard's HTTP integration documents: one object or an array of them
on the way up; `{contentType, data, metadata}` on the way down.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import ValidationError, convert

from engine.errors import ConversionError, Problem, ScriptError
from engine.ids import now_ms
from engine.message import ASSET, DEVICE, Message
from engine.script import DOWNLINK, UPLINK, LimitReached, Script, compile_script
from engine.shapes import MAX_NAME, Usual
from engine.values import Value, decode, encode, name_of, text_of

_MAX_GOOD_KEYS: Final = 10_000
# 1 January 10000, in ms: beyond it a timestamp is a mistake, most often of the unit
MAX_TS: Final = 253_402_300_800_000


Points = tuple[int | None, dict[str, Value]]
"""Telemetry of one moment: epoch milliseconds (None for the time of arrival), and its values."""


class Reading:
    """What one object of an uplink says of one device or asset."""

    __slots__ = ("attributes", "kind", "label", "name", "telemetry", "type")

    def __init__(
        self,
        kind: str,
        name: str,
        type: str,
        label: str,
        attributes: dict[str, Value],
        telemetry: list[Points],
    ) -> None:
        self.kind = kind
        self.name = name
        self.type = type
        self.label = label
        self.attributes = attributes
        self.telemetry = telemetry


class Payload:
    """A downlink in the form in which it goes to the device; `status` 0 stands for the usual 200."""

    __slots__ = ("body", "content_type", "headers", "status")

    def __init__(self, body: bytes, content_type: str, status: int, headers: Mapping[str, str]) -> None:
        self.body = body
        self.content_type = content_type
        self.status = status
        self.headers = headers


class Converter:
    """One converter as it runs; without a script it passes JSON through, with an `error` nothing at all."""

    __slots__ = ("_run", "direction", "error", "events_until", "id", "name", "reads_metadata", "script")

    def __init__(self, id: str, name: str, direction: str, language: str, source: str) -> None:
        """ScriptError when the script does not compile."""
        self.id = id
        self.name = name
        self.direction = direction
        self.events_until = 0
        self.error = ""
        signature = UPLINK if direction == "uplink" else DOWNLINK
        self.script: Script | None = compile_script(signature, source, language) if source.strip() else None
        self._run: Callable[..., Value] = self._whole if self.script is None else self.script.bare
        # Whether anybody would miss the metadata of an uplink
        self.reads_metadata = self.script is not None and "metadata" in self.script.reads

    @property
    def looks(self) -> bool:
        """Whether In and Out are to be kept as events now."""
        return self.events_until != 0 and self.events_until > now_ms()

    def uplink(self, payload: bytes, metadata: Mapping[str, str]) -> Value:
        """What the script makes of a payload, unchecked; ConversionError with line and column."""
        try:
            return self._run(payload, metadata)
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self._failure(error)
        raise failure

    def _whole(self, payload: bytes, metadata: Mapping[str, str]) -> Value:
        if self.error:
            raise ConversionError(self.error)
        return decode(payload)

    def downlink(
        self, data: Value, metadata: Mapping[str, str], type: str, integration: Mapping[str, str]
    ) -> list[Payload]:
        """The payloads that a message becomes, often one; ConversionError with line and column."""
        if self.script is None:
            if self.error:
                raise ConversionError(self.error)
            return [Payload(encode(data), "application/json", 0, _NO_HEADERS)]
        try:
            result = self._run(data, metadata, type, integration)
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self._failure(error)
        else:
            return payloads(result)
        raise failure

    def _failure(self, error: BaseException) -> BaseException:
        if self.script is not None:
            return script_failed(self.script.failure(error), self.name)
        if isinstance(error, ValueError) and not isinstance(error, ConversionError):
            return ConversionError(f"the payload is not JSON: {error}")
        return error


def script_failed(error: ScriptError, name: str) -> ConversionError:
    """A script's error as the converter's, with the place in the user's text."""
    text = f"converter {name!r}: {error}" if name else str(error)
    return ConversionError(
        text, [Problem(error.message, code="script", line=error.line, column=error.column)]
    )


# ------------------------------------------------------------------ up


def readings(result: Value) -> list[Reading]:
    """The device messages in what an uplink converter returned; ConversionError with all that is wrong."""
    if type(result) is dict:
        return [_reading(result)] if result else []
    if result is None:
        return []
    if type(result) is not list:
        raise ConversionError(f"a converter returns an object or an array, not {name_of(result)}")
    found, problems = [], []
    for position, item in enumerate(result):
        try:
            found.append(_reading(item))
        except ConversionError as error:
            problems += [Problem(p.message, f"/{position}{p.place}", p.code) for p in error.problems]
    if problems:
        raise ConversionError(problems[0].message, problems)
    return found


def _reading(item: Value) -> Reading:
    try:
        usual = convert(item, Usual)
    except ValidationError:
        return _unusual(item)
    name, its_type, label = usual.device_name, usual.device_type, usual.device_label or usual.label
    if "\0" in name or "\0" in its_type or (label and "\0" in label):
        return _unusual(item)
    attributes, telemetry = usual.attributes, usual.telemetry
    given = key_values(attributes, "attributes") if attributes else {}
    moments: list[Points] = []
    if telemetry:
        if type(telemetry) is dict and "ts" not in telemetry:
            moments.append((None, key_values(telemetry, "telemetry")))
        else:
            moments = points(telemetry)
    return Reading(DEVICE, name, its_type, label, given, moments)


def _unusual(item: Value) -> Reading:
    """One entry of any form, or ConversionError for what is wrong with it."""
    if type(item) is not dict:
        raise ConversionError(f"each entry must be an object, not {name_of(item)}")
    if "assetName" in item:
        if "deviceName" in item:
            raise ConversionError("an entry names a device or an asset, not both")
        kind, word = ASSET, "asset"
    else:
        kind, word = DEVICE, "device"
    name: Value = item.get(f"{word}Name")
    its_type: Value = item.get(f"{word}Type", "default")
    label: Value = item.get(f"{word}Label") or item.get("label") or ""
    _check_names(word, name, its_type, label)
    attributes, telemetry = item.get("attributes"), item.get("telemetry")
    given = key_values(attributes, "attributes") if attributes else {}
    return Reading(kind, name, its_type, label, given, points(telemetry) if telemetry else [])


def _check_names(kind: str, name: Value, its_type: Value, label: Value) -> None:
    for place, value, least in (
        (f"{kind}Name", name, 1),
        (f"{kind}Type", its_type, 1),
        (f"{kind}Label", label, 0),
    ):
        if type(value) is not str or not least <= len(value) <= MAX_NAME or "\0" in value:
            raise _wrong(
                place, f"must be a text of {least} to {MAX_NAME} characters, none of them NUL", value
            )


def points(telemetry: Value) -> list[Points]:
    """Telemetry in any of its forms: `{k: v}`, `{ts, values}`, or an array of those."""
    if type(telemetry) is dict:
        return [_point(telemetry)]
    if type(telemetry) is list:
        return [_point(item) for item in telemetry]
    raise _wrong("telemetry", "must be an object or an array", telemetry)


def _point(item: Value) -> Points:
    if type(item) is not dict:
        raise _wrong("telemetry", "must hold objects", item)
    if "ts" in item and "values" in item:
        return timestamp(item["ts"]), key_values(item["values"], "telemetry")
    return None, key_values(item, "telemetry")


def moments(message: Message, now: int | None) -> list[tuple[int, dict[str, Value]]]:
    """The telemetry of a message with its times: `now` if given, else its own, of its metadata or of the message.

    Without nulls, and without moments of which nothing is left.
    """
    data, at = message.data, message.ts
    if now is not None:
        at = now
    elif given := message.metadata.get("ts"):
        # An integration puts the message's own time there
        at = at if given == str(at) else timestamp(given)
    if type(data) is dict and "values" not in data and None not in data.values():
        # The usual form, as an integration sends it: nothing to take apart
        return [(at, data)] if data else []
    return [(at if ts is None or now is not None else ts, values) for ts, values in points(data) if values]


def timestamp(ts: Value) -> int:
    """Epoch milliseconds, also when they come as text; ConversionError for anything else."""
    if type(ts) is str:
        if ts.isdecimal() and ts.isascii() and len(ts) <= 15:
            ts = int(ts)
    elif type(ts) is float and math.isfinite(ts) and ts == int(ts):
        ts = int(ts)
    if type(ts) is int and 0 <= ts < MAX_TS:
        number: int = ts
        return number
    raise _wrong("ts", "must be epoch milliseconds", ts)


def key_values(values: Value, place: str) -> dict[str, Value]:
    """Attributes or the values of one moment without nulls; `values` itself when there are none."""
    if type(values) is not dict:
        raise _wrong(place, "must be an object", values)
    given: dict[str, Value] = values
    has_nulls = False
    for key, value in given.items():
        if value is None:
            has_nulls = True
        if key not in _good_keys:
            _look_at_keys(given, place)
    return {key: value for key, value in given.items() if value is not None} if has_nulls else given


_good_keys: Final[set[str]] = set()  # devices send the same few over and over


def _look_at_keys(values: dict[str, Value], place: str) -> None:
    for key in values:
        if not 0 < len(key) <= MAX_NAME or "\0" in key:
            raise ConversionError(f"a key of {place} must have 1 to {MAX_NAME} characters, none of them NUL")
    if len(_good_keys) > _MAX_GOOD_KEYS:
        _good_keys.clear()
    _good_keys.update(values)


def _wrong(place: str, rule: str, value: Value) -> ConversionError:
    text = f"{place} {rule}, it is {name_of(value)}"
    return ConversionError(text, [Problem(text, f"/{place}", "converter-result")])


# ------------------------------------------------------------------ down

CONTENT_TYPES: Final = {
    "JSON": "application/json",
    "TEXT": "text/plain; charset=utf-8",
    "BINARY": "application/octet-stream",
}
_NO_HEADERS: Final[Mapping[str, str]] = {}
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# The connection belongs to the server, not to a script.
_REFUSED_HEADERS: Final = frozenset(
    ("content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "date")
)


def payloads(result: Value) -> list[Payload]:
    """The downlinks in what a downlink converter returned; none for null, `{}` and `[]`."""
    if not result:
        return []
    return [_payload(item) for item in result] if type(result) is list else [_payload(result)]


def _payload(item: Value) -> Payload:
    if type(item) is not dict or "data" not in item:
        raise ConversionError("a downlink converter returns {contentType, data, metadata}")
    data, name, metadata = item["data"], item.get("contentType", "JSON"), item.get("metadata")
    content_type = CONTENT_TYPES.get(name) if type(name) is str else None
    if content_type is None:
        raise _wrong("contentType", "must be JSON, TEXT or BINARY", name)
    body = data.encode() if type(data) is str and name != "BINARY" else _body(name, data)
    if not metadata:
        return Payload(body, content_type, 0, _NO_HEADERS)
    if type(metadata) is not dict:
        raise _wrong("metadata", "must be an object", metadata)
    headers = _headers(metadata)
    for header in [header for header in headers if header.lower() == "content-type"]:
        content_type = headers.pop(header)
    return Payload(body, content_type, _status(metadata.get("status")), headers)


def _body(content_type: str, data: Value) -> bytes:
    if content_type == "BINARY":
        try:
            return base64.b64decode(data, validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise ConversionError("the data of a BINARY downlink must be base64 text") from None
    if type(data) is str:
        text: str = data
        return text.encode()
    if content_type == "JSON":
        return encode(data)
    raise _wrong("data", "must be text", data)


def _status(status: Value) -> int:
    if status is None:
        return 0
    number = int(status) if type(status) is str and status.isascii() and status.isdigit() else status
    if type(number) is not int or not 200 <= number <= 599 or number in (204, 205, 304):
        raise ConversionError("metadata.status must be an HTTP status of 200 to 599 that may carry a body")
    return int(number)


def _headers(metadata: dict[str, Value]) -> dict[str, str]:
    headers = {}
    for key, value in metadata.items():
        if not key.startswith("Header:") or value is None:
            continue
        name, text = key[7:], text_of(value)
        if not _TOKEN.fullmatch(name) or name.lower() in _REFUSED_HEADERS:
            raise ConversionError(f"metadata {key!r} is not a header that a converter may set")
        if not text.isascii() or not text.isprintable():
            raise ConversionError(f"metadata {key!r} must be printable ASCII")
        headers[name] = text
    return headers

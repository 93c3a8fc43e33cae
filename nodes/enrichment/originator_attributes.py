"""Originator attributes: adds attributes and latest telemetry of the originator."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from functools import cached_property
from typing import Any, Final

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Key, Node, Part, Scope
from engine.parts import THINGSBOARD_PARTS, extended
from engine.services import Attributes, Services, Stamped
from engine.template import Template
from engine.values import Value

# scope -> what its keys are called in the message
_PREFIXES: Final[dict[Scope, str]] = {"client": "cs_", "shared": "shared_", "server": "ss_"}
_KEYS: dict[str, Any] = {"x-ui": {"widget": "keys", "templates": True}}


class OriginatorAttributes(Node):
    """Adds attributes and latest telemetry of the originator to a message.

    Client attributes arrive under the prefix cs_, shared ones under shared_, server ones under ss_, and telemetry
    under its own name. They go into the metadata, where everything is text, or into the data. Values of the same
    name are replaced; the rest of the message stays as it is.

    A listed key may be made from the message: ${deviceType}_limit reads the type from the metadata, and
    $[sensor.name] reads the data.

    It fails when one of the listed keys has no value, unless that is allowed, and when values should go into data
    that is not an object.
    """

    icon = "tags"
    thingsboard = "org.thingsboard.rule.engine.metadata.TbGetAttributesNode"
    examples = (
        Example(
            "A shared attribute into the metadata",
            {"data": {"temperature": 33}},
            [{"relation": SUCCESS, "data": {"temperature": 33}, "metadata": {"shared_firmware": "1.2"}}],
            config={"sharedAttributes": ["firmware"]},
            given={"attributes": {"shared": {"firmware": "1.2"}}},
        ),
        Example(
            "All kinds into the data",
            {"data": {"temperature": 33}},
            [
                {
                    "relation": SUCCESS,
                    "data": {"temperature": 33, "cs_model": "T1", "ss_limit": 40, "humidity": 55.5},
                }
            ],
            config={
                "clientAttributes": ["model"],
                "serverAttributes": ["limit"],
                "latestTelemetry": ["humidity"],
                "fetchTo": "data",
            },
            given={
                "attributes": {"client": {"model": "T1"}, "server": {"limit": 40}},
                "telemetry": {"humidity": [[1000, 50], [2000, 55.5]]},
            },
        ),
        Example(
            "Telemetry with its time",
            {"data": {}},
            [{"relation": SUCCESS, "metadata": {"humidity": '{"ts":2000,"value":55.5}'}}],
            config={"latestTelemetry": ["humidity"], "withTs": True},
            given={"telemetry": {"humidity": [[2000, 55.5]]}},
        ),
        Example(
            "The key comes from the metadata",
            {"metadata": {"deviceType": "thermostat"}},
            [{"relation": SUCCESS, "metadata": {"ss_thermostat_limit": "40"}}],
            config={"serverAttributes": ["${deviceType}_limit"]},
            given={"attributes": {"server": {"thermostat_limit": 40}}},
        ),
        Example(
            "No such attribute, and that is fine",
            {"metadata": {"deviceName": "T1"}},
            [{"relation": SUCCESS, "metadata": {"deviceName": "T1", "shared_firmware": None}}],
            config={"sharedAttributes": ["firmware"], "failIfAbsent": False},
        ),
        Example(
            "No such attribute",
            {"data": {}},
            [{"relation": "Failure", "error": "Thermostat 1 has no shared_firmware, humidity"}],
            config={"sharedAttributes": ["firmware"], "latestTelemetry": ["humidity"]},
        ),
    )

    client_attributes: tuple[Key, ...] = Field(
        (),
        title="Client attributes",
        description="Keys of attributes that the device has sent.",
        json_schema_extra=_KEYS,
    )
    shared_attributes: tuple[Key, ...] = Field(
        (),
        title="Shared attributes",
        description="Keys of attributes that are set here and seen by the device.",
        json_schema_extra=_KEYS,
    )
    server_attributes: tuple[Key, ...] = Field(
        (),
        title="Server attributes",
        description="Keys of attributes that the device does not see.",
        json_schema_extra=_KEYS,
    )
    latest_telemetry: tuple[Key, ...] = Field(
        (),
        title="Latest telemetry",
        description="Keys of time series whose newest value is added.",
        json_schema_extra=_KEYS,
    )
    fetch_to: Part = Field(
        "metadata", title="Add to", description="The part of the message that gets the values."
    )
    fail_if_absent: bool = Field(
        True, title="Fail when absent", description="Whether a key without a value makes the message fail."
    )
    with_ts: bool = Field(
        False,
        title="Telemetry with time",
        description="Add telemetry as an object with ts (epoch milliseconds) and value.",
    )

    @cached_property
    def attribute_templates(self) -> list[tuple[Scope, Template]]:
        """The attribute keys with their scopes."""
        keys: dict[Scope, tuple[Key, ...]] = {
            "client": self.client_attributes,
            "shared": self.shared_attributes,
            "server": self.server_attributes,
        }
        return [(scope, Template(key)) for scope in keys for key in keys[scope]]

    @cached_property
    def telemetry_templates(self) -> list[Template]:
        """The telemetry keys."""
        return [Template(key) for key in self.latest_telemetry]

    def process(self, message: Message, services: Services) -> Emit | Awaitable[Emit]:
        """At once when memory has all that is asked for."""
        attributes = services.attributes.cached(message.originator)
        if attributes is None or self.telemetry_templates:
            return self._read(message, services)
        return self._add(message, attributes, {})

    async def _read(self, message: Message, services: Services) -> Emit:
        attributes: Attributes = {}
        if self.attribute_templates:
            attributes = await services.attributes.load(message.originator)
        keys = [template.fill(message) for template in self.telemetry_templates]
        latest = await services.telemetry.latest(message.originator, keys) if keys else {}
        return self._add(message, attributes, {key: latest.get(key) for key in keys})

    def _add(self, message: Message, attributes: Attributes, latest: Mapping[str, Stamped | None]) -> Emit:
        found: dict[str, Value] = {}
        absent = []
        for name, point, value in [*self._attributes(message, attributes), *self._telemetry(latest)]:
            if point is None:
                absent.append(name)
            else:
                found[name] = value
        if absent and self.fail_if_absent:
            raise ValueError(f"{message.originator.name} has no {', '.join(absent)}")
        return Emit(SUCCESS, extended(message, self.fetch_to, found))

    def _attributes(self, message: Message, stored: Attributes) -> list[tuple[str, Stamped | None, Value]]:
        rows: list[tuple[str, Stamped | None, Value]] = []
        for scope, template in self.attribute_templates:
            key = template.fill(message)
            point = stored.get(scope, {}).get(key)
            rows.append((_PREFIXES[scope] + key, point, point and point.value))
        return rows

    def _telemetry(self, latest: Mapping[str, Stamped | None]) -> list[tuple[str, Stamped | None, Value]]:
        return [(key, point, point and self._value(point)) for key, point in latest.items()]

    def _value(self, point: Stamped) -> Value:
        return {"ts": point.ts, "value": point.value} if self.with_ts else point.value

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The lists of keys and where they go."""
        return {
            "clientAttributes": config.get("clientAttributeNames") or [],
            "sharedAttributes": config.get("sharedAttributeNames") or [],
            "serverAttributes": config.get("serverAttributeNames") or [],
            "latestTelemetry": config.get("latestTsKeyNames") or [],
            "fetchTo": THINGSBOARD_PARTS[config.get("fetchTo", "METADATA")],
            "failIfAbsent": config.get("tellFailureIfAbsent", True),
            "withTs": config.get("getLatestValueWithTs", False),
        }

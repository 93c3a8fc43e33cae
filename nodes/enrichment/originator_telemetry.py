"""Originator telemetry: adds values from a range of time."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Literal

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Key, Node
from engine.parts import extended
from engine.services import Services, Stamped
from engine.template import Template
from engine.values import Value

_DURATION: dict[str, Any] = {"x-ui": {"widget": "duration", "unit": "s"}}
_ONLY_ALL: dict[str, Any] = {"x-ui": {"showIf": {"fetch": "all"}}}
_SECONDS: Final = {"MILLISECONDS": 0.001, "SECONDS": 1, "MINUTES": 60, "HOURS": 3600, "DAYS": 86400}


class OriginatorTelemetry(Node):
    """Adds telemetry of the originator from a range of time to the metadata.

    The range is given by how long ago it starts and ends, or by texts that give each end in epoch milliseconds
    and may be made from the message, such as ${startTs} or $[from]. A value at the start belongs to the range, a
    value at the end does not.

    First and Last put the oldest or the newest value of each key into the metadata under its own name. All puts a
    JSON array of objects with ts and value there, or, with an aggregation, one such object for the whole range.
    Keys without a value in the range are left out. The data of the message is not changed.

    It fails when an end of the range is not a number, and when the range ends before it starts.
    """

    icon = "history"
    thingsboard = "org.thingsboard.rule.engine.metadata.TbGetTelemetryNode"
    examples = (
        Example(
            "The oldest of the last hour",
            {"data": {}},
            [{"relation": SUCCESS, "metadata": {"temperature": "20"}}],
            config={"keys": ["temperature"], "startAgoSeconds": 3600, "endAgoSeconds": 0},
            given={"now": 4_000_000, "telemetry": {"temperature": [[1, 5], [400_000, 20], [500_000, 21.5]]}},
        ),
        Example(
            "The newest",
            {"data": {}},
            [{"relation": SUCCESS, "metadata": {"temperature": "21.5", "humidity": None}}],
            config={
                "keys": ["temperature", "humidity"],
                "fetch": "last",
                "startAgoSeconds": 3600,
                "endAgoSeconds": 0,
            },
            given={"now": 4_000_000, "telemetry": {"temperature": [[400_000, 20], [500_000, 21.5]]}},
        ),
        Example(
            "All in a range from the metadata",
            {"metadata": {"from": "1000", "to": "3000"}},
            [{"relation": SUCCESS, "metadata": {"t": '[{"ts":2000,"value":2},{"ts":1000,"value":1}]'}}],
            config={
                "keys": ["t"],
                "fetch": "all",
                "order": "DESC",
                "startPattern": "${from}",
                "endPattern": "${to}",
            },
            given={"telemetry": {"t": [[1000, 1], [2000, 2], [3000, 3]]}},
        ),
        Example(
            "An average",
            {"data": {"from": 0}},
            [{"relation": SUCCESS, "metadata": {"t": '[{"ts":0,"value":2.0}]'}}],
            config={
                "keys": ["t"],
                "fetch": "all",
                "aggregation": "AVG",
                "startPattern": "$[from]",
                "endPattern": "4000",
            },
            given={"telemetry": {"t": [[1000, 1], [2000, 2], [3000, 3]]}},
        ),
        Example(
            "The range is not a number",
            {"data": {}},
            [
                {
                    "relation": "Failure",
                    "error": "the start of the range must be epoch milliseconds, it is '${from}'",
                }
            ],
            config={"keys": ["t"], "startPattern": "${from}"},
        ),
        Example(
            "The range ends before it starts",
            {"data": {}},
            [{"relation": "Failure", "error": "ends before it starts"}],
            config={"keys": ["t"], "startAgoSeconds": 60, "endAgoSeconds": 120},
        ),
    )

    keys: tuple[Key, ...] = Field(
        (),
        title="Keys",
        description="Keys of the time series; they may be made from the message, as in ${sensor}_raw.",
        json_schema_extra={"x-ui": {"widget": "keys", "templates": True}},
    )
    fetch: Literal["first", "last", "all"] = Field(
        "first",
        title="Fetch",
        description="The oldest value in the range, the newest one, or all of them.",
        json_schema_extra={
            "x-ui": {"widget": "select", "labels": {"first": "First", "last": "Last", "all": "All"}}
        },
    )
    start_ago_seconds: float = Field(
        120,
        ge=0,
        le=3.2e9,
        title="Starts ago",
        description="How long ago the range starts.",
        json_schema_extra=_DURATION,
    )
    end_ago_seconds: float = Field(
        60,
        ge=0,
        le=3.2e9,
        title="Ends ago",
        description="How long ago the range ends.",
        json_schema_extra=_DURATION,
    )
    start_pattern: str = Field(
        "",
        max_length=255,
        title="Start from the message",
        description="A text that gives the start in epoch milliseconds, such as ${startTs}; used instead of Starts ago.",
    )
    end_pattern: str = Field(
        "",
        max_length=255,
        title="End from the message",
        description="A text that gives the end in epoch milliseconds, such as ${endTs}; used instead of Ends ago.",
    )
    order: Literal["ASC", "DESC"] = Field(
        "ASC",
        title="Order",
        description="Oldest first (ASC) or newest first (DESC); for All.",
        json_schema_extra=_ONLY_ALL,
    )
    aggregation: Literal["NONE", "MIN", "MAX", "AVG", "SUM", "COUNT"] = Field(
        "NONE",
        title="Aggregation",
        description="One value computed over the whole range instead of the values themselves; for All.",
        json_schema_extra=_ONLY_ALL,
    )
    limit: int = Field(
        1000,
        ge=2,
        le=1000,
        title="Limit",
        description="The most values of each key that are read; for All.",
        json_schema_extra=_ONLY_ALL,
    )

    @cached_property
    def key_templates(self) -> list[Template]:
        """The keys."""
        return [Template(key) for key in self.keys]

    @cached_property
    def bounds(self) -> tuple[Template, Template]:
        """The start and the end when they come from the message."""
        return Template(self.start_pattern), Template(self.end_pattern)

    async def process(self, message: Message, services: Services) -> Emit:
        """The message with the values in its metadata."""
        start, end = self._range(message, services.now())
        everything = self.fetch == "all"
        found = await services.telemetry.query(
            message.originator,
            [template.fill(message) for template in self.key_templates],
            start,
            end,
            aggregation=self.aggregation if everything else "NONE",
            step=end - start if everything else 0,
            limit=self.limit if everything else 1,
            descending=self.fetch == "last" or (everything and self.order == "DESC"),
        )
        values = {
            key: _all(points) if everything else points[0].value for key, points in found.items() if points
        }
        return Emit(SUCCESS, extended(message, "metadata", values))

    def _range(self, message: Message, now: int) -> tuple[int, int]:
        start_text, end_text = (template.fill(message) for template in self.bounds)
        start = _instant("start", start_text) if start_text else now - round(self.start_ago_seconds * 1000)
        end = _instant("end", end_text) if end_text else now - round(self.end_ago_seconds * 1000)
        if end <= start:
            raise ValueError(f"the range ends before it starts: {start} to {end}")
        return start, end

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The same range; patterns only when they are switched on."""
        patterns = config.get("useMetadataIntervalPatterns", False)
        return {
            "keys": config.get("latestTsKeyNames") or [],
            "fetch": config.get("fetchMode", "FIRST").lower(),
            "startAgoSeconds": _ago(config, "startInterval", 2),
            "endAgoSeconds": _ago(config, "endInterval", 1),
            "startPattern": (config.get("startIntervalPattern") or "") if patterns else "",
            "endPattern": (config.get("endIntervalPattern") or "") if patterns else "",
            "order": config.get("orderBy") or "ASC",
            "aggregation": config.get("aggregation") or "NONE",
            "limit": config.get("limit", 1000),
        }


def _all(points: list[Stamped]) -> Value:
    return [{"ts": point.ts, "value": point.value} for point in points]


def _instant(end: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError(f"the {end} of the range must be epoch milliseconds, it is {text!r}")
    return int(text)


def _ago(config: dict[str, Any], name: str, default: int) -> float:
    return float(config.get(name, default) * _SECONDS[config.get(f"{name}TimeUnit", "MINUTES")])

"""An integration as it is written and shown."""

from __future__ import annotations

import shlex
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from engine.integration import DEFAULT_DEADLINE_MS, DEFAULT_TTL_MS, Integration
from engine.limits import RateLimit
from engine.store import papers
from web.api.endpoints import doors
from web.api.shapes import EpochMs, Id, Name, Shape, Text, Written
from web.endpoint import PREFIX
from web.house import House

HIDDEN = "***"
SAMPLE = '{"deviceName":"Thermostat 1","deviceType":"thermostat","telemetry":{"temperature":21.5}}'


def _header_value(value: str) -> str:
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError("must be printable ASCII")
    return value


def _rate(rule: str) -> str:
    if rule:
        RateLimit("", rule)
    return rule


def _ui(**hints: object) -> JsonDict:
    """Hints for the form, in the place where forms look for them."""
    return {"x-ui": hints}  # type: ignore[dict-item]


HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")]
HeaderValue = Annotated[str, Field(max_length=4096), AfterValidator(_header_value)]
RoutingKey = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,128}$", description="The last part of the URL")]
Rate = Annotated[
    str, Field(max_length=200, description="`capacity:seconds,...`, such as 50:1"), AfterValidator(_rate)
]
DeadlineMs = Annotated[int, Field(ge=100, le=300_000, description="Longest wait of a device for its answer")]
TtlMs = Annotated[int, Field(ge=1000, le=366 * 86_400_000, description="How long a downlink waits")]
MetadataKey = Annotated[Text, Field(min_length=1, max_length=255)]
DownlinkMode = Literal["latest", "fifo"]


class Security(Shape):
    """What a request must carry: headers with these values."""

    headers: dict[HeaderName, HeaderValue] = {}


class IntegrationOptions(Shape):
    """What is kept together in the stored document."""

    replace_no_content_to_ok: bool
    deadline_ms: int
    downlink_mode: DownlinkMode
    all_downlinks: bool
    downlink_ttl_ms: int
    atomic: bool
    rate_limit: str
    device_rate_limit: str


class HttpOptions(Shape):
    """What a person may set of an HTTP integration beyond its links and its security."""

    replace_no_content_to_ok: bool = Field(
        False, title="Answer 200 OK instead of 204", description="For devices that take 204 for a failure"
    )
    downlink_mode: DownlinkMode = Field(
        "latest",
        title="Downlinks that wait",
        description="The latest replaces those before it, or all wait in their order",
        json_schema_extra=_ui(labels={"latest": "Keep the latest", "fifo": "Keep all"}),
    )
    all_downlinks: bool = Field(
        False, title="All downlinks at once", description="Answer with all waiting downlinks, as a JSON array"
    )
    downlink_ttl_ms: TtlMs = Field(
        DEFAULT_TTL_MS, title="A downlink waits", json_schema_extra=_ui(widget="duration", unit="ms")
    )
    deadline_ms: DeadlineMs = Field(
        DEFAULT_DEADLINE_MS, title="A device waits", json_schema_extra=_ui(widget="duration", unit="ms")
    )
    atomic: bool = Field(False, title="All or nothing", description="An unknown device ends the whole uplink")
    rate_limit: Rate = Field("", title="Rate limit")
    device_rate_limit: Rate = Field("", title="Rate limit of each device")
    metadata: dict[MetadataKey, Text] = Field(
        {},
        title="Metadata",
        description="Given to the converters with every message",
        json_schema_extra=_ui(widget="map"),
    )


class IntegrationBody(HttpOptions, Written):
    """An integration as it is written. Without an uplink converter it takes device messages as JSON."""

    shown_only = frozenset(
        ("id", "version", "createdTs", "updatedTs", "endpointUrl", "dataEndpointUrl", "curl", "debugUntil")
    ) | frozenset(
        ("uplinks", "failures", "downlinks", "uplinksPerMinute", "failuresPerMinute", "downlinksPerMinute")
    )

    name: Name
    type: Literal["http"] = "http"
    enabled: bool = True
    routing_key: RoutingKey | None = None
    allow_create_devices_or_assets: bool = True
    uplink_converter_id: Id | None = None
    downlink_converter_id: Id | None = None
    rule_chain_id: Id | None = Field(None, description="The chain it feeds; the root chain by default")
    security: Security = Security()

    @property
    def options(self) -> IntegrationOptions:
        """The part that is kept as one value."""
        return IntegrationOptions(**{name: getattr(self, name) for name in IntegrationOptions.model_fields})


class IntegrationStatus(Shape):
    """What went through an integration: since the server started, and in the last minute."""

    enabled: bool
    uplinks: int = Field(description="Requests since the server started")
    failures: int
    downlinks: int
    uplinks_per_minute: int
    failures_per_minute: int
    downlinks_per_minute: int


class IntegrationView(IntegrationOptions, IntegrationStatus):
    """An integration as it stands, with the URL for its devices; header values are hidden."""

    id: str
    name: str
    type: Literal["http"]
    routing_key: str
    endpoint_url: str
    data_endpoint_url: str = Field(description="The same at the data listener; empty without one")
    curl: str = Field(description="A command line that sends a first message")
    allow_create_devices_or_assets: bool
    uplink_converter_id: str | None
    downlink_converter_id: str | None
    rule_chain_id: str | None
    security: Security
    metadata: dict[str, str]
    version: int
    created_ts: EpochMs
    updated_ts: EpochMs
    debug_until: EpochMs = Field(description="Until when In and Out are kept as events; 0: not")


class IntegrationList(Shape):
    """Integrations, page by page."""

    items: list[IntegrationView]
    next: str | None


class Named(Shape):
    """Something by its name."""

    id: str
    name: str


class UsageView(Shape):
    """Who would miss an integration."""

    rule_chains: list[Named]


class IntegrationType(Shape):
    """A kind of integration; `schema` is the JSON schema of what a person may set beyond links and security."""

    type: Literal["http"]
    name: str
    icon: str
    description: str
    endpoint_base: str = Field(description="What stands before the routing key in the URL for devices")
    data_endpoint_base: str = Field(description="The same at the data listener; empty without one")
    json_schema: dict[str, Any] = Field(alias="schema")


class IntegrationTypeList(Shape):
    """All kinds of integrations."""

    items: list[IntegrationType]
    next: None = None


def http_type(house: House) -> IntegrationType:
    """The kind that there is."""
    main, data = doors(house.settings)
    return IntegrationType(
        type="http",
        name="HTTP",
        icon="webhook",
        description="Devices send messages to a URL; the answer carries what waits for them.",
        endpoint_base=f"{main}{PREFIX}",
        data_endpoint_base=f"{data}{PREFIX}" if data else "",
        json_schema=HttpOptions.model_json_schema(),
    )


# Before it runs for the first time.
NOTHING = {name: 0 for name in IntegrationStatus.model_fields if name != "enabled"}


def status(house: House, running: Integration) -> IntegrationStatus:
    """The counters of an integration for an answer."""
    lately = house.tides.last_minute(running)
    return IntegrationStatus(
        enabled=running.enabled,
        uplinks=running.uplinks,
        failures=running.failures,
        downlinks=running.downlinks,
        uplinks_per_minute=lately.uplinks,
        failures_per_minute=lately.failures,
        downlinks_per_minute=lately.downlinks,
    )


def view(row: papers.Integration, house: House) -> IntegrationView:
    """An integration for an answer."""
    main, data = doors(house.settings)
    path = f"{PREFIX}{row.routing_key}"
    url = f"{main}{path}"
    running = house.directory.by_id.get(row.id)
    counters = status(house, running).model_dump(exclude={"enabled"}) if running else NOTHING
    headers = (row.security or {}).get("headers", {})
    return IntegrationView(
        **_options(row.options or {}),
        id=row.id,
        name=row.name,
        type="http",
        enabled=row.enabled,
        routing_key=row.routing_key,
        endpoint_url=url,
        data_endpoint_url=f"{data}{path}" if data else "",
        curl=curl(url, headers),
        allow_create_devices_or_assets=row.allow_create,
        uplink_converter_id=row.uplink_converter_id,
        downlink_converter_id=row.downlink_converter_id,
        rule_chain_id=row.rule_chain_id,
        security=Security.model_construct(headers=dict.fromkeys(headers, HIDDEN)),
        metadata=row.metadata_ or {},
        version=row.version,
        created_ts=row.created_ts,
        updated_ts=row.updated_ts,
        debug_until=int((row.debug or {}).get("allUntil", 0)),
        **counters,
    )


def _options(stored: dict[str, object]) -> dict[str, object]:
    """The stored options over the defaults, by field name."""
    body = IntegrationBody(name="defaults")
    known = IntegrationOptions.model_fields
    return {n: stored.get(field.alias or n, getattr(body, n)) for n, field in known.items()}


def curl(url: str, headers: dict[str, str]) -> str:
    """A command that sends a first message; secrets are for the reader to fill in."""
    parts = ["curl", "-i", "-X", "POST", url, "-H", "Content-Type: application/json"]
    for name in headers:
        parts += ["-H", f"{name}: {HIDDEN}"]
    return shlex.join([*parts, "-d", SAMPLE])

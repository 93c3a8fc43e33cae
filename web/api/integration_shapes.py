"""An integration as it is written and shown."""

from __future__ import annotations

import shlex
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from engine.integration import DEFAULT_DEADLINE_MS, DEFAULT_TTL_MS, Integration
from engine.limits import RateLimit
from engine.store import papers
from web.api.shapes import EpochMs, Id, Name, Shape, Text, Written
from web.endpoint import PREFIX

HIDDEN = "***"
COUNTERS = ("uplinks", "failures", "downlinks")
SAMPLE = '{"deviceName":"Thermostat 1","deviceType":"thermostat","telemetry":{"temperature":21.5}}'


def _header_value(value: str) -> str:
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError("must be printable ASCII")
    return value


def _rate(rule: str) -> str:
    if rule:
        RateLimit("", rule)
    return rule


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


class IntegrationBody(Written):
    """An integration as it is written. Without an uplink converter it takes device messages as JSON."""

    shown_only = frozenset(
        ("id", "version", "createdTs", "updatedTs", "endpointUrl", "curl", "debugUntil", *COUNTERS)
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
    metadata: dict[MetadataKey, Text] = Field({}, description="Given to the converters with every message")
    replace_no_content_to_ok: bool = False
    deadline_ms: DeadlineMs = DEFAULT_DEADLINE_MS
    downlink_mode: DownlinkMode = "latest"
    all_downlinks: bool = Field(False, description="Answer with all waiting downlinks, as a JSON array")
    downlink_ttl_ms: TtlMs = DEFAULT_TTL_MS
    atomic: bool = Field(False, description="An unknown device ends the whole uplink")
    rate_limit: Rate = ""
    device_rate_limit: Rate = ""

    @property
    def options(self) -> IntegrationOptions:
        """The part that is kept as one value."""
        return IntegrationOptions(**{name: getattr(self, name) for name in IntegrationOptions.model_fields})


class IntegrationView(IntegrationOptions):
    """An integration as it stands, with the URL for its devices; header values are hidden."""

    id: str
    name: str
    type: Literal["http"]
    enabled: bool
    routing_key: str
    endpoint_url: str
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
    uplinks: int = Field(description="Requests since the server started")
    failures: int
    downlinks: int


class IntegrationList(Shape):
    """Integrations, page by page."""

    items: list[IntegrationView]
    next: str | None


def view(row: papers.Integration, public_url: str, running: Integration | None) -> IntegrationView:
    """An integration for an answer."""
    url = f"{public_url}{PREFIX}{row.routing_key}"
    headers = (row.security or {}).get("headers", {})
    return IntegrationView(
        **_options(row.options or {}),
        id=row.id,
        name=row.name,
        type="http",
        enabled=row.enabled,
        routing_key=row.routing_key,
        endpoint_url=url,
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
        uplinks=running.uplinks if running else 0,
        failures=running.failures if running else 0,
        downlinks=running.downlinks if running else 0,
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

"""Integrations as they run: doors for devices, found by their routing keys."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence

from engine.converter import Converter
from engine.ids import now_ms
from engine.limits import RateLimit

DEFAULT_DEADLINE_MS = 10_000
DEFAULT_TTL_MS = 24 * 60 * 60 * 1000
PASS_UP = Converter("", "", "uplink", "python", "")
PASS_DOWN = Converter("", "", "downlink", "python", "")


class Integration:
    """One door with everything an exchange needs, made anew whenever its document or a converter changes."""

    def __init__(
        self,
        id: str,
        tenant: str,
        name: str,
        routing_key: str,
        *,
        enabled: bool = True,
        allow_create: bool = True,
        uplink: Converter = PASS_UP,
        downlink: Converter = PASS_DOWN,
        chain: str | None = None,
        replace_no_content: bool = False,
        headers: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
        deadline_ms: int = DEFAULT_DEADLINE_MS,
        downlink_mode: str = "latest",
        all_downlinks: bool = False,
        downlink_ttl_ms: int = DEFAULT_TTL_MS,
        atomic: bool = False,
        rate: str = "",
        device_rate: str = "",
        debug_until: int = 0,
        keep_failures: bool = True,
    ) -> None:
        self.id = id
        self.tenant = tenant
        self.name = name
        self.routing_key = routing_key
        self.enabled = enabled
        self.allow_create = allow_create
        self.uplink = uplink
        self.downlink = downlink
        self.chain = chain
        self.replace_no_content = replace_no_content
        self.security = [
            (key.strip().lower(), value.strip().encode()) for key, value in (headers or {}).items()
        ]
        # For every uplink the same beginning of its metadata.
        self.metadata: dict[str, str] = {**(metadata or {}), "integrationName": name}
        self.downlink_metadata = self.metadata
        self.deadline_s = deadline_ms / 1000
        self.downlink_mode = downlink_mode
        self.all_downlinks = all_downlinks
        self.downlink_ttl_ms = downlink_ttl_ms
        self.atomic = atomic
        self.rate = RateLimit("integration", rate) if rate else None
        self.device_rate = RateLimit("device", device_rate) if device_rate else None
        self.debug_until = debug_until
        self.keep_failures = keep_failures
        # What most exchanges need not look at any closer.
        self.is_guarded = not enabled or bool(self.security) or self.rate is not None or bool(uplink.error)
        self.is_debugged = bool(debug_until or uplink.events_until or downlink.events_until)
        self.uplinks = 0
        self.failures = 0
        self.downlinks = 0

    @property
    def looks(self) -> bool:
        """Whether In and Out are to be kept as events now."""
        return self.debug_until != 0 and self.debug_until > now_ms()

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether the request carries the headers that the integration asks for, compared in constant time.

        `headers` has lower-case names. All are compared even when the first one differs.
        """
        admitted = True
        for name, expected in self.security:
            admitted &= hmac.compare_digest(headers.get(name, "").strip().encode(), expected)
        return admitted

    def lacking(self, headers: Mapping[str, str]) -> list[str]:
        """The names of the headers that keep a request out: absent, or with another value."""
        return [
            name for name, expected in self.security if headers.get(name, "").strip().encode() != expected
        ]


class Directory:
    """The integrations of a tenant, replaced as a whole when one changes."""

    def __init__(self) -> None:
        self.by_key: dict[str, Integration] = {}
        self.by_id: dict[str, Integration] = {}

    def replace(self, integrations: Iterable[Integration]) -> None:
        """Put these in force; counters of those that stay go on, those of unchanged rate limits too."""
        current: Sequence[Integration] = list(integrations)
        for new in current:
            old = self.by_id.get(new.id)
            if old is not None:
                new.uplinks, new.failures, new.downlinks = old.uplinks, old.failures, old.downlinks
                new.rate = _continued(old.rate, new.rate)
                new.device_rate = _continued(old.device_rate, new.device_rate)
        self.by_key = {item.routing_key: item for item in current}
        self.by_id = {item.id: item for item in current}


def _continued(old: RateLimit | None, new: RateLimit | None) -> RateLimit | None:
    return old if old is not None and new is not None and old.rule == new.rule else new

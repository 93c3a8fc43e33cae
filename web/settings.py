"""Settings, read once: environment variables TIDEGATE_*, a TOML file, defaults, in this order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from engine.limits import RateLimit
from engine.store.settings import fitting_entities, memory_bytes

PREFIX = "TIDEGATE_"


class Settings(BaseSettings):
    """Everything an operator may choose. Each field is the variable TIDEGATE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for the SQLite database and other state")
    database_url: str = Field(
        "", description="sqlite:///path or postgresql://user@host/name; empty: SQLite in the data folder"
    )
    bind: str = Field(
        "127.0.0.1:8080", description="host:port of the page, the management API and the device endpoint"
    )
    data_bind: str = Field(
        "127.0.0.1:8081", description="host:port of the data listener, for devices only; empty: none"
    )
    base_url: str = Field("", description="URL under which devices reach this server; empty: made from bind")
    data_base_url: str = Field(
        "",
        description="URL under which devices reach the data listener; empty: made from data_bind, or none when"
        " base_url is set",
    )
    certificate: str = Field(
        "", description="PEM file with the certificate chain; with private_key it switches TLS on"
    )
    private_key: str = Field("", description="PEM file with the private key of the certificate")
    max_body_bytes: int = Field(
        1_048_576, ge=1024, description="Largest request body; more is answered with 413"
    )
    max_header_bytes: int = Field(
        32_768, ge=1024, description="Largest request head; more is answered with 431"
    )
    request_timeout_s: float = Field(
        30, gt=0, description="Time that a caller may take to send a request body"
    )
    data_client_ca: str = Field(
        "",
        description="PEM file with the authorities whose client certificates the data listener asks for",
    )
    data_reuse_port: bool = Field(
        False, description="Whether other processes may listen on the address of the data listener too"
    )
    data_max_connections: int = Field(
        10_000, ge=1, description="Connections to the data listener; one more is answered with 503"
    )
    data_max_connections_per_address: int = Field(
        2_500, ge=1, description="Connections from one address to the data listener; one more is closed"
    )
    data_max_url_bytes: int = Field(
        8_192, ge=64, description="Longest URL at the data listener; a longer one is answered with 414"
    )
    data_max_header_bytes: int = Field(
        32_768, ge=256, description="Largest request head at the data listener; more is answered with 431"
    )
    data_max_headers: int = Field(
        100, ge=1, description="Most headers of a request at the data listener; more are answered with 431"
    )
    data_max_body_bytes: int = Field(
        1_048_576, ge=0, description="Largest request body at the data listener; more is answered with 413"
    )
    data_max_requests: int = Field(
        100_000, ge=1, description="Requests after which the data listener closes a connection"
    )
    data_max_pipelined: int = Field(
        16, ge=1, description="Requests of one connection that the data listener takes before it has answered"
    )
    data_max_unwritten_bytes: int = Field(
        262_144,
        ge=1,
        description="Bytes of answers that may wait for a caller before no more is read from it",
    )
    data_first_byte_timeout_s: float = Field(
        10, gt=0, description="Time for the first byte of a connection to the data listener"
    )
    data_head_timeout_s: float = Field(
        10, gt=0, description="Time for a request head, or a TLS handshake, at the data listener"
    )
    data_body_timeout_s: float = Field(30, gt=0, description="Time for a request body at the data listener")
    data_idle_timeout_s: float = Field(
        120, gt=0, description="Time between requests after which the data listener closes a connection"
    )
    data_write_timeout_s: float = Field(
        30, gt=0, description="Time after which the data listener closes on a caller that takes no answers"
    )
    keep_alive_s: float = Field(
        75, gt=0, description="Time between requests after which the main door closes a connection"
    )
    shutdown_s: float = Field(10, gt=0, description="Time that exchanges under way get when the server stops")
    step_budget: int = Field(10_000, ge=1, description="Most steps that one message may take through chains")
    message_deadline_s: float = Field(
        60, gt=0, description="Longest time that one message may take, waits included"
    )
    allow_private_addresses: bool = Field(
        False, description="Whether REST call nodes may reach private addresses"
    )
    device_api_cast_strings: bool = Field(
        True, description='Whether texts that read as numbers, such as "007", come in as numbers by token'
    )
    device_api_deadline_s: float = Field(
        10, gt=0, description="Time after which a request by token that is not a poll is answered with 504"
    )
    device_api_rate_limit: str = Field(
        "",
        description="Requests of one device by token, such as 50:1,1000:60 for 50 a second; empty: no limit",
    )
    telemetry_days: int = Field(
        0,
        ge=0,
        description="Telemetry older than this is deleted, on PostgreSQL by whole partitions; 0 keeps it for ever",
    )
    telemetry_partition: str = Field(
        "auto",
        pattern="^(auto|month|day)$",
        description="Time that one partition of telemetry spans on PostgreSQL, month or day;"
        " auto: day when telemetry is kept for fewer than 100 days",
    )
    event_days: int = Field(7, ge=1, description="Events and notifications older than this are deleted")
    downlink_days: int = Field(
        7, ge=1, description="Delivered, expired and cancelled downlinks older than this are deleted"
    )
    events_per_hour: int = Field(50_000, ge=0, description="Most events kept per hour and source; 0: no cap")
    cached_entities: int = Field(
        default_factory=lambda: fitting_entities(memory_bytes()),
        ge=100,
        description="Devices and assets kept in memory; by default what an eighth of the memory holds, 2.5 KB each",
    )
    max_unwritten_rows: int = Field(
        50_000, ge=100, description="Rows waiting for the store before 503 is answered"
    )
    trace_sample_s: float = Field(
        1.0, ge=0, description="One message is traced in this time; 0: only watched chains"
    )
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error"
    )
    log_format: str = Field("text", pattern="^(text|json)$", description="text or json")

    @field_validator("bind", "data_bind")
    @classmethod
    def _is_address(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "data_bind":
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("must read host:port, such as 127.0.0.1:8080")
        return value

    @field_validator("device_api_rate_limit")
    @classmethod
    def _is_rate_limit(cls, value: str) -> str:
        if value:
            RateLimit("device", value)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, then the TOML file that TIDEGATE_CONFIG names (tidegate.toml by default)."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'tidegate.db'}"

    @property
    def partition(self) -> str:
        """The time that one partition of telemetry spans: month or day."""
        if self.telemetry_partition != "auto":
            return self.telemetry_partition
        return "day" if 0 < self.telemetry_days < 100 else "month"

    @property
    def public_url(self) -> str:
        """The URL under which devices reach this server, without a slash at the end."""
        scheme = "https" if self.certificate else "http"
        return (self.base_url or f"{scheme}://{self.bind}").rstrip("/")

    def sources(self) -> dict[str, str]:
        """Where each value comes from: environment, file or default."""
        in_file = TomlConfigSettingsSource(type(self), config_file())()
        return {name: _source(name, in_file) for name in type(self).model_fields}


def config_file() -> Path:
    """The TOML file that is read when it exists."""
    return Path(os.environ.get(f"{PREFIX}CONFIG", "tidegate.toml"))


def _source(name: str, in_file: dict[str, Any]) -> str:
    if any(key.upper() == f"{PREFIX}{name}".upper() for key in os.environ):
        return "environment"
    return str(config_file()) if name in in_file else "default"

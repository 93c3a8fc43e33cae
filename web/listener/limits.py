"""What one caller of the data listener may take: numbers, bytes, seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from web.settings import Settings

# What a connection is doing; each has its own time limit.
FIRST_BYTE: Final = 0
HEAD: Final = 1
BODY: Final = 2
ANSWER: Final = 3
IDLE: Final = 4
WRITING: Final = 5
LINGER: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits in force; they are explained where they are set, in `web/settings.py`."""

    connections: int = 10_000
    connections_per_address: int = 2_500
    url_bytes: int = 8_192
    header_bytes: int = 32_768
    headers: int = 100
    body_bytes: int = 1_048_576
    requests: int = 100_000
    pipelined: int = 16
    unwritten_bytes: int = 262_144
    first_byte_s: float = 10
    head_s: float = 10
    body_s: float = 30
    idle_s: float = 120
    write_s: float = 30
    linger_s: float = 2
    linger_bytes: int = 1_048_576

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that an operator has chosen."""
        return cls(
            connections=settings.data_max_connections,
            connections_per_address=settings.data_max_connections_per_address,
            url_bytes=settings.data_max_url_bytes,
            header_bytes=settings.data_max_header_bytes,
            headers=settings.data_max_headers,
            body_bytes=settings.data_max_body_bytes,
            requests=settings.data_max_requests,
            pipelined=settings.data_max_pipelined,
            unwritten_bytes=settings.data_max_unwritten_bytes,
            first_byte_s=settings.data_first_byte_timeout_s,
            head_s=settings.data_head_timeout_s,
            body_s=settings.data_body_timeout_s,
            idle_s=settings.data_idle_timeout_s,
            write_s=settings.data_write_timeout_s,
        )

    def timeouts(self) -> tuple[float, ...]:
        """Seconds that a connection may be at each of the things that it does; answers have their own deadline."""
        return (
            self.first_byte_s,
            self.head_s,
            self.body_s,
            math.inf,
            self.idle_s,
            self.write_s,
            self.linger_s,
        )

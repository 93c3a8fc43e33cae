"""What an operator may choose about the store."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes and times; the defaults suit one site.

    `max_rows`: rows one open batch may hold before writes are refused. `cached_entities`: devices and assets
    kept in memory, at least as many as one commit touches. `readers`: threads (and connections) that answer reads. `events_per_hour`: events kept per
    tenant and source, 0 for no cap. `activity_s`: how often last activity times are written at most; of
    thousands of active devices they are written less often, at least every minute.
    `partition` (PostgreSQL only): the time that one partition of telemetry spans, month or day.
    """

    max_rows: int = 50_000
    cached_entities: int = 100_000
    readers: int = 4
    events_per_hour: int = 50_000
    activity_s: float = 3.0
    busy_timeout_ms: int = 5_000
    connect_timeout_s: int = 10
    partition: str = "month"
    # SQLite only: WAL pages (4 KiB each) between two checkpoints, page cache of a connection
    checkpoint_pages: int = 16_000
    cache_mib: int = 64
    # SQLite only: the largest file in pages of 4 KiB, 0 for no limit
    max_pages: int = 0


# Of a device with two keys of telemetry, its places in the caches included
ENTITY_BYTES = 2_500
_SHARE = 8
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def fitting_entities(memory_bytes: int) -> int:
    """How many devices an eighth of this memory holds; 10,000 at least, for they are few megabytes."""
    return max(10_000, memory_bytes // _SHARE // ENTITY_BYTES)


def memory_bytes() -> int:
    """The memory that this process may use: the machine's, or less where a container has a limit."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for limit in _LIMITS:
        with suppress(OSError, ValueError):  # no such file, or "max"
            found.append(int(Path(limit).read_text()))
    return min(found)

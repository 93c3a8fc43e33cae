"""Ports for servers that tests start, kill and start again: nobody else takes one while its server is down."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

FIRST, LAST = 10_000, 65_000
SLICE = 100
_LOCKS = Path(tempfile.gettempdir()) / f"tidegate-test-ports-{os.getuid()}"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses, and that no other test process and no outgoing connection will get."""
    return next(port for port in _ports() if _is_free(port))


def ephemeral() -> range:
    """The ports that the system gives to outgoing connections and to those who ask for any port."""
    try:
        low, high = map(int, _RANGE.read_text().split())
    except OSError:  # not Linux: what IANA says
        low, high = 49_152, 65_535
    return range(low, high + 1)


@cache
def _ports() -> Iterator[int]:
    """One slice of ports after another; each is this process's alone until it ends, by a lock on a file."""
    return (port for slice in _slices() for port in slice)


def _slices() -> Iterator[range]:
    _LOCKS.mkdir(exist_ok=True)
    taken = ephemeral()
    for start in range(FIRST, LAST, SLICE):
        ports = range(start, start + SLICE)
        if (start not in taken and ports[-1] not in taken) and _lock(_LOCKS / str(start)):
            yield ports
    raise AssertionError("no test process has a port left; all of them are locked")


def _lock(path: Path) -> bool:
    """Lock a file for as long as this process lives: its descriptor is never closed, nor inherited."""
    held = os.open(path, os.O_CREAT | os.O_RDWR)
    with suppress(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    os.close(held)
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False

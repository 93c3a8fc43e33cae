"""Callers that behave badly, and devices that should not notice them. Both speak to a real server process."""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tide import ROOT, Tide

from tests.bench.machine import cpu_s

BEAT_S = 0.05
RATE, SECONDS, CONNECTIONS = 200, 1, 8
TIMES_WORSE = 5
TRIES = 12  # about half a minute on a machine that others keep busy; the first one does on a quiet machine
# Switches a socket into a state in which closing it sends nothing at all (Linux, needs CAP_NET_ADMIN)
_TCP_REPAIR = 19


def devices(url: str, rate: float = RATE, seconds: float = SECONDS) -> dict[str, Any]:
    """Devices that send, in a process of their own; fails unless every message got a 2xx. See tests/bench/paced.py."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.paced",
        url,
        "--rate",
        f"{rate:g}",
        "--seconds",
        f"{seconds:g}",
    ]
    command += ["--connections", str(CONNECTIONS), "--devices", str(CONNECTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["good"] == found["sent"] > 0, found
    return found


def least_cpu_us(url: str, pid: int) -> float:
    """The server's processor time for a message under full load, the least of three times: waiting does not count."""
    found = []
    for _ in range(3):
        before = cpu_s(pid)
        count = devices(url, rate=0)["good"]
        found.append((cpu_s(pid) - before) / count * 1e6)
    return min(found)


def nobody_notices(url: str, attack: Any) -> None:
    """While `attack()` (a context) lasts, the devices' p99 stays within TIMES_WORSE of what it is without.

    On a shared machine anything may be slow for a moment, so one good round of TRIES is enough; what an attack
    itself makes slow is slow in each of them.
    """
    quiet: list[float] = []
    rough: list[float] = []
    for _ in range(TRIES):
        quiet.append(devices(url)["p99_ms"])
        with attack():
            rough.append(devices(url)["p99_ms"])
        if rough[-1] <= TIMES_WORSE * max(quiet):
            return
    raise AssertionError(f"p99 without the attack {quiet} ms, with it {rough} ms")


def busy_share(tide: Tide, seconds: float) -> float:
    """How much of one core the server uses over some seconds in which nobody asks it anything."""
    assert tide.process is not None
    before, started = cpu_s(tide.process.pid), time.monotonic()
    threading.Event().wait(seconds)
    return (cpu_s(tide.process.pid) - before) / (time.monotonic() - started)


def allow_files(wanted: int) -> int:
    """Raise this process' limit of open files, which the servers it starts inherit; how many it allows now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return soft
    for ceiling in (max(hard, wanted), hard):
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, ceiling), ceiling))
            break
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def vanish(connection: socket.socket) -> bool:
    """Be gone without a word, as after a power cut; whether this system lets us."""
    try:
        connection.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
    except OSError:
        return False
    connection.close()
    return True


@dataclass
class Attack:
    """What each of `callers` connections sends at once, then at each beat; one that ends is followed by another."""

    first: bytes
    drip: bytes = b""
    callers: int = 100
    reads: bool = True
    statuses: Counter[int] = field(default_factory=Counter)
    begun: int = 0  # connections that were made

    @contextmanager
    def on(self, port: int) -> Iterator[None]:
        """Attack for as long as the block lasts."""
        stop = threading.Event()
        thread = threading.Thread(target=self._run, args=(port, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _run(self, port: int, stop: threading.Event) -> None:
        callers: list[_Caller] = []
        while not stop.is_set():
            for caller in tuple(callers):
                if not caller.go_on(self):
                    callers.remove(caller)
            while len(callers) < self.callers and not stop.is_set():
                callers.append(_Caller(port, self))
                self.begun += 1
            stop.wait(BEAT_S)
        for caller in callers:
            caller.socket.close()


class _Caller:
    """One connection of an attack."""

    def __init__(self, port: int, attack: Attack) -> None:
        self.socket = socket.socket()
        if not attack.reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self._to_send = attack.first
        self._is_told = False
        self.go_on(attack)

    def go_on(self, attack: Attack) -> bool:
        """Send what can be sent now, read what is there; whether the connection goes on."""
        try:
            if not self._to_send:
                self._to_send = attack.drip
            with suppress(BlockingIOError):
                self._to_send = self._to_send[self.socket.send(self._to_send) :] if self._to_send else b""
            with suppress(BlockingIOError):
                while attack.reads:
                    data = self.socket.recv(65536)
                    if not data:
                        raise ConnectionResetError
                    self._note(data, attack)
        except OSError:
            self.socket.close()
            return False
        return True

    def _note(self, data: bytes, attack: Attack) -> None:
        if not self._is_told and data.startswith(b"HTTP/1.1 "):
            self._is_told = True
            attack.statuses[int(data[9:12])] += 1

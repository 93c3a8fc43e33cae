"""Devices that send as fast as they are answered, and remember what they were told."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

FIRST_TS = 1_700_000_000_000


class Load:
    """`devices` threads, each a device of its own that counts up in `n`; `acked` holds what got a 2xx."""

    def __init__(self, port: int, path: str, devices: int = 8, prefix: str = "load") -> None:
        self.acked: dict[str, list[int]] = {f"{prefix}-{number}": [] for number in range(devices)}
        self.answers: Counter[int] = Counter()
        self.bodies: list[tuple[str, bytes]] = []
        self.lost = 0
        self._port = port
        self._path = path
        self._next = dict.fromkeys(self.acked, 0)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def count(self) -> int:
        """How many messages got a 2xx."""
        return sum(map(len, self.acked.values()))

    def start(self) -> Load:
        """Begin, or go on after `stop`."""
        self._stop.clear()
        self._threads = [threading.Thread(target=self._device, args=(name,)) for name in self.acked]
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """No more messages; each device waits for its last answer."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _device(self, name: str) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=60) as connection:
            answers = connection.makefile("rb")
            try:
                while not self._stop.is_set():
                    self._exchange(name, connection, answers)
            except (OSError, ValueError, EOFError):
                self.lost += 1
            finally:
                answers.close()

    def _exchange(self, name: str, connection: socket.socket, answers: BinaryIO) -> None:
        """One message and its answer; OSError, ValueError or EOFError when the server goes away."""
        number = self._next[name]
        self._next[name] += 1
        ts = FIRST_TS + number
        body = json.dumps({"deviceName": name, "deviceType": "load", "ts": ts, "n": number}).encode()
        head = f"POST {self._path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        line = answers.readline()
        if not line:
            raise EOFError
        status, length = int(line.split()[1]), 0
        while (header := answers.readline()) not in (b"\r\n", b""):
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        content = answers.read(length)
        self.answers[status] += 1
        if 200 <= status < 300:
            self.acked[name].append(number)
            if content:
                self.bodies.append((name, content))


def stored(call: Callable[..., Any], device: dict[str, Any]) -> set[int]:
    """Every `n` that the store has of a device."""
    found: set[int] = set()
    start = FIRST_TS
    while True:
        path = f"devices/{device['id']}/telemetry?keys=n&from={start}&to=1900000000000&limit=1000&order=asc"
        points = call("GET", path).get("n", [])
        found.update(point["value"] for point in points)
        if len(points) < 1000:
            return found
        start = max(point["ts"] for point in points) + 1

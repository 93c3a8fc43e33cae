"""Devices that send as fast as they are answered, and remember what they were told."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any


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
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._stop.is_set():
            number = self._next[name]
            self._next[name] += 1
            body = json.dumps({"deviceName": name, "deviceType": "load", "ts": 1_700_000_000_000 + number, "n": number})
            try:
                connection.request("POST", self._path, body)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException):
                self.lost += 1
                break
            self.answers[response.status] += 1
            if 200 <= response.status < 300:
                self.acked[name].append(number)
                if content:
                    self.bodies.append((name, content))
        connection.close()


def stored(call: Callable[..., Any], device: dict[str, Any]) -> set[int]:
    """Every `n` that the store has of a device."""
    found: set[int] = set()
    start = 1_700_000_000_000
    while True:
        path = f"devices/{device['id']}/telemetry?keys=n&from={start}&to=1900000000000&limit=1000&order=asc"
        points = call("GET", path).get("n", [])
        found.update(point["value"] for point in points)
        if len(points) < 1000:
            return found
        start = max(point["ts"] for point in points) + 1

"""A load generator that keeps a rate, and counts latency from when a message was due.

    python -m tests.bench.paced URL --rate 5000 --seconds 10

A generator that waits for slow answers before it sends again sends less while the server is slow, and so leaves out
what it should have measured (coordinated omission). Here message n is due at start + n / rate, whatever the answers
do; when all connections wait, it waits too, and that is part of its latency. Rate 0 is a closed loop: each connection
sends as soon as it is answered. Prints one line of JSON for each window and one, with `"total": true`, for all.

Each message is another one: device P(n modulo devices), `ts` = first ts + n // devices.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.bench.histogram import Histogram

PATIENCE_S = 30  # an answer that takes longer is lost
BODY = '{"deviceName":"P%d","deviceType":"t","ts":%d,"temperature":31.5,"humidity":40}'


class Window:
    """What happened in one stretch of time."""

    def __init__(self) -> None:
        self.sent = 0
        self.lost = 0
        self.statuses: Counter[int] = Counter()
        self.latencies = Histogram()

    def take(self, other: Window) -> None:
        """Add another stretch to this one."""
        self.sent += other.sent
        self.lost += other.lost
        self.statuses += other.statuses
        self.latencies.take(other.latencies)

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The line that is printed."""
        answered = self.statuses.total()
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        counts = {"sent": self.sent, "answered": answered, "good": good, "lost": self.lost}
        statuses = {str(status): count for status, count in sorted(self.statuses.items())}
        rate = round(answered / seconds, 1)
        return {"seconds": round(seconds, 3), **counts, "per_s": rate, "statuses": statuses} | (
            self.latencies.as_json()
        )


class Wire:
    """One connection with at most one message under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self.due = 0.0
        self.connect()

    def connect(self) -> None:
        """Begin anew."""
        self.socket = socket.create_connection(self._address, timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""

    def send(self, request: bytes, due: float) -> None:
        """Send a message that was due then."""
        self.due = due
        self.data = b""
        self.socket.sendall(request)

    def read(self) -> int:
        """The status of the answer, 0 while it is not complete; OSError when the connection is gone."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionResetError
        self.data = data = self.data + piece
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = data[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(data) < end + 4 + length:
            return 0
        if b"connection: close" in head:
            self.socket.close()
            self.connect()
        return int(data[9:12])


class Pacer:
    """Sends messages at a rate (per second; 0: as fast as they are answered) on some connections."""

    def __init__(self, url: str, rate: float, connections: int, devices: int, first_ts: int) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        )
        self._rate = rate
        self._devices = devices
        self._first_ts = first_ts
        self._free = deque(Wire(self._address) for _ in range(connections))
        self._busy: dict[socket.socket, Wire] = {}
        self._sent = 0

    def run(self, seconds: float, window_s: float) -> Iterator[dict[str, Any]]:
        """Play; one line for each window and one for all of it, with what was still under way at the end."""
        total, window = Window(), Window()
        started = opened = time.perf_counter()
        end = started + seconds
        while (now := time.perf_counter()) < end:
            self._send_due(started, now, window)
            self._receive(self._wait_s(started, min(opened + window_s, end)), window)
            if now - opened >= window_s:
                yield {"at": round(now - started, 1), **window.as_json(now - opened)}
                total.take(window)
                window, opened = Window(), now
        played = time.perf_counter() - started
        while self._busy and time.perf_counter() < end + PATIENCE_S:
            self._receive(1, window)
        window.lost += len(self._busy)
        total.take(window)
        yield {"total": True, "rate": self._rate, **total.as_json(played)}

    def _due(self, started: float) -> float:
        return started + self._sent / self._rate if self._rate else 0.0

    def _wait_s(self, started: float, until: float) -> float:
        """How long nothing has to be sent."""
        if self._free and not self._rate:
            return 0
        next_s = min(self._due(started), until) if self._free else until
        return max(next_s - time.perf_counter(), 0)

    def _send_due(self, started: float, now: float, window: Window) -> None:
        while self._free and (due := self._due(started)) <= now:
            wire = self._free.popleft()
            window.sent += 1
            try:
                wire.send(self._request(self._sent), due or now)
            except OSError:
                self._lose(wire, window)
            else:
                self._busy[wire.socket] = wire
            self._sent += 1

    def _request(self, number: int) -> bytes:
        body = BODY % (number % self._devices, self._first_ts + number // self._devices)
        return f"{self._head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def _receive(self, wait_s: float, window: Window) -> None:
        if not self._busy:
            time.sleep(wait_s)
            return
        for ready in select.select(self._busy, (), (), wait_s)[0]:
            wire = self._busy[ready]
            try:
                status = wire.read()
            except (OSError, ValueError):
                del self._busy[ready]
                self._lose(wire, window)
                continue
            if status:
                window.statuses[status] += 1
                window.latencies.add(int((time.perf_counter() - wire.due) * 1e6))
                del self._busy[ready]
                self._free.append(wire)

    def _lose(self, wire: Wire, window: Window) -> None:
        """A message got no answer; ConnectionError when the server takes no connections any more."""
        window.lost += 1
        wire.socket.close()
        wire.connect()
        self._free.append(wire)


def main() -> None:
    """Play one load, print its lines."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.paced", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=0, help="messages per second; 0: a closed loop")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--window", type=float, default=float("inf"), help="seconds for each line")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--devices", type=int, default=1)
    parser.add_argument("--first-ts", type=int, default=1_700_000_000_000, help="epoch milliseconds")
    chosen = parser.parse_args()
    try:
        pacer = Pacer(chosen.url, chosen.rate, chosen.connections, chosen.devices, chosen.first_ts)
        for line in pacer.run(chosen.seconds, chosen.window):
            print(json.dumps(line), flush=True)
    except OSError as error:
        raise SystemExit(f"{chosen.url}: {error}") from None


if __name__ == "__main__":
    main()

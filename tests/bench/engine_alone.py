"""The engine without HTTP: calls into the endpoint, replies out of it, on a real store; 64 under way at a time.

Prints one line of JSON: messages per second, CPU microseconds a message, and the share of each part.
"""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType

import uvloop

from engine.exchange import Reply, Told
from engine.shapes import Call
from tests.bench import scene
from web.endpoint import Endpoint
from web.house import House
from web.serve import calm_collector
from web.settings import Settings

IN_FLIGHT = 64
# The first of these whose mark is in a file's path names the part, seen from the innermost frame outwards.
PARTS = [
    ("scripts", ("<script", "/engine/script/", "/engine/values")),
    ("store", ("/engine/store/", "/sqlalchemy/", "/psycopg/")),
    ("downlinks", ("/engine/downlinks", "/engine/converter")),
    ("chain", ("/engine/runner", "/engine/plan", "/nodes/", "/engine/node", "/engine/trace")),
    ("intake", ("/engine/", "/web/")),
]


class Sampler:
    """Where the loop's thread spends its time, by a timer signal each millisecond of CPU."""

    def __init__(self) -> None:
        self.parts: Counter[str] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def shares(self) -> dict[str, float]:
        total = sum(self.parts.values()) or 1
        return {part: round(count / total, 3) for part, count in self.parts.most_common()}

    def _sample(self, _: int, frame: FrameType | None) -> None:
        while frame is not None:
            path = frame.f_code.co_filename
            for part, marks in PARTS:
                if any(mark in path for mark in marks):
                    self.parts[part] += 1
                    return
            frame = frame.f_back
        self.parts["event loop"] += 1


class Driver:
    """Keeps IN_FLIGHT exchanges under way and counts answers."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.loop = asyncio.get_running_loop()
        self.answers: Counter[int] = Counter()
        self.headers = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(scene.BODY)),
        }
        self.running = False
        self.due = 0

    async def start(self) -> None:
        """Make the device; then send in two halves, so that one walks while the other is committed."""
        self.due = 1
        self.send()
        while not self.answers:
            await asyncio.sleep(0.001)
        self.running = True
        for _ in range(2):
            self.due = IN_FLIGHT // 2
            self.send()
            await asyncio.sleep(0)

    def send(self) -> None:
        """Send what is due, all in one turn of the loop as the answers of one commit come in one."""
        due, self.due = self.due, 0
        handle, headers, key = self.endpoint.handle, self.headers, scene.ROUTING_KEY
        for _ in range(due):
            handle(Call("POST", "", {}, headers, scene.BODY, "127.0.0.1", key), Told(self.answered))

    def answered(self, reply: Reply) -> None:
        """The answer of one exchange; it arrives at once."""
        if reply.on_sent is not None:
            reply.on_sent(True)
        self.answers[reply.status] += 1
        if self.running:
            self.due += 1
            if self.due == 1:
                self.loop.call_soon(self.send)


async def measure(folder: str, seconds: float, url: str, sample: bool) -> dict[str, object]:
    """Run for `seconds` after a warm-up of one second."""
    house = House(Settings(data_dir=Path(folder), database_url=url, log_level="warning"))
    await house.open()
    await scene.set_up(house)
    endpoint = Endpoint(house)
    endpoint.start()
    calm_collector()
    driver = Driver(endpoint)
    await driver.start()
    await asyncio.sleep(1)
    sampler = Sampler()
    if sample:
        sampler.start()
    before, used, started = driver.answers.total(), _cpu(), time.perf_counter()
    await asyncio.sleep(seconds)
    count, cpu, took = driver.answers.total() - before, _cpu() - used, time.perf_counter() - started
    sampler.stop()
    statuses = dict(driver.answers)
    driver.running = False
    await endpoint.stop(5)
    await house.close()
    return {
        "per_s": count / took,
        "cpu_us": cpu / count * 1e6,
        "statuses": statuses,
        "parts": sampler.shares(),
    }


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        work = measure(
            folder, float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "", "--sample" in sys.argv
        )
        print(json.dumps(uvloop.run(work)))

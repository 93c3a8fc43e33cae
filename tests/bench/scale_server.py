"""The engine without HTTP on a database of many devices, told what to do by lines on stdin. Run by `scale.py`.

`run hot 4` sends messages of the first 1,000 devices for 4 seconds, `run spread 4` of all of them; `warm` brings all
devices into memory; `query` times reads; each answers with one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from engine.exchange import Reply, Told
from engine.ids import now_ms
from engine.shapes import Call
from tests.bench import scene
from tests.bench.scale_fill import DAYS, KEYS, device_name
from web.endpoint import Endpoint
from web.house import House
from web.serve import calm_collector
from web.settings import Settings

HOT = 1_000
IN_FLIGHT = 64
QUERIES = 200
AT_ONCE = 2_000
DAY = 86_400_000


class Driver:
    """Keeps IN_FLIGHT exchanges under way, each of the next device of a shuffled list, and counts answers."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.loop = asyncio.get_running_loop()
        self.answers: Counter[int] = Counter()
        self.under_way = 0
        self.running = False
        self.devices = 1

    def send(self) -> None:
        # Prime steps meet every device before any comes again
        name = device_name(random.randrange(self.devices))
        value = random.randrange(210, 400) / 10
        body = b'{"deviceName":"%b","deviceType":"t","temperature":%.1f,"humidity":40}' % (
            name.encode(),
            value,
        )
        headers = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
        self.under_way += 1
        self.endpoint.handle(
            Call("POST", "", {}, headers, body, "127.0.0.1", scene.ROUTING_KEY), Told(self.answered)
        )

    def answered(self, reply: Reply) -> None:
        """The answer of one exchange; it arrives at once."""
        if reply.on_sent is not None:
            reply.on_sent(True)
        self.answers[reply.status] += 1
        self.under_way -= 1
        if self.running:
            self.loop.call_soon(self.send)

    async def run(self, devices: int, seconds: float) -> dict[str, object]:
        """A quarter of the time to warm up, then measure."""
        self.devices, self.running = devices, True
        for _ in range(IN_FLIGHT):
            self.send()
        await asyncio.sleep(seconds / 4)
        self.answers.clear()
        used, started = _cpu(), time.perf_counter()
        await asyncio.sleep(seconds)
        count, cpu, took = self.answers.total(), _cpu() - used, time.perf_counter() - started
        statuses = dict(self.answers)
        self.running = False
        while self.under_way:
            await asyncio.sleep(0.01)
        return {"per_s": count / took, "cpu_us": cpu / max(1, count) * 1e6, "statuses": statuses}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def memory() -> dict[str, int]:
    """Resident memory in MiB: all of it, and without the pages of mapped files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    mib = {name: int(lines[name].split()[0]) >> 10 for name in ("VmRSS", "RssAnon")}
    return {"rss_mib": mib["VmRSS"], "own_mib": mib["RssAnon"]}


async def warm(house: House, devices: int) -> dict[str, float]:
    """Bring all devices into memory, as an hour of their messages would; what one of them takes."""
    used, own = _cpu(), memory()["own_mib"]
    for start in range(0, devices, AT_ONCE):
        names = map(device_name, range(start, min(start + AT_ONCE, devices)))
        await asyncio.gather(*(house.store.entities.find("default", "DEVICE", name) for name in names))
    each = (memory()["own_mib"] - own) * 2**20 / devices
    return {"cpu_us": (_cpu() - used) / devices * 1e6, "bytes": each}


async def queries(house: House, devices: int) -> dict[str, list[float]]:
    """Milliseconds of reads for random devices: p50 and p99, without what memory would have answered."""
    telemetry, now = house.store.telemetry, now_ms()
    kinds: dict[str, Callable[[object], Awaitable[object]]] = {
        "latest": telemetry.latest,  # type: ignore[dict-item]
        "range": lambda d: telemetry.query(d, KEYS, now - DAYS * DAY, now, limit=100),  # type: ignore[arg-type]
        "aggregate": lambda d: telemetry.query(  # type: ignore[arg-type]
            d, KEYS, now - DAYS * DAY, now, aggregation="AVG", step=7 * DAY
        ),
    }
    found: dict[str, list[float]] = {}
    for name, read in kinds.items():
        times = []
        for _ in range(QUERIES):
            device = await house.store.entities.find(
                "default", "DEVICE", device_name(random.randrange(devices))
            )
            assert device is not None
            device.memory.forget()
            started = time.perf_counter()
            assert await read(device)
            times.append((time.perf_counter() - started) * 1000)
        cuts = statistics.quantiles(times, n=100)
        found[name] = [round(cuts[49], 2), round(cuts[98], 2)]
    return found


async def serve(folder: str, url: str, devices: int) -> None:
    """Answer lines until stdin ends."""
    house = House(Settings(data_dir=Path(folder), database_url=url, log_level="warning"))
    await house.open()
    if not house.directory.by_key:
        await scene.set_up(house)
    endpoint = Endpoint(house)
    endpoint.start()
    calm_collector()
    driver = Driver(endpoint)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := (await reader.readline()).decode().split():
        if line[0] == "run":
            answer = await driver.run(min(HOT, devices) if line[1] == "hot" else devices, float(line[2]))
        elif line[0] == "warm":
            answer = dict(await warm(house, devices))
        elif line[0] == "query":
            answer = dict(await queries(house, devices))
        else:
            gc.collect()
            answer = {**memory(), "entities": len(house.store.cache)}
        print(json.dumps(answer), flush=True)
    await endpoint.stop(5)
    await house.close()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))

"""Simulated devices that send over HTTP at a given total rate, and what they were answered."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from string import Template

import httpx

from engine.ids import now_ms

# More connections than this make no more load, only more work for the client.
MAX_CONNECTIONS = 256
TIMEOUT_S = 30.0
BODY = (
    '{"deviceName": "$device", "deviceType": "simulated", "temperature": $temperature, "model": "simulated"}'
)


@dataclass
class Tally:
    """What came back so far; `latencies_s` of the requests that were answered."""

    sent: int = 0
    downlinks: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0

    def answered(self, response: httpx.Response, latency_s: float) -> None:
        """One answer; a body on a success is a downlink."""
        self.sent += 1
        self.statuses[str(response.status_code)] += 1
        self.latencies_s.append(latency_s)
        self.downlinks += response.is_success and bool(response.content)

    def lost(self, error: httpx.HTTPError) -> None:
        """One request without an answer."""
        self.sent += 1
        self.statuses[type(error).__name__] += 1

    def percentile_ms(self, percent: float) -> float:
        """The latency that so many per cent of the requests stay within, in milliseconds; 0 when there is none."""
        ordered = sorted(self.latencies_s)
        position = min(len(ordered) - 1, int(len(ordered) * percent / 100))
        return ordered[position] * 1000 if ordered else 0.0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.sent / self.elapsed_s if self.elapsed_s else 0.0


@dataclass(frozen=True)
class Plan:
    """Who sends what: `rate` is the total of all devices, in requests per second."""

    url: str
    devices: int
    rate: float
    seconds: float
    body: str = BODY

    @property
    def total(self) -> int:
        """How many requests it takes."""
        return max(1, round(self.rate * self.seconds))


class Swarm:
    """The devices. Each has one request under way at a time; a device that waits is late with its next one."""

    def __init__(self, plan: Plan, tally: Tally, seen: Callable[[Tally], None] = lambda tally: None) -> None:
        self._plan = plan
        self._tally = tally
        self._seen = seen
        self._template = Template(plan.body)
        self._started = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Send until the plan is done or `stop` is set; requests under way are waited for."""
        plan = self._plan
        workers = min(plan.devices, MAX_CONNECTIONS, plan.total)
        limits = httpx.Limits(max_connections=workers, max_keepalive_connections=workers)
        self._started = asyncio.get_running_loop().time()
        async with httpx.AsyncClient(limits=limits, timeout=TIMEOUT_S, trust_env=False) as client:
            await asyncio.gather(*(self._work(client, first, workers, stop) for first in range(workers)))
        self._tally.elapsed_s = asyncio.get_running_loop().time() - self._started

    async def _work(self, client: httpx.AsyncClient, first: int, step: int, stop: asyncio.Event) -> None:
        """Every `step`-th request, each at its time."""
        plan, loop = self._plan, asyncio.get_running_loop()
        for number in range(first, plan.total, step):
            await until(self._started + number / plan.rate, stop)
            if stop.is_set():
                return
            began = loop.time()
            try:
                response = await client.post(
                    plan.url, content=self._body(number), headers={"Content-Type": "application/json"}
                )
                self._tally.answered(response, loop.time() - began)
            except httpx.HTTPError as error:
                self._tally.lost(error)
            self._tally.elapsed_s = loop.time() - self._started
            self._seen(self._tally)

    def _body(self, number: int) -> str:
        return self._template.substitute(
            device=f"sim-{number % self._plan.devices + 1}",
            number=number,
            ts=now_ms(),
            temperature=round(random.gauss(22, 4), 1),
        )


async def until(moment_s: float, stop: asyncio.Event) -> None:
    """Wait for a moment on the loop's clock, or for `stop`."""
    try:
        async with asyncio.timeout_at(moment_s):
            await stop.wait()
    except TimeoutError:
        return

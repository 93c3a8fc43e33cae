"""Effects off: services that keep what a node wants to do to the world instead of doing it.

Node examples, chain tests and the editor's test button run on these; the nodes cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import MissingError
from engine.ids import new_id, now_ms
from engine.message import DEVICE, TENANT, Entity, Message
from engine.node import Example
from engine.services import Attributes, HttpResponse, Stamped
from engine.values import Value, encode

Effects = list[list[Any]]
SCOPES = ("client", "shared", "server")


@dataclass
class Attribution:
    """Attributes given by the example."""

    effects: Effects
    values: dict[str, dict[str, Stamped]]

    def cached(self, entity: Entity) -> Attributes | None:
        return self.values

    async def load(self, entity: Entity) -> Attributes:
        return self.values

    def save(
        self, entity: Entity, scope: str, values: Mapping[str, Value], only_changed: bool = True
    ) -> list[str]:
        stored = self.values[scope]
        same = {k for k, v in values.items() if k in stored and _same(stored[k].value, v)}
        written = {k: v for k, v in values.items() if not (only_changed and k in same)}
        stored.update({k: Stamped(now_ms(), v) for k, v in written.items()})
        if written:
            self.effects.append(["attributes.save", scope, written])
        return list(written)

    def delete(self, entity: Entity, scope: str, keys: Sequence[str]) -> list[str]:
        gone = [key for key in keys if self.values[scope].pop(key, None) is not None]
        if gone:
            self.effects.append(["attributes.delete", scope, gone])
        return gone


@dataclass
class History:
    """Telemetry given by the example: key -> values, oldest first."""

    effects: Effects
    series: dict[str, list[Stamped]]

    def save(self, entity: Entity, ts: int, values: Mapping[str, Value]) -> None:
        self.effects.append(["telemetry.save", ts, dict(values)])
        for key, value in values.items():
            self.series.setdefault(key, []).append(Stamped(ts, value))

    async def latest(self, entity: Entity, keys: Sequence[str] | None = None) -> dict[str, Stamped]:
        wanted = self.series if keys is None else [key for key in keys if self.series.get(key)]
        return {key: max(self.series[key], key=lambda point: point.ts) for key in wanted}

    async def query(
        self,
        entity: Entity,
        keys: Sequence[str],
        start: int,
        end: int,
        *,
        aggregation: str = "NONE",
        step: int = 0,
        limit: int = 100,
        descending: bool = True,
    ) -> dict[str, list[Stamped]]:
        found = {}
        for key in keys:
            points = sorted(p for p in self.series.get(key, ()) if start <= p.ts < end)
            if aggregation != "NONE":
                points = _aggregate(points, aggregation, start, step or max(end - start, 1))
            found[key] = sorted(points, reverse=descending)[:limit]
        return {key: points for key, points in found.items() if points}


@dataclass
class Outbox:
    """Downlinks that would have been sent."""

    effects: Effects
    integrations: Sequence[str] | None  # None: there is every one that is asked for

    def send(self, integration_id: str, message: Message) -> None:
        if self.integrations is not None and integration_id not in self.integrations:
            raise MissingError("integration", integration_id)
        self.effects.append(["downlinks.send", integration_id])


@dataclass
class Deferred:
    """Messages that would have been queued."""

    effects: Effects

    def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
        self.effects.append(["queue.put", message.type, message.data])


@dataclass
class Answers:
    """Answers to calls of devices that would have been given."""

    effects: Effects
    waiting: Sequence[str] | None = None  # request ids; None: every call waits

    def answer(self, session_id: str, request_id: str, value: Value) -> bool:
        if self.waiting is not None and request_id not in self.waiting:
            return False
        self.effects.append(["calls.answer", request_id, value])
        return True


@dataclass
class Outside:
    """An outside world that answers what the example says, in order, and then refuses."""

    effects: Effects
    responses: list[Mapping[str, Any]]

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, max_bytes: int
    ) -> HttpResponse:
        self.effects.append(["http", method, url])
        if not self.responses:
            raise OSError("no answer")
        row = self.responses.pop(0)
        given = row.get("body", "")
        content = given.encode() if isinstance(given, str) else encode(given)
        return HttpResponse(row.get("status", 200), row.get("headers", {}), content)

    async def pause(self, seconds: float) -> None:
        self.effects.append(["pause"])


@dataclass
class StillClock:
    """A clock on which nothing happens by itself; `ticks` are what was asked to happen."""

    ticks: list[Callable[[], Awaitable[None] | None]] = field(default_factory=list)

    def every(self, seconds: float, tick: Callable[[], Awaitable[None] | None]) -> Callable[[], None]:
        self.ticks.append(tick)
        return lambda: self.ticks.remove(tick)


@dataclass
class Notes:
    """Log lines that would have been written."""

    effects: Effects

    def write(self, text: str, message: Message) -> None:
        self.effects.append(["log", text])


class Rehearsal:
    """Services of a tenant in which nothing is done and everything is written down in `effects`."""

    def __init__(
        self, given: Mapping[str, Any] | None = None, devices: Mapping[str, Entity] | None = None
    ) -> None:
        given = given or {}
        self.effects: Effects = []
        self.clock = given.get("now")
        self.known = dict(devices or {})
        attributes = {
            scope: {k: Stamped(0, v) for k, v in given.get("attributes", {}).get(scope, {}).items()}
            for scope in SCOPES
        }
        series = {k: [Stamped(ts, v) for ts, v in points] for k, points in given.get("telemetry", {}).items()}
        self.tenant = Entity(TENANT, "tenant", "Tenant")
        self.attributes = Attribution(self.effects, attributes)
        self.telemetry = History(self.effects, series)
        self.downlinks = Outbox(self.effects, given.get("integrations"))
        self.queue = Deferred(self.effects)
        self.calls = Answers(self.effects, given.get("calls"))
        self.http = Outside(self.effects, list(given.get("http", ())))
        self.timers = StillClock()
        self.log = Notes(self.effects)

    def now(self) -> int:
        """The time that the example gives, or the real one."""
        return self.clock if self.clock is not None else now_ms()

    async def find_device(self, name: str) -> Entity | None:
        """A device that the rehearsal was given."""
        return self.known.get(name)


def message_of(example: Example) -> Message:
    """The message that an example begins with."""
    row = example.message
    who = row.get("originator", {})
    originator = Entity(
        who.get("kind", DEVICE),
        who.get("id", "device-1"),
        who.get("name", "Thermostat 1"),
        who.get("type", "thermostat"),
        who.get("label", ""),
        who.get("createdTs", 0),
    )
    ts = row.get("ts", 1_700_000_000_000)
    metadata = {key: str(value) for key, value in row.get("metadata", {}).items()}
    return Message(
        new_id(), row.get("type", "POST_TELEMETRY_REQUEST"), originator, row.get("data", {}), metadata, ts
    )


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and bool(one == other)


def _aggregate(points: list[Stamped], how: str, start: int, step: int) -> list[Stamped]:
    buckets: dict[int, list[Value]] = {}
    for ts, value in points:
        buckets.setdefault(start + (ts - start) // step * step, []).append(value)
    compute: dict[str, Callable[[list[Value]], Value]] = {
        "MIN": min,
        "MAX": max,
        "SUM": sum,
        "COUNT": len,
        "AVG": lambda values: sum(values) / len(values),
    }
    return [Stamped(ts, compute[how](values)) for ts, values in buckets.items()]

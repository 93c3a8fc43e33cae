"""The way in for devices with a token: their telemetry, attributes, polls and calls, as in ThingsBoard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from engine.casting import attributes, telemetry
from engine.errors import ConversionError, UnavailableError
from engine.exchange import Exchange, Reply, problem
from engine.ids import new_id, now_ms
from engine.journal import Journal, shown
from engine.lines import Poll
from engine.message import POST_ATTRIBUTES, POST_TELEMETRY, RPC_FROM_DEVICE, Entity, Message
from engine.pending import Pending, too_many, unavailable
from engine.ports import Commits
from engine.queue import Queue
from engine.rpc import Calls, Request, Rpc
from engine.runner import Runner
from engine.services import Attributes, AttributeService, Stamped
from engine.shapes import Call
from engine.updates import Update, Updates
from engine.values import Value, decode, encode

JSON = "application/json"
SERVICE_ID = "tidegate"
MAX_TIMEOUT_MS = 300_000
DEFAULT_TIMEOUT_MS = 60_000
DEFAULT_CALL_MS = 10_000


class DeviceIntake:
    """The way in for one tenant's devices that carry a token.

    Each method answers the exchange, now or later. ValueError and ConversionError mean that the request makes
    no sense, UnavailableError that nothing can be taken now; the exchange is not answered then. `most_values` is what
    one body may bring at most.
    """

    most_values = 50_000

    def __init__(
        self,
        attributes: AttributeService,
        commits: Commits,
        runner: Runner,
        queue: Queue,
        journal: Journal,
        *,
        cast: bool = True,
    ) -> None:
        self.attributes = attributes
        self.commits = commits
        self.runner = runner
        self.queue = queue
        self.journal = journal
        self.cast = cast
        self.updates = Updates(commits)
        self.rpc = Rpc()
        self.calls = Calls()

    def post_telemetry(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """One message for each moment; 200 when everything that they led to is durable."""
        found = telemetry(call.body, self.cast)
        if self._is_too_large(exchange, sum(len(values) for _, values in found)):
            return
        common, now = _metadata(entity), now_ms()
        uplink = DeviceUplink(self, exchange)
        for at, values in found:
            if values:
                ts = now if at is None else at
                metadata = {**common, "ts": str(ts)}
                uplink.run(Message(new_id(), POST_TELEMETRY, entity, values, metadata, ts, exchange.id))
        uplink.closed()

    def post_attributes(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """One message with all of them; 200 when everything that it led to is durable."""
        values = attributes(call.body, self.cast)
        if self._is_too_large(exchange, len(values)):
            return
        uplink = DeviceUplink(self, exchange)
        if values:
            metadata = {**_metadata(entity), "notifyDevice": "false"}
            uplink.run(Message(new_id(), POST_ATTRIBUTES, entity, values, metadata, now_ms(), exchange.id))
        uplink.closed()

    def _is_too_large(self, exchange: Exchange, values: int) -> bool:
        if values <= self.most_values:
            return False
        exchange.answer(too_many(values, self.most_values))
        return True

    def get_attributes(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """Client and shared attributes: those that `clientKeys` and `sharedKeys` name, all without either."""
        stored = self.attributes.cached(entity)
        if stored is None:
            self.runner.tasks.start(self._load_attributes(entity, call, exchange), "device attributes")
        else:
            exchange.answer(json_reply(asked_for(stored, call.query)))

    async def _load_attributes(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        try:
            stored = await self.attributes.load(entity)
        except UnavailableError as error:
            exchange.answer(unavailable(error))
        else:
            exchange.answer(json_reply(asked_for(stored, call.query)))

    def poll_updates(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """The next change of shared attributes; 408 when none comes in time."""

        def reply(update: Update) -> Reply:
            return json_reply(update.flat())

        Poll(exchange, timeout_s(call.query), lambda wake: self.updates.wait(entity, wake), reply)

    def poll_rpc(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """The next call of the server to the device; 408 when none comes in time."""

        def reply(request: Request) -> Reply:
            answer = json_reply(request.as_json())
            answer.on_sent = lambda arrived: self.rpc.settle(request, arrived)
            return answer

        seconds = timeout_s(call.query)
        request = self.rpc.take(entity)
        if request is not None:
            exchange.answer(reply(request))
        else:
            Poll(exchange, seconds, lambda wake: self.rpc.wait(entity, wake), reply)

    def reply_rpc(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """What the device says to a call of the server; 200 also when nobody waits for it (any more)."""
        number = call.path.rpartition("/")[2]
        if not (number.isascii() and number.isdigit() and len(number) <= 12):
            raise ValueError("the id of a call is a number")
        self.rpc.reply(entity, int(number), decode(call.body) if call.body.strip() else None)
        exchange.answer(Reply(200))

    def post_rpc(self, entity: Entity, call: Call, exchange: Exchange) -> None:
        """A call of the device to the server: answered by the rule chain, with 408 when it does not."""
        body = decode(call.body)
        if body.__class__ is not dict or body.get("method").__class__ is not str:
            raise ValueError('a call is an object such as {"method": "getTime", "params": {}}')
        asked = DeviceCall(self, exchange, timeout_s(call.query, DEFAULT_CALL_MS))
        metadata = {
            **_metadata(entity),
            "requestId": asked.request_id,
            "serviceId": SERVICE_ID,
            "sessionId": exchange.id,
        }
        data = {"method": body["method"], "params": body.get("params", {})}
        asked.run(Message(new_id(), RPC_FROM_DEVICE, entity, data, metadata, now_ms(), exchange.id))
        asked.closed()

    def refused(self, entity: Entity, call: Call, exchange: Exchange, error: Exception) -> None:
        """A request that makes no sense: 400, and an event for the person who looks for the reason."""
        self.journal.write(
            "device",
            entity.id,
            entity.name,
            "Error",
            level="error",
            text=str(error),
            payload=shown(call.body),
            trace_id=exchange.id,
        )
        errors = error.problems if isinstance(error, ConversionError) else ()
        exchange.answer(problem(400, "Bad request", str(error), trace=exchange.id, errors=errors))


class DeviceUplink(Pending):
    """What a device has sent, on its way."""

    __slots__ = ()

    def reply(self) -> Reply | None:
        """200."""
        return Reply(200)


class DeviceCall(DeviceUplink):
    """A device's call, on its way: what the chain answers leaves when the rest of the chain is durable."""

    __slots__ = ("_answer", "request_id")

    def __init__(self, intake: DeviceIntake, exchange: Exchange, seconds: float) -> None:
        super().__init__(intake, exchange)
        self._answer: Reply | None = None
        self.request_id, leave = intake.calls.open(exchange.id, self._answered)
        timer = asyncio.get_running_loop().call_later(seconds, lambda: exchange.answer(Reply(408)))

        def let_go() -> None:
            timer.cancel()
            leave()

        exchange.on_end = let_go

    def reply(self) -> Reply | None:
        """What the chain has answered; None when it may still come, from a message that the chain queued."""
        return self._answer

    def _answered(self, value: Value) -> None:
        self._answer = json_reply(value)
        if self.is_over:
            self.exchange.answer(self._answer)


def json_reply(value: Value) -> Reply:
    """200 with a JSON value."""
    return Reply(200, encode(value), JSON)


def timeout_s(query: Mapping[str, str], default_ms: int = DEFAULT_TIMEOUT_MS) -> float:
    """How long a poll may take, from its `timeout` in ms: the default for none and 0, at most 300,000."""
    text = query.get("timeout") or "0"
    if not (text.isascii() and text.isdigit()):
        raise ValueError("timeout must be a number of milliseconds")
    return min(int(text[:12]) or default_ms, MAX_TIMEOUT_MS) / 1000


def _metadata(entity: Entity) -> dict[str, str]:
    return {"deviceName": entity.name, "deviceType": entity.type}


def asked_for(stored: Attributes, query: Mapping[str, str]) -> dict[str, dict[str, Value]]:
    """The client and shared attributes that a query names, all of them when it names none; no empty scopes."""
    named = {scope: _keys(query.get(f"{scope}Keys", "")) for scope in ("client", "shared")}
    if not any(named.values()):
        named = {scope: list(stored[scope]) for scope in named}
    found = {scope: _picked(stored[scope], keys) for scope, keys in named.items()}
    return {scope: values for scope, values in found.items() if values}


def _keys(text: str) -> list[str]:
    return [key for key in (part.strip() for part in text.split(",")) if key]


def _picked(stored: Mapping[str, Stamped], keys: list[str]) -> dict[str, Value]:
    return {key: stored[key].value for key in keys if key in stored}

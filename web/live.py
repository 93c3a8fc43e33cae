"""WebSocket /manage/ws: one connection of a page, any number of topics.

A page sends `{id, op: "sub", topic, args}` and `{id, op: "unsub"}` with an `id` of its choice; it gets
`{id, t: "data", d, dropped?}`, `{id, t: "error", message}` (which ends the subscription) and `{id, t: "end"}`. A topic of
what happens, not of how things stand, says `{id, t: "begin"}` first: what happened before that is to be asked for.
A page that reads slowly loses its oldest messages; it never holds up the engine.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from pydantic import Field, ValidationError
from quart import Quart, Response, websocket

from engine.catalog import problems_of
from engine.errors import MissingError, UnavailableError
from engine.exchange import problem
from engine.tasks import Tasks
from engine.values import Value, decode, encode_text
from web.api import guard
from web.api.shapes import Shape
from web.door import to_response
from web.house import House
from web.topics import TOPICS

log = structlog.get_logger("tidegate.live")
PATH = "/manage/ws"
MAX_MESSAGE = 65_536
MAX_WAITING = 100
MAX_SUBSCRIPTIONS = 50
MAX_SOCKETS = 200
GOING_AWAY = 1001


class Command(Shape):
    """What a page says."""

    id: str | int = Field(union_mode="left_to_right")
    op: str = Field(pattern="^(sub|unsub)$")
    topic: str = ""
    args: dict[str, Any] = {}


class Outbox:
    """What waits to be written to one page; the oldest data goes when it is full."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Subscription | None, dict[str, Value]]] = deque()
        self._ready = asyncio.Event()

    def put(self, subscription: Subscription | None, message: dict[str, Value]) -> None:
        """Let a message wait; a subscription that loses one is told with its next."""
        if len(self._waiting) >= MAX_WAITING:
            loser, _ = self._waiting.popleft()
            if loser is not None:
                loser.dropped += 1
        self._waiting.append((subscription, message))
        self._ready.set()

    async def get(self) -> dict[str, Value]:
        """The oldest message that waits."""
        while not self._waiting:
            self._ready.clear()
            await self._ready.wait()
        subscription, message = self._waiting.popleft()
        if subscription is not None and subscription.dropped:
            message["dropped"] = message.get("dropped", 0) + subscription.dropped
            subscription.dropped = 0
        return message


class Subscription:
    """One topic that a page follows."""

    def __init__(self, id: str | int, outbox: Outbox) -> None:
        self.id = id
        self.dropped = 0
        self.task: asyncio.Task[None] | None = None
        self._outbox = outbox

    def begin(self) -> None:
        """Say that from now on the page is told of whatever happens."""
        self._outbox.put(None, {"id": self.id, "t": "begin"})

    def send(self, data: Value, dropped: int = 0) -> None:
        """Data for the page; `dropped` is how many were left out before it."""
        message = {"id": self.id, "t": "data", "d": data}
        self._outbox.put(self, message | {"dropped": dropped} if dropped else message)


class Session:
    """One connection with its subscriptions."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._outbox = Outbox()
        self._subscriptions: dict[str | int, Subscription] = {}
        self._tasks = Tasks(lambda name, error: log.error("a topic failed", topic=name, error=repr(error)))

    async def read(self, receive: Callable[[], Awaitable[str | bytes]]) -> None:
        """Do what the page says, for ever."""
        while True:
            text = await receive()
            if len(text) > MAX_MESSAGE:
                self._error(None, f"a message may have {MAX_MESSAGE} bytes")
                continue
            try:
                self._do(Command.model_validate(decode(text), by_alias=True, by_name=False))
            except ValidationError as error:
                first = problems_of(error)[0]
                self._error(None, f"not a command: {first.place} {first.message}")
            except ValueError as error:
                self._error(None, f"not JSON: {error}")

    async def write(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Write what waits, for ever."""
        while True:
            await send(encode_text(await self._outbox.get()))

    def end(self) -> None:
        """End all subscriptions."""
        for subscription in self._subscriptions.values():
            if subscription.task is not None:
                subscription.task.cancel()

    def _do(self, command: Command) -> None:
        current = self._subscriptions.pop(command.id, None)
        if current is not None and current.task is not None:
            current.task.cancel()
        if command.op == "unsub":
            self._outbox.put(None, {"id": command.id, "t": "end"})
        elif command.topic not in TOPICS:
            self._error(command.id, f"there is no topic {command.topic!r}; there is: {', '.join(TOPICS)}")
        elif len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            self._error(command.id, f"a connection may have {MAX_SUBSCRIPTIONS} subscriptions")
        else:
            self._subscribe(command)

    def _subscribe(self, command: Command) -> None:
        subscription = self._subscriptions[command.id] = Subscription(command.id, self._outbox)
        subscription.task = self._tasks.start(self._run(command, subscription), command.topic)
        subscription.task.add_done_callback(lambda task: self._ended(subscription, task))

    async def _run(self, command: Command, subscription: Subscription) -> None:
        """A topic from its begin to its end."""
        topic = TOPICS[command.topic]
        try:
            arguments = topic.arguments.model_validate(command.args, by_alias=True, by_name=False)
            await topic.run(self._house, arguments, subscription)
        except ValidationError as error:
            first = problems_of(error, "/args")[0]
            self._error(command.id, f"{first.place} {first.message}")
        except (MissingError, UnavailableError) as error:
            self._error(command.id, str(error))
        else:
            self._outbox.put(None, {"id": command.id, "t": "end"})

    def _ended(self, subscription: Subscription, task: asyncio.Task[None]) -> None:
        if self._subscriptions.get(subscription.id) is subscription:
            del self._subscriptions[subscription.id]
        if not task.cancelled() and task.exception() is not None:
            self._error(subscription.id, "the topic broke; the server's log says why")

    def _error(self, id: str | int | None, message: str) -> None:
        self._outbox.put(None, {"id": id, "t": "error", "message": message})


class Live:
    """All connections of pages."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._open: set[asyncio.Event] = set()

    def __len__(self) -> int:
        return len(self._open)

    def close(self) -> None:
        """Send every page away: the server stops. Pages come back by themselves."""
        for stop in self._open:
            stop.set()

    async def serve(self) -> Response | None:
        """One connection until either side ends it."""
        refusal = guard.refusal("SOCKET", websocket.headers, self._house.settings)
        if refusal is None and len(self) >= MAX_SOCKETS:
            refusal = problem(
                503, "Service unavailable", "too many pages are open", headers={"Retry-After": "5"}
            )
        if refusal is not None:
            return to_response(refusal)
        await websocket.accept()
        stop = asyncio.Event()
        self._open.add(stop)
        try:
            await self._talk(stop)
        finally:
            self._open.discard(stop)
        return None

    async def _talk(self, stop: asyncio.Event) -> None:
        session = Session(self._house)
        tasks = Tasks(lambda name, error: log.debug("a connection broke", part=name, error=repr(error)))
        parts = [
            tasks.start(session.read(websocket.receive), "read"),
            tasks.start(session.write(websocket.send), "write"),
            tasks.start(stop.wait(), "stop"),
        ]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            await websocket.close(GOING_AWAY)
        finally:
            # Cancelled before anything is waited for: the wait itself may be cancelled.
            session.end()
            await tasks.drain(0)


def register(app: Quart, house: House) -> Live:
    """Put the WebSocket into the application."""
    live = Live(house)
    app.websocket(PATH)(live.serve)
    return live

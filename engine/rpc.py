"""Remote calls: of the server to a device that polls for them, and of a device to the server.

In memory, as ThingsBoard's non-persistent calls are: a restart of the process ends them.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import Callable

from engine.errors import UnavailableError
from engine.lines import Leave, Lines, Wake
from engine.message import Entity
from engine.values import Value

MAX_WAITING = 100


class Request:
    """One call to a device; `reply` is set by the device's answer, or by its delivery when it is one-way."""

    __slots__ = ("entity_id", "id", "method", "oneway", "params", "reply")

    def __init__(self, id: int, entity_id: str, method: str, params: Value, oneway: bool) -> None:
        self.id = id
        self.entity_id = entity_id
        self.method = method
        self.params = params
        self.oneway = oneway
        self.reply: asyncio.Future[Value] = asyncio.get_running_loop().create_future()

    def as_json(self) -> dict[str, Value]:
        """As a device reads it."""
        return {"id": self.id, "method": self.method, "params": self.params}


class Rpc:
    """Calls of the server to devices: each waits for a poll of its device, then for the device's reply."""

    def __init__(self) -> None:
        # From anywhere: the reply to a call from before a restart must not pass for one to a new call.
        self._ids = itertools.count(1 + secrets.randbelow(2**30))
        self._requests: dict[int, Request] = {}
        self._waiting: dict[str, deque[Request]] = {}
        self._lines: Lines[Request] = Lines()

    def __len__(self) -> int:
        return len(self._requests)

    @property
    def polls(self) -> int:
        """How many polls are open."""
        return len(self._lines)

    async def send(
        self, entity: Entity, method: str, params: Value, timeout_s: float, *, oneway: bool = False
    ) -> Value:
        """Call a device and wait for what it replies; None, on delivery, when it is one-way.

        TimeoutError when nothing came in time, UnavailableError when too many calls wait for the device.
        """
        request = Request(next(self._ids), entity.id, method, params, oneway)
        self._requests[request.id] = request
        try:
            if not self._lines.offer(entity.id, request):
                self._queue(entity, request)
            async with asyncio.timeout(timeout_s):
                return await request.reply
        finally:
            self._forget(request)

    def take(self, entity: Entity) -> Request | None:
        """The next call that waits for a device; `settle` has to be told how its delivery went."""
        waiting = self._waiting.get(entity.id)
        if waiting is None:
            return None
        request = waiting.popleft()
        if not waiting:
            del self._waiting[entity.id]
        return request

    def wait(self, entity: Entity, wake: Wake[Request]) -> Leave:
        """Call `wake` with the next call until it takes one; as with `take`, `settle` comes after it."""
        return self._lines.join(entity.id, wake)

    def settle(self, request: Request, arrived: bool) -> None:
        """The bytes of a call have left, or were lost: then the next poll gets it."""
        if request.id not in self._requests or request.reply.done():
            return
        if not arrived:
            if not self._lines.offer(request.entity_id, request):
                self._waiting.setdefault(request.entity_id, deque()).appendleft(request)
        elif request.oneway:
            request.reply.set_result(None)

    def reply(self, entity: Entity, id: int, value: Value) -> bool:
        """What a device replies to a call; False when no such call of it waits (any more)."""
        request = self._requests.get(id)
        if request is None or request.entity_id != entity.id or request.reply.done():
            return False
        request.reply.set_result(value)
        return True

    def _queue(self, entity: Entity, request: Request) -> None:
        waiting = self._waiting.setdefault(entity.id, deque())
        if len(waiting) >= MAX_WAITING:
            raise UnavailableError(f"{MAX_WAITING} calls wait for {entity.name!r} already")
        waiting.append(request)

    def _forget(self, request: Request) -> None:
        del self._requests[request.id]
        waiting = self._waiting.get(request.entity_id)
        if waiting is not None and request in waiting:
            waiting.remove(request)
            if not waiting:
                del self._waiting[request.entity_id]


class Calls:
    """Calls of devices to the server that wait for what a rule chain answers, by the ids in the metadata."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._open: dict[tuple[str, str], Callable[[Value], None]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, session_id: str, answered: Callable[[Value], None]) -> tuple[str, Leave]:
        """A new call: its requestId, and what ends it; `answered` is called with the answer."""
        key = (session_id, str(next(self._numbers)))
        self._open[key] = answered
        return key[1], lambda: self._open.pop(key, None) and None

    def answer(self, session_id: str, request_id: str, value: Value) -> bool:
        """Answer the call that a message's metadata names; False when it does not wait (any more)."""
        answered = self._open.pop((session_id, request_id), None)
        if answered is None:
            return False
        answered(value)
        return True

"""Messages that no caller waits for: durable first, run at least once, retried, then kept as dead letters."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from engine.errors import UnavailableError
from engine.ids import new_id, now_ms
from engine.message import Message
from engine.ports import Commits, Entities, QueueRows
from engine.records import DeadLetter, Queued
from engine.runner import Runner
from engine.walk import Failure, Walk

MAX_ATTEMPTS = 5
FIRST_PAUSE_MS = 1_000
MAX_PAUSE_MS = 60_000
# How many messages memory holds; the rest waits in the store and is read page by page.
WINDOW = 1_000


class Queue:
    """The internal queue of one tenant."""

    def __init__(self, tenant: str, rows: QueueRows, entities: Entities, commits: Commits) -> None:
        self._tenant = tenant
        self._rows = rows
        self._entities = entities
        self._commits = commits
        self._runner: Runner | None = None
        self._held: dict[str, Queued] = {}  # in memory: running, or waiting for its time
        self._last = ""  # the newest id that memory has seen
        self._has_more = False  # beyond `_last` the store holds messages that memory does not
        self._is_reading = False
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.buried: Callable[[DeadLetter], None] = lambda letter: None

    def __len__(self) -> int:
        return len(self._held)

    async def start(self, runner: Runner) -> None:
        """Take up what an earlier run of the process left."""
        self._runner = runner
        self._has_more = True
        await self._read()

    def stop(self) -> None:
        """Begin nothing new; what is queued stays in the store."""
        self._runner = None
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
        """Process a message once it is durable: in `chain` (the root chain by default) from `node`."""
        queued = Queued(
            id=new_id(), tenant=self._tenant, message=message, chain=chain, node=node, due_ts=now_ms()
        )
        self._rows.put(queued)
        self._commits.open.then(lambda error: self._admit(queued) if error is None else None)

    def _admit(self, queued: Queued) -> None:
        """Durable now: run it, unless older ones that memory does not hold come first."""
        if self._is_reading or self._has_more or len(self._held) >= WINDOW:
            self._has_more = True
            return
        self._hold(queued)

    def _hold(self, queued: Queued) -> None:
        self._held[queued.id] = queued
        self._last = max(self._last, queued.id)
        delay_ms = queued.due_ts - now_ms()
        if delay_ms <= 0:
            self._run(queued)
        else:
            loop = asyncio.get_running_loop()
            self._timers[queued.id] = loop.call_later(delay_ms / 1000, self._run, queued)

    def _run(self, queued: Queued) -> None:
        self._timers.pop(queued.id, None)
        if self._runner is not None:
            walk = self._runner.run(queued.message, queued.message.id, queued.chain, queued.node)
            walk.then(lambda walk: self._finished(queued, walk))

    def _finished(self, queued: Queued, walk: Walk) -> None:
        """The walk is over; what it wrote has to be durable before the message is done."""
        if walk.unavailable is not None:
            self._again(queued, walk.unavailable.reason, attempts=queued.attempts)
        elif walk.failures:
            self._failed(queued, walk.failures)
        elif walk.batch is None:
            self._done(queued)
        else:
            walk.batch.then(
                lambda error: (
                    self._done(queued) if error is None else self._again(queued, str(error), queued.attempts)
                )
            )

    def _failed(self, queued: Queued, failures: list[Failure]) -> None:
        if queued.attempts + 1 < MAX_ATTEMPTS:
            self._again(queued, failures[0].reason, queued.attempts + 1)
            return
        try:
            for failure in failures:
                self.bury(failure, queued.message.id, queued.attempts + 1)
        except UnavailableError:  # one more attempt is better than to forget it
            self._again(queued, failures[0].reason, queued.attempts)
        else:
            self._done(queued)

    def bury(self, failure: Failure, trace_id: str, attempts: int) -> None:
        """Keep a message as a dead letter, at the place where it failed."""
        place = failure.place
        letter = DeadLetter(
            id=new_id(),
            tenant=self._tenant,
            message=failure.message,
            chain=place.chain if place else "",
            node_id=place.id if place else "",
            node_name=place.name if place else "",
            error=failure.reason,
            trace_id=trace_id,
            attempts=attempts,
            created_ts=now_ms(),
        )
        self._rows.bury(letter)
        self.buried(letter)

    def _again(self, queued: Queued, reason: str, attempts: int) -> None:
        """Try again later: after 1, 2, 4, ... seconds."""
        pause_ms = min(FIRST_PAUSE_MS << attempts, MAX_PAUSE_MS)
        queued.attempts, queued.due_ts, queued.error = attempts, now_ms() + pause_ms, reason
        # Should the store take nothing now: memory knows, and after a restart it would only be tried sooner.
        with contextlib.suppress(UnavailableError):
            self._rows.postpone(queued.id, attempts, queued.due_ts, reason)
        self._hold(queued)

    def _done(self, queued: Queued) -> None:
        self._held.pop(queued.id, None)
        # Not removed means run once more after a restart, which at-least-once allows.
        with contextlib.suppress(UnavailableError):
            self._rows.remove(queued.id)
        if self._has_more and len(self._held) < WINDOW // 2:
            self._read_on()

    def _read_on(self) -> None:
        if self._runner is not None and not self._is_reading:
            self._runner.tasks.start(self._read(), "queue")

    async def _attach(self, queued: Queued) -> None:
        """Give a message from the store its living originator; one that was deleted stays a name."""
        message = queued.message
        originator = await self._entities.get(self._tenant, message.originator.id)
        if originator is not None:
            queued.message = msgspec.structs.replace(message, originator=originator)

    async def _read(self) -> None:
        """Bring the next messages into memory, oldest first."""
        self._is_reading = True
        try:
            while self._has_more and len(self._held) < WINDOW:
                # What becomes durable while this is read sets it again, and the next round finds it.
                self._has_more = False
                page = await self._rows.due(WINDOW, self._last)
                self._has_more = self._has_more or bool(page)
                for queued in page:
                    await self._attach(queued)
                    self._hold(queued)
        except UnavailableError:  # what the store holds is read when it is back
            self._has_more = True
            asyncio.get_running_loop().call_later(FIRST_PAUSE_MS / 1000, self._read_on)
        finally:
            self._is_reading = False

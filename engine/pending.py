"""What one request waits for before it is answered: walks of its messages, and batches that become durable."""

from __future__ import annotations

from typing import Protocol

from engine.errors import UnavailableError
from engine.exchange import Exchange, Reply, problem
from engine.journal import Journal
from engine.message import Message
from engine.ports import Batch, Commits
from engine.queue import Queue
from engine.runner import Runner
from engine.walk import Failure, Walk


class WayIn(Protocol):
    """What a request needs on its way."""

    commits: Commits
    runner: Runner
    queue: Queue
    journal: Journal


class Pending:
    """One request on its way: first its messages walk, then what they wrote becomes durable, then it is answered.

    It is a walk of its own until `closed` is called for the first time. `prepare` is called when all have walked,
    in the same breath as the last of them; `reply` makes the answer when all went well; `drop` is called when nobody
    wants that any more.
    """

    __slots__ = ("_held", "_walks", "_writing", "exchange", "refused", "way")

    def __init__(self, way: WayIn, exchange: Exchange) -> None:
        self.way = way
        self.exchange = exchange
        self.refused: Reply | None = None
        self._walks = 1
        self._writing = 0
        self._held: Batch | None = None

    def prepare(self) -> None:
        """All messages are through; nothing is durable yet."""

    def drop(self) -> None:
        """The answer comes too late or is another: the exchange has one already, its caller has gone, it is refused."""

    def reply(self) -> Reply | None:
        """The answer, once nothing is waited for; None when it will come from elsewhere."""
        raise NotImplementedError

    def refuse(self, reply: Reply) -> None:
        """Answer this in the end, or what is graver: 503 before 500 before 403; the first of the same status."""
        if self.refused is None or reply.status > self.refused.status:
            self.refused = reply

    def run(self, message: Message, chain: str | None = None) -> None:
        """Send a message through a chain (the root chain by default) and wait for it."""
        way = self.way
        commits = way.commits
        writes = commits.writes
        walk = way.runner.dash(message, self.exchange.id, chain)
        if walk is not None:
            self.follow(walk)
        elif commits.writes != writes:
            self.hold(commits.open)

    def follow(self, walk: Walk) -> None:
        """Wait for a walk."""
        self._walks += 1
        walk.then(self.walked)

    def hold(self, batch: Batch) -> None:
        """Do not answer before this is durable."""
        if batch is not self._held:
            self._held = batch
            self._writing += 1
            batch.then(self._settled)

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return self._walks == 0 and self._writing == 0

    def closed(self) -> None:
        """One walk less to wait for."""
        self._walks -= 1
        if self._walks == 0:
            self.prepare()
            if self._writing == 0:
                self._finish()

    def walked(self, walk: Walk) -> None:
        """One of its messages is through."""
        if walk.unavailable is not None:
            self.refuse(unavailable(walk.unavailable))
        elif walk.failures:
            self.refuse(failed(walk.failures[0].reason, self.exchange.id))
            for failure in walk.failures:
                self._bury(failure)
        if walk.batch is not None:
            self.hold(walk.batch)
        self.closed()

    def _bury(self, failure: Failure) -> None:
        way = self.way
        try:
            way.queue.bury(failure, self.exchange.id, 1)
            way.journal.failed(failure, self.exchange.id)
            self.hold(way.commits.open)
        except UnavailableError as error:
            self.refuse(unavailable(error))

    def _settled(self, error: Exception | None) -> None:
        if error is not None:
            known = error if isinstance(error, UnavailableError) else UnavailableError(str(error))
            self.refuse(unavailable(known))
        self._writing -= 1
        if self._writing == 0 and self._walks == 0:
            self._finish()

    def _finish(self) -> None:
        self._held = None  # which holds this; without that all of it would wait for the garbage collector
        exchange = self.exchange
        if exchange.reply is not None:
            self.drop()
        elif self.refused is not None:
            self.drop()
            exchange.answer(self.refused)
        else:
            reply = self.reply()
            if reply is not None:
                exchange.answer(reply)


def unavailable(error: UnavailableError) -> Reply:
    """503: nothing of it is sure to be stored, so come again."""
    headers = {"Retry-After": str(error.retry_after_s)}
    return problem(503, "Service unavailable", error.reason, headers=headers)


def failed(reason: str, trace_id: str) -> Reply:
    """500: a node failed, and no arrow handles that."""
    return problem(500, "The rule chain failed", reason, trace=trace_id)


def too_many(values: int, most: int) -> Reply:
    """413: what comes at once must fit into one commit, and this never will."""
    text = f"the body brings {values} values, of {most} that can be stored at once: send it in parts"
    return problem(413, "Content too large", text, limit="values")


def limited(name: str, rule: str, wait_s: int) -> Reply:
    """429 with the name of the limit and when to come again."""
    text = f"the {name} limit of {rule} is reached"
    return problem(429, "Too many requests", text, headers={"Retry-After": str(wait_s)}, limit=name)

"""The device side of an integration: HTTP request -> intake -> HTTP response. Knows no server.

Whatever happens, an exchange gets exactly one answer before its deadline: that is kept here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from engine.exchange import Book, Exchange, Reply, problem
from engine.integration import Integration
from engine.shapes import Call
from web.house import House

log = structlog.get_logger("tidegate.endpoint")
PREFIX: Final = "/api/v1/integrations/http/"
SWEEP_S: Final = 0.05
_UPLINKS: Final = frozenset(("POST", "PUT"))
_ALLOW: Final = {"Allow": "POST, PUT, GET, HEAD"}


class Endpoint:
    """Answers device requests, whichever door they came through."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._directory = house.directory
        self.book = Book()
        self.is_stopping = False

    def start(self) -> None:
        """Begin to watch deadlines; call it on the event loop."""
        self._intake = self._house.intake
        self._clock = asyncio.get_running_loop().time
        self._house.timers.every(SWEEP_S, self._sweep)

    async def stop(self, timeout_s: float) -> None:
        """Answer 503 from now on, wait for exchanges under way, then answer those too."""
        self.is_stopping = True
        book = self.book
        for exchange in tuple(book.polls):
            exchange.answer(_stopping())
        deadline = self._clock() + timeout_s
        while book.open and self._clock() < deadline:  # noqa: ASYNC110  they end in many places
            await asyncio.sleep(0.01)
        for exchange in tuple(book.open):
            exchange.answer(_stopping())

    @property
    def under_way(self) -> int:
        """How many exchanges wait for their answer."""
        return len(self.book.open) + len(self.book.polls)

    @property
    def statuses(self) -> Mapping[int, int]:
        """How many exchanges were answered with each status."""
        return {status: count for status, count in enumerate(self.book.statuses) if count}

    def open(self, exchange: Exchange) -> bool:
        """Enter an exchange, of any door for devices; False when it is answered: the server is stopping."""
        exchange.book = self.book
        return not (self.is_stopping and exchange.answer(_stopping()))

    def watch(self, exchange: Exchange, deadline_s: float) -> None:
        """Answer it with 504 at its deadline; `stop` waits for it."""
        self.book.open[exchange] = self._clock() + deadline_s

    def hold(self, exchange: Exchange) -> None:
        """It is a poll: it ends on its own, and `stop` answers it at once."""
        self.book.polls.add(exchange)

    def handle(self, call: Call, exchange: Exchange) -> None:
        """Take a request in; its exchange is answered exactly once, now or before the deadline."""
        book = self.book
        exchange.book = book
        integration = self._directory.by_key.get(call.key)
        if self.is_stopping:
            exchange.answer(_stopping())
        elif integration is None:
            exchange.answer(problem(404, "Not found", "no integration has this routing key"))
        elif call.method in _UPLINKS:
            book.open[exchange] = self._clock() + integration.deadline_s
            try:
                self._intake.uplink(integration, call, exchange)
            except Exception as error:
                log.exception("an uplink broke", integration=integration.name, trace=exchange.id)
                exchange.answer(broken(exchange, error))
        else:
            self._ask(integration, call, exchange)

    def _ask(self, integration: Integration, call: Call, exchange: Exchange) -> None:
        method = call.method
        if method not in ("GET", "HEAD"):
            exchange.answer(
                problem(405, "Method not allowed", f"{method} is not for devices", headers=_ALLOW)
            )
        elif "deviceName" in call.query and method == "GET":
            self.hold(exchange)
            self._house.tasks.start(self._poll(integration, call, exchange), "poll")
        else:
            exchange.answer(Reply(200))

    async def _poll(self, integration: Integration, call: Call, exchange: Exchange) -> None:
        try:
            await self._intake.poll(integration, call, exchange)
        except Exception as error:
            log.exception("a poll broke", integration=integration.name, trace=exchange.id)
            exchange.answer(broken(exchange, error))

    def _sweep(self) -> None:
        """Answer what has come to its deadline; work already under way goes on."""
        now = self._clock()
        for exchange in [exchange for exchange, deadline in self.book.open.items() if deadline <= now]:
            text = "the rule chain did not finish in time; what it does goes on"
            exchange.answer(problem(504, "Gateway timeout", text, trace=exchange.id))


def split(path: str) -> tuple[str, str]:
    """The routing key in a path below PREFIX, and what stands behind it; without a key the whole path."""
    key, _, rest = path[len(PREFIX) :].partition("/") if path.startswith(PREFIX) else ("", "", "")
    return (key, rest) if key else ("", path)


def broken(exchange: Exchange, error: Exception) -> Reply:
    """500 for what nobody foresaw."""
    return problem(500, "Internal error", type(error).__name__, trace=exchange.id)


def _stopping() -> Reply:
    return problem(503, "Service unavailable", "the server is stopping", headers={"Retry-After": "5"})

"""The listener: its sockets, the connections on them, one clock for all their time limits."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, cast

import structlog

from engine.exchange import Exchange, Reply, problem
from engine.shapes import Call
from web.listener.connection import Connection
from web.listener.head import Heads
from web.listener.limits import Limits
from web.listener.responses import Responses
from web.settings import Settings

log = structlog.get_logger("tidegate.listener")
SWEEP_S = 0.25
BACKLOG = 1024


class Desk(Protocol):
    """Answers requests."""

    def handle(self, call: Call, exchange: Exchange) -> None:
        """Take a request in; its exchange is answered exactly once, now or later, unless it is abandoned first."""


class Server(Protocol):
    """What is asked of the loop's server; uvloop's keeps a list where asyncio's says tuple."""

    @property
    def sockets(self) -> Sequence[socket.socket]:
        """What it listens on."""

    def close(self) -> None:
        """Take no new connections."""

    async def wait_closed(self) -> None:
        """Until it has ended."""


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """TLS with the certificate of the main door, None without one; OSError when a file is missing or wrong."""
    if not settings.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.data_client_ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(settings.certificate, settings.private_key)
    if settings.data_client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def listener_of(settings: Settings, desk: Desk) -> Listener:
    """The listener that an operator has chosen."""
    tls = tls_context(settings)
    return Listener(desk, settings.data_bind, Limits.of(settings), tls, settings.data_reuse_port)


class Listener:
    """Serves a desk on one address, on none when `bind` is empty. `start` and `stop` may be called again and again."""

    def __init__(
        self,
        desk: Desk,
        bind: str,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        reuse_port: bool = False,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self.desk = desk
        self.bind = bind
        self.limits = limits or Limits()
        self.is_tls = tls is not None
        self.heads = Heads(self.limits)
        self.responses = Responses()
        self.connections: set[Connection] = set()
        self.unsent: set[Connection] = set()
        self.refused = 0
        self.now = 0.0
        self._tls = tls
        self._reuse_port = reuse_port
        self._sweep_s = sweep_s
        self._timeouts = self.limits.timeouts()
        self._addresses: Counter[str] = Counter()
        self._ready: list[Connection] = []
        self._server: Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_empty = asyncio.Event()

    @property
    def port(self) -> int:
        """The port that it listens on; 0 when it does not."""
        if self._server is None or not self._server.sockets:
            return 0
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    # ------------------------------------------------------------------ start and stop

    async def start(self) -> None:
        """Listen; OSError with the address and the setting when that cannot be."""
        if self._server is not None or not self.bind:
            return
        self._loop = asyncio.get_running_loop()
        host, _, port = self.bind.rpartition(":")
        try:
            self._server = await self._loop.create_server(
                lambda: cast(asyncio.Protocol, Connection(self)),
                host.strip("[]"),
                int(port),
                backlog=BACKLOG,
                ssl=self._tls,
                reuse_address=True,  # connections that ended lately must not keep a restart from its port
                reuse_port=self._reuse_port or None,
                ssl_handshake_timeout=self.limits.head_s if self._tls else None,
            )
        except OSError as error:
            text = f"the data listener cannot listen on {self.bind}: {error.strerror or error}"
            raise OSError(error.errno, f"{text}; TIDEGATE_DATA_BIND chooses another address") from None
        self._sweep()
        log.info("the data listener listens", address=self.bind, tls=self.is_tls)

    async def stop(self, timeout_s: float) -> None:
        """Take no new connections and requests, answer what is under way, close; at the latest after `timeout_s`."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for connection in tuple(self.connections):
            connection.finish()
        try:
            await asyncio.wait_for(self._gone(), timeout_s)
        except TimeoutError:
            for connection in tuple(self.connections):
                connection.abort()
            await self._gone()
        if self._timer is not None:
            self._timer.cancel()
        await server.wait_closed()

    async def _gone(self) -> None:
        while self.connections:
            self._is_empty.clear()
            await self._is_empty.wait()

    # ------------------------------------------------------------------ what connections tell

    def joined(self, connection: Connection) -> Reply | None:
        """A connection was made; the answer to end it with, None when it may stay."""
        self.connections.add(connection)
        self._addresses[connection.remote] += 1
        limits = self.limits
        is_crowd = len(self.connections) > limits.connections * 1.1 + 8  # too many even to be told
        if is_crowd or self._addresses[connection.remote] > limits.connections_per_address:
            self.refused += 1
            connection.abort()
        elif len(self.connections) > limits.connections:
            self.refused += 1
            text = f"there are {limits.connections} connections already"
            return problem(503, "Service unavailable", text, headers={"Retry-After": "5"})
        return None

    def left(self, connection: Connection) -> None:
        """A connection is over."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self.unsent.discard(connection)
        self._addresses[connection.remote] -= 1
        if not self._addresses[connection.remote]:
            del self._addresses[connection.remote]
        if not self.connections:
            self._is_empty.set()

    def soon(self, connection: Connection) -> None:
        """Flush a connection once what is going on now is over."""
        if not self._ready:
            self._loop.call_soon(self._flush)
        self._ready.append(connection)

    def _flush(self) -> None:
        ready, self._ready = self._ready, []
        for connection in dict.fromkeys(ready):
            connection.flush_now()

    # ------------------------------------------------------------------ the clock

    def _sweep(self) -> None:
        """Look at the clock and at all connections: one timer, however many there are."""
        self.now = now = self._loop.time()
        self.responses.refresh()
        timeouts = self._timeouts
        for connection in tuple(self.connections):
            if now - connection.since > timeouts[connection.doing]:
                connection.expired()
        unsent, self.unsent = self.unsent, set()
        for connection in unsent:
            connection.check_sent()
        self._timer = self._loop.call_later(self._sweep_s, self._sweep)

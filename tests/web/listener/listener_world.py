"""A listener on a loopback port, a desk that remembers what it was asked, and callers that send raw bytes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.exchange import Exchange, Reply
from engine.shapes import Call
from tests.ports import free_port
from web.listener import Limits, Listener

SWEEP_S = 0.01
WAIT_S = 60
HOST = b"Host: tide\r\n"

Open = Callable[..., Awaitable["Bench"]]


class Desk:
    """Answers by path: /wait... when the test says so, /down with a downlink, /large with many bytes, else at once."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.waiting: dict[str, Exchange] = {}
        self.lost: list[str] = []
        self.sent: list[bool] = []
        self.body = b""

    def handle(self, call: Call, exchange: Exchange) -> None:
        """Take a request in."""
        self.calls.append(call)
        if call.path.startswith("/wait"):
            self.waiting[call.path] = exchange
            exchange.on_end = lambda: self._ended(call.path, exchange)
        elif call.path == "/down":
            exchange.answer(Reply(200, b'{"to":1}', "application/json", {"X-Kind": "a"}, self.sent.append))
        elif call.path == "/large":
            exchange.answer(Reply(200, self.body, "text/plain", on_sent=self.sent.append))
        elif call.path == "/broken":
            raise LookupError("nobody foresaw this")
        else:
            exchange.answer(Reply(204) if not call.body else Reply(200, call.body, "text/plain"))

    def _ended(self, path: str, exchange: Exchange) -> None:
        if exchange.reply is not None and exchange.reply.status == 499:
            self.lost.append(path)

    def answer(self, path: str, body: bytes = b"", **more: Any) -> None:
        """Answer one that waits."""
        self.waiting[path].answer(Reply(200, body or path.encode(), "text/plain", **more))

    @property
    def paths(self) -> list[str]:
        """What it was asked."""
        return [call.path for call in self.calls]


@dataclass
class Answer:
    """One response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Caller:
    """One connection to the listener."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *pieces: bytes) -> None:
        """Send these bytes, each piece in a write of its own."""
        for piece in pieces:
            self.writer.write(piece)

    async def drip(self, data: bytes) -> None:
        """Send byte by byte, for as long as somebody listens."""
        for at in range(len(data)):
            if self.writer.is_closing():
                return
            self.writer.write(data[at : at + 1])
            await asyncio.sleep(0)

    async def answer(self, is_head: bool = False) -> Answer:
        """The next response."""
        async with asyncio.timeout(WAIT_S):
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
            version, status, _ = lines[0].split(" ", 2)
            assert version == "HTTP/1.1"
            headers = dict(line.split(": ", 1) for line in lines[1:])
            headers = {name.lower(): value for name, value in headers.items()}
            length = 0 if is_head else int(headers.get("content-length", 0))
            return Answer(int(status), headers, await self.reader.readexactly(length))

    async def rest(self) -> list[Answer]:
        """All responses until the listener closes."""
        found = []
        while True:
            try:
                found.append(await self.answer())
            except ConnectionResetError:
                return found
            except asyncio.IncompleteReadError as error:
                if error.partial:
                    raise
                return found

    async def is_closed(self) -> bool:
        """Wait until the listener closes; whether nothing came before."""
        async with asyncio.timeout(WAIT_S):
            try:
                return await self.reader.read() == b""
            except ConnectionResetError:
                return True

    async def close(self) -> None:
        """Go."""
        self.writer.close()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)


@dataclass
class Bench:
    """A listener, its desk, its callers."""

    listener: Listener
    desk: Desk
    callers: list[Caller] = field(default_factory=list)

    async def caller(self, *pieces: bytes, tls: ssl.SSLContext | None = None) -> Caller:
        """A new connection, with these bytes sent."""
        name = "localhost" if tls else None
        streams = await asyncio.open_connection(
            "127.0.0.1", self.listener.port, ssl=tls, server_hostname=name
        )
        caller = Caller(*streams)
        self.callers.append(caller)
        caller.send(*pieces)
        return caller


def opener() -> tuple[Open, Callable[[], Awaitable[None]]]:
    """What opens benches with some limits, and what closes all of them."""
    benches: list[Bench] = []

    async def opened(tls: ssl.SSLContext | None = None, **limits: Any) -> Bench:
        desk = Desk()
        listener = Listener(desk, f"127.0.0.1:{free_port()}", Limits(**limits), tls, sweep_s=SWEEP_S)
        await listener.start()
        benches.append(Bench(listener, desk))
        return benches[-1]

    async def close() -> None:
        for bench in benches:
            for caller in bench.callers:
                await caller.close()
            await bench.listener.stop(WAIT_S)
            assert not bench.listener.connections
            assert not bench.listener.unsent

    return opened, close


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something is so; the test fails when it never is."""
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.001)  # what it waits for may need this core


def get(path: str = "/now", *lines: bytes) -> bytes:
    """A GET."""
    return request("GET", path, b"", *lines)


def post(path: str = "/now", body: bytes = b"hello", *lines: bytes) -> bytes:
    """A POST with a Content-Length."""
    return request("POST", path, body, b"Content-Length: %d" % len(body), *lines)


def chunked(path: str, body: bytes, *lines: bytes) -> bytes:
    """A POST with these bytes as its chunked body."""
    return request("POST", path, body, b"Transfer-Encoding: chunked", *lines)


def request(method: str, path: str, body: bytes, *lines: bytes, version: bytes = b"1.1") -> bytes:
    """A request."""
    head = b"%b %b HTTP/%b\r\n" % (method.encode(), path.encode(), version)
    return head + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def statuses(answers: Iterable[Answer]) -> list[int]:
    """Their statuses."""
    return [answer.status for answer in answers]

"""Heads that are too large: over HTTP/1.1 Hypercorn refuses them, over HTTP/2 this does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from engine.exchange import problem
from web.door import Receive, Send
from web.refusals import PATIENCE_S

# What HTTP/2 counts for each field beside its name and value (RFC 9113, 6.5.2).
_FIELD = 32


class Heads:
    """Around the application: answers 431 to a request whose fields are larger than `limit` bytes."""

    def __init__(self, inner: Callable[..., Awaitable[None]], limit: int) -> None:
        self._inner = inner
        self._limit = limit

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one connection of any kind."""
        if scope.get("http_version") != "2" or self._size(scope) <= self._limit:
            await self._inner(scope, receive, send)
            return
        reply = problem(431, "Request header fields too large", f"a head may have {self._limit} bytes")
        headers = [
            (b"content-type", reply.content_type.encode()),
            (b"content-length", str(len(reply.body)).encode()),
        ]
        await _read_out(receive)
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body, "more_body": False})

    def _size(self, scope: Any) -> int:
        fields = sum(len(name) + len(value) + _FIELD for name, value in scope["headers"])
        return len(scope["raw_path"]) + len(scope["query_string"]) + fields


async def _read_out(receive: Receive) -> None:
    """Take the body in and throw it away: Hypercorn ends the connection when data comes for an answered request."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while (await receive()).get("more_body"):
                pass

"""Refusals that arrive: a request that is refused early is read to its end before it is answered.

A server that answers 413 and closes while the client is still sending resets the connection, and the client
never sees the answer. So the rest of the body is taken in and thrown away first, for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from web.door import Event, Receive, Send

PATIENCE_S = 5.0


class Refusals:
    """Around the application: holds an error back until the body has come, at most PATIENCE_S."""

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one connection of any kind."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        is_whole = False
        waiting: asyncio.Future[None] | None = None

        async def watched_receive() -> Event:
            nonlocal is_whole
            event = await receive()
            if event["type"] == "http.disconnect" or not event.get("more_body"):
                is_whole = True
                if waiting is not None and not waiting.done():
                    waiting.set_result(None)
            return event

        async def patient_send(event: Event) -> None:
            nonlocal waiting
            if event["type"] == "http.response.start" and event["status"] >= 400 and not is_whole:
                waiting = asyncio.get_running_loop().create_future()
                await asyncio.wait((waiting,), timeout=PATIENCE_S)
            await send(event)

        await self._inner(scope, watched_receive, patient_send)

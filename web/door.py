"""The Quart door for devices: an ASGI request becomes a Call, a Reply becomes the response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from quart import Quart, Response, request

from engine.exchange import Exchange, Reply, Told
from engine.shapes import Call
from web.endpoint import PREFIX, Endpoint, split

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
DEVICES = "/api/v1/"
_EXCHANGE = "tidegate.exchange"
_NO_CONTENT = 204

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


def register(app: Quart, endpoint: Endpoint) -> None:
    """Put the device endpoint into the application."""

    @app.route(f"{PREFIX}<path:rest>", methods=METHODS, provide_automatic_options=False)
    async def device(rest: str) -> Response:
        body = await request.get_data(False, False, False)
        scope: dict[str, Any] = request.scope  # type: ignore[assignment]
        call = call_of(scope, body)
        return await answer(lambda exchange: endpoint.handle(call, exchange), scope)

    app.asgi_app = Deliveries(app.asgi_app)  # type: ignore[assignment, method-assign]


def call_of(scope: dict[str, Any], body: bytes) -> Call:
    """What an ASGI scope says of a request."""
    headers: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    query, (key, path) = scope["query_string"], split(scope["path"])
    return Call(
        scope["method"],
        path,
        dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {},
        headers,
        body,
        scope["client"][0] if scope.get("client") else "",
        key,
    )


async def answer(handle: Callable[[Exchange], None], scope: dict[str, Any]) -> Response:
    """Wait for the reply that `handle` leads to; when the caller goes first, let the exchange know."""
    ready: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def tell(reply: Reply) -> None:
        if not ready.done():
            ready.set_result(reply)

    exchange = scope[_EXCHANGE] = Told(tell)
    handle(exchange)
    try:
        reply = await ready
    except asyncio.CancelledError:
        exchange.abandoned()
        raise
    return to_response(reply)


def to_response(reply: Reply) -> Response:
    """A reply as Quart sends it."""
    response = Response(reply.body, reply.status, dict(reply.headers))
    if reply.content_type:
        response.headers["Content-Type"] = reply.content_type
    else:
        del response.headers["Content-Type"]
    if reply.status == _NO_CONTENT:
        del response.headers["Content-Length"]  # RFC 9110, 8.6
    return response


class Deliveries:
    """Around the application: tells an exchange whether the bytes of its reply have left."""

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one connection of any kind; only exchanges of devices are watched."""
        if scope["type"] != "http" or not scope["path"].startswith(DEVICES):
            await self._inner(scope, receive, send)
            return
        gone = False

        async def watched_receive() -> Event:
            nonlocal gone
            event = await receive()
            gone = gone or event["type"] == "http.disconnect"
            return event

        async def watched_send(event: Event) -> None:
            # Quart's last event is empty: the bytes have been written. With it the connection of a caller that asked
            # for "Connection: close" ends, which cannot be told from a caller that goes; so look before.
            if event["type"] == "http.response.body" and not event.get("more_body") and _EXCHANGE in scope:
                await asyncio.sleep(0)  # the receiving side hears of a write that failed
                scope[_EXCHANGE].sent(not gone)
            await send(event)

        try:
            await self._inner(scope, watched_receive, watched_send)
        finally:
            if _EXCHANGE in scope:
                scope[_EXCHANGE].sent(False)

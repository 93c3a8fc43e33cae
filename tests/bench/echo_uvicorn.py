"""The limit of the common ASGI server: uvicorn (uvloop, httptools), raw ASGI, JSON in and out, nothing else."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import uvicorn


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    body = b""
    while True:
        event = await receive()
        body += event["body"]
        if not event["more_body"]:
            break
    text = msgspec.json.encode(msgspec.json.decode(body))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


if __name__ == "__main__":
    options = {"loop": "uvloop", "http": "httptools", "lifespan": "off", "access_log": False}
    uvicorn.run(echo, port=int(sys.argv[1]), log_level="warning", **options)

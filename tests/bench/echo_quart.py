"""The limit of the Quart door: Hypercorn on uvloop, JSON in and out, nothing else."""

from __future__ import annotations

import asyncio
import sys

import msgspec
import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request

app = Quart(__name__)


@app.post("/<path:path>")
async def echo(path: str) -> Response:
    body = msgspec.json.encode(msgspec.json.decode(await request.get_data()))
    return Response(body, 200, {"Content-Type": "application/json"})


if __name__ == "__main__":
    config = Config()
    config.bind = [f"127.0.0.1:{sys.argv[1]}"]
    config.accesslog = config.errorlog = None
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(app, config))

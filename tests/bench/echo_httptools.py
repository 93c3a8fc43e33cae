"""The limit of any HTTP server in Python: httptools on uvloop, JSON in and out, nothing else.

`PORT [stdlib]`: JSON by msgspec, the quickest there is, or by Python's own `json`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httptools
import msgspec
import uvloop


class Echo(asyncio.Protocol):
    """Parses a request, decodes its JSON, sends it back."""

    transport: asyncio.Transport

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.body = b""

    def on_body(self, body: bytes) -> None:
        self.body += body

    def again(self, body: bytes) -> bytes:
        """The JSON decoded and encoded."""
        return msgspec.json.encode(msgspec.json.decode(body))

    def on_message_complete(self) -> None:
        text = self.again(self.body)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(text), text)
        )


class StandardEcho(Echo):
    """The same with the JSON of the standard library."""

    def again(self, body: bytes) -> bytes:
        """The JSON decoded and encoded."""
        return json.dumps(json.loads(body)).encode()


async def main(port: int, protocol: type[Echo]) -> None:
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), StandardEcho if sys.argv[2:] == ["stdlib"] else Echo))

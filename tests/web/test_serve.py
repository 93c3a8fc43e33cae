"""How Hypercorn is set up."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from hypercorn.asyncio import serve

from tests.ports import free_port
from web.serve import server_config
from web.settings import Settings


def test_the_system_watches_over_every_connection_of_the_main_door() -> None:
    port = free_port()
    (listening,) = server_config(Settings(bind=f"127.0.0.1:{port}")).create_sockets().insecure_sockets
    with listening:
        listening.listen()
        with socket.create_connection(("127.0.0.1", port)), listening.accept()[0] as connection:
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30


async def test_the_main_door_keeps_a_connection_for_as_long_as_is_set_and_a_minute_by_default() -> None:
    """Two doors, each with one idle caller: the one of the short time closes, the one of the default does not."""
    stop = asyncio.Event()
    doors, callers = [], []
    for setting in ({"keep_alive_s": 0.1}, {}):
        settings = Settings(bind=f"127.0.0.1:{free_port()}", shutdown_s=1, **setting)
        config = server_config(settings)
        doors.append(asyncio.create_task(serve(nothing, config, shutdown_trigger=stop.wait)))
        host, port = settings.bind.split(":")
        async with asyncio.timeout(60):
            while len(callers) < len(doors):
                try:
                    callers.append(await asyncio.open_connection(host, int(port)))
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
    async with asyncio.timeout(60):
        for reader, writer in callers:
            writer.write(b"GET / HTTP/1.1\r\nHost: tide\r\n\r\n")
            assert b" 204 " in await reader.readuntil(b"\r\n\r\n")
        (short, _), (long, _) = callers
        assert await short.read() == b""
        assert not long.at_eof()
        stop.set()
        assert await long.read() == b""
        for _, writer in callers:
            writer.close()
        await asyncio.gather(*doors)
    assert server_config(Settings()).keep_alive_timeout > 60


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Answers 204."""
    if scope["type"] == "lifespan":
        for _ in range(2):
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_a_restart_gets_its_port_back_from_connections_that_it_has_closed() -> None:
    """Who closes first keeps the port in TIME_WAIT for a minute."""
    config = server_config(Settings(bind=f"127.0.0.1:{(port := free_port())}"))
    (listening,) = config.create_sockets().insecure_sockets
    with listening:
        listening.listen()
        caller = socket.create_connection(("127.0.0.1", port))
        listening.accept()[0].close()
        assert caller.recv(1) == b""
        caller.close()
    with socket.socket() as strict, pytest.raises(OSError, match="in use"):
        strict.bind(("127.0.0.1", port))
    for again in config.create_sockets().insecure_sockets:
        again.close()

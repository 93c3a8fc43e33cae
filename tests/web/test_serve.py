"""How Hypercorn is set up."""

from __future__ import annotations

import socket

import pytest

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

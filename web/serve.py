"""Runs the application on Hypercorn with uvloop."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets

from web.app import Tidegate
from web.settings import Settings

# When the system asks an idle caller whether it is still there, how often, and how many silences are its end.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class _Config(Config):
    """Hypercorn's configuration, with sockets whose connections end when the caller is gone without a word.

    Hypercorn's own pings of WebSockets only send, and hold a stop up for as long as they sleep.
    """

    def create_sockets(self) -> Sockets:
        """The listening sockets; the connections on them inherit their options."""
        sockets = super().create_sockets()
        for listening in (*sockets.secure_sockets, *sockets.insecure_sockets):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEP_ALIVE.items():
                if hasattr(socket, name):  # not everywhere
                    listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return sockets


def server_config(settings: Settings) -> Config:
    """Hypercorn's configuration for these settings."""
    config = _Config()
    config.bind = [settings.bind]
    config.h11_max_incomplete_size = settings.max_header_bytes
    # Over HTTP/2 the application answers 431; Hypercorn would end the connection, with everything on it.
    config.h2_max_header_list_size = 2 * settings.max_header_bytes
    config.graceful_timeout = settings.shutdown_s
    config.shutdown_timeout = settings.shutdown_s + 30
    config.startup_timeout = 120
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    config.backlog = 1024
    # The default closes a connection after 1000 requests, which a device would take for a fault.
    config.keep_alive_max_requests = 1_000_000_000
    # Nor is its 5 seconds for those that report every few: who posts just as it closes sees a reset.
    config.keep_alive_timeout = settings.keep_alive_s
    if settings.certificate:
        config.certfile, config.keyfile = settings.certificate, settings.private_key
    return config


def calm_collector() -> None:
    """Leave what was loaded at the start out of garbage collection, and collect the rest less often.

    Messages are freed by their reference counts; a collection each 700 objects, as by default, looks at
    everything under way again and again for cycles that are not there: a tenth of the time under load.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def allow_connections() -> None:
    """As many open files as the system lets this process have: by default it is often 1,024, and each caller is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run(app: Tidegate, settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once requests can come."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)

        async def stopped() -> None:
            calm_collector()
            ready()
            await stop.wait()
            # Before Hypercorn waits for its connections: those that poll would keep it waiting.
            app.live.close()
            await app.endpoint.stop(settings.shutdown_s)

        await hypercorn_serve(app.web, server_config(settings), shutdown_trigger=stopped)

    allow_connections()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())

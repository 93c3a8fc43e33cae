"""Runs the application on Hypercorn with uvloop."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
from collections.abc import Callable
from contextlib import suppress

import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from web.app import Tidegate
from web.settings import Settings


def server_config(settings: Settings) -> Config:
    """Hypercorn's configuration for these settings."""
    config = Config()
    config.bind = [settings.bind]
    config.h11_max_incomplete_size = settings.max_header_bytes
    config.graceful_timeout = settings.shutdown_s
    config.shutdown_timeout = settings.shutdown_s + 30
    config.startup_timeout = 120
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    config.backlog = 1024
    # The default closes a connection after 1000 requests, which a device would take for a fault.
    config.keep_alive_max_requests = 1_000_000_000
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

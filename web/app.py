"""create_app: the one place where the parts meet."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from quart import Quart, Response
from werkzeug.exceptions import HTTPException

from engine.errors import UnavailableError
from engine.exchange import problem
from web import device_api, door, live, operations
from web.api import management
from web.door import to_response
from web.endpoint import Endpoint
from web.heads import Heads
from web.house import House
from web.listener import Listener
from web.listener.desk import DataDesk
from web.listener.server import listener_of
from web.pages import register as register_pages
from web.refusals import Refusals
from web.settings import Settings

log = structlog.get_logger("tidegate.web")


@dataclass(frozen=True)
class Tidegate:
    """The application and the parts of it that its owner may have to talk to."""

    web: Quart
    house: House
    endpoint: Endpoint
    live: live.Live
    listener: Listener


def create_app(settings: Settings) -> Tidegate:
    """The application with everything in it; the store is opened before the first request is served."""
    app = Quart("tidegate", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["BODY_TIMEOUT"] = settings.request_timeout_s
    house = House(settings)
    endpoint = Endpoint(house)
    door.register(app, endpoint)
    devices = device_api.register(app, house, endpoint)
    listener = listener_of(settings, DataDesk(endpoint, devices, house.tasks))
    management.register(app, house, endpoint, listener)
    sockets = live.register(app, house)
    operations.register(app, house, endpoint)
    register_pages(app)
    app.asgi_app = Heads(Refusals(app.asgi_app), settings.max_header_bytes)  # type: ignore[assignment]
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(UnavailableError, _unavailable)
    app.register_error_handler(Exception, _broken)

    @app.before_serving
    async def open_house() -> None:
        await house.open()
        endpoint.start()
        try:
            await listener.start()
        except OSError:
            await house.close()
            raise

    @app.after_serving
    async def close_house() -> None:
        await endpoint.stop(settings.shutdown_s)
        await listener.stop(settings.shutdown_s)
        await house.close()

    return Tidegate(app, house, endpoint, sockets, listener)


async def _refused(error: HTTPException) -> Response:
    headers = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Location")
    }
    return to_response(problem(error.code or 500, error.name, error.description or "", headers=headers))


async def _unavailable(error: UnavailableError) -> Response:
    headers = {"Retry-After": str(error.retry_after_s)}
    return to_response(problem(503, "Service unavailable", error.reason, headers=headers))


async def _broken(error: Exception) -> Response:
    log.exception("a request broke", exc_info=error)
    return to_response(problem(500, "Internal error", type(error).__name__))

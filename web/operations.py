"""For operators: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from quart import Quart, Response

from engine.errors import UnavailableError
from engine.exchange import Reply, problem
from engine.values import encode
from web.door import to_response
from web.endpoint import Endpoint
from web.house import House
from web.metrics import exposition


def register(app: Quart, house: House, endpoint: Endpoint) -> None:
    """Put /healthz, /readyz and /metrics into the application."""

    @app.get("/healthz")
    async def healthz() -> Response:
        """The process answers."""
        return to_response(Reply(200, encode({"status": "ok"}), "application/json"))

    @app.get("/readyz")
    async def readyz() -> Response:
        """The store answers and the endpoints take messages."""
        try:
            if not house.is_open or endpoint.is_stopping:
                raise UnavailableError("the endpoints take no messages now")
            await house.store.ping()
        except UnavailableError as error:
            return to_response(problem(503, "Not ready", error.reason, headers={"Retry-After": "1"}))
        return to_response(Reply(200, encode({"status": "ready"}), "application/json"))

    @app.get("/metrics")
    async def metrics() -> Response:
        """Prometheus text format."""
        body, content_type = exposition(house, endpoint)
        return to_response(Reply(200, body, content_type))

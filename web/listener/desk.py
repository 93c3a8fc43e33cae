"""What the data listener serves: devices through integrations, devices with a token, and /healthz."""

from __future__ import annotations

import structlog

from engine.errors import UnavailableError
from engine.exchange import Exchange, Reply, problem
from engine.pending import unavailable
from engine.shapes import Call
from engine.tasks import Tasks
from engine.values import encode
from web.device_api import RESERVED, DeviceApi
from web.endpoint import PREFIX, Endpoint, broken

log = structlog.get_logger("tidegate.listener")
_DEVICES = "/api/v1/"
_HINT = (
    f"devices are served here, under {PREFIX} and {_DEVICES}{{token}}/; everything else is at TIDEGATE_BIND"
)


class DataDesk:
    """Answers the requests of devices, as the main door does."""

    def __init__(self, endpoint: Endpoint, devices: DeviceApi, tasks: Tasks) -> None:
        self._endpoint = endpoint
        self._devices = devices
        self._tasks = tasks

    def handle(self, call: Call, exchange: Exchange) -> None:
        """Take a request in; its exchange is answered exactly once, now or before the deadline."""
        if call.key:
            self._endpoint.handle(call, exchange)
        else:
            self._others(call, exchange)

    def _others(self, call: Call, exchange: Exchange) -> None:
        path = call.path
        token, slash, rest = path.removeprefix(_DEVICES).partition("/")
        if path == "/healthz":
            exchange.answer(_health(call))
        elif path.startswith(_DEVICES) and slash and rest and token not in RESERVED:
            call.path = rest
            self._tasks.start(self._by_token(token, call, exchange), "a device by token")
        else:
            exchange.answer(problem(404, "Not found", _HINT))

    async def _by_token(self, token: str, call: Call, exchange: Exchange) -> None:
        """Whose token it is may have to be asked of the store."""
        try:
            entity = await self._devices.device(token)
            if not exchange.is_answered:
                self._devices.handle(entity, call, exchange)
        except UnavailableError as error:
            exchange.answer(unavailable(error))
        except Exception as error:
            log.exception("a device request broke", path=call.path, trace=exchange.id)
            exchange.answer(broken(exchange, error))


def _health(call: Call) -> Reply:
    if call.method not in ("GET", "HEAD"):
        text = f"{call.method} is not for this path"
        return problem(405, "Method not allowed", text, headers={"Allow": "GET, HEAD"})
    return Reply(200, encode({"status": "ok"}), "application/json")

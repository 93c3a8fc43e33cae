"""The token API for devices, as ThingsBoard has it: telemetry, attributes, long polls, calls. Knows no server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from quart import Quart, Response, request

from engine.device_intake import DeviceIntake
from engine.errors import ConversionError, UnavailableError
from engine.exchange import Exchange, Reply, problem
from engine.ids import now_ms
from engine.limits import RateLimit
from engine.message import Entity
from engine.pending import limited, unavailable
from engine.shapes import Call
from web.door import METHODS, answer
from web.endpoint import Endpoint, broken
from web.house import House

log = structlog.get_logger("tidegate.device_api")
RESERVED = frozenset(("integrations", "provision"))

# Takes the device, the request and its exchange; answers now or later.
Handler = Callable[[DeviceIntake, Entity, Call, Exchange], None]

# path behind the token -> method -> what answers
HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "telemetry": {"POST": DeviceIntake.post_telemetry},
    "attributes": {"GET": DeviceIntake.get_attributes, "POST": DeviceIntake.post_attributes},
    "attributes/updates": {"GET": DeviceIntake.poll_updates},
    "rpc": {"GET": DeviceIntake.poll_rpc, "POST": DeviceIntake.post_rpc},
}
CALL_REPLY: Mapping[str, Handler] = {"POST": DeviceIntake.reply_rpc}
# What may stay open for minutes and ends on its own
POLLS = frozenset((DeviceIntake.poll_updates, DeviceIntake.poll_rpc, DeviceIntake.post_rpc))


def register(app: Quart, house: House, endpoint: Endpoint) -> DeviceApi:
    """Put the token API into the application; it is handed back for other doors."""
    api = DeviceApi(house, endpoint)

    @app.route("/api/v1/<token>/<path:rest>", methods=METHODS, provide_automatic_options=False)
    async def device_api(token: str, rest: str) -> Response:
        body = await request.get_data(False, False, False)
        scope: dict[str, Any] = request.scope  # type: ignore[assignment]
        path = "" if token in RESERVED else rest
        call = Call(scope["method"], path, query_of(scope["query_string"]), {}, body, "")
        entity = await api.device(token)
        return await answer(lambda exchange: api.handle(entity, call, exchange), scope)

    return api


class DeviceApi:
    """Answers the requests of devices that carry a token, whichever door they came through."""

    def __init__(self, house: House, endpoint: Endpoint) -> None:
        self._house = house
        self._endpoint = endpoint
        self._deadline_s = house.settings.device_api_deadline_s
        rule = house.settings.device_api_rate_limit
        self._rate = RateLimit("device", rule) if rule else None

    async def device(self, token: str) -> Entity | None:
        """Whose token it is; UnavailableError when the store does not answer."""
        if "\0" in token:  # which no database takes
            return None
        entity = await self._house.store.entities.by_token(token)
        return entity if entity is not None and entity.memory.tenant == self._house.tenant else None

    def handle(self, entity: Entity | None, call: Call, exchange: Exchange) -> None:
        """Take a request in, with `call.path` as it is behind the token; its exchange is answered exactly once."""
        if not self._endpoint.open(exchange):
            return
        handlers = handlers_of(call.path)
        handler = handlers.get(call.method)
        if not handlers:
            exchange.answer(problem(404, "Not found", "the device API has no such path"))
        elif handler is None:
            allow = {"Allow": ", ".join(handlers)}
            exchange.answer(
                problem(405, "Method not allowed", f"{call.method} is not for this path", headers=allow)
            )
        elif entity is None:
            exchange.answer(Reply(401))
        elif self._rate is not None and (wait := self._rate.retry_after_s(entity.id)):
            exchange.answer(limited(self._rate.name, self._rate.rule, wait))
        else:
            self._dispatch(handler, entity, call, exchange)

    def _dispatch(self, handler: Handler, entity: Entity, call: Call, exchange: Exchange) -> None:
        if handler in POLLS:
            self._endpoint.hold(exchange)
        else:
            self._endpoint.watch(exchange, self._deadline_s)
        house = self._house
        house.store.entities.touch(entity, now_ms())
        try:
            handler(house.devices, entity, call, exchange)
        except (ValueError, ConversionError) as error:
            house.devices.refused(entity, call, exchange, error)
        except UnavailableError as error:
            exchange.answer(unavailable(error))
        except Exception as error:
            log.exception("a device request broke", path=call.path, device=entity.name, trace=exchange.id)
            exchange.answer(broken(exchange, error))


def handlers_of(path: str) -> Mapping[str, Handler]:
    """What answers at a path behind the token, by method; nothing for a path that does not exist."""
    if path.startswith("rpc/") and "/" not in path[4:] and path != "rpc/":
        return CALL_REPLY
    return HANDLERS.get(path, {})


def query_of(text: bytes) -> dict[str, str]:
    """The parameters of a query; those that come several times are joined by commas."""
    query: dict[str, str] = {}
    for name, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    return query

"""The state of the whole at a glance, for a home page."""

from __future__ import annotations

import importlib.metadata

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.ids import now_ms
from engine.message import DEVICE
from web.api.shapes import EpochMs, Shape
from web.api.wire import operation
from web.house import House


class Overview(Shape):
    """The state at one moment. Totals count since the server started; rates are for each second, lately."""

    ts: EpochMs
    version: str
    uptime_s: int
    devices: int
    integrations: int
    enabled_integrations: int
    rule_chains: int = Field(description="Chains that run")
    uplinks: int
    uplink_rate: float
    failures: int
    failure_rate: float
    downlinks: int
    messages: int = Field(description="Messages that went through chains")
    message_rate: float
    queue_depth: int = Field(description="Messages that wait or run without a caller")
    busy: int = Field(description="Originators with a message that waits for something")
    dead_letters: int
    unread_notifications: int


def blueprint(house: House) -> Blueprint:
    """The calls about the whole."""
    api = Blueprint("stats", __name__, url_prefix="/stats")
    tag_blueprint(api, ["Statistics"])

    @api.get("/overview")
    @operation(Overview)
    async def get_overview() -> Overview:
        """The state of the whole at a glance."""
        return await overview(house)

    return api


async def overview(house: House) -> Overview:
    """The state at this moment."""
    now, before = house.pulse.beat()
    seconds = max(now.at_s - before.at_s, 0.001)
    doors = house.directory.by_id.values()

    def rate(new: int, old: int) -> float:
        return round(max(new - old, 0) / seconds, 2)

    return Overview(
        ts=now_ms(),
        version=program_version(),
        uptime_s=int(now.at_s - house.pulse.started_s),
        devices=await house.store.entities.count(house.tenant, DEVICE),
        integrations=len(doors),
        enabled_integrations=sum(door.enabled for door in doors),
        rule_chains=len(house.runner.plans),
        uplinks=now.uplinks,
        uplink_rate=rate(now.uplinks, before.uplinks),
        failures=now.failures,
        failure_rate=rate(now.failures, before.failures),
        downlinks=now.downlinks,
        messages=now.messages,
        message_rate=rate(now.messages, before.messages),
        queue_depth=await house.store.queue.count(),
        busy=house.runner.busy,
        dead_letters=await house.store.queue.dead_count(house.tenant),
        unread_notifications=await house.store.notifications.unread(house.tenant),
    )


def program_version() -> str:
    """The version of the installed program."""
    try:
        return importlib.metadata.version("tidegate")
    except importlib.metadata.PackageNotFoundError:
        return "0"

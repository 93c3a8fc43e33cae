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

ONLINE_MS = 600_000
SLOWEST = 5
NEWEST = 200


class Overview(Shape):
    """The state at one moment. Totals count since the server started; rates are for each second, lately."""

    ts: EpochMs
    version: str
    uptime_s: int
    devices: int
    devices_online: int = Field(description="Heard of in the last ten minutes")
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


class FirstSteps(Shape):
    """What has been done with this installation."""

    integration: bool
    message: bool = Field(description="A device has sent something")
    device: bool
    chain: bool = Field(description="Somebody deployed a chain")
    downlink: bool = Field(description="Something that waited for a device has reached it")


class SlowNode(Shape):
    """A node with the mean time of its steps in the newest traces."""

    chain: str
    chain_name: str
    node: str
    name: str
    steps: int
    mean_us: int
    slowest_us: int


class SlowNodes(Shape):
    """The slowest nodes first."""

    items: list[SlowNode]


def blueprint(house: House) -> Blueprint:
    """The calls about the whole."""
    api = Blueprint("stats", __name__, url_prefix="/stats")
    tag_blueprint(api, ["Statistics"])

    @api.get("/overview")
    @operation(Overview)
    async def get_overview() -> Overview:
        """The state of the whole at a glance."""
        return await overview(house)

    @api.get("/first-steps")
    @operation(FirstSteps)
    async def get_first_steps() -> FirstSteps:
        """Which first steps have been taken."""
        return await first_steps(house)

    @api.get("/slowest-nodes")
    @operation(SlowNodes)
    async def get_slowest_nodes() -> SlowNodes:
        """The slowest nodes of the newest traces; samples, so the figures are rough."""
        return SlowNodes(items=slowest(house))

    return api


async def first_steps(house: House) -> FirstSteps:
    """What has been done so far."""
    plans = house.runner.plans.values()
    count = house.store.entities.count
    return FirstSteps(
        integration=len(house.directory.by_id) > 0,
        message=await count(house.tenant, DEVICE, 1) > 0 or house.pulse.totals().uplinks > 0,
        device=await count(house.tenant, DEVICE) > 0,
        # The root chain that comes with the program is one, in version 1.
        chain=len(plans) > 1 or any(plan.version > 1 for plan in plans),
        downlink=await house.store.downlinks.any_delivered(house.tenant),
    )


def slowest(house: House) -> list[SlowNode]:
    """The slowest nodes that run now, from the newest traces."""
    times: dict[tuple[str, str], list[int]] = {}
    for trace in house.tracer.newest()[:NEWEST]:
        for hop in trace.hops:
            times.setdefault((hop.chain, hop.node), []).append(hop.elapsed_us)
    plans = house.runner.plans
    found = [
        SlowNode(
            chain=chain,
            chain_name=plans[chain].name,
            node=node,
            name=plans[chain].places[node].name,
            steps=len(took),
            mean_us=sum(took) // len(took),
            slowest_us=max(took),
        )
        for (chain, node), took in times.items()
        if chain in plans and node in plans[chain].places
    ]
    return sorted(found, key=lambda node: node.mean_us, reverse=True)[:SLOWEST]


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
        devices_online=await house.store.entities.count(house.tenant, DEVICE, now_ms() - ONLINE_MS),
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

"""The installation: its settings as they stand, and how its parts are."""

from __future__ import annotations

import platform
import time
from typing import Any

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import UnavailableError
from engine.ids import now_ms
from web.api.shapes import EpochMs, Shape
from web.api.stats import program_version
from web.api.wire import operation
from web.endpoint import Endpoint
from web.house import House
from web.listener import Listener
from web.shown_settings import masked, rows


class SettingView(Shape):
    """A setting; it is changed where it comes from, and read when the server starts."""

    name: str
    variable: str
    value: Any
    source: str = Field(description="environment, default, or the name of a file")
    description: str


class SettingList(Shape):
    """All settings, in the order of the program."""

    items: list[SettingView]


class StoreHealth(Shape):
    """The database."""

    ok: bool
    url: str
    error: str
    ping_us: int
    commits: int = Field(description="Commits since the server started")


class DoorHealth(Shape):
    """A door for devices."""

    bind: str
    tls: bool
    connections: int | None = Field(description="Open connections, where the door counts them")


class Health(Shape):
    """How the parts are at this moment."""

    ok: bool
    ts: EpochMs
    uptime_s: int
    version: str
    python: str
    platform: str
    store: StoreHealth
    doors: list[DoorHealth]
    exchanges_open: int
    queue_depth: int
    queue_held: int = Field(description="Messages of the queue that are in memory")
    dead_letters: int
    chains: int = Field(description="Chains that run")


def blueprint(house: House, endpoint: Endpoint, listener: Listener) -> Blueprint:
    """The calls about the installation."""
    api = Blueprint("system", __name__)
    tag_blueprint(api, ["System"])

    @api.get("/settings")
    @operation(SettingList)
    async def list_settings() -> SettingList:
        """All settings with their values and sources; passwords are hidden."""
        return SettingList(items=[SettingView.model_validate(row) for row in rows(house.settings)])

    @api.get("/health")
    @operation(Health)
    async def get_health() -> Health:
        """How the parts are; the answer comes even when the store does not."""
        store = await _store()
        settings = house.settings
        doors = [DoorHealth(bind=settings.bind, tls=bool(settings.certificate), connections=None)]
        if listener.bind:
            count = len(listener.connections)
            doors.append(DoorHealth(bind=listener.bind, tls=listener.is_tls, connections=count))
        is_ready = store.ok and not endpoint.is_stopping
        return Health(
            ok=is_ready,
            ts=now_ms(),
            uptime_s=int(time.monotonic() - house.pulse.started_s),
            version=program_version(),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
            store=store,
            doors=doors,
            exchanges_open=endpoint.under_way,
            queue_depth=await house.store.queue.count() if store.ok else 0,
            queue_held=len(house.queue),
            dead_letters=await house.store.queue.dead_count(house.tenant) if store.ok else 0,
            chains=len(house.runner.plans),
        )

    async def _store() -> StoreHealth:
        begin, error = time.perf_counter(), ""
        try:
            await house.store.ping()
        except UnavailableError as reason:
            error = reason.reason
        took = int((time.perf_counter() - begin) * 1e6)
        commits = house.store.writer.commits
        url = masked(house.settings.url)
        return StoreHealth(ok=not error, url=url, error=error, ping_us=took, commits=commits)

    return api

"""A device that speaks to the real application, for the tests of the token API."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from quart.typing import TestClientProtocol

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.lint import checked
from engine.message import DEVICE, Entity
from engine.node import Node, type_name
from engine.plan import Plan
from engine.tasks import Tasks
from tests.conftest import prepare
from web.app import Tidegate, create_app
from web.house import House
from web.settings import Settings

Serve = Callable[..., AbstractAsyncContextManager[Tidegate]]
TASKS = Tasks(lambda name, error: None)
_numbers = itertools.count(1)


class World:
    """The application with one device."""

    def __init__(self, app: Tidegate, entity: Entity, token: str) -> None:
        self.app = app
        self.house = app.house
        self.entity = entity
        self.client: TestClientProtocol = app.web.test_client()
        self.base = f"/api/v1/{token}"

    async def call(self, method: str, path: str, body: bytes | str = b"", **more: Any) -> tuple[int, bytes]:
        """The status and the body of an answer."""
        response = await self.client.open(f"{self.base}{path}", method=method, data=body, **more)
        return response.status_code, await response.get_data()

    async def telemetry(self) -> dict[str, Any]:
        """The newest values."""
        latest = await self.house.store.telemetry.latest(self.entity)
        return {key: stamped.value for key, stamped in latest.items()}

    def attributes(self, scope: str = "client") -> dict[str, Any]:
        """The attributes of a scope."""
        return {k: s.value for k, s in self.house.store.attributes.cached(self.entity)[scope].items()}  # type: ignore[index]


def opener(folder: Path) -> Serve:
    """What opens the application on a folder, as often as a test likes; arguments are settings."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[Tidegate]:
        prepare(folder)
        app = create_app(Settings(data_dir=folder, **{"shutdown_s": 1, "data_bind": "", **settings}))
        async with app.web.test_app():
            yield app

    return opened


async def make_device(house: House, name: str = "", type: str = "thermostat") -> tuple[Entity, str]:
    """A new device, stored, and its access token."""
    name = name or f"T-{next(_numbers)}"
    entity = house.store.entities.create(house.tenant, DEVICE, name, type)
    await house.store.writer.durable()
    token = house.store.entities.token(entity)
    assert token is not None
    return entity, token


def use_chain(house: House, *steps: type[Node] | tuple[str, dict[str, Any]]) -> None:
    """Make these the root chain, one behind the other: nodes by (type, config), or a test's own classes."""
    own = {type_name(step): step for step in steps if isinstance(step, type)}
    real = {name: ("", node) for name in house.catalog if (node := house.catalog.get(name)) is not None}
    catalog = Catalog({**real, **{name: ("test", node) for name, node in own.items()}})
    named = [(type_name(step), {}) if isinstance(step, type) else step for step in steps]
    nodes = [
        {"id": f"n{i}", "type": name, "name": f"{name} {i}", "x": 0, "y": 0, "config": config}
        for i, (name, config) in enumerate(named)
    ]
    edges = [
        {"id": f"e{i}", "from": f"n{i}", "to": f"n{i + 1}", "relation": "Success"}
        for i in range(len(nodes) - 1)
    ]
    document = {"id": "test", "name": "Test", "version": 1, "entry": "n0", "nodes": nodes, "edges": edges}
    house.runner.swap(Plan(checked(ChainSpec.model_validate(document), catalog, house.exists)))
    house.runner.root = "test"


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something is so; the test fails when it never is."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)

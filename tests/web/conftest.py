"""What the web tests share: the real application on a real database in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from device_world import TASKS, Serve, World, make_device, opener

from web.app import Tidegate


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Opens the application on the test's own folder, as often as the test likes; arguments are settings."""
    return opener(tmp_path)


@pytest.fixture
async def tidegate(serve: Serve) -> AsyncIterator[Tidegate]:
    """The running application with its default settings and chain, for this test alone."""
    async with serve() as app:
        yield app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `shared_app` has its database."""
    return tmp_path_factory.mktemp("shared")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_app(folder: Path) -> AsyncIterator[Tidegate]:
    """One application for all tests of a module, which says `pytest.mark.asyncio(loop_scope="module")`."""
    async with opener(folder)() as app:
        yield app


@pytest_asyncio.fixture(loop_scope="module")
async def world(shared_app: Tidegate) -> AsyncIterator[World]:
    """The shared application with a device of the test's own; the root chain is put back afterwards."""
    runner = shared_app.house.runner
    root = runner.root
    yield World(shared_app, *await make_device(shared_app.house))
    runner.root = root
    await TASKS.drain(0)

"""The listener runs on uvloop, so its tests do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import uvloop
from listener_world import Bench, Open, opener


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that `tidegate serve` uses."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def listen() -> AsyncIterator[Open]:
    """Starts listeners on free ports; arguments are limits. They are stopped, and must have let go of everything."""
    open_bench, close = opener()
    yield open_bench
    await close()


@pytest.fixture
async def bench(listen: Open) -> Bench:
    """A listener with its default limits."""
    return await listen()

"""What the tests of the management API share: the real application on a real database, for each test anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from api_world import Api, Open, opener

from web.app import Tidegate


@pytest.fixture
def open_app(tmp_path: Path) -> Open:
    """Opens the application on the test's own folder; arguments are settings."""
    return opener(tmp_path)


@pytest.fixture
async def tide(open_app: Open) -> AsyncIterator[Tidegate]:
    """The running application with its default settings."""
    async with open_app() as app:
        yield app


@pytest.fixture
async def api(tide: Tidegate) -> Api:
    """The management API of the running application."""
    return Api(tide)

"""What the tests of the management API share: the real application on a real database, for each test anew."""

from __future__ import annotations

import pytest
from api_world import Api

from web.app import Tidegate


@pytest.fixture
async def tide(tidegate: Tidegate) -> Tidegate:
    """The running application with its default settings."""
    return tidegate


@pytest.fixture
async def api(tide: Tidegate) -> Api:
    """The management API of the running application."""
    return Api(tide)

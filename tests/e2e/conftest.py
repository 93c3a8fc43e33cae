"""One running server for each database; every test opens doors of its own on it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from editor_world import (  # noqa: F401  fixtures of the editor's tests
    HAS_FAILED,
    browser,
    chromium,
    clerk,
    editor_server,
    open_window,
    sit,
    windows,
)
from pages_world import visit  # noqa: F401  the same for the pages around it
from tide import Office, Tide

from tests.conftest import REQUIRED

HERE = Path(__file__).parent
Tide.is_warm = True


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def tide(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    """A server process on SQLite and, in another run of the module, on PostgreSQL."""
    folder = tmp_path_factory.mktemp("tide")
    url = ""
    if request.param == "postgresql":
        server: Any = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    running = Tide(
        folder, url, allow_private_addresses=True, max_body_bytes=100_000, data_max_body_bytes=100_000
    ).start()
    yield running
    assert running.stop() == 0, running.log


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Servers that start many times have more time than other tests: a busy machine is no failure.

    Where all tests are asked for (TIDEGATE_TEST_REQUIRE=1, which is CI) a browser test that fails runs once more; the
    summary names it with its first failure. Anywhere else a failure is a failure at once.
    """
    for item in items:
        if item.path.parent != HERE:
            continue
        item.add_marker(pytest.mark.timeout(900))
        if REQUIRED and isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed is known to the fixtures that end after it."""
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def end_of_servers() -> Iterator[None]:
    """No server of a test outlives it, whatever became of the test."""
    before = set(Tide.running)
    yield
    for left in Tide.running - before:
        left.kill()


@pytest.fixture
def office(tide: Tide, request: pytest.FixtureRequest) -> Office:
    """A person at the management API."""
    return Office(tide, request.node.name)


@pytest.fixture(params=["HTTP/1.1", "HTTP/2", "listener"])
def device(tide: Tide, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A device at each door: the main one with each version of HTTP in turn, and the data listener."""
    is_listener = request.param == "listener"
    with tide.data_client() if is_listener else tide.client(http2=request.param == "HTTP/2") as client:
        yield client

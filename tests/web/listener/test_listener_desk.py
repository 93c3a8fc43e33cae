"""The data listener in the whole application: what it serves, and that it starts and stops with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from device_world import make_device, opener, until

from tests.ports import free_port
from web.app import Tidegate, create_app
from web.settings import Settings


@pytest.fixture
async def tidegate(tmp_path: Path) -> AsyncIterator[Tidegate]:
    """The running application with its data listener."""
    async with opener(tmp_path)(data_bind=f"127.0.0.1:{free_port()}") as app:
        yield app


@pytest.fixture
async def device(tidegate: Tidegate) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the data listener."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{tidegate.listener.port}", timeout=20) as client:
        yield client


async def test_it_says_that_it_is_alive(device: httpx.AsyncClient) -> None:
    answer = await device.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert (await device.head("/healthz")).headers["content-length"] == str(len(answer.content))
    answer = await device.post("/healthz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    ["/", "/manage/devices", "/readyz", "/metrics", "/api/v1/integrations/http/", "/api/v1/integrations/http"]
    + ["/api/v1/provision/telemetry", "/api/v1/token", "/api/v1/token/", "/api/other"],
)
async def test_everything_else_is_404_with_a_hint(device: httpx.AsyncClient, path: str) -> None:
    answer = await device.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "TIDEGATE_BIND" in answer.json()["detail"]


async def test_an_unknown_key_is_404(device: httpx.AsyncClient) -> None:
    answer = await device.post("/api/v1/integrations/http/nobody", json={})
    assert (answer.status_code, answer.json()["detail"]) == (404, "no integration has this routing key")


async def test_a_device_with_a_token_is_served(tidegate: Tidegate, device: httpx.AsyncClient) -> None:
    entity, token = await make_device(tidegate.house)
    assert (await device.post(f"/api/v1/{token}/telemetry", json={"t": 21.5})).status_code == 200
    latest = await tidegate.house.store.telemetry.latest(entity)
    assert latest["t"].value == 21.5
    assert (await device.post(f"/api/v1/{token}/attributes", json={"model": "m"})).status_code == 200
    answer = await device.get(f"/api/v1/{token}/attributes", params={"clientKeys": "model"})
    assert answer.json()["client"] == {"model": "m"}
    assert (await device.post("/api/v1/nobody/telemetry", json={"t": 1})).status_code == 401
    assert (await device.delete(f"/api/v1/{token}/telemetry")).status_code == 405


async def test_a_poll_by_token_is_let_go_when_its_caller_goes(tidegate: Tidegate) -> None:
    _, token = await make_device(tidegate.house)
    _, writer = await asyncio.open_connection("127.0.0.1", tidegate.listener.port)
    writer.write(f"GET /api/v1/{token}/rpc?timeout=60000 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await until(lambda: tidegate.endpoint.under_way)
    writer.close()
    await until(lambda: not tidegate.endpoint.under_way)


async def test_it_ends_with_the_application(tmp_path: Path) -> None:
    async with opener(tmp_path)(data_bind=f"127.0.0.1:{free_port()}") as app:
        port = app.listener.port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    assert app.listener.port == 0
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def test_a_port_that_is_taken_stops_the_start_and_says_which(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        app = create_app(Settings(data_dir=tmp_path, data_bind=f"127.0.0.1:{port}"))
        with pytest.raises(OSError, match=f"127.0.0.1:{port}.*TIDEGATE_DATA_BIND"):
            await app.web.startup()
    assert not app.house.is_open

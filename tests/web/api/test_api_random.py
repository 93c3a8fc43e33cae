"""Whatever anybody sends: no 5xx, and every answer is what the OpenAPI document says."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypercorn.asyncio import serve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from web.app import Tidegate, create_app
from web.serve import server_config
from web.settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Server:
    """The application on a loopback port, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.app: Tidegate = create_app(
            Settings(data_dir=folder, bind="127.0.0.1:0", data_bind="", shutdown_s=1, log_level="error")
        )
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.url = ""

    def __enter__(self) -> str:
        self._thread.start()
        assert self._ready.wait(30)
        return self.url

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        config = server_config(self.app.house.settings)
        sockets = config.create_sockets()
        self.url = f"http://127.0.0.1:{sockets.insecure_sockets[0].getsockname()[1]}"
        config.create_sockets = lambda: sockets  # type: ignore[method-assign]

        async def stopped() -> None:
            self._ready.set()
            await self._stop.wait()

        await serve(self.app.web, config, shutdown_trigger=stopped)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server."""
    with Server(tmp_path_factory.mktemp("random")) as found:
        yield found


def test_whatever_is_sent_is_answered_as_documented(url: str) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/manage/openapi.json")
    known = things(url)
    tried = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        try_out(operation.as_strategy(), known)
        try_out(operation.as_strategy(GenerationMode.NEGATIVE), known)
        tried += 1
    assert tried > 50


def try_out(cases: Any, known: dict[str, str]) -> None:
    """Random calls of one operation, two of three on something that exists."""
    numbers = itertools.count()

    @FEW
    @given(case=cases)
    def run(case: Any) -> None:
        kind = case.operation.path.split("/")[2]
        if kind in known and next(numbers) % 3 and case.method.upper() != "DELETE":
            case.path_parameters |= {"id": known[kind]} if "{id}" in case.operation.path else {}
        response = case.call()
        if response.status_code != 431:  # a head that is too long is answered before the application
            case.validate_response(response, checks=CHECKS)

    with contextlib.suppress(Unsatisfiable):  # nothing that is sent could be wrong
        run()


def things(url: str) -> dict[str, str]:
    """Ids of things that exist, by the first part of their path."""
    chain = {"entry": "a", "nodes": [{"id": "a", "type": "log", "config": {"script": 'return "x"'}}]}
    bodies: dict[str, dict[str, object]] = {
        "converters": {"name": "c", "direction": "uplink"},
        "integrations": {"name": "i", "security": {"headers": {"k": "v"}}},
        "devices": {"name": "d"},
        "rule-chains": {"name": "r", **chain},
    }
    with httpx.Client(base_url=url) as client:
        found = {kind: client.post(f"/manage/{kind}", json=body) for kind, body in bodies.items()}
        known = {kind: response.json()["id"] for kind, response in found.items()}
        client.post(f"/manage/rule-chains/{known['rule-chains']}/activate").raise_for_status()
    return known

"""The only door to httpx. It is opened with the first call: an idle server is megabytes smaller without."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.services import HttpResponse

if TYPE_CHECKING:
    from web.calls import Calls


class Outbound:
    """HTTP requests of rule chains, over one pool of connections."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._calls: Calls | None = None

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, max_bytes: int
    ) -> HttpResponse:
        """One request; PermissionError for an address that is refused, OSError when there is no answer,
        ValueError for a URL that is none and for an answer over `max_bytes`."""
        if self._calls is None:
            module = await asyncio.to_thread(importlib.import_module, "web.calls")
            self._calls = self._calls or module.Calls(self._allow_private)
        return await self._calls.request(method, url, headers, body, timeout_s, max_bytes)

    async def pause(self, seconds: float) -> None:
        """Wait before trying again."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Give the connections back."""
        if self._calls is not None:
            await self._calls.close()

"""Calls from nodes to the outside: private addresses are refused unless allowed."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import httpcore
import httpx

from engine.services import HttpResponse


class Calls:
    """HTTP requests of rule chains, over one pool of connections."""

    def __init__(self, allow_private: bool) -> None:
        tls = _tls()
        transport = httpx.AsyncHTTPTransport(verify=tls, retries=0)
        backend = _Guard(allow_private)
        # httpx has no setting for how names are resolved; its pool has.
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=100, network_backend=backend
        )
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, max_bytes: int
    ) -> HttpResponse:
        """One request; PermissionError for an address that is refused, OSError when there is no answer,
        ValueError for a URL that is none and for an answer over `max_bytes`."""
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._client.stream(
                    method, url, headers=dict(headers), content=body, timeout=timeout_s
                ) as response,
            ):
                content = await _read(response, max_bytes)
                return HttpResponse(response.status_code, dict(response.headers), content)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ValueError(f"not a URL that can be called: {error}") from None
        except TimeoutError:
            raise OSError(f"no answer within {timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise OSError(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


@cache
def _tls() -> ssl.SSLContext:
    """Whom to trust, read once: it takes 20 ms."""
    return httpx.create_ssl_context()


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise ValueError(f"the answer is larger than {max_bytes} bytes")
    return b"".join(parts)


class _Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to what was checked (no second look-up)."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the name is the base class's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(f"{host}: {error.strerror}") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise PermissionError(
                        f"{host} is {address}, a private address; the server does not allow those"
                    )
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when IPv6 wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast

"""Speaks to the management API of a running server."""

from __future__ import annotations

from types import TracebackType
from typing import Annotated

import httpx
import typer

from engine.values import Value, decode, encode
from web.commands.console import WRONG_USE, Complaint

DEFAULT_SERVER = "http://127.0.0.1:8080"
Server = Annotated[str, typer.Option(help="URL of the running server.", envvar="TIDEGATE_SERVER")]


class Manage:
    """One conversation with a server; every answer that is no success is a Complaint."""

    def __init__(self, server: str) -> None:
        self._server = server.rstrip("/")
        try:
            self._client = httpx.Client(base_url=f"{self._server}/manage", timeout=30)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Complaint(f"{server}: {error}", WRONG_USE) from None

    def __enter__(self) -> Manage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, **query: str) -> Value:
        """What stands there."""
        return self.call("GET", path, query=query)

    def call(self, method: str, path: str, body: Value = None, query: dict[str, str] | None = None) -> Value:
        """The answer's JSON, None when there is no body."""
        response = self._send(method, path, body, query)
        if response.is_success:
            return decode(response.content) if response.content else None
        raise Complaint(f"{self._server}: {reason(response)}")

    def find(self, path: str, key: str) -> Value | None:
        """The document with this id or, when there is none, with this name."""
        response = self._send("GET", f"{path}/{key}", None, None)
        if response.is_success:
            return decode(response.content)
        for item in self.get(path, q=key, limit="200")["items"]:
            if item["name"] == key:
                return self.get(f"{path}/{item['id']}")
        return None

    def _send(self, method: str, path: str, body: Value, query: dict[str, str] | None) -> httpx.Response:
        content = None if body is None else encode(body)
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            return self._client.request(method, path, params=query or {}, content=content, headers=headers)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise Complaint(f"{self._server}: {error}", WRONG_USE) from None
        except httpx.TransportError as error:
            text = f"no server answers at {self._server} ({error or type(error).__name__})"
            raise Complaint(
                f"{text}; start one with `tidegate serve` or name another with --server"
            ) from None


def reason(response: httpx.Response) -> str:
    """What a refusal says, in one line."""
    try:
        body = decode(response.content)
        head = body.get("detail") or body["title"]
        places = [f"{item.get('place', '')}: {item['message']}" for item in body.get("errors", ())]
    except (ValueError, LookupError, AttributeError, TypeError):
        return f"{response.status_code} {response.reason_phrase}"
    return "; ".join([head, *places])

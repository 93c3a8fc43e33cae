"""A caller of the management API, for its tests."""

from __future__ import annotations

from typing import Any

from quart import Response

from web.app import Tidegate

UPLINK = 'data = json_decode(payload)\nreturn {"deviceName": data["n"], "deviceType": "t", "telemetry": {"v": data["v"]}}'


class Api:
    """Calls with their expected status; what is answered comes back as JSON."""

    def __init__(self, app: Tidegate) -> None:
        self.app = app
        self.house = app.house
        self.client = app.web.test_client()

    async def call(self, method: str, path: str, status: int, **more: Any) -> Response:
        """The response; an error must be problem+json."""
        response: Response = await self.client.open(path, method=method, **more)
        body = await response.get_data()
        assert response.status_code == status, body
        if status >= 400:
            problem = await response.get_json(force=True)
            assert response.content_type == "application/problem+json"
            assert problem["status"] == status
        return response

    async def get(self, path: str, status: int = 200, **more: Any) -> Any:
        """The JSON of a GET."""
        return await (await self.call("GET", path, status, **more)).get_json(force=True)

    async def post(self, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        """The JSON of a POST."""
        return await self._send("POST", path, body, status, more)

    async def put(self, path: str, body: Any, status: int = 200, **more: Any) -> Any:
        """The JSON of a PUT."""
        return await self._send("PUT", path, body, status, more)

    async def delete(self, path: str, status: int = 204, **more: Any) -> Any:
        """The JSON of a DELETE."""
        return await self._send("DELETE", path, None, status, more)

    async def _send(self, method: str, path: str, body: Any, status: int, more: dict[str, Any]) -> Any:
        sent = more if body is None else {**more, "json": body}
        response = await self.call(method, path, status, **sent)
        return await response.get_json(force=True) if await response.get_data() else None

    # ------------------------------------------------------------------ what many tests begin with

    async def converter(self, name: str = "up", direction: str = "uplink", script: str = UPLINK) -> Any:
        """A new converter."""
        body = {"name": name, "direction": direction, "script": script}
        return await self.post("/manage/converters", body, 201)

    async def integration(self, name: str = "door", **more: Any) -> Any:
        """A new integration."""
        return await self.post("/manage/integrations", {"name": name, **more}, 201)

    async def device(self, name: str = "T-1", **more: Any) -> Any:
        """A new device."""
        return await self.post("/manage/devices", {"name": name, **more}, 201)

    async def root(self) -> Any:
        """The root chain."""
        chains = await self.get("/manage/rule-chains")
        return next(chain for chain in chains["items"] if chain["root"])

    async def uplink(self, integration: Any, body: Any, status: int, **headers: str) -> bytes:
        """What a device is answered."""
        path = f"/api/v1/integrations/http/{integration['routingKey']}"
        response = await self.client.post(path, json=body, headers=headers)
        content: bytes = await response.get_data()
        assert response.status_code == status, content
        return content


def etag(response: Response) -> str:
    """The ETag of a response."""
    value = response.headers["ETag"]
    assert isinstance(value, str)
    return value

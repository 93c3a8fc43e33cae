"""The demo: an example set up through the management API, and two thermostats that speak to it over HTTP."""

from __future__ import annotations

import asyncio
import random
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from engine.values import Value, decode, encode, encode_text
from web.app import Tidegate
from web.house import built_in_chain
from web.settings import Settings
from web.simulate import until

log = structlog.get_logger("tidegate.demo")
NAME = "Demo thermostats"
BEAT_S = 2.0
HOT = encode_text({"deviceName": "Kitchen", "deviceType": "thermostat", "temperature": 33})
UPLINK = """\
data = json_decode(payload)
return {
    'deviceName': data.deviceName,
    'deviceType': data.get('deviceType', 'thermostat'),
    'attributes': {'model': data.get('model')},
    'telemetry': {'temperature': data.temperature, 'setpoint': data.get('setpoint')},
}
"""
DOWNLINK = """\
return {'contentType': 'JSON', 'data': json_encode(msg), 'metadata': {}}
"""


class Demo:
    """Sets the example up where it is missing, says how to use it, and runs its devices."""

    def __init__(self, tidegate: Tidegate, settings: Settings, say: Callable[[str], None]) -> None:
        self._tidegate = tidegate
        self._settings = settings
        self._say = say

    async def run(self, with_devices: bool = True) -> None:
        """All of it; with devices it goes on until the server stops."""
        integration = await self.furnish()
        url = endpoint(self._settings, integration["routingKey"])
        self._say(_how_to(url, f"{self._settings.public_url}/"))
        if with_devices:
            await self._devices(url)

    async def furnish(self) -> dict[str, Any]:
        """The demo's integration, made with its converters and its chain unless they are there."""
        # The application itself, without a way over the network: no address, no certificate to think of.
        transport = httpx.ASGITransport(app=self._tidegate.web)  # type: ignore[arg-type]
        base = f"{self._settings.public_url}/manage"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            api = Api(client)
            up = await api.ensure("/converters", f"{NAME}: up", _converter("uplink", UPLINK, HOT))
            down = await api.ensure("/converters", f"{NAME}: down", _converter("downlink", DOWNLINK))
            links = {"uplinkConverterId": up["id"], "downlinkConverterId": down["id"]}
            door = {"type": "http", "enabled": True, "allowCreateDevicesOrAssets": True}
            body = door | links | {"replaceNoContentToOk": True}
            integration: dict[str, Any] = await api.ensure("/integrations", NAME, body)
            await self._chain(api, integration["id"])
            return integration

    async def _chain(self, api: Api, integration: str) -> None:
        """The demo's chain as the root chain; only when it is new, so that changes of a person stay."""
        spec = built_in_chain("demo").as_json()
        if await api.find("/rule-chains", spec["name"]) is not None:
            return
        for node in spec["nodes"]:
            if "integrationId" in node["config"]:
                node["config"]["integrationId"] = integration
        chain = await api.call("POST", "/rule-chains", {**spec, "id": ""})
        place = f"/rule-chains/{chain['id']}"
        await api.call("POST", f"{place}/activate", {"version": chain["version"]})
        await api.call("POST", f"{place}/root")

    async def _devices(self, url: str) -> None:
        is_over = lambda: self._tidegate.endpoint.is_stopping  # noqa: E731
        rooms = (Thermostat("Thermostat 1", 25.0), Thermostat("Thermostat 2", 21.0, 21.0))
        # Its own certificate need not be one that anybody trusts.
        async with httpx.AsyncClient(verify=not self._settings.certificate, trust_env=False) as client:
            await asyncio.gather(*(room.live(client, url, is_over) for room in rooms))


class Api:
    """The management API, as much as the demo needs."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(self, method: str, path: str, body: Value = None) -> Any:
        """The JSON of the answer; RuntimeError with the reason of a refusal."""
        content = None if body is None else encode(body)
        headers = {"Content-Type": "application/json"} if content is not None else {}
        response = await self._client.request(method, path, content=content, headers=headers)
        if not response.is_success:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return decode(response.content) if response.content else None

    async def find(self, path: str, name: str) -> Any:
        """The item of that name, None when there is none."""
        response = await self._client.get(path, params={"q": name, "limit": "200"})
        response.raise_for_status()
        return next((item for item in decode(response.content)["items"] if item["name"] == name), None)

    async def ensure(self, path: str, name: str, body: dict[str, Value]) -> Any:
        """The item of that name, made when there is none."""
        return await self.find(path, name) or await self.call("POST", path, {**body, "name": name})


@dataclass
class Thermostat:
    """A room with a thermostat: the temperature drifts towards the setpoint, which downlinks change."""

    name: str
    temperature: float
    setpoint: float = 27.0

    async def live(self, client: httpx.AsyncClient, url: str, is_over: Callable[[], bool]) -> None:
        """Send every two seconds and follow what the answer says, until the server stops."""
        loop, never = asyncio.get_running_loop(), asyncio.Event()
        beat = loop.time()
        while not is_over():
            try:
                response = await client.post(url, json=self.report())
                if response.status_code == 200 and response.content:
                    self.follow(decode(response.content))
            except (httpx.HTTPError, ValueError) as error:
                log.debug("a thermostat was not understood", device=self.name, error=str(error))
            self.drift()
            beat = max(beat + BEAT_S, loop.time())
            await until(beat, never)

    def report(self) -> dict[str, Value]:
        """What it sends."""
        reading = {"temperature": round(self.temperature, 1), "setpoint": self.setpoint}
        return {"deviceName": self.name, "deviceType": "thermostat", "model": "demo", **reading}

    def follow(self, downlink: Value) -> None:
        """Take over a new setpoint."""
        wanted = downlink.get("setpoint") if isinstance(downlink, dict) else None
        if isinstance(wanted, int | float) and not isinstance(wanted, bool):
            self.setpoint = float(wanted)

    def drift(self) -> None:
        """Two seconds go by."""
        self.temperature += (self.setpoint - self.temperature) * 0.15 + random.uniform(-0.2, 0.2)


def endpoint(settings: Settings, routing_key: str) -> str:
    """Where the thermostats reach this very process, whatever name others know it by."""
    scheme = "https" if settings.certificate else "http"
    host, _, port = settings.bind.rpartition(":")
    here = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    return f"{scheme}://{here}:{port}/api/v1/integrations/http/{routing_key}"


def _converter(direction: str, script: str, *samples: str) -> dict[str, Value]:
    """What makes a converter; its samples are what the page tries it with, and its first message."""
    kept: list[Value] = [{"name": "Sample", "payload": b64encode(it.encode()).decode()} for it in samples]
    return {"direction": direction, "language": "python", "script": script, "samples": kept}


def _how_to(url: str, page: str) -> str:
    return (
        f"\nThe demo is ready. Be a device; it is too hot, so the answer is a new setpoint:\n\n"
        f"  curl -i -H 'Content-Type: application/json' -d '{HOT}' \\\n    {url}\n\n"
        f"and watch it at {page}\n"
    )

"""The scene that every measurement plays: one integration, two converters, one chain, an answer on the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.store import papers
from engine.values import encode_text
from web.house import House

if TYPE_CHECKING:
    from tests.e2e.tide import Office

ROUTING_KEY = "bench"
PATH = f"/api/v1/integrations/http/{ROUTING_KEY}"
BODY = b'{"deviceName":"D1","deviceType":"t","temperature":31.5,"humidity":40}'
HEADERS = {"Content-Type": "application/json"}

UPLINK = """
p = json_decode(payload)
return {
    "deviceName": p.deviceName,
    "deviceType": p.deviceType,
    "telemetry": {"temperature": p.temperature, "humidity": p.humidity},
}
"""
DOWNLINK = 'return {"contentType": "JSON", "data": json_encode({"setpoint": msg.temperature - 2})}'


def chain(integration_id: str) -> dict[str, Any]:
    """Type switch -> save telemetry -> script filter -> integration downlink."""
    nodes = [
        {"id": "switch", "type": "message-type-switch"},
        {"id": "save", "type": "save-telemetry"},
        {"id": "hot", "type": "script-filter", "config": {"script": "return msg.temperature > 20"}},
        {"id": "down", "type": "integration-downlink", "config": {"integrationId": integration_id}},
    ]
    ways = [("switch", "Post telemetry", "save"), ("save", "Success", "hot"), ("hot", "True", "down")]
    edges = [{"id": f"e{n}", "from": a, "relation": r, "to": b} for n, (a, r, b) in enumerate(ways)]
    return {"entry": "switch", "nodes": nodes, "edges": edges}


def play(office: Office, uplink: str = UPLINK) -> str:
    """Put the scene into a running server; the path of its endpoint."""
    path = office.open_door(uplink=uplink, downlink=DOWNLINK)
    integration = office.integration
    document = chain(integration["id"])
    made = office.call("POST", "rule-chains", {"name": "bench", **document})["id"]
    office.call("POST", f"rule-chains/{made}/activate", {})
    office.call("PUT", f"integrations/{integration['id']}", {**integration, "ruleChainId": made})
    office.call("POST", f"integrations/{integration['id']}/debug", {"minutes": 0})
    return path


async def set_up(house: House) -> None:
    """Put the scene into an open house."""
    store, tenant = house.store, house.tenant
    up = await store.converters.create(
        tenant, papers.Converter(name="bench up", direction="uplink", script=UPLINK)
    )
    down = await store.converters.create(
        tenant, papers.Converter(name="bench down", direction="downlink", script=DOWNLINK)
    )
    integration = await store.integrations.create(
        tenant,
        papers.Integration(
            name="bench", routing_key=ROUTING_KEY, uplink_converter_id=up.id, downlink_converter_id=down.id
        ),
    )
    await house.load_integrations()
    row = await store.chains.create(
        tenant, papers.Chain(name="bench", document=encode_text(chain(integration.id)))
    )
    await store.chains.activate(tenant, row.id, row.version)
    await store.chains.set_root(tenant, row.id)
    await house.load_chains()

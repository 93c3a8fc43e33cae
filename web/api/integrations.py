"""Integrations: doors for devices, each with its key, its security, its converters and its rule chain."""

from __future__ import annotations

import uuid

from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import Problem
from engine.store import papers
from engine.values import Value, decode
from web.api import documents
from web.api.converters import until
from web.api.documents import DocumentQuery
from web.api.integration_shapes import (
    HIDDEN,
    IntegrationBody,
    IntegrationList,
    IntegrationTypeList,
    IntegrationView,
    Named,
    UsageView,
    http_type,
    view,
)
from web.api.shapes import DebugRequest
from web.api.wire import Answer, operation, refused
from web.house import House


def blueprint(house: House) -> Blueprint:
    """The calls about integrations."""
    api = Blueprint("integrations", __name__)
    tag_blueprint(api, ["Integrations"])

    def shown(row: papers.Integration) -> IntegrationView:
        return view(row, house)

    def answered(row: papers.Integration, location: str = "") -> Answer:
        return Answer(shown(row), row.version, location)

    @api.get("/integration-types")
    @operation(IntegrationTypeList)
    async def list_integration_types() -> IntegrationTypeList:
        """The kinds of integrations with the form of each."""
        return IntegrationTypeList(items=[http_type(house)])

    @api.get("/integrations")
    @operation(IntegrationList, query=DocumentQuery)
    async def list_integrations(query: DocumentQuery) -> IntegrationList:
        """The integrations."""
        rows, following = await documents.page(house.store.integrations, house.tenant, query)
        return IntegrationList(items=[shown(row) for row in rows], next=following)

    @api.post("/integrations")
    @operation(IntegrationView, 201, body=IntegrationBody)
    async def create_integration(body: IntegrationBody) -> Answer:
        """Open a new door; without a `routingKey` it gets one that nobody can guess."""
        await check_links(house, body)
        row = papers.Integration(name=body.name)
        fill(row, body)
        row = await house.store.integrations.create(house.tenant, row)
        await house.load_integrations()
        return answered(row, f"/manage/integrations/{row.id}")

    @api.get("/integrations/<id:id>")
    @operation(IntegrationView)
    async def get_integration(id: str) -> Answer:
        """One integration. The values of its security headers are secrets: they are never shown."""
        return answered(await documents.must(house.store.integrations, house.tenant, id))

    @api.put("/integrations/<id:id>")
    @operation(IntegrationView, body=IntegrationBody, if_match=True)
    async def replace_integration(id: str, body: IntegrationBody, etag: str | None) -> Answer:
        """Change an integration, in force at once; a header value of `***` stays what it was."""
        await check_links(house, body)
        return answered(await _save(id, etag, lambda row: fill(row, body)))

    @api.delete("/integrations/<id:id>")
    @operation(None, 204)
    async def delete_integration(id: str) -> None:
        """Close a door for good; its devices stay."""
        await house.store.integrations.delete(house.tenant, id)
        await house.load_integrations()

    @api.get("/integrations/<id:id>/usage")
    @operation(UsageView)
    async def get_integration_usage(id: str) -> UsageView:
        """The rule chains whose nodes name the integration: what a person breaks who deletes it."""
        await documents.must(house.store.integrations, house.tenant, id)
        rows = [row for row in await house.store.chains.all() if row.tenant == house.tenant]
        found = [Named(id=row.id, name=row.name) for row in rows if names(decode(row.document), id)]
        return UsageView(rule_chains=found)

    @api.post("/integrations/<id:id>/enable")
    @operation(IntegrationView)
    async def enable_integration(id: str) -> Answer:
        """Take messages."""
        return answered(await _save(id, None, lambda row: setattr(row, "enabled", True)))

    @api.post("/integrations/<id:id>/disable")
    @operation(IntegrationView)
    async def disable_integration(id: str) -> Answer:
        """Answer devices with 503."""
        return answered(await _save(id, None, lambda row: setattr(row, "enabled", False)))

    @api.post("/integrations/<id:id>/debug")
    @operation(IntegrationView, body=DebugRequest, optional_body=True)
    async def debug_integration(id: str, body: DebugRequest) -> Answer:
        """Keep everything that comes in and goes out as events for some minutes."""

        def change(row: papers.Integration) -> None:
            row.debug = {**(row.debug or {}), "allUntil": until(body)}

        return answered(await _save(id, None, change))

    async def _save(
        id: str, etag: str | None, change: documents.Change[papers.Integration]
    ) -> papers.Integration:
        row = await documents.save(house.store.integrations, house.tenant, id, etag, change, shown)
        await house.load_integrations()
        return row

    return api


def names(document: Value, id: str) -> bool:
    """Whether a node of a chain document has this integration in its configuration."""
    nodes = document.get("nodes", []) if isinstance(document, dict) else []
    return any(node.get("config", {}).get("integrationId") == id for node in nodes)


async def check_links(house: House, body: IntegrationBody) -> None:
    """400 with the place of everything that the integration names and that is not there."""
    found: list[Problem] = []
    for direction, id in (("uplink", body.uplink_converter_id), ("downlink", body.downlink_converter_id)):
        row = await house.store.converters.get(house.tenant, id) if id else None
        if id and (row is None or row.direction != direction):
            text = f"there is no {direction} converter {id!r}"
            found.append(Problem(text, f"/{direction}ConverterId", "lost-reference"))
    chain = body.rule_chain_id
    if chain and await house.store.chains.get(house.tenant, chain) is None:
        found.append(Problem(f"there is no rule chain {chain!r}", "/ruleChainId", "lost-reference"))
    if found:
        raise refused(400, "The body is not valid", found)


def fill(row: papers.Integration, body: IntegrationBody) -> None:
    """Give the stored document what the body says."""
    before = (row.security or {}).get("headers", {})
    unknown = [
        name for name, value in body.security.headers.items() if value == HIDDEN and name not in before
    ]
    if unknown:
        problem = Problem("this header has no value yet", f"/security/headers/{unknown[0]}", "no-secret")
        raise refused(400, "The body is not valid", [problem])
    headers = {n: before[n] if v == HIDDEN else v for n, v in body.security.headers.items()}
    row.name, row.type, row.enabled = body.name, body.type, body.enabled
    row.routing_key = body.routing_key or row.routing_key or str(uuid.uuid4())
    row.allow_create = body.allow_create_devices_or_assets
    row.uplink_converter_id = body.uplink_converter_id or None
    row.downlink_converter_id = body.downlink_converter_id or None
    row.rule_chain_id = body.rule_chain_id or None
    row.security = {"headers": headers}
    row.metadata_ = body.metadata
    row.options = body.options.model_dump(by_alias=True)

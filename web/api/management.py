"""The management API put together: the one place that says what people and programs may call below /manage."""

from __future__ import annotations

from quart import Blueprint, Quart, Response, request
from quart_schema import Info, QuartSchema, Tag

from web.api import (
    attributes,
    chain_runs,
    converters,
    dead_letters,
    devices,
    docs,
    downlinks,
    errors,
    events,
    guard,
    integrations,
    node_types,
    notifications,
    rehearsals,
    rule_chains,
    scripts,
    stats,
    system,
    telemetry,
    traces,
)
from web.api.openapi import Document, IdConverter
from web.door import to_response
from web.endpoint import Endpoint
from web.house import House
from web.listener import Listener

TITLE = "Tidegate management API"
TAGS = (
    Tag("Integrations", "Doors for devices"),
    Tag("Converters", "Scripts between payloads and messages"),
    Tag("Devices", "Devices with their attributes and telemetry"),
    Tag("Downlinks", "Messages that wait for a device"),
    Tag("Rule chains", "Documents, versions, what runs, trying things out"),
    Tag("Node types", "What chains are made of"),
    Tag("Scripts", "Checking and trying scripts"),
    Tag("Events", "What happened"),
    Tag("Traces", "Messages followed step by step"),
    Tag("Dead letters", "Messages whose failure nobody handled"),
    Tag("Notifications", "The bell"),
    Tag("Statistics", "The whole at a glance"),
    Tag("System", "Settings and health"),
)


def register(app: Quart, house: House, endpoint: Endpoint, listener: Listener) -> None:
    """Put everything below /manage into the application."""
    app.url_map.converters["id"] = IdConverter
    manage = Blueprint("manage", __name__, url_prefix="/manage")
    errors.register(manage)

    @manage.before_request
    async def admit() -> Response | None:
        """Who may come in at all. A login belongs here, behind the guard."""
        refusal = guard.refusal(request.method, request.headers, house.settings)
        return to_response(refusal) if refusal is not None else None

    for blueprint in (
        converters.blueprint(house),
        scripts.blueprint(),
        integrations.blueprint(house),
        devices.blueprint(house),
        attributes.blueprint(house),
        telemetry.blueprint(house),
        downlinks.blueprint(house),
        rule_chains.blueprint(house),
        chain_runs.blueprint(house),
        rehearsals.blueprint(house),
        node_types.blueprint(house),
        events.blueprint(house),
        traces.blueprint(house),
        dead_letters.blueprint(house),
        notifications.blueprint(house),
        stats.blueprint(house),
        system.blueprint(house, endpoint, listener),
    ):
        manage.register_blueprint(blueprint)
    schema = QuartSchema(
        openapi_path=None,
        info=Info(TITLE, stats.program_version()),
        tags=list(TAGS),
        openapi_provider_class=Document,
        conversion_preference="pydantic",
    )
    manage.register_blueprint(docs.blueprint(schema))
    app.register_blueprint(manage)
    schema.init_app(app)

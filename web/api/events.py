"""Events: the In and Out of integrations, converters and nodes, errors, news; newest first."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.records import Event
from web.api.devices import device
from web.api.shapes import Cursor, EpochMs, Find, Id, Limit, Shape
from web.api.telemetry import Moment
from web.api.wire import bad_request, caught_up, operation
from web.house import House

Source = Literal["integration", "converter", "node", "device", "system"]
Level = Literal["info", "error"]
SOURCES: tuple[Source, ...] = ("integration", "converter", "node", "device", "system")


class EventView(Shape):
    """What happened, with what came in or out."""

    id: str
    ts: EpochMs
    source: Source
    entity_id: str
    entity_name: str
    level: Level
    kind: str
    text: str
    payload: str
    metadata: dict[str, str]
    message_id: str
    trace_id: str
    chain: str


class EventList(Shape):
    """Events, newest first; `capped` says how many of each source this hour dropped, where it did."""

    items: list[EventView]
    next: str | None
    capped: dict[str, int]


class DeviceEventQuery(Shape):
    """Which events of a device."""

    level: Level | None = None
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    q: Find = ""
    cursor: Cursor = None
    limit: Limit = 50


class EventQuery(DeviceEventQuery):
    """Which events; `entity` is the id of an integration, a converter, a node or a device.

    The id of a node is its own only within its chain: with `chain` only events of that chain's nodes are found.
    """

    source: Source | None = None
    entity: Id | None = None
    chain: Id | None = None


def blueprint(house: House) -> Blueprint:
    """The calls about events."""
    api = Blueprint("events", __name__)
    tag_blueprint(api, ["Events"])

    @api.get("/events")
    @operation(EventList, query=EventQuery)
    async def list_events(query: EventQuery) -> EventList:
        """The events of all sources, newest first."""
        return await _page(query, query.source, query.entity, query.chain)

    @api.get("/devices/<id:id>/events")
    @operation(EventList, query=DeviceEventQuery)
    async def list_device_events(id: str, query: DeviceEventQuery) -> EventList:
        """The events of one device, newest first."""
        await device(house, id)
        return await _page(query, None, id)

    async def _page(
        query: DeviceEventQuery, source: Source | None, entity: str | None, chain: str | None = None
    ) -> EventList:
        await caught_up(house)
        with bad_request("?/cursor"):
            page = await house.store.events.page(
                house.tenant,
                source,
                entity,
                query.level,
                query.start,
                query.end,
                query.q,
                query.limit,
                query.cursor,
                chain,
            )
        dropped = {source: house.store.events.dropped(house.tenant, source) for source in SOURCES}
        capped = {source: count for source, count in dropped.items() if count}
        return EventList(items=[view(event) for event in page.items], next=page.next, capped=capped)

    return api


def view(event: Event) -> EventView:
    """An event for an answer."""
    return EventView(
        id=event.id,
        ts=event.ts,
        source=event.source,
        entity_id=event.entity_id,
        entity_name=event.entity_name,
        level=event.level,
        kind=event.kind,
        text=event.text,
        payload=event.payload,
        metadata=dict(event.metadata),
        message_id=event.message_id,
        trace_id=event.trace_id,
        chain=event.chain,
    )

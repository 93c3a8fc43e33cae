"""Devices: who they are, when they were last heard of, and the token they may call with."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import ConflictError, MissingError, Problem
from engine.message import DEVICE, ENTITY_CREATED, Entity, message
from engine.store.tables import EntityRow
from engine.values import encode
from web.api.documents import stale
from web.api.shapes import Cursor, EpochMs, Find, Limit, Name, Shape, Text, Written
from web.api.wire import Answer, bad_request, operation, refused
from web.device_api import RESERVED
from web.house import House

Label = Annotated[Text, Field(max_length=255)]


def _is_no_path(token: str) -> str:
    if token in RESERVED:
        raise ValueError("must not be a word that stands in other paths")
    return token


Token = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$"), AfterValidator(_is_no_path)]
DeviceSort = Literal[
    "name",
    "-name",
    "type",
    "-type",
    "label",
    "-label",
    "createdTs",
    "-createdTs",
    "lastActivityTs",
    "-lastActivityTs",
]
ENTITY_UPDATED = "ENTITY_UPDATED"


class DeviceBody(Shape):
    """A new device."""

    name: Name
    type: Name = "default"
    label: Label = ""


class DeviceChange(Written):
    """What can change of a device; what is left out stays."""

    shown_only = frozenset(("id", "createdTs", "lastActivityTs"))

    name: Name | None = Field(None, description="The name it has; it cannot change")
    type: Name | None = None
    label: Label | None = None


class DeviceView(Shape):
    """A device; `lastActivityTs` is 0 when it was never heard of."""

    id: str
    name: str
    type: str
    label: str
    created_ts: EpochMs
    last_activity_ts: EpochMs


class DeviceList(Shape):
    """Devices, page by page."""

    items: list[DeviceView]
    next: str | None


class DeviceQuery(Shape):
    """What the list of devices may be asked for."""

    cursor: Cursor = None
    limit: Limit = 50
    q: Find = ""
    sort: DeviceSort = "name"


class Credentials(Shape):
    """The access token with which a device calls `/api/v1/{token}/...`."""

    token: str


class CredentialsBody(Shape):
    """A token of one's own choice; without one the server makes it."""

    token: Token | None = None


def blueprint(house: House) -> Blueprint:
    """The calls about devices."""
    api = Blueprint("devices", __name__, url_prefix="/devices")
    tag_blueprint(api, ["Devices"])

    @api.get("")
    @operation(DeviceList, query=DeviceQuery)
    async def list_devices(query: DeviceQuery) -> DeviceList:
        """The devices; `q` is looked for in their names."""
        with bad_request("?/cursor"):
            page = await house.store.entities.page(
                house.tenant, DEVICE, query.q, query.limit, query.cursor, query.sort
            )
        return DeviceList(items=[view(row) for row in page.items], next=page.next)

    @api.post("")
    @operation(DeviceView, 201, body=DeviceBody)
    async def create_device(body: DeviceBody) -> Answer:
        """A new device; the root chain hears of it as ENTITY_CREATED."""
        entities = house.store.entities
        known = await entities.find(house.tenant, DEVICE, body.name)
        if known is not None:
            raise ConflictError(f"device {body.name!r} exists already", known)
        entity = entities.create(house.tenant, DEVICE, body.name, body.type, body.label)
        await tell(house, ENTITY_CREATED, entity)
        return answered(entity, f"/manage/devices/{entity.id}")

    @api.get("/<id:id>")
    @operation(DeviceView)
    async def get_device(id: str) -> Answer:
        """One device."""
        return answered(await device(house, id))

    @api.put("/<id:id>")
    @operation(DeviceView, body=DeviceChange, if_match=True)
    async def change_device(id: str, body: DeviceChange, etag: str | None) -> Answer:
        """Change label and type; the root chain hears of it as ENTITY_UPDATED."""
        entity = await device(house, id)
        if body.name not in (None, entity.name):
            problem = Problem("the name of a device cannot change", "/name", "name")
            raise refused(400, "The body is not valid", [problem])
        if etag not in (None, mark(entity)):
            raise stale(mark(entity), view_of(entity))
        entity = house.store.entities.update(entity, body.label, body.type)
        await tell(house, ENTITY_UPDATED, entity)
        return answered(entity)

    @api.delete("/<id:id>")
    @operation(None, 204)
    async def delete_device(id: str) -> None:
        """Delete a device with its attributes, telemetry and downlinks."""
        await device(house, id)
        await house.store.entities.delete(house.tenant, id)

    @api.get("/<id:id>/credentials")
    @operation(Credentials)
    async def get_device_credentials(id: str) -> Credentials:
        """The access token of a device."""
        return Credentials(token=house.store.entities.token(await device(house, id)) or "")

    @api.post("/<id:id>/credentials")
    @operation(Credentials, body=CredentialsBody, optional_body=True)
    async def renew_device_credentials(id: str, body: CredentialsBody) -> Credentials:
        """Give a device another access token; the old one ends at once."""
        return Credentials(token=await house.store.entities.set_token(await device(house, id), body.token))

    return api


async def device(house: House, id: str) -> Entity:
    """The device of that id; MissingError when there is none."""
    entity = await house.store.entities.get(house.tenant, id)
    if entity is None or entity.kind != DEVICE:
        raise MissingError("device", id)
    return entity


async def tell(house: House, type: str, entity: Entity) -> None:
    """Let the root chain know what became of an entity, once that is durable."""
    data = {"id": entity.id, "name": entity.name, "type": entity.type, "label": entity.label}
    metadata = {"entityName": entity.name, "entityType": entity.kind}
    house.queue.put(message(type, entity, data, metadata))
    await house.store.writer.durable()


def answered(entity: Entity, location: str = "") -> Answer:
    """A device with its ETag."""
    return Answer(view_of(entity), mark(entity), location)


def mark(entity: Entity) -> str:
    """A mark of what can change of a device."""
    return hashlib.blake2b(encode([entity.id, entity.type, entity.label]), digest_size=8).hexdigest()


def view(row: EntityRow) -> DeviceView:
    """A device of a list."""
    return DeviceView(
        id=row.id,
        name=row.name,
        type=row.type,
        label=row.label,
        created_ts=row.created_ts,
        last_activity_ts=row.last_activity_ts,
    )


def view_of(entity: Entity) -> DeviceView:
    """A device in memory."""
    return DeviceView(
        id=entity.id,
        name=entity.name,
        type=entity.type,
        label=entity.label,
        created_ts=entity.created_ts,
        last_activity_ts=entity.memory.last_activity_ts,
    )

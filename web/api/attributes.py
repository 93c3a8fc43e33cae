"""Attributes of a device in their three scopes; people write the shared and the server ones."""

from __future__ import annotations

from typing import Any

from pydantic import Field, RootModel
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import Problem
from engine.message import ATTRIBUTES_DELETED, ATTRIBUTES_UPDATED, Entity, message
from engine.node import Scope
from engine.scopes import SCOPE_NAMES
from engine.services import Stamped
from engine.values import Value
from web.api.devices import device
from web.api.shapes import Name, Shape, StampedView
from web.api.wire import bad_request, operation, refused
from web.house import House

PATH = "/<id:id>/attributes/<any(client, shared, server):scope>"


class AttributeValues(RootModel[dict[Name, Any]]):
    """Keys with their new values."""


class AttributeViews(RootModel[dict[str, StampedView]]):
    """Attributes by key."""


class KeyQuery(Shape):
    """Which keys."""

    keys: str = Field("", max_length=10_000, description="Keys, separated by commas")


class DeletedKeys(Shape):
    """The keys that were there and are gone."""

    deleted: list[str]


def blueprint(house: House) -> Blueprint:
    """The calls about attributes."""
    api = Blueprint("attributes", __name__, url_prefix="/devices")
    tag_blueprint(api, ["Devices"])

    @api.get(PATH)
    @operation(AttributeViews, query=KeyQuery)
    async def get_attributes(id: str, scope: Scope, query: KeyQuery) -> AttributeViews:
        """The attributes of one scope: all, or those of `keys`."""
        current = (await house.store.attributes.load(await device(house, id)))[scope]
        wanted = split(query.keys)
        return shown({key: value for key, value in current.items() if not wanted or key in wanted})

    @api.post(PATH)
    @operation(AttributeViews, body=AttributeValues)
    async def save_attributes(id: str, scope: Scope, body: AttributeValues) -> AttributeViews:
        """Set attributes; the root chain gets them as ATTRIBUTES_UPDATED, so that they can become a downlink."""
        entity = await device(house, id)
        values = body.root
        check_scope(scope)
        check_values(values)
        attributes = house.store.attributes
        await attributes.load(entity)
        with bad_request(""):
            attributes.save(entity, scope, values, only_changed=False)
        await tell(house, ATTRIBUTES_UPDATED, entity, scope, dict(values))
        current = (await attributes.load(entity))[scope]
        return shown({key: current[key] for key in values if key in current})

    @api.delete(PATH)
    @operation(DeletedKeys, query=KeyQuery)
    async def delete_attributes(id: str, scope: Scope, query: KeyQuery) -> DeletedKeys:
        """Delete the attributes of `keys`; the root chain hears of it as ATTRIBUTES_DELETED."""
        entity = await device(house, id)
        check_scope(scope)
        keys = split(query.keys)
        if not keys:
            raise refused(
                400, "The query is not valid", [Problem("name the keys to delete", "?/keys", "missing")]
            )
        await house.store.attributes.load(entity)
        gone = house.store.attributes.delete(entity, scope, keys)
        if gone:
            await tell(house, ATTRIBUTES_DELETED, entity, scope, {"attributes": gone})
        return DeletedKeys(deleted=gone)

    return api


def check_scope(scope: Scope) -> None:
    """400 for the scope that only devices write."""
    if scope == "client":
        text = "client attributes come from the device; write shared or server attributes"
        raise refused(400, "The scope cannot be written", [Problem(text, "/scope", "scope")])


def check_values(values: dict[str, Value]) -> None:
    """400 for no values, and for nulls."""
    if not values:
        raise refused(400, "The body is not valid", [Problem("there is nothing to save", "", "empty")])
    nulls = [
        Problem("null is no value; DELETE the key", f"/{key}", "null")
        for key, v in values.items()
        if v is None
    ]
    if nulls:
        raise refused(400, "The body is not valid", nulls)


async def tell(house: House, type: str, entity: Entity, scope: Scope, data: Value) -> None:
    """Let the root chain know, together with the write itself; back when both are durable."""
    metadata = {"scope": SCOPE_NAMES[scope], "deviceName": entity.name, "deviceType": entity.type}
    house.queue.put(message(type, entity, data, metadata))
    await house.store.writer.durable()


def split(keys: str) -> list[str]:
    """The keys of a comma-separated list."""
    return [key.strip() for key in keys.split(",") if key.strip()]


def shown(values: dict[str, Stamped]) -> AttributeViews:
    """Values for an answer."""
    return AttributeViews({key: StampedView(ts=ts, value=value) for key, (ts, value) in values.items()})

"""Originator fields: adds name, type and the like of the originator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field

from engine.message import Entity, Message
from engine.node import SUCCESS, Emit, Example, Key, Node, Part
from engine.parts import THINGSBOARD_PARTS, extended
from engine.services import Services
from engine.values import Value

EntityField = Literal["name", "type", "label", "id", "createdTime"]

_READ: Final[dict[EntityField, Callable[[Entity], Value]]] = {
    "name": lambda entity: entity.name,
    "type": lambda entity: entity.type,
    "label": lambda entity: entity.label,
    "id": lambda entity: entity.id,
    "createdTime": lambda entity: entity.created_ts,
}


class OriginatorFields(Node):
    """Adds fields of the originator, such as its name and type, to a message.

    Choose for each field the key it is written to. The fields are name, type, label, id and createdTime, which is
    in epoch milliseconds. They go into the metadata, where everything is text, or into the data; keys of the same
    name are replaced, the rest of the message stays as it is.

    It fails when the fields should go into data that is not an object.
    """

    icon = "id-card"
    thingsboard = "org.thingsboard.rule.engine.metadata.TbGetOriginatorFieldsNode"
    examples = (
        Example(
            "Name and type",
            {"data": {"temperature": 33}, "originator": {"name": "Thermostat 7", "type": "thermostat"}},
            [
                {
                    "relation": SUCCESS,
                    "data": {"temperature": 33},
                    "metadata": {"originatorName": "Thermostat 7", "originatorType": "thermostat"},
                }
            ],
        ),
        Example(
            "Into the data",
            {"data": {"temperature": 33}, "originator": {"createdTs": 1700000000000}},
            [{"relation": SUCCESS, "data": {"temperature": 33, "since": 1700000000000}}],
            config={"mapping": {"createdTime": "since"}, "fetchTo": "data"},
        ),
        Example(
            "An empty label is left out",
            {"originator": {"label": ""}},
            [{"relation": SUCCESS, "metadata": {"label": None}}],
            config={"mapping": {"label": "label"}, "ignoreNulls": True},
        ),
        Example(
            "No room in an array",
            {"data": [1, 2]},
            [{"relation": "Failure", "error": "must be an object"}],
            config={"fetchTo": "data"},
        ),
    )

    mapping: Annotated[dict[EntityField, Key], Field(min_length=1)] = Field(
        {"name": "originatorName", "type": "originatorType"},
        title="Fields",
        description="Field of the originator and the key it is written to.",
        json_schema_extra={
            "x-ui": {
                "widget": "map",
                "keyTitle": "Field",
                "valueTitle": "Key",
                "keys": list(get_args(EntityField)),
            }
        },
    )
    ignore_nulls: bool = Field(
        False, title="Leave out empty", description="Do not add fields that are empty."
    )
    fetch_to: Part = Field(
        "metadata", title="Add to", description="The part of the message that gets the fields."
    )

    def process(self, message: Message, services: Services) -> Emit:
        """The message with the fields."""
        fields = {key: _READ[field](message.originator) for field, key in self.mapping.items()}
        if self.ignore_nulls:
            fields = {key: value for key, value in fields.items() if value != ""}
        return Emit(SUCCESS, extended(message, self.fetch_to, fields))

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """The mapping, unless it names a field that exists only there."""
        mapping = config.get("dataMapping") or config.get("fieldsMapping") or {}
        if not mapping or not mapping.keys() <= _READ.keys():
            return None
        return {
            "mapping": mapping,
            "ignoreNulls": config.get("ignoreNullStrings", False),
            "fetchTo": THINGSBOARD_PARTS[config.get("fetchTo", "METADATA")],
        }

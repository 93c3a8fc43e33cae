"""Rename keys: gives values in data or metadata other names."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Key, Node, Part
from engine.parts import THINGSBOARD_PARTS, keys_of, replaced
from engine.services import Services


class RenameKeys(Node):
    """Renames keys in the data or the metadata of a message.

    Keys that are not there are skipped. A value that already has the new name is replaced. All names change at
    once, so two keys can swap their names. Only the top level of the data is renamed.

    It fails when keys of data that is not an object should be renamed.
    """

    icon = "pen-line"
    thingsboard = "org.thingsboard.rule.engine.transform.TbRenameKeysNode"
    examples = (
        Example(
            "In the data",
            {"data": {"temperatureCelsius": 33, "humidity": 40}},
            [{"relation": SUCCESS, "data": {"temperature": 33, "humidity": 40}}],
        ),
        Example(
            "The new name was taken",
            {"data": {"temperatureCelsius": 33, "temperature": 1}},
            [{"relation": SUCCESS, "data": {"temperature": 33}}],
        ),
        Example(
            "Two keys swap",
            {"metadata": {"a": "1", "b": "2"}},
            [{"relation": SUCCESS, "metadata": {"a": "2", "b": "1"}}],
            config={"renameIn": "metadata", "mapping": {"a": "b", "b": "a"}},
        ),
        Example(
            "Nothing to rename", {"data": {"humidity": 40}}, [{"relation": SUCCESS, "data": {"humidity": 40}}]
        ),
        Example("Not an object", {"data": [1]}, [{"relation": "Failure", "error": "must be an object"}]),
    )

    mapping: Annotated[dict[Key, Key], Field(min_length=1)] = Field(
        {"temperatureCelsius": "temperature"},
        title="Names",
        description="Old name and new name.",
        json_schema_extra={"x-ui": {"widget": "map", "keyTitle": "Old name", "valueTitle": "New name"}},
    )
    rename_in: Part = Field(
        "data", title="Rename in", description="The part of the message whose keys are renamed."
    )

    def process(self, message: Message, services: Services) -> Emit:
        """The message with the new names; a new name wins over what had it before."""
        values = keys_of(message, self.rename_in)
        moved = {new: values[old] for old, new in self.mapping.items() if old in values}
        if not moved:
            return Emit(SUCCESS, message)
        renamed = {self.mapping.get(key, key): value for key, value in values.items()}
        return Emit(SUCCESS, replaced(message, self.rename_in, renamed | moved))

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The mapping and its part."""
        return {
            "mapping": config.get("renameKeysMapping", {}),
            "renameIn": THINGSBOARD_PARTS[config.get("renameIn", "DATA")],
        }

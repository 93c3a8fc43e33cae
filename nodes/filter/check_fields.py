"""Check fields: True when the listed keys are present."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from engine.message import Message
from engine.node import FALSE, TRUE, Example, Key, Node
from engine.services import Services


class CheckFields(Node):
    """Asks whether a message has the listed keys in its data and its metadata.

    With All, every listed key must be there; with Any, one of them is enough. Only the top level of the data is
    looked at. A key whose value is null counts as present. Data that is not an object has no keys.

    The message is not changed, and the node cannot fail.
    """

    icon = "check-check"
    relations = (TRUE, FALSE)
    never_fails = True
    thingsboard = "org.thingsboard.rule.engine.filter.TbCheckMessageNode"
    examples = (
        Example(
            "All keys are there, null counts",
            {"data": {"temperature": None, "humidity": 40}, "metadata": {"deviceName": "Thermostat 1"}},
            [{"relation": TRUE}],
            config={"dataKeys": ["temperature", "humidity"], "metadataKeys": ["deviceName"]},
        ),
        Example(
            "One is missing",
            {"data": {"temperature": 33}},
            [{"relation": FALSE}],
            config={"dataKeys": ["temperature", "humidity"]},
        ),
        Example(
            "One is enough",
            {"data": {"temperature": 33}},
            [{"relation": TRUE}],
            config={"dataKeys": ["temperature", "humidity"], "match": "any"},
        ),
        Example(
            "An array has no keys", {"data": [1]}, [{"relation": FALSE}], config={"dataKeys": ["temperature"]}
        ),
    )

    data_keys: tuple[Key, ...] = Field(
        (),
        title="Keys in the data",
        description="Keys to look for in the message's data.",
        json_schema_extra={"x-ui": {"widget": "keys"}},
    )
    metadata_keys: tuple[Key, ...] = Field(
        (),
        title="Keys in the metadata",
        description="Keys to look for in the message's metadata.",
        json_schema_extra={"x-ui": {"widget": "keys"}},
    )
    match: Literal["all", "any"] = Field(
        "all",
        title="Required",
        description="Whether all of the keys must be present or any one of them.",
        json_schema_extra={"x-ui": {"widget": "select", "labels": {"all": "All keys", "any": "Any key"}}},
    )

    def process(self, message: Message, services: Services) -> str:
        """True when all, or any, of the keys are there."""
        data = message.data if isinstance(message.data, dict) else {}
        present = [key in data for key in self.data_keys] + [
            key in message.metadata for key in self.metadata_keys
        ]
        found = all(present) if self.match == "all" else any(present)
        return TRUE if found else FALSE

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The two lists and how they count."""
        return {
            "dataKeys": config.get("messageNames") or [],
            "metadataKeys": config.get("metadataNames") or [],
            "match": "all" if config.get("checkAllKeys", True) else "any",
        }

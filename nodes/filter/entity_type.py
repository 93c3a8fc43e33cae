"""Entity type filter: True for the listed kinds of originator."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from engine.message import ASSET, DEVICE, ENTITY_NAMES, TENANT, Message
from engine.node import FALSE, TRUE, Example, Node
from engine.services import Services


class EntityType(Node):
    """Asks whether a message is about a device, an asset or the tenant.

    It goes along True when the kind of its originator is on the list and along False when it is not. The kind is
    not the type of a device: thermostats and gateways are both devices.

    The message is not changed, and the node cannot fail.
    """

    icon = "shapes"
    title = "Entity type filter"
    relations = (TRUE, FALSE)
    never_fails = True
    thingsboard = "org.thingsboard.rule.engine.filter.TbOriginatorTypeFilterNode"
    examples = (
        Example("A device", {"originator": {"kind": DEVICE}}, [{"relation": TRUE}]),
        Example("Not an asset", {"originator": {"kind": ASSET, "name": "Building A"}}, [{"relation": FALSE}]),
        Example(
            "The tenant",
            {"originator": {"kind": TENANT}},
            [{"relation": TRUE}],
            config={"entityTypes": ["ASSET", "TENANT"]},
        ),
    )

    entity_types: tuple[Literal["DEVICE", "ASSET", "TENANT"], ...] = Field(
        (DEVICE,),
        title="Entity types",
        description="The kinds of originator that go along True.",
        json_schema_extra={"x-ui": {"widget": "select", "labels": dict(ENTITY_NAMES)}},
    )

    def process(self, message: Message, services: Services) -> str:
        """True when the originator's kind is listed."""
        return TRUE if message.originator.kind in self.entity_types else FALSE

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The list, without the kinds that do not exist here and so can never come."""
        return {"entityTypes": [kind for kind in config.get("originatorTypes", ()) if kind in ENTITY_NAMES]}

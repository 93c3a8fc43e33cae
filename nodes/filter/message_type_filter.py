"""Message type filter: True for the listed message types."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import Field

from engine.message import LABELS, POST_ATTRIBUTES, POST_TELEMETRY, RPC_FROM_DEVICE, Message
from engine.node import FALSE, TRUE, Example, Key, Node
from engine.services import Services

_DEFAULT = (POST_ATTRIBUTES, POST_TELEMETRY, RPC_FROM_DEVICE)


class MessageTypeFilter(Node):
    """Asks whether a message is of one of the listed types.

    It goes along True when its type is on the list and along False when it is not. Types are compared letter by
    letter; besides the known ones the list may hold types of your own, as scripts make them.

    The message is not changed, and the node cannot fail.
    """

    icon = "list-checks"
    relations = (TRUE, FALSE)
    never_fails = True
    thingsboard = "org.thingsboard.rule.engine.filter.TbMsgTypeFilterNode"
    examples = (
        Example("Telemetry is on the list", {"type": "POST_TELEMETRY_REQUEST"}, [{"relation": TRUE}]),
        Example("Alarms are not", {"type": "ALARM"}, [{"relation": FALSE}]),
        Example(
            "A type of your own",
            {"type": "TANK_FULL"},
            [{"relation": TRUE}],
            config={"messageTypes": ["TANK_FULL"]},
        ),
    )

    message_types: tuple[Key, ...] = Field(
        _DEFAULT,
        title="Message types",
        description="The types that go along True.",
        json_schema_extra={"x-ui": {"widget": "keys", "labels": dict(LABELS)}},
    )

    @cached_property
    def types(self) -> frozenset[str]:
        """The listed types, for quick look-up."""
        return frozenset(self.message_types)

    def process(self, message: Message, services: Services) -> str:
        """True when the type is listed."""
        return TRUE if message.type in self.types else FALSE

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The list of types."""
        return {"messageTypes": config.get("messageTypes", _DEFAULT)}

"""Message type switch: one relation for each message type."""

from __future__ import annotations

from typing import Any

from engine.message import LABELS, Message
from engine.node import OTHER, Example, Node
from engine.services import Services


class MessageTypeSwitch(Node):
    """Sends each message along the relation of its type, usually right after the entry of a chain.

    Each known message type has a relation of its own, such as Post telemetry, Post attributes or Attributes
    Updated. Types without one, among them all that scripts make up, go along Other.

    The message is not changed, and the node cannot fail. A message whose relation has no arrow ends here.
    """

    icon = "route"
    relations = (*LABELS.values(), OTHER)
    never_fails = True
    thingsboard = "org.thingsboard.rule.engine.filter.TbMsgTypeSwitchNode"
    examples = (
        *(
            Example(label, {"type": type}, [{"relation": label, "type": type}])
            for type, label in LABELS.items()
        ),
        Example("A type of your own", {"type": "TANK_FULL"}, [{"relation": OTHER}]),
    )

    def process(self, message: Message, services: Services) -> str:
        """The label of the type, or Other."""
        return LABELS.get(message.type, OTHER)

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

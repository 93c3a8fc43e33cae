"""Split array: one message for each element."""

from __future__ import annotations

from typing import Any

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Node
from engine.services import Services
from engine.values import name_of


class SplitArray(Node):
    """Makes one message of each element of an array.

    The data of each new message is one element, in the order of the array; type and metadata are those of the
    original, which they name as their parent. An empty array ends the message here.

    It fails when the data is not an array.
    """

    icon = "ungroup"
    thingsboard = "org.thingsboard.rule.engine.transform.TbSplitArrayMsgNode"
    examples = (
        Example(
            "Two readings",
            {"data": [{"temperature": 33}, {"temperature": 34}], "metadata": {"deviceName": "T1"}},
            [
                {"relation": SUCCESS, "data": {"temperature": 33}, "metadata": {"deviceName": "T1"}},
                {"relation": SUCCESS, "data": {"temperature": 34}, "metadata": {"deviceName": "T1"}},
            ],
        ),
        Example("An empty array", {"data": []}, []),
        Example(
            "Not an array",
            {"data": {"temperature": 33}},
            [{"relation": "Failure", "error": "must be an array, it is object"}],
        ),
    )

    def process(self, message: Message, services: Services) -> list[Emit]:
        """The elements, in order."""
        if not isinstance(message.data, list):
            raise ValueError(f"the message's data must be an array, it is {name_of(message.data)}")
        return [Emit(SUCCESS, message.derived(message.type, item, message.metadata)) for item in message.data]

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

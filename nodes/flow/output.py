"""Output: returns to the chain that called this one."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Example, Key, Leave, Node
from engine.services import Services


class Output(Node):
    """Returns a message to the chain that called this one.

    There it leaves the Rule chain node along the relation named by the label, so several Outputs with different
    labels give that node several ways on. In a chain that nobody called, the message ends here.

    The message is not changed, and the node cannot fail.
    """

    icon = "log-out"
    relations = ()
    never_fails = True
    thingsboard = "org.thingsboard.rule.engine.flow.TbRuleChainOutputNode"
    examples = (
        Example("Back along Success", {"data": {"a": 1}}, [{"leave": SUCCESS, "data": {"a": 1}}]),
        Example("Back along a relation of your own", {}, [{"leave": "Too hot"}], config={"label": "Too hot"}),
    )

    label: Key = Field(
        SUCCESS,
        title="Label",
        description="The relation along which the message leaves in the calling chain.",
    )

    def process(self, message: Message, services: Services) -> Leave:
        """Back to the caller."""
        return Leave(self.label, message)

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The label is the name of the node there; the importer puts it into the configuration as `name`."""
        return {"label": config.get("name") or SUCCESS}

"""Rule chain: goes through another chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from engine.message import Message
from engine.node import Enter, Example, Key, Node
from engine.services import Services


class RuleChain(Node):
    """Sends a message into another chain and goes on with what that chain returns.

    The message starts at the entry of the other chain. Each Output node it reaches there sends it back here, and
    it leaves along the relation that is the Output's label. A message that reaches no Output ends in the other
    chain. The message itself is not changed on the way in.

    A chain that would enter itself, directly or through others, makes the message fail, and so does a chain that
    does not exist or is not active.
    """

    icon = "workflow"
    relations = ()
    custom_relations = True
    never_fails = True  # the runner enters the chain
    thingsboard = "org.thingsboard.rule.engine.flow.TbRuleChainInputNode"
    examples = (
        Example(
            "Into the chain for alarms",
            {"data": {"temperature": 93}},
            [{"enter": "alarms", "data": {"temperature": 93}}],
            config={"ruleChainId": "alarms"},
        ),
    )

    rule_chain_id: Key = Field(
        title="Rule chain",
        description="The chain to go through.",
        json_schema_extra={"x-ui": {"widget": "reference", "to": "rule-chain"}},
    )

    def references(self) -> Sequence[tuple[str, str]]:
        """The other chain."""
        return (("rule-chain", self.rule_chain_id),)

    def process(self, message: Message, services: Services) -> Enter:
        """Into the other chain."""
        return Enter(self.rule_chain_id, message)

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """The chain, unless the device profile chooses it there."""
        chain = config.get("ruleChainId")
        return {"ruleChainId": chain} if chain and not config.get("forwardMsgToDefaultRuleChain") else None

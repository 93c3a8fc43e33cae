"""Integration downlink: keeps a message for the device until it comes for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from engine.message import ATTRIBUTES_DELETED, ATTRIBUTES_UPDATED, Message
from engine.node import SUCCESS, Example, Key, Node, Scope
from engine.scopes import SCOPES
from engine.services import Services

_SCOPED = frozenset((ATTRIBUTES_UPDATED, ATTRIBUTES_DELETED))


class IntegrationDownlink(Node):
    """Makes a downlink of a message and keeps it for the device it is about.

    The integration's downlink converter turns the message into what the device is sent. It is kept durably and
    leaves with the answer to the device's next request; when the device is speaking right now, with the answer to
    this one. Success means kept, not delivered. The message goes on unchanged.

    Messages about changed or deleted attributes become downlinks only when their scope, as metadata scope tells
    it, is one of those chosen here; the others go along Success and nothing is kept for the device. Without a
    scope in the metadata, and for all other types of message, there is no such check.

    It fails when the integration does not exist, when it has no downlink converter, and when the converter fails.
    """

    icon = "satellite-dish"
    thingsboard = "org.thingsboard.rule.engine.integration.TbIntegrationDownlinkNode"
    examples = (
        Example(
            "A shared attribute was set",
            {"type": ATTRIBUTES_UPDATED, "data": {"firmware": "1.2"}, "metadata": {"scope": "SHARED_SCOPE"}},
            [{"relation": SUCCESS, "data": {"firmware": "1.2"}}],
            config={"integrationId": "line-1"},
            effects=[["downlinks.send", "line-1"]],
        ),
        Example(
            "A server attribute is none of the device's business",
            {"type": ATTRIBUTES_UPDATED, "data": {"note": "call me"}, "metadata": {"scope": "SERVER_SCOPE"}},
            [{"relation": SUCCESS, "data": {"note": "call me"}}],
            config={"integrationId": "line-1"},
            effects=[],
        ),
        Example(
            "Unless you want it so",
            {"type": ATTRIBUTES_UPDATED, "data": {"limit": 40}, "metadata": {"scope": "SERVER_SCOPE"}},
            [{"relation": SUCCESS}],
            config={"integrationId": "line-1", "scopes": ["shared", "server"]},
            effects=[["downlinks.send", "line-1"]],
        ),
        Example(
            "Nor that it was deleted",
            {
                "type": ATTRIBUTES_DELETED,
                "data": {"attributes": ["note"]},
                "metadata": {"scope": "SERVER_SCOPE"},
            },
            [{"relation": SUCCESS}],
            config={"integrationId": "line-1"},
            effects=[],
        ),
        Example(
            "No scope, no check",
            {"type": ATTRIBUTES_UPDATED, "data": {"firmware": "1.2"}},
            [{"relation": SUCCESS}],
            config={"integrationId": "line-1"},
            effects=[["downlinks.send", "line-1"]],
        ),
        Example(
            "Any other message",
            {"type": "RPC_CALL_FROM_SERVER_TO_DEVICE", "data": {"method": "open", "params": {}}},
            [{"relation": SUCCESS}],
            config={"integrationId": "line-1"},
            effects=[["downlinks.send", "line-1"]],
        ),
        Example(
            "No such integration",
            {"data": {"temperature": 33}},
            [{"relation": "Failure", "error": "integration 'line-9' does not exist"}],
            config={"integrationId": "line-9"},
            given={"integrations": ["line-1"]},
            effects=[],
        ),
    )

    integration_id: Key = Field(
        title="Integration",
        description="The integration whose downlink converter is used.",
        json_schema_extra={"x-ui": {"widget": "reference", "to": "integration"}},
    )
    scopes: tuple[Scope, ...] = Field(
        ("shared",),
        title="Attribute scopes",
        description="Which changed attributes become downlinks; shared ones are those meant for the device.",
        json_schema_extra={
            "x-ui": {
                "widget": "select",
                "labels": {"client": "Client", "shared": "Shared", "server": "Server"},
            }
        },
    )

    def references(self) -> Sequence[tuple[str, str]]:
        """The integration."""
        return (("integration", self.integration_id),)

    def process(self, message: Message, services: Services) -> str:
        """Keep a downlink unless it is about attributes of another scope."""
        if message.type not in _SCOPED or self._is_wanted(message.metadata.get("scope")):
            services.downlinks.send(self.integration_id, message)
        return SUCCESS

    def _is_wanted(self, scope: str | None) -> bool:
        return not scope or SCOPES.get(scope) in self.scopes

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """The integration; attributes of every scope pass there."""
        integration = config.get("integrationId")
        return (
            {"integrationId": integration, "scopes": ["client", "shared", "server"]} if integration else None
        )

"""Delete attributes: removes attributes of the originator."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import Field

from engine.message import ATTRIBUTES_DELETED, Message
from engine.node import SUCCESS, Example, Key, Node, Scope
from engine.scopes import SCOPE_NAMES, SCOPES, scope_of
from engine.services import Services
from engine.template import Template


class DeleteAttributes(Node):
    """Removes attributes of the originator of a message.

    The scope is the one that metadata scope names (CLIENT_SCOPE, SHARED_SCOPE or SERVER_SCOPE), else the one
    chosen here. Keys that the originator does not have are skipped. A key may be made from the message, as in
    ${channel}_limit or $[key]. The message goes on unchanged.

    With Notify, shared and server attributes that were removed also enter the root chain as a message of the type
    ATTRIBUTES_DELETED. It fails when metadata scope names no scope.
    """

    icon = "trash-2"
    thingsboard = "org.thingsboard.rule.engine.telemetry.TbMsgDeleteAttributesNode"
    examples = (
        Example(
            "One is there, one is not",
            {"data": {"a": 1}},
            [{"relation": SUCCESS, "data": {"a": 1}}],
            config={"keys": ["limit", "nonsense"]},
            given={"attributes": {"server": {"limit": 40, "other": 1}}},
            effects=[["attributes.delete", "server", ["limit"]]],
        ),
        Example(
            "The root chain hears of it",
            {"metadata": {"scope": "SHARED_SCOPE", "channel": "a"}},
            [{"relation": SUCCESS}],
            config={"keys": ["${channel}_limit"], "notify": True},
            given={"attributes": {"shared": {"a_limit": 40}}},
            effects=[
                ["attributes.delete", "shared", ["a_limit"]],
                ["queue.put", "ATTRIBUTES_DELETED", {"attributes": ["a_limit"]}],
            ],
        ),
        Example(
            "Nothing there, nothing to tell",
            {},
            [{"relation": SUCCESS}],
            config={"keys": ["limit"], "notify": True},
            effects=[],
        ),
        Example(
            "No such scope",
            {"metadata": {"scope": "SECRET_SCOPE"}},
            [{"relation": "Failure", "error": "'SECRET_SCOPE' is not one of"}],
            config={"keys": ["limit"]},
            effects=[],
        ),
    )

    scope: Scope = Field(
        "server",
        title="Scope",
        description="Client: from the device. Shared: set here, seen by the device. Server: not seen by the device.",
        json_schema_extra={
            "x-ui": {
                "widget": "select",
                "labels": {"client": "Client", "shared": "Shared", "server": "Server"},
            }
        },
    )
    keys: tuple[Key, ...] = Field(
        (),
        title="Keys",
        description="The attributes to remove; they may be made from the message, as in ${channel}_limit.",
        json_schema_extra={"x-ui": {"widget": "keys", "templates": True}},
    )
    notify: bool = Field(
        False,
        title="Notify",
        description="Tell the root chain of removed shared and server attributes as ATTRIBUTES_DELETED.",
    )

    @cached_property
    def key_templates(self) -> list[Template]:
        """The keys."""
        return [Template(key) for key in self.keys]

    async def process(self, message: Message, services: Services) -> str:
        """Remove what is there of the keys."""
        scope = scope_of(message, self.scope)
        if services.attributes.cached(message.originator) is None:
            await services.attributes.load(message.originator)
        keys = [template.fill(message) for template in self.key_templates]
        gone = services.attributes.delete(message.originator, scope, keys)
        if gone and self.notify and scope != "client":
            metadata = {**message.metadata, "scope": SCOPE_NAMES[scope]}
            services.queue.put(message.derived(ATTRIBUTES_DELETED, {"attributes": gone}, metadata))
        return SUCCESS

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """Scope, keys and notification."""
        return {
            "scope": SCOPES[config.get("scope", "SERVER_SCOPE")],
            "keys": config.get("keys") or [],
            "notify": config.get("sendAttributesDeletedNotification", False),
        }

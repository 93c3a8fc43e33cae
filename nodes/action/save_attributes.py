"""Save attributes: keeps the data as attributes of the originator."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from pydantic import Field

from engine.converter import key_values
from engine.message import ATTRIBUTES_UPDATED, POST_ATTRIBUTES, Message
from engine.node import SUCCESS, Example, Node, Scope
from engine.scopes import SCOPE_NAMES, SCOPES, scope_of
from engine.services import Services
from engine.values import Value


class SaveAttributes(Node):
    """Keeps the data of a message as attributes of its originator.

    The data is an object of keys and values; nulls are left out. The scope is the one that metadata scope names
    (CLIENT_SCOPE, SHARED_SCOPE or SERVER_SCOPE), else the one chosen here. The message goes on unchanged.

    Values that are the same as before are left alone unless Only changed is switched off. With Notify, shared and
    server attributes that were written also enter the root chain as a message of the type ATTRIBUTES_UPDATED.

    It fails when the message is not of the type POST_ATTRIBUTES_REQUEST, when its data is not an object, when a
    key is empty or too long, and when metadata scope names no scope. Then nothing of the message is kept.
    """

    icon = "save"
    thingsboard = "org.thingsboard.rule.engine.telemetry.TbMsgAttributesNode"
    examples = (
        Example(
            "What a device says about itself",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"model": "T1", "serial": None}},
            [{"relation": SUCCESS, "data": {"model": "T1", "serial": None}}],
            effects=[["attributes.save", "client", {"model": "T1"}]],
        ),
        Example(
            "Only what changed",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"model": "T1", "firmware": "1.2"}},
            [{"relation": SUCCESS}],
            given={"attributes": {"client": {"model": "T1", "firmware": "1.1"}}},
            effects=[["attributes.save", "client", {"firmware": "1.2"}]],
        ),
        Example(
            "The metadata names the scope, and the root chain hears of it",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"limit": 40}, "metadata": {"scope": "SHARED_SCOPE"}},
            [{"relation": SUCCESS}],
            config={"notify": True},
            effects=[
                ["attributes.save", "shared", {"limit": 40}],
                ["queue.put", "ATTRIBUTES_UPDATED", {"limit": 40}],
            ],
        ),
        Example(
            "Nothing changed, nothing to tell",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"limit": 40}},
            [{"relation": SUCCESS}],
            config={"scope": "server", "notify": True},
            given={"attributes": {"server": {"limit": 40}}},
            effects=[],
        ),
        Example(
            "What the device says is no news to it",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"model": "T1"}},
            [{"relation": SUCCESS}],
            config={"notify": True},
            effects=[["attributes.save", "client", {"model": "T1"}]],
        ),
        Example(
            "Not attributes",
            {"type": "POST_TELEMETRY_REQUEST", "data": {"temperature": 33}},
            [{"relation": "Failure", "error": "only POST_ATTRIBUTES_REQUEST"}],
            effects=[],
        ),
        Example(
            "No such scope",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"a": 1}, "metadata": {"scope": "SECRET_SCOPE"}},
            [{"relation": "Failure", "error": "'SECRET_SCOPE' is not one of"}],
            effects=[],
        ),
    )

    scope: Scope = Field(
        "client",
        title="Scope",
        description="Client: from the device. Shared: set here, seen by the device. Server: not seen by the device.",
        json_schema_extra={
            "x-ui": {
                "widget": "select",
                "labels": {"client": "Client", "shared": "Shared", "server": "Server"},
            }
        },
    )
    only_changed: bool = Field(
        True, title="Only changed", description="Leave attributes alone whose value is the same as before."
    )
    notify: bool = Field(
        False,
        title="Notify",
        description="Send written shared and server attributes to the root chain as ATTRIBUTES_UPDATED.",
    )

    def process(self, message: Message, services: Services) -> str | Awaitable[str]:
        """At once when memory has the originator's attributes."""
        if message.type != POST_ATTRIBUTES:
            raise ValueError(f"only {POST_ATTRIBUTES} can be saved as attributes, this is {message.type}")
        scope, values = scope_of(message, self.scope), key_values(message.data, "attributes")
        if services.attributes.cached(message.originator) is None:
            return self._load_and_save(message, services, scope, values)
        return self._save(message, services, scope, values)

    async def _load_and_save(
        self, message: Message, services: Services, scope: Scope, values: Mapping[str, Value]
    ) -> str:
        await services.attributes.load(message.originator)
        return self._save(message, services, scope, values)

    def _save(self, message: Message, services: Services, scope: Scope, values: Mapping[str, Value]) -> str:
        written = services.attributes.save(message.originator, scope, values, self.only_changed)
        if written and self.notify and scope != "client":
            metadata = {**message.metadata, "scope": SCOPE_NAMES[scope]}
            changed = {key: values[key] for key in written}
            services.queue.put(message.derived(ATTRIBUTES_UPDATED, changed, metadata))
        return SUCCESS

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """Scope, change check and notification; there is no equal for saving only some messages."""
        if config.get("processingSettings", {}).get("type", "ON_EVERY_MESSAGE") != "ON_EVERY_MESSAGE":
            return None
        return {
            "scope": SCOPES[config.get("scope", "SERVER_SCOPE")],
            "onlyChanged": config.get("updateAttributesOnlyOnValueChange", True),
            "notify": config.get("sendAttributesUpdatedNotification", False),
        }

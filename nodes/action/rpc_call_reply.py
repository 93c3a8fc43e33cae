"""RPC call reply: answers the device whose call a message is about."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.message import RPC_FROM_DEVICE, Message
from engine.node import SUCCESS, Example, Key, Node
from engine.services import Services

_ASKED = {"requestId": "7", "sessionId": "s-1", "serviceId": "tidegate"}


class RpcCallReply(Node):
    """Answers a device that has called the server and waits for what the rule chain says.

    A device calls by POST to its RPC address; its call enters the root chain as a message of the type
    TO_SERVER_RPC_REQUEST with method and params as its data. The data of the message that comes to this node is
    the answer, so a Transform script usually stands before it. The answer leaves when everything that the chain
    has stored on the way is durable. The message goes on unchanged.

    Which call it is, metadata requestId and sessionId say; keep them when a script makes a new message. When
    nobody waits for the answer any more, because it took too long or was given before, nothing happens. It fails
    when the metadata name no call.
    """

    icon = "undo"
    title = "RPC call reply"
    thingsboard = "org.thingsboard.rule.engine.rpc.TbSendRPCReplyNode"
    examples = (
        Example(
            "What time is it?",
            {"type": RPC_FROM_DEVICE, "data": {"time": 12}, "metadata": _ASKED},
            [{"relation": SUCCESS, "data": {"time": 12}, "metadata": _ASKED}],
            effects=[["calls.answer", "7", {"time": 12}]],
        ),
        Example(
            "Nobody waits any more",
            {"type": RPC_FROM_DEVICE, "data": {"time": 12}, "metadata": _ASKED},
            [{"relation": SUCCESS}],
            given={"calls": []},
            effects=[],
        ),
        Example(
            "The call is named elsewhere",
            {"data": True, "metadata": {"asked": "8", "sessionId": "s-1"}},
            [{"relation": SUCCESS, "data": True}],
            config={"requestIdKey": "asked"},
            effects=[["calls.answer", "8", True]],
        ),
        Example(
            "Not about a call",
            {"data": {"temperature": 21}, "metadata": {"sessionId": "s-1"}},
            [
                {
                    "relation": "Failure",
                    "error": "metadata 'requestId' is missing: the message is about no call",
                }
            ],
            effects=[],
        ),
    )

    request_id_key: Key = Field(
        "requestId",
        title="Request id",
        description="The key of the metadata that holds the number of the call.",
    )
    session_id_key: Key = Field(
        "sessionId",
        title="Session id",
        description="The key of the metadata that holds the session of the call.",
    )

    def process(self, message: Message, services: Services) -> str:
        """Hand the data over as the answer."""
        session, request = (self._named(message, key) for key in (self.session_id_key, self.request_id_key))
        services.calls.answer(session, request, message.data)
        return SUCCESS

    def _named(self, message: Message, key: str) -> str:
        if not (found := message.metadata.get(key)):
            raise ValueError(f"metadata {key!r} is missing: the message is about no call")
        return found

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The same keys; which server holds the session does not matter here."""
        return {
            "requestIdKey": config.get("requestIdMetaDataAttribute") or "requestId",
            "sessionIdKey": config.get("sessionIdMetaDataAttribute") or "sessionId",
        }

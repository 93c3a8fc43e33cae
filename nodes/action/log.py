"""Log: writes a line made by a script."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Example, Language, LogScript, Node
from engine.script import NODE, Script, compile_script
from engine.services import Services
from engine.values import text_of

# ThingsBoard scripts whose equal is certain
_KNOWN: Final = {
    "return '\\nIncoming message:\\n' + JSON.stringify(msg) + '\\nIncoming metadata:\\n' + JSON.stringify(metadata);": (
        "return '\\nIncoming message:\\n' + json_encode(msg) + '\\nIncoming metadata:\\n' + json_encode(metadata)"
    ),
}


class Log(Node):
    """Writes a line about a message to the log of the server and to the events.

    A script makes the line from msg, metadata and msgType. It should return a text; anything else is written as
    JSON. The message goes on unchanged.

    It fails when the script raises.
    """

    icon = "scroll-text"
    thingsboard = "org.thingsboard.rule.engine.action.TbLogNode"
    examples = (
        Example(
            "Type and data",
            {"data": {"temperature": 33}},
            [{"relation": SUCCESS, "data": {"temperature": 33}}],
            effects=[["log", 'POST_TELEMETRY_REQUEST {"temperature":33}']],
        ),
        Example(
            "Not a text",
            {"data": {"temperature": 33}},
            [{"relation": SUCCESS}],
            config={"script": "return msg"},
            effects=[["log", '{"temperature":33}']],
        ),
        Example(
            "The script raises",
            {"data": {}},
            [{"relation": "Failure", "error": "temperature"}],
            config={"script": "return msg['temperature']"},
            effects=[],
        ),
    )

    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: LogScript = Field(
        "return msgType + ' ' + json_encode(msg)",
        title="Script",
        description="The body of a function with msg, metadata and msgType that returns the line.",
    )

    @cached_property
    def line(self) -> Script:
        """The compiled script."""
        return compile_script(NODE, self.script, self.language)

    def process(self, message: Message, services: Services) -> str:
        """Write the line."""
        text = text_of(self.line(message.data, message.metadata, message.type))
        services.log.write(text, message)
        return SUCCESS

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """Only the script that writes the whole message."""
        source = config.get("tbelScript" if config.get("scriptLang") == "TBEL" else "jsScript", "").strip()
        return {"script": _KNOWN[source]} if source in _KNOWN else None

"""Transform script: data, metadata and type made anew by a script."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Language, Node, Result
from engine.node import TransformScript as Source
from engine.parts import Content, content_of
from engine.script import NODE, Script, compile_script
from engine.services import Services

# ThingsBoard scripts whose equal is certain
_KNOWN: Final = {
    "return {msg: msg, metadata: metadata, msgType: msgType};": (
        "return {'msg': msg, 'metadata': metadata, 'msgType': msgType}"
    ),
}


class TransformScript(Node):
    """Changes the data, the metadata and the type of a message by a script.

    The script returns an object with msg, metadata and msgType. A part that is left out stays as it was. Values
    in the metadata become texts, and those that are null are left out. The script works on its own copy; what it
    writes without returning it is lost.

    A list of such objects makes one new message of each, in order; every one of them names the original as its
    parent. An empty list ends the message here.

    It fails when the script raises and when it returns anything else, for example the data alone.
    """

    icon = "code"
    thingsboard = "org.thingsboard.rule.engine.transform.TbTransformMsgNode"
    examples = (
        Example(
            "Celsius to Fahrenheit",
            {"data": {"temperature": 20}, "metadata": {"deviceName": "T1"}},
            [{"relation": SUCCESS, "data": {"temperature": 68.0}, "metadata": {"deviceName": "T1"}}],
            config={"script": "return {'msg': {'temperature': msg.temperature * 1.8 + 32}}"},
        ),
        Example(
            "Another type, and metadata as text",
            {"data": {"level": 99}},
            [
                {
                    "relation": SUCCESS,
                    "type": "TANK_FULL",
                    "data": {"level": 99},
                    "metadata": {"level": "99", "unit": "%"},
                }
            ],
            config={
                "script": "return {'metadata': {'level': msg.level, 'unit': '%'}, 'msgType': 'TANK_FULL'}"
            },
        ),
        Example(
            "One message into two",
            {"data": {"a": 1, "b": 2}},
            [{"relation": SUCCESS, "data": {"value": 1}}, {"relation": SUCCESS, "data": {"value": 2}}],
            config={"script": "return [{'msg': {'value': msg.a}}, {'msg': {'value': msg.b}}]"},
        ),
        Example("An empty list ends the message", {"data": {}}, [], config={"script": "return []"}),
        Example(
            "The data alone is not a result",
            {"data": {"temperature": 20}},
            [{"relation": "Failure", "error": "'temperature'; there is only msg, metadata and msgType"}],
            config={"script": "return msg"},
        ),
        Example(
            "A number is not a result",
            {"data": {}},
            [
                {
                    "relation": "Failure",
                    "error": "must return an object with msg, metadata, msgType, not integer",
                }
            ],
            config={"script": "return 1"},
        ),
    )

    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: Source = Field(
        "return {'msg': msg, 'metadata': metadata, 'msgType': msgType}",
        title="Script",
        description="The body of a function with msg, metadata and msgType that returns the new parts, or a list.",
    )

    @cached_property
    def change(self) -> Script:
        """The compiled script."""
        return compile_script(NODE, self.script, self.language)

    def process(self, message: Message, services: Services) -> Result:
        """The changed message, or the messages made of it."""
        result = self.change(message.data, message.metadata, message.type)
        before = Content(message.data, message.metadata, message.type)
        if isinstance(result, list):
            contents = [content_of(item, before) for item in result]
            return [Emit(SUCCESS, message.derived(c.type, c.data, c.metadata)) for c in contents]
        return Emit(SUCCESS, _changed(message, content_of(result, before)))

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """Only the script that changes nothing."""
        source = config.get("tbelScript" if config.get("scriptLang") == "TBEL" else "jsScript", "").strip()
        return {"script": _KNOWN[source]} if source in _KNOWN else None


def _changed(message: Message, content: Content) -> Message:
    return Message(
        message.id,
        content.type,
        message.originator,
        content.data,
        content.metadata,
        message.ts,
        message.parent,
    )

"""Script filter: True or False by a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from pydantic import Field

from engine.message import Message
from engine.node import FALSE, TRUE, Example, FilterScript, Language, Node
from engine.script import NODE, compile_script
from engine.services import Services
from engine.values import Value, name_of


class ScriptFilter(Node):
    """Asks a script whether a message goes on along True or along False.

    The script sees the message as `msg` (its data), `metadata` and `msgType`, and returns True or False. The
    message itself is passed on as it came, whatever the script does with its own copy.

    It fails when the script raises, for example because a key it reads is not there, and when the result is
    anything but True or False: an empty list or the number 1 is not an answer.
    """

    icon = "funnel"
    relations = (TRUE, FALSE)
    thingsboard = "org.thingsboard.rule.engine.filter.TbJsFilterNode"
    examples = (
        Example(
            "Warm enough", {"data": {"temperature": 33}}, [{"relation": TRUE, "data": {"temperature": 33}}]
        ),
        Example("Too cold", {"data": {"temperature": 4}}, [{"relation": FALSE}]),
        Example(
            "By metadata and type",
            {"type": "ALARM", "metadata": {"deviceType": "thermostat"}},
            [{"relation": TRUE}],
            config={"script": "return msgType == 'ALARM' and metadata.deviceType == 'thermostat'"},
        ),
        Example(
            "A number is not an answer",
            {"data": {"temperature": 33}},
            [{"relation": "Failure", "error": "must return True or False, not integer"}],
            config={"script": "return msg.temperature"},
        ),
        Example("A key is missing", {"data": {}}, [{"relation": "Failure", "error": "temperature"}]),
    )

    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: FilterScript = Field(
        "return msg.temperature > 20",
        title="Script",
        description="The body of a function with msg, metadata and msgType that returns True or False.",
    )

    @cached_property
    def ask(self) -> Callable[..., Value]:
        """The compiled script; its bare method, for an object is called in a roundabout way."""
        return compile_script(NODE, self.script, self.language).__call__

    def process(self, message: Message, services: Services) -> str:
        """True or False as the script says."""
        answer = self.ask(message.data, message.metadata, message.type)
        if answer is True:
            return TRUE
        if answer is False:
            return FALSE
        raise ValueError(f"the script must return True or False, not {name_of(answer)}")

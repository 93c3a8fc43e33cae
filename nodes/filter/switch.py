"""Switch: relations named by a script."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from engine.message import Message
from engine.node import Emit, Example, Key, Language, Node, SwitchScript
from engine.script import NODE, Script, compile_script
from engine.services import Services
from engine.values import Value, name_of


class Switch(Node):
    """Sends a message along the relations that a script names.

    The script returns the name of one relation, or a list of names; the message goes along each of them once,
    in the order of the list, and ends here when the list is empty. The message itself is not changed.

    List the names the script can return under Labels and each becomes a port of the node. It fails when the
    script raises, when the result is not a text or a list of texts, and when there are labels and the script
    returns a name that is not among them, so that a misspelt name does not lose messages in silence.
    """

    icon = "split"
    relations = ()
    custom_relations = True
    thingsboard = "org.thingsboard.rule.engine.filter.TbJsSwitchNode"
    examples = (
        Example(
            "One relation", {"data": {"temperature": 33}}, [{"relation": "High", "data": {"temperature": 33}}]
        ),
        Example(
            "Several relations, each once",
            {"data": {"temperature": 33}},
            [{"relation": "Store"}, {"relation": "Alarm"}],
            config={"script": "return ['Store', 'Alarm', 'Store']"},
        ),
        Example(
            "An empty list ends the message",
            {"data": {}},
            [],
            config={"script": "return []", "labels": ["Store"]},
        ),
        Example(
            "A label that is not on the list",
            {"data": {}},
            [{"relation": "Failure", "error": "'Strore', which is not one of the labels"}],
            config={"script": "return 'Strore'", "labels": ["Store"]},
        ),
        Example(
            "A number is not a relation",
            {"data": {}},
            [{"relation": "Failure", "error": "must return a text or a list of texts"}],
            config={"script": "return [1]"},
        ),
    )

    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: SwitchScript = Field(
        "return 'High' if msg.temperature > 30 else 'Normal'",
        title="Script",
        description="The body of a function with msg, metadata and msgType that returns a relation or a list of them.",
    )
    labels: tuple[Key, ...] = Field(
        (),
        title="Labels",
        description="The relations the script can return; each becomes a port. With none, any name is accepted.",
        json_schema_extra={"x-ui": {"widget": "keys", "ports": True}},
    )

    @cached_property
    def choose(self) -> Script:
        """The compiled script."""
        return compile_script(NODE, self.script, self.language)

    def outputs(self) -> tuple[str, ...]:
        """The labels."""
        return self.labels

    def process(self, message: Message, services: Services) -> list[Emit]:
        """One emit for each relation that the script names."""
        names = _names(self.choose(message.data, message.metadata, message.type))
        for name in names:
            if self.labels and name not in self.labels:
                raise ValueError(f"the script returned {name!r}, which is not one of the labels")
        return [Emit(name, message) for name in names]


def _names(result: Value) -> list[str]:
    names = list(dict.fromkeys(result)) if _is_texts(result) else [result]
    if not (names == [] or _is_texts(names)):
        raise ValueError(f"the script must return a text or a list of texts, not {name_of(result)}")
    return names


def _is_texts(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)

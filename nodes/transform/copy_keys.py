"""Copy keys: from data to metadata or back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Node, Part
from engine.parts import THINGSBOARD_PARTS, extended, keys_of
from engine.patterns import KeyPattern, key_matcher
from engine.services import Services

_OTHER: Final[dict[Part, Part]] = {"data": "metadata", "metadata": "data"}


class CopyKeys(Node):
    """Copies values from the data to the metadata of a message, or from the metadata to the data.

    Keys are given by name or by a regular expression that must match the whole name, such as temp.* for all names
    that begin with temp. Values of the same name are replaced. In the metadata a value becomes text; what comes
    from there stays text. Only the top level of the data is copied.

    It fails when the data is not an object.
    """

    icon = "copy"
    thingsboard = "org.thingsboard.rule.engine.transform.TbCopyKeysNode"
    examples = (
        Example(
            "By name, into the metadata",
            {"data": {"temperature": 33, "humidity": 40}, "metadata": {"deviceName": "T1"}},
            [
                {
                    "relation": SUCCESS,
                    "data": {"temperature": 33, "humidity": 40},
                    "metadata": {"temperature": "33", "humidity": None, "deviceName": "T1"},
                }
            ],
            config={"keys": ["temperature"]},
        ),
        Example(
            "By expression, into the data",
            {"data": {"a": 1}, "metadata": {"deviceName": "T1", "deviceType": "thermostat", "ts": "5"}},
            [{"relation": SUCCESS, "data": {"a": 1, "deviceName": "T1", "deviceType": "thermostat"}}],
            config={"keys": ["device.*"], "copyFrom": "metadata"},
        ),
        Example(
            "Not an object",
            {"data": 7},
            [{"relation": "Failure", "error": "must be an object"}],
            config={"keys": ["temperature"]},
        ),
    )

    keys: tuple[KeyPattern, ...] = Field(
        (),
        title="Keys",
        description="Names, or regular expressions that match whole names.",
        json_schema_extra={"x-ui": {"widget": "keys", "patterns": True}},
    )
    copy_from: Part = Field(
        "data",
        title="Copy from",
        description="The part of the message that is read; the other part gets the copies.",
    )

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        """Whether a key is to be copied."""
        return key_matcher(self.keys)

    def process(self, message: Message, services: Services) -> Emit:
        """The message with the copies."""
        found = {key: value for key, value in keys_of(message, self.copy_from).items() if self.matches(key)}
        return Emit(SUCCESS, extended(message, _OTHER[self.copy_from], found))

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The keys and their part."""
        return {
            "keys": config.get("keys") or [],
            "copyFrom": THINGSBOARD_PARTS[config.get("copyFrom", "DATA")],
        }

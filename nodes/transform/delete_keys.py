"""Delete keys: removes values from data or metadata."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from pydantic import Field

from engine.message import Message
from engine.node import SUCCESS, Emit, Example, Node, Part
from engine.parts import THINGSBOARD_PARTS, keys_of, replaced
from engine.patterns import KeyPattern, key_matcher
from engine.services import Services


class DeleteKeys(Node):
    """Removes keys from the data or the metadata of a message.

    Keys are given by name or by a regular expression that must match the whole name, such as debug.* for all
    names that begin with debug. Keys that are not there are skipped. Only the top level of the data is looked at.

    It fails when keys of data that is not an object should be removed.
    """

    icon = "eraser"
    thingsboard = "org.thingsboard.rule.engine.transform.TbDeleteKeysNode"
    examples = (
        Example(
            "By expression, from the data",
            {"data": {"temperature": 33, "debug_a": 1, "debug_b": 2}},
            [{"relation": SUCCESS, "data": {"temperature": 33}}],
            config={"keys": ["debug.*"]},
        ),
        Example(
            "By name, from the metadata",
            {"data": {"secret": 1}, "metadata": {"secret": "x", "secrets": "y"}},
            [{"relation": SUCCESS, "data": {"secret": 1}, "metadata": {"secret": None, "secrets": "y"}}],
            config={"keys": ["secret"], "deleteFrom": "metadata"},
        ),
        Example("Not an object", {"data": None}, [{"relation": "Failure", "error": "must be an object"}]),
    )

    keys: tuple[KeyPattern, ...] = Field(
        (),
        title="Keys",
        description="Names, or regular expressions that match whole names.",
        json_schema_extra={"x-ui": {"widget": "keys", "patterns": True}},
    )
    delete_from: Part = Field(
        "data", title="Delete from", description="The part of the message that loses the keys."
    )

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        """Whether a key is to be removed."""
        return key_matcher(self.keys)

    def process(self, message: Message, services: Services) -> Emit:
        """The message without the keys."""
        values = keys_of(message, self.delete_from)
        kept = {key: value for key, value in values.items() if not self.matches(key)}
        changed = len(kept) < len(values)
        return Emit(SUCCESS, replaced(message, self.delete_from, kept) if changed else message)

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The keys and their part."""
        return {
            "keys": config.get("keys") or [],
            "deleteFrom": THINGSBOARD_PARTS[config.get("deleteFrom", "DATA")],
        }

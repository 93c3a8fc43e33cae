"""The two parts of a message that hold keys, data and metadata: reading and writing either in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from engine.message import Message
from engine.node import Part, object_of
from engine.values import Value, name_of, text_of

# ThingsBoard's name of a part -> ours
THINGSBOARD_PARTS: Final[dict[str, Part]] = {"DATA": "data", "METADATA": "metadata"}

_READ: Final[dict[Part, Callable[[Message], Mapping[str, Value]]]] = {
    "data": object_of,
    "metadata": lambda message: message.metadata,
}


def keys_of(message: Message, part: Part) -> Mapping[str, Value]:
    """The keys and values of a part, not to be written; ValueError when the data is not an object."""
    return _READ[part](message)


def replaced(message: Message, part: Part, values: Mapping[str, Value]) -> Message:
    """The message with these keys and values, and no others, in a part; metadata values become texts."""
    if part == "data":
        return message.with_data(dict(values))
    return message.with_metadata({key: text_of(value) for key, value in values.items()})


def extended(message: Message, part: Part, values: Mapping[str, Value]) -> Message:
    """The message with these keys added to a part, over those of the same name."""
    if not values:
        return message
    return replaced(message, part, {**keys_of(message, part), **values})


class Content(msgspec.Struct, frozen=True):
    """What a script can change of a message."""

    data: Value
    metadata: dict[str, str]
    type: str


def content_of(result: Value, before: Content) -> Content:
    """A script's result `{msg, metadata, msgType}` with the parts it leaves out taken from `before`.

    Metadata values become texts, nulls are left out. ValueError says what is wrong with the result.
    """
    if not isinstance(result, dict):
        raise ValueError(
            f"the script must return an object with msg, metadata, msgType, not {name_of(result)}"
        )
    if not result.keys() <= _CONTENT_KEYS:
        unknown = next(key for key in result if key not in _CONTENT_KEYS)
        raise ValueError(f"the script returned {unknown!r}; there is only msg, metadata and msgType")
    kind = result.get("msgType", before.type)
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"msgType must be a text, not {name_of(kind)}")
    metadata = _texts(result["metadata"]) if "metadata" in result else before.metadata
    return Content(result.get("msg", before.data), metadata, kind)


def _texts(metadata: Value) -> dict[str, str]:
    if not isinstance(metadata, dict):
        raise ValueError(f"metadata must be an object, not {name_of(metadata)}")
    return {key: text_of(value) for key, value in metadata.items() if value is not None}


_CONTENT_KEYS = frozenset(("msg", "metadata", "msgType"))

"""Runs the examples of a node with effects off and says how the outcome differs from what they promise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from engine.message import Message
from engine.node import FAILURE, Emit, Enter, Example, Leave, Node, Step, steps_of
from engine.rehearsal import Rehearsal, message_of
from engine.values import Value, copy, encode_text, text_of

Row = dict[str, Any]

# step -> its entry in a row of `expect`
_NAMES: Final[dict[type, Callable[[Any], Row]]] = {
    Emit: lambda step: {"relation": step.relation},
    Enter: lambda step: {"enter": step.chain},
    Leave: lambda step: {"leave": step.relation},
}


async def run_example(node_cls: type[Node], example: Example) -> list[str]:
    """What came out other than expected, one sentence each; nothing when the example holds."""
    node = node_cls.model_validate(dict(example.config))
    message = message_of(example)
    data, metadata = copy(message.data), dict(message.metadata)
    world = Rehearsal(example.given)
    rows = await _rows(node, message, world)
    found = _compare(rows, example.expect)
    if example.effects is not None:
        found += _unequal("effects", world.effects, [list(effect) for effect in example.effects])
    if not (same(message.data, data) and message.metadata == metadata):
        found.append("the node wrote into the message it was given")
    return found


def same(one: Value, other: Value) -> bool:
    """Whether two JSON values are equal with their types: 1, 1.0 and true are three values."""
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


async def _rows(node: Node, message: Message, world: Rehearsal) -> list[Row]:
    try:
        result = node.process(message, world)
        steps = steps_of(await result if inspect.isawaitable(result) else result, message)
    except Exception as error:  # noqa: BLE001  stands in for the runner, where a raise becomes Failure
        return [{"relation": FAILURE, "error": str(error) or type(error).__name__}]
    return [_row(step) for step in steps]


def _row(step: Step) -> Row:
    message = step.message
    content = {"type": message.type, "data": message.data, "metadata": message.metadata}
    return _NAMES[type(step)](step) | content


def _compare(rows: Sequence[Row], expected: Sequence[Mapping[str, Any]]) -> list[str]:
    found = (
        []
        if len(rows) == len(expected)
        else [f"{len(rows)} came out, {len(expected)} expected: {_show(rows)}"]
    )
    for position, (row, wanted) in enumerate(zip(rows, expected, strict=False), 1):
        for part, value in wanted.items():
            found += _COMPARE.get(part, _unequal)(f"message {position}: {part}", row.get(part), value)
    return found


def _unequal(place: str, got: Value, wanted: Value) -> list[str]:
    return [] if same(got, wanted) else [f"{place} is {_show(got)}, expected {_show(wanted)}"]


def _lacking(place: str, got: Mapping[str, str] | None, wanted: Mapping[str, Value]) -> list[str]:
    texts = {key: None if value is None else text_of(value) for key, value in wanted.items()}
    return _unequal(place, {key: (got or {}).get(key) for key in texts}, texts)


def _not_in(place: str, got: str | None, wanted: str) -> list[str]:
    return [] if got and wanted in got else [f"{place} is {_show(got)}, expected to hold {_show(wanted)}"]


_COMPARE: Final[dict[str, Callable[[str, Any, Any], list[str]]]] = {"metadata": _lacking, "error": _not_in}


def _show(value: Value) -> str:
    return encode_text(value)

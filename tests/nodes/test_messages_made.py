"""Which message a node passes on: the same, a changed one, or new ones that name their parent."""

from __future__ import annotations

from typing import Any

import pytest

from engine.message import DEVICE, Entity, Message
from engine.message import message as new
from engine.node import Emit, Node, steps_of
from engine.rehearsal import Rehearsal
from nodes.enrichment.originator_fields import OriginatorFields
from nodes.filter.script_filter import ScriptFilter
from nodes.filter.switch import Switch
from nodes.transform.copy_keys import CopyKeys
from nodes.transform.delete_keys import DeleteKeys
from nodes.transform.rename_keys import RenameKeys
from nodes.transform.split_array import SplitArray
from nodes.transform.transform_script import TransformScript

DATA = {"a": {"b": [1]}, "list": [1, 2], "temperature": 30}


def given(data: Any = DATA) -> Message:
    return new("POST_TELEMETRY_REQUEST", Entity(DEVICE, "1", "T1"), data, {"deviceName": "T1"}, ts=5)


def run(node: Node, message: Message) -> list[Emit]:
    steps = steps_of(node.process(message, Rehearsal()), message)
    return [step for step in steps if isinstance(step, Emit)]


@pytest.mark.parametrize(
    "node",
    [
        ScriptFilter(),
        Switch(script="return 'A'"),
        RenameKeys(mapping={"absent": "b"}),
        CopyKeys(keys=["absent"]),
        DeleteKeys(keys=["absent"]),
    ],
    ids=lambda node: type(node).__name__,
)
def test_nothing_changed_is_the_same_message(node: Node) -> None:
    message = given()
    assert run(node, message)[0].message is message


@pytest.mark.parametrize(
    "node",
    [
        RenameKeys(mapping={"temperature": "t"}),
        DeleteKeys(keys=["temp.*"]),
        OriginatorFields(),
        OriginatorFields(fetch_to="data"),
        CopyKeys(keys=["temperature"]),
        TransformScript(script="return {'msg': {'x': 1}}"),
    ],
    ids=lambda node: type(node).__name__,
)
def test_a_changed_message_keeps_its_identity(node: Node) -> None:
    message = given()
    made = run(node, message)[0].message
    assert (made.id, made.parent, made.ts, made.originator) == (
        message.id,
        message.parent,
        message.ts,
        message.originator,
    )
    assert (made.data, made.metadata) != (message.data, message.metadata)
    assert message.data == DATA
    assert message.metadata == {"deviceName": "T1"}


@pytest.mark.parametrize(
    ("node", "data"),
    [
        (SplitArray(), [1, {"b": 2}, 3]),
        (TransformScript(script="return [{'msg': 1}, {'msg': {'b': 2}}, {'msg': 3}]"), {}),
    ],
    ids=["SplitArray", "TransformScript"],
)
def test_several_messages_of_one_are_new_and_in_order(node: Node, data: Any) -> None:
    message = given(data)
    made = [emit.message for emit in run(node, message)]
    assert [one.data for one in made] == [1, {"b": 2}, 3]
    assert {one.parent for one in made} == {message.id}
    assert len({message.id, *(one.id for one in made)}) == 4
    assert {one.ts for one in made} == {5}
    assert all(one.metadata == message.metadata for one in made)


def test_a_script_that_writes_into_its_message_writes_into_a_copy() -> None:
    message = given()
    source = "msg.a.b.append(2)\nmetadata.x = 1\nreturn {'msg': msg, 'metadata': metadata}"
    made = run(TransformScript(script=source), message)[0].message
    assert made.data["a"] == {"b": [1, 2]}
    assert made.metadata == {"deviceName": "T1", "x": "1"}
    assert message.data == {"a": {"b": [1]}, "list": [1, 2], "temperature": 30}
    assert message.metadata == {"deviceName": "T1"}


def test_switch_goes_along_each_relation_once_in_order() -> None:
    emits = run(Switch(script="return ['B', 'A', 'B', 'C']", labels=["A", "B", "C"]), given())
    assert [emit.relation for emit in emits] == ["B", "A", "C"]


@pytest.mark.parametrize("result", ["None", "1", "''", "{}", "['A', None]", "['A', '']", "[['A']]", "True"])
def test_switch_refuses_what_is_not_a_relation(result: str) -> None:
    with pytest.raises(ValueError, match="must return a text or a list of texts"):
        run(Switch(script=f"return {result}"), given())


@pytest.mark.parametrize("result", ["None", "1", "0", "''", "'True'", "[]", "{}"])
def test_filter_refuses_what_is_not_a_boolean(result: str) -> None:
    with pytest.raises(ValueError, match="must return True or False"):
        run(ScriptFilter(script=f"return {result}"), given())


@pytest.mark.parametrize(
    "result",
    [
        "None",
        "1",
        "'x'",
        "{'msgType': 1}",
        "{'msgType': ''}",
        "{'metadata': []}",
        "{'data': {}}",
        "[[]]",
        "[None]",
    ],
)
def test_transform_refuses_what_is_not_a_message(result: str) -> None:
    with pytest.raises(ValueError, match=r"must|there is only"):
        run(TransformScript(script=f"return {result}"), given())

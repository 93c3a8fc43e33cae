"""What msgspec makes keeps what its class says, in plain modules and beside compiled ones."""

import ast
import gc
import tomllib
from pathlib import Path

import msgspec
import pytest

from engine import message, records, shapes
from engine.message import Entity, Message
from engine.shapes import MAX_NAME, Call, Usual

PROJECT = Path(__file__).parents[2]
DEVICE = Entity("DEVICE", "1", "D1")
MESSAGE = Message("1", "T", DEVICE, {}, {}, 0)


@pytest.mark.parametrize("value", [MESSAGE, DEVICE], ids=lambda value: type(value).__name__)
def test_what_is_frozen_stays_as_it_is(value):
    with pytest.raises(AttributeError):
        setattr(value, type(value).__struct_fields__[0], None)


@pytest.mark.parametrize(
    "value", [MESSAGE, Call("POST", "", {}, {}, b"", "::1")], ids=lambda value: type(value).__name__
)
def test_what_a_message_leaves_behind_is_no_work_for_the_garbage_collector(value):
    assert not gc.is_tracked(value)


def test_the_usual_entry_is_read_by_its_names_in_json():
    usual = msgspec.convert({"deviceName": "D1", "deviceType": "t", "telemetry": {"a": 1}}, Usual)

    assert (usual.device_name, usual.device_type, usual.telemetry) == ("D1", "t", {"a": 1})


@pytest.mark.parametrize(
    "entry",
    [
        {"device_name": "D1"},
        {"deviceName": ""},
        {"deviceName": "x" * (MAX_NAME + 1)},
        {"deviceName": 1},
        {"deviceName": "D1", "assetName": "A1"},
    ],
    ids=["another name", "empty", "too long", "no text", "two names"],
)
def test_any_other_entry_is_left_to_the_slow_way(entry):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(entry, Usual)


@pytest.mark.parametrize("module", [shapes, message, records], ids=lambda module: module.__name__)
def test_the_modules_of_such_classes_are_plain_everywhere(module):
    assert Path(str(module.__file__)).suffix == ".py"


def test_no_class_of_msgspec_or_pydantic_stands_in_a_module_that_is_compiled():
    if not (PROJECT / "engine" / "intake.py").exists():
        pytest.skip("there are no sources beside what is compiled")
    hooks = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    losing = {"Struct", "BaseModel", "Node", "SQLModel"}
    found = [
        f"{path}: {node.name}"
        for path in hooks["wheel"]["hooks"]["mypyc"]["include"]
        for node in ast.walk(ast.parse((PROJECT / path).read_text()))
        if isinstance(node, ast.ClassDef)
        and losing.intersection(ast.unparse(base).split(".")[-1] for base in node.bases)
    ]

    assert not found

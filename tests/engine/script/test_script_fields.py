"""Fields: msg.t is msg["t"], and what is said about a field that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import ScriptError
from engine.script import NODE, compile_script

READS = [
    ("return msg.t", 5),
    ('return msg["t"]', 5),
    ("return msg.o.x.y", 7),
    ('return msg.o["x"].y', 7),
    ("return msg.l[0].z", 1),
    ("return msg.get('t')", 5),
    ("return msg.get('nothing')", None),
    ("return [k for k in msg.o]", ["x"]),
    ("return {k: v.y for k, v in msg.o.items()}", {"x": 7}),
    ("return msg.items", "field named items"),
    ("return [pair[0] for pair in msg.o.items()]", ["x"]),
    ("return 't' in msg and 'nothing' not in msg", True),
    ("msg.t = 1\nreturn msg.t", 1),
    ("msg.t += 1\nreturn msg.t", 6),
    ('msg["t"] -= 1\nreturn msg["t"]', 4),
    ("msg.o.x.y *= 2\nreturn msg.o", {"x": {"y": 14}}),
    ('msg["o"]["x"]["y"] **= 2\nreturn msg.o', {"x": {"y": 49}}),
    ("msg.l[0].z //= 1\nreturn msg.l", [{"z": 1}]),
    ("msg.text += 'b'\nreturn msg.text", "ab"),
    ("msg.l += [2]\nreturn msg.l", [{"z": 1}, 2]),
    ("msg.new = {}\nmsg.new.deep = 1\nreturn msg.new", {"deep": 1}),
    ("del msg.t\nreturn 't' in msg", False),
    ('del msg["t"], msg.o.x\nreturn [msg.get("t"), msg.o]', [None, {}]),
    ("del msg.l[0]\nreturn msg.l", []),
    ("msg.a, msg.b = 1, 2\nreturn msg.a + msg.b", 3),
    ("return [x.z for x in msg.l]", [1]),
    ("f = lambda o: o.x\nreturn f(msg.o).y", 7),
    ("return f'{msg.t}-{msg.o.x.y:03}'", "5-007"),
]


def message() -> dict[str, Any]:
    return {"t": 5, "o": {"x": {"y": 7}}, "l": [{"z": 1}], "text": "a", "items": "field named items"}


@pytest.mark.parametrize(("source", "expected"), READS)
def test_dot_and_brackets_mean_the_same(source: str, expected: object) -> None:
    given = message()
    assert compile_script(NODE, source)(given, {}, "T") == expected
    assert given == message(), "the argument itself is never changed"


ERRORS = [
    ("return msg.temprature", "'temprature' is not in msg; it has: t, o, l, text, items", 1, 8),
    ("x = 1\nreturn msg['zz']", "'zz' is not in msg; it has: t, o, l, text, items", 2, 8),
    ("return msg.o.y", "'y' is not in msg.o; it has: x", 1, 8),
    ("k = 'q'\nreturn msg.o[k]", "'q' is not in msg.o; it has: x", 2, 8),
    ("return {}.a", "'a' is not in {}", 1, 8),
    ("x = {}\nreturn x.a", "'a' is not in x; it is empty", 2, 8),
    ("msg.z += 1", "'z' is not in msg; it has: t, o, l, text, items", 1, 1),
    ("return msg.t.u", "msg.t is an integer: it has no 'u'", 1, 8),
    ("return msg.l.u", "msg.l is an array: it has no 'u'", 1, 8),
    ("return msg.text.u", "msg.text is a string: it has no 'u'", 1, 8),
    ("x = None\nreturn x.u", "x is null: it has no 'u'", 2, 8),
    ("msg.t.u = 1", "msg.t is an integer: it has no 'u'", 1, 1),
    ("def f(o):\n    return o.nope\nreturn f(msg.o)", "'nope' is not in o; it has: x", 2, 12),
    ("return 'é' + msg.nope", "'nope' is not in msg; it has: t, o, l, text, items", 1, 14),
    ("return msg.o.pop('q')", "KeyError: 'q'", 1, 8),
    ("return msg.l[4]", "IndexError: list index out of range", 1, 8),
    ("return 1 / (msg.t - 5)", "ZeroDivisionError: division by zero", 1, 8),
    ("y = 1\nraise ValueError('no', 3)", "ValueError: no, 3", 2, 1),
    ("raise ValueError(msg)", "ValueError: object", 1, 1),
    ("raise ValueError", "ValueError: ValueError", 1, 1),
    ("return undefined + 1", "'undefined' is not defined", 1, 8),
    ("return mesg.t", "'mesg' is not defined; did you mean 'msg'?", 1, 8),
    ("if msg.t:\nreturn 1", "expected an indented block after 'if' statement on line 1", 2, 1),
    ("x = (1", "'(' was never closed", 1, 5),
    ("break", "'break' outside loop", 1, 1),
    ("return msg.frobnicate()", "there is no method frobnicate()", 1, 8),
    ("return msg.l.upper()", "AttributeError: a value of type array has no method upper()", 1, 8),
    ("import os", "import is not allowed: the helpers are there without it", 1, 1),
    ("return math.inf", "a result cannot hold inf: numbers must be finite", 1, 1),
    ("return {1: 2}", "the keys of a result must be text, not of type integer", 1, 1),
    ("if x := 1:\n    return b'a'", "a result cannot hold bytes: use text_decode, hex_encode or base64_encode", 2, 5),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "line", "column"), ERRORS)
def test_errors_name_the_place_in_the_users_text(source: str, text: str, line: int, column: int) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, source)(message(), {}, "T")
    assert (caught.value.message, caught.value.line, caught.value.column) == (text, line, column)


def test_an_object_with_many_keys_is_not_listed_whole() -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, "return msg.zz")({f"k{i}": i for i in range(50)}, {}, "T")
    assert caught.value.message == "'zz' is not in msg; it has: k0, k1, k2, k3, k4, k5, k6, k7, ..."


def test_a_field_of_a_comprehensions_variable() -> None:
    """Python 3.11 can say what it has; later ones have forgotten the variable by then."""
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, "return [x.nope for x in msg.l]")(message(), {}, "T")
    assert caught.value.message.startswith("'nope' is not in x")
    assert (caught.value.line, caught.value.column) == (1, 9)


def test_an_assertion_that_fails() -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, "assert msg.t == 4, 'four'")(message(), {}, "T")
    assert (caught.value.message, caught.value.line) == ("AssertionError: four", 1)

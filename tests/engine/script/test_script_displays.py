"""Returned displays are checked where their values stand: what leaves a script is plain, whichever way it was checked."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.errors import ScriptError, ScriptLimitError
from engine.script import DOWNLINK, NODE, UPLINK, compile_script
from engine.script.limits import Limits
from engine.script.python import PythonLanguage
from engine.script.running import CheckedScript
from engine.values import MAX_DEPTH

INFINITE = {"msg": {"a": 1e308, "d": {"k": 1}}}


def node(source: str, msg: Any = None) -> Any:
    return compile_script(NODE, source)(msg, {}, "T")


@pytest.mark.parametrize(
    "source",
    [
        'p = json_decode(payload)\nreturn {"deviceName": p.name, "telemetry": {"t": p.t / 10}}',
        'return {"deviceName": "D", "attributes": [metadata.x, 1, True, None]}',
        'if not payload:\n    return None\nreturn {"a": not payload}',
        "return json_decode(payload).t > 3",
    ],
)
def test_usual_scripts_need_no_walk_over_their_results(source: str) -> None:
    assert isinstance(compile_script(UPLINK, source), CheckedScript)


@pytest.mark.parametrize(
    "source",
    [
        "return json_decode(payload)",
        'p = {"a": 1}\nreturn p',
        "return {json_decode(payload).k: 1}",
        'try:\n    return {"a": payload}\nexcept ValueError:\n    return {}',
        'f = lambda: {"a": 1}\nreturn f()',
        "return {" + ", ".join(f'"k{n}": json_decode(payload)' for n in range(65)) + "}",
    ],
)
def test_others_are_walked(source: str) -> None:
    assert not isinstance(compile_script(UPLINK, source), CheckedScript)


def test_the_result_is_what_the_script_says() -> None:
    script = compile_script(
        UPLINK, 'p = json_decode(payload)\nreturn {"n": p.n, "t": [p.t, {"x": p.t * 2}], "z": None}'
    )
    assert script(b'{"n": "D", "t": 1.5}', {}) == {"n": "D", "t": [1.5, {"x": 3.0}], "z": None}
    assert compile_script(DOWNLINK, 'return {"data": json_encode({"t": msg.t + 0.5, "all": msg})}')(
        {"t": 1}, {}, "T", {}
    ) == {"data": '{"t":1.5,"all":{"t":1}}'}


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("msg.a * 10", "numbers must be finite"),
        ("math.nan", "numbers must be finite"),
        ("[msg.a * 10]", "numbers must be finite"),
        ("text_encode('x')", "cannot hold bytes"),
        ("{1, 2}", "cannot hold a set"),
        ("[{1: 2}]", "keys of a result must be text"),
        ("len", "cannot hold a"),
    ],
)
@pytest.mark.parametrize(
    "form",
    ['return {{"deep": [{{"x": {}}}]}}', 'x = {}\nreturn {{"x": x}}', 'return json_encode({{"x": {}}})'],
)
def test_what_json_cannot_say_is_refused_wherever_it_stands(form: str, expression: str, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason) as raised:
        node(form.format(expression), INFINITE["msg"])
    assert raised.value.line == form.format(expression).count("\n") + 1


def test_a_value_that_was_changed_is_looked_at_again() -> None:
    source = 'p = json_decode("[1]")\np[0] = math.inf\nreturn {"x": p[0]}'
    with pytest.raises(ScriptError, match="finite"):
        node(source)
    with pytest.raises(ScriptError, match="finite"):
        node('msg.x = msg.a * 10\nreturn {"x": msg.x}', {"a": 1e308})


def test_a_name_with_a_second_meaning_is_looked_at() -> None:
    with pytest.raises(ScriptError, match="finite"):
        node('p = json_decode("{}")\np = {"x": math.inf}\nreturn {"x": p.x}')
    with pytest.raises(ScriptError, match="finite"):
        node('x = 1\nfor x in [math.inf]:\n    pass\nreturn {"x": x}')


def test_integers_and_sizes_keep_their_limits() -> None:
    with pytest.raises(ScriptLimitError, match="bits"):
        node('return {"x": (1 << 4000) << 4000}')
    few = Limits(items=10)
    script = PythonLanguage().compile(NODE, 'return {"x": msg.many}', few)
    assert script({"many": [1] * 5}, {}, "T") == {"x": [1] * 5}
    with pytest.raises(ScriptLimitError, match="too many parts"):
        script({"many": [1] * 20}, {}, "T")


def test_a_deep_value_in_a_display_stays_within_the_depth_of_json() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH - 1):
        deep = [deep]
    assert node("return msg", deep) == deep
    with pytest.raises(ScriptError, match="nested deeper"):
        node('return {"x": [[msg]]}', deep)


def test_a_test_run_checks_the_same() -> None:
    script = compile_script(NODE, 'print("seen")\nreturn {"x": msg.a * 10, "j": json_encode({"t": msg.a})}')
    assert script.run({"a": 1.0}, {}, "T").output == {"x": 10.0, "j": '{"t":1.0}'}
    log: list[str] = []
    with pytest.raises(ScriptError, match="finite"):
        script.run({"a": math.copysign(1e308, -1)}, {}, "T", log=log)
    assert log == ["seen"]

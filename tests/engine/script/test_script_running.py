"""Compiling, caching, test runs, problems for the editor, budgets."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from engine.errors import ScriptError, ScriptLimitError
from engine.script import LANGUAGES, NODE, UPLINK, Limits, Signature, compile_script, problems
from engine.script.running import GuardedScript

pytestmark = pytest.mark.usefixtures("no_leavings")


def test_the_same_source_is_compiled_once() -> None:
    assert compile_script(NODE, "return 1") is compile_script(NODE, "return 1")
    assert compile_script(NODE, "return 1") is not compile_script(UPLINK, "return 1")
    assert compile_script(NODE, "return 1") is not compile_script(NODE, "return 1", limits=Limits(steps=5))


def test_an_unknown_language_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="unknown script language 'cobol'; there is: python"):
        compile_script(NODE, "return 1", "cobol")
    assert [problem.code for problem in problems(NODE, "return 1", "cobol")] == ["language"]
    assert list(LANGUAGES) == ["python"]


def test_signatures_show_the_head_of_the_function() -> None:
    assert str(UPLINK) == "uplink(payload, metadata)"
    own = Signature("own", ("a", "b"))
    assert compile_script(own, "return a + b")(1, 2) == 3


def test_all_problems_are_found_at_once_with_their_places() -> None:
    source = "import os\nx = foo\ny = msg.frob()\nwith msg:\n    pass\nreturn __x"
    found = [(problem.line, problem.column, problem.code) for problem in problems(NODE, source)]
    assert found == [(1, 1, "policy"), (2, 5, "policy"), (3, 5, "policy"), (4, 1, "policy"), (6, 8, "policy")]
    assert problems(NODE, "return msg.a") == []
    assert [(p.line, p.code) for p in problems(NODE, "x = 1\nif x\n")] == [(2, "syntax")]


def test_a_test_run_collects_what_is_printed() -> None:
    run = compile_script(NODE, "print('a', msg.t, [1])\nprint()\nreturn 1").run({"t": 2}, {}, "T")
    assert (run.output, run.log) == (1, ["a 2 [1]", ""])
    assert 0 <= run.elapsed_us < 2_000_000


def test_a_test_run_that_fails_leaves_its_log() -> None:
    log: list[str] = []
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, "for i in range(3):\n    print(i)\nreturn msg.x").run({}, {}, "T", log=log)
    assert log == ["0", "1", "2"]
    assert caught.value.line == 3


def test_the_log_is_bounded() -> None:
    run = compile_script(NODE, "for i in range(500):\n    print('x' * 5000)\nreturn 1").run({}, {}, "T")
    assert len(run.log) == 101
    assert run.log[-1] == "... more lines were printed and not kept"
    assert max(map(len, run.log)) < 1100


def test_one_log_does_not_see_the_other_calls() -> None:
    script = compile_script(NODE, "print(msg.t)\nreturn 1")
    script({"t": 1}, {}, "T")
    assert script.run({"t": 2}, {}, "T").log == ["2"]


BUDGETS = [
    ("n = 0\nwhile n < 50:\n    n += 1", Limits(steps=10), "the script takes too many steps"),
    ("for i in range(50):\n    pass", Limits(work=100), "the script does too much work"),
    ("x = 'ab' * 60", Limits(text=100), "a text or bytes may be 100 long, not 120"),
    ("x = [0] * 60", Limits(items=50), "a list or object may have 50 items, not 60"),
    ("x = 2 ** 70", Limits(bits=64), "an integer may have 64 bits"),
    ("return [[1] * 10] * 6", Limits(items=50), "the result has too many parts"),
    ("def f(n):\n    return f(n + 1)\nreturn f(0)", Limits(), "functions call each other too deeply"),
]


@pytest.mark.parametrize(("source", "limits", "text"), BUDGETS)
def test_budgets_are_kept_and_filled_for_each_call(source: str, limits: Limits, text: str) -> None:
    script = compile_script(
        NODE, f"if msg.go:\n    {source.replace(chr(10), chr(10) + '    ')}\nreturn 0", limits=limits
    )
    for _ in range(3):
        with pytest.raises(ScriptLimitError) as caught:
            script({"go": True}, {}, "T")
        assert caught.value.message.startswith(text)
        assert script({"go": False}, {}, "T") == 0


def test_the_source_is_bounded() -> None:
    with pytest.raises(ScriptError, match="a script may have 10 characters"):
        compile_script(NODE, "return 12345", limits=Limits(source=10))


def test_threads_share_a_script() -> None:
    script = compile_script(
        NODE, "t = ''\nfor i in range(20):\n    t += str(msg.n)\nreturn [t, len(t) * 'x']"
    )
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(300):
            result = script({"n": number}, {}, "T")
            if result != [str(number) * 20, "x" * 20]:
                wrong.append(result)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong


def test_a_script_that_raised_uses_what_it_had() -> None:
    script = compile_script(
        NODE, "for n in [1]:\n    x = msg.n // 0 if msg.fails else msg.n\nreturn {'x': x}"
    )
    assert isinstance(script, GuardedScript)
    for fails in (True, False, True):
        with suppress(ScriptError):
            script({"n": 1, "fails": fails}, {}, "T")
    assert len(script._idle) == 1
    assert script({"n": 2, "fails": False}, {}, "T") == {"x": 2}

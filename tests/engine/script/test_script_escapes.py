"""Scripts that attack: each is stopped in time and in memory, and none gets out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import script_attacks
import script_attacks_fresh

from engine.errors import ScriptError
from engine.script import NODE, compile_script

HERE = Path(__file__).parent
# Of the processor: a script stops within 0.1 s of the clock, whatever else the machine does
SECONDS_FOR_ONE = 4.0
SECONDS_FOR_ALL = 300.0  # of the clock: only against one that never ends

BOMBS = script_attacks.BOMBS | script_attacks_fresh.BOMBS
ESCAPES = script_attacks.ESCAPES | script_attacks_fresh.ESCAPES
# Attacks of the sketch that this policy turns into something harmless.
TAMED: dict[str, object] = {
    "set attr": None,
    "print": None,
    "annotations": None,
    "arg annotation": 1,
    "return annotation": 1,
    "len shadow then use": 5,
    "int shadow type": "aaaaa",
    "str shadow": [1] * 100,
    "numcalls shadow: len returns str": 1,
}


def run_all(table: str) -> dict[str, dict[str, Any]]:
    root = HERE.parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(HERE)))}
    command = [sys.executable, str(HERE / "script_attack_runner.py"), table]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=SECONDS_FOR_ALL
        )
    except subprocess.TimeoutExpired as expired:
        raw = expired.stdout or b""
        raise AssertionError(f"no end after: {raw.decode().splitlines()[-1:]}") from None
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"died at {lines[-1:]}: {done.stderr[-2000:]}"
    return {line["name"]: line for line in lines if "kind" in line}


@pytest.fixture(scope="module")
def bombs() -> dict[str, dict[str, Any]]:
    return run_all("BOMBS")


@pytest.fixture(scope="module")
def escapes() -> dict[str, dict[str, Any]]:
    return run_all("ESCAPES")


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_ends_soon_with_a_plain_result_or_an_error(name: str, bombs: dict[str, dict[str, Any]]) -> None:
    found = bombs[name]
    assert found["kind"] in ("limit", "error", "result"), found
    assert found["seconds"] < SECONDS_FOR_ONE, found


@pytest.mark.parametrize("name", ESCAPES)
def test_escape_is_refused(name: str, escapes: dict[str, dict[str, Any]]) -> None:
    found = escapes[name]
    if name in TAMED:
        assert (found["kind"], json.loads(found["text"])) == ("result", TAMED[name])
    else:
        assert found["kind"] in ("limit", "error"), found
    assert "0x" not in found["text"], "an address got out"


@pytest.mark.parametrize("name", script_attacks_fresh.HARMLESS)
def test_what_only_looks_like_an_attack_works(name: str) -> None:
    source, expected = script_attacks_fresh.HARMLESS[name]
    result = compile_script(NODE, source)({"a": 1}, {"m": "x"}, "T")
    assert repr(result) == repr(expected)


@pytest.mark.parametrize("name", ["while True", "str doubling", "returned DAG"])
def test_a_script_works_again_after_it_was_stopped(name: str) -> None:
    bomb = "if msg.a == 1:\n" + "".join(f"    {line}\n" for line in BOMBS[name].strip().splitlines())
    script = compile_script(NODE, bomb + "return msg.a")
    for _ in range(3):
        with pytest.raises(ScriptError):
            script({"a": 1}, {}, "T")
        assert script({"a": 2}, {}, "T") == 2


def test_nothing_is_left_from_one_call_to_the_next() -> None:
    script = compile_script(
        NODE, "seen = []\ndef f(x, l=[]):\n    l.append(x)\n    return l\nseen += f(msg.a)\nreturn seen"
    )
    assert [script({"a": i}, {}, "T") for i in range(3)] == [[0], [1], [2]]


def test_one_script_cannot_change_what_another_sees() -> None:
    poison = compile_script(NODE, "json_encode = lambda x: 'evil'\nmath = {'pi': 3}\nreturn json_encode(1)")
    assert poison({}, {}, "T") == "evil"
    assert compile_script(NODE, "return [json_encode(1), math.pi > 3.1]")({}, {}, "T") == ["1", True]
    assert poison({}, {}, "T") == "evil"


def test_the_memory_of_a_stopped_script_is_freed() -> None:
    """Errors are raised without the frames of the script behind them."""
    script = compile_script(NODE, "x = [0] * 1000\nreturn msg.missing")
    with pytest.raises(ScriptError) as caught:
        script({}, {}, "T")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_only_this_folder_knows_restricted_python() -> None:
    root = HERE.parents[2]
    users = [path for top in ("engine", "nodes", "web") for path in (root / top).rglob("*.py")]
    found = {path.relative_to(root).parts[:2] for path in users if "RestrictedPython" in path.read_text()}
    assert found == {("engine", "script")}

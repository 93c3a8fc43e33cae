"""Key patterns: names, whole matches, linear time."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.patterns import KeyPattern, key_matcher


@pytest.mark.parametrize(
    ("patterns", "key", "matches"),
    [
        ([], "a", False),
        (["a"], "a", True),
        (["a"], "ab", False),
        (["a.*"], "abc", True),
        (["a.*"], "xabc", False),
        (["a|bc"], "bc", True),
        (["a|bc"], "bcd", False),
        (["t(1)"], "t(1)", True),
        (["t(1)"], "t1", True),
        (["grü.+"], "grün", True),
        (["x", "[0-9]+"], "42", True),
        ([".*"], "", True),
    ],
)
def test_matches(patterns: list[str], key: str, matches: bool) -> None:
    assert key_matcher(patterns)(key) is matches


@pytest.mark.parametrize("wrong", ["(", "a{9999}", "(?=a)", r"(a)\1", "", "a" * 256])
def test_wrong_patterns_are_refused_when_configured(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(KeyPattern).validate_python(wrong)


def test_no_pattern_takes_for_ever() -> None:
    matches = key_matcher(["(a+)+$", "(a|a)*b", "(.*)*x"])
    started = time.thread_time()  # of this thread alone: others may keep the machine busy
    assert not matches("a" * 100_000 + "!")
    assert time.thread_time() - started < 2


def test_one_file_knows_re2() -> None:
    root = Path(__file__).parents[2]
    files = [path for top in ("engine", "nodes", "web") for path in (root / top).rglob("*.py")]
    found = [path.name for path in files if re.search(r"^(import|from) re2\b", path.read_text(), re.M)]
    assert found == ["patterns.py"]

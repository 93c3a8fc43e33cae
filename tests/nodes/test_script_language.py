"""A node's script is checked, and run, as a script of the language that the node names."""

from __future__ import annotations

import pytest

from engine import script
from engine.catalog import Catalog
from engine.errors import Problem, ScriptError
from engine.rehearsal import Rehearsal, message_of
from engine.script import Limits, Script, Signature
from engine.script.languages import Help, Run
from engine.values import Value, decode

CATALOG = Catalog.discover("nodes")


class Literal:
    """A script that returns what stands in it."""

    reads: frozenset[str] = frozenset()
    writes = False

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, *args: Value) -> Value:
        return self.value

    def run(self, *args: Value, log: list[str] | None = None) -> Run:
        return Run(self.value)


class Literals:
    """A small language: a script is one JSON value."""

    def compile(self, signature: Signature, source: str, limits: Limits) -> Script:
        try:
            return Literal(decode(source))
        except ValueError as error:
            raise ScriptError(f"no value: {error}", 1, 1) from None

    def problems(self, signature: Signature, source: str, limits: Limits) -> list[Problem]:
        return []

    def describe(self) -> list[Help]:
        return []


@pytest.fixture(autouse=True)
def literals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(script.LANGUAGES, "literal", Literals())


def problems(config: dict[str, str]) -> list[tuple[str, str]]:
    """The place and the text of everything that is wrong."""
    _, found = CATALOG.make("script-filter", config, "nodes/n1")
    return [(problem.place, problem.message) for problem in found]


def test_a_script_is_checked_as_what_it_is() -> None:
    assert problems({"language": "literal", "script": "true"}) == []
    assert problems({"language": "python", "script": "true"}) != []
    ((place, text),) = problems({"language": "literal", "script": "return True"})
    assert place == "nodes/n1/config/script"
    assert text.startswith("no value")


def test_it_runs_as_what_it_is() -> None:
    node, _ = CATALOG.make("script-filter", {"language": "literal", "script": "true"})
    assert node is not None
    assert node.process(message_of(type(node).examples[0]), Rehearsal()) == "True"


def test_an_unknown_language_is_the_one_thing_that_is_wrong() -> None:
    ((place, text),) = problems({"language": "cobol", "script": "("})
    assert place == "nodes/n1/config/language"
    assert "python" in text

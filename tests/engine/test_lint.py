"""The checks of a chain: every finding has a code, a place and a way out, and all come at once."""

import pytest
from runner_world import CATALOG, spec

from engine.chain import ChainSpec
from engine.errors import ChainError
from engine.lint import checked, lint


def codes(document: ChainSpec) -> dict[str, str]:
    return {problem.code: problem.place for problem in lint(document, CATALOG)}


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        (spec("c", "a=note", "b=note", edges="a>b, b>a"), "cycle", "nodes/a"),
        (spec("c", "a=note", "b=note"), "unreachable", "nodes/b"),
        (spec("c", "a=note", "b=note", edges="a>b:True"), "unknown-relation", "edges/e0"),
        (spec("c", "a=note", entry=None), "no-entry", "entry"),
        (spec("c", "a=note", entry="lost"), "lost-entry", "entry"),
        (spec("c", "a=lower:x"), "dead-end", "nodes/a"),
        (spec("c", "a=note", edges="a>a"), "self-link", "edges/e0"),
        (spec("c", "a=note", edges="a>lost"), "lost-end", "edges/e0"),
        (spec("c", "a=note", "b=note", edges="a>b, a>b:success"), "twin-arrow", "edges/e1"),
        (spec("c", "a=note", "a=note"), "twin-node", "nodes/a"),
        (spec("c"), "empty", "nodes"),
    ],
)
def test_each_fault_is_found_at_its_place(document: ChainSpec, code: str, place: str) -> None:
    assert codes(document).get(code) == place


def test_a_sound_chain_has_no_findings() -> None:
    assert lint(spec("c", "a=note", "b=raise", "c=note", edges="a>b, b>c:Failure"), CATALOG) == []


def test_all_findings_come_at_once_errors_first() -> None:
    document = spec("c", "a=note", "b=note", "lonely=lower:x", edges="a>b:True, b>a")
    found = lint(document, CATALOG)
    assert {problem.code for problem in found} >= {"cycle", "unknown-relation", "unreachable", "dead-end"}
    severities = [problem.severity for problem in found]
    assert severities == sorted(severities, key=lambda severity: severity != "error")


def test_unknown_types_and_wrong_fields_name_their_place() -> None:
    document = ChainSpec.model_validate(
        {
            "entry": "a",
            "nodes": [
                {"id": "a", "type": "teleport", "config": {}},
                {"id": "b", "type": "note", "config": {"wrod": "x", "word": 3}},
            ],
        }
    )
    places = {problem.place for problem in lint(document, CATALOG)}
    assert {"nodes/a/type", "nodes/b/config/wrod", "nodes/b/config/word"} <= places


def test_a_chain_with_errors_is_refused_whole() -> None:
    with pytest.raises(ChainError) as caught:
        checked(spec("c", "a=note", entry=None), CATALOG)
    assert caught.value.problems[0].code == "no-entry"


def test_warnings_do_not_stop_a_chain() -> None:
    assert checked(spec("c", "a=note", "b=note"), CATALOG).nodes.keys() == {"a", "b"}

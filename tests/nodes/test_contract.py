"""What every node keeps to, and every example of every node."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

from engine.catalog import CATEGORIES, Catalog, card, words
from engine.examples import run_example
from engine.node import FAILURE, Example, Node, type_name

CATALOG = Catalog.discover("nodes")
NODES = [CATALOG.get(name) for name in CATALOG]
ROWS = [(node, example) for node in NODES for example in node.examples]
HOOKS = {name for name in vars(Node) if not name.startswith("_")}


def _file(node: type[Node]) -> Path:
    return Path(sys.modules[node.__module__].__file__)


def test_all_files_are_nodes() -> None:
    root = Path(sys.modules["nodes"].__file__).parent
    files = {path for path in root.rglob("*.py") if path.name != "__init__.py"}
    assert files == {_file(node) for node in NODES}
    assert len(files) == len(NODES), "one node class per file"


@pytest.fixture(params=NODES, ids=type_name)
def node(request: pytest.FixtureRequest) -> type[Node]:
    return request.param


def test_file_is_named_like_the_type(node: type[Node]) -> None:
    assert _file(node).stem == type_name(node).replace("-", "_")
    assert _file(node).parent.name in CATEGORIES


def test_help_says_enough(node: type[Node]) -> None:
    assert node.__doc__ != Node.__doc__
    first, *others = inspect.cleandoc(node.__doc__).split("\n\n")
    assert first.endswith(".")
    assert first.count(". ") == 0, "the palette shows one sentence"
    assert len(re.findall(r"[.?](?:\s|$)", " ".join(others))) >= 2


def test_palette_entry(node: type[Node]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", node.icon)
    assert node.icon != Node.icon
    assert not node.thingsboard or node.thingsboard.startswith("org.thingsboard.rule.engine.")
    assert card("any", node)["name"] == (node.title or words(node.__name__))
    assert len(set(node.relations)) == len(node.relations)


def test_icons_differ() -> None:
    icons = [node.icon for node in NODES]
    assert sorted(set(icons)) == sorted(icons)


def test_the_editor_has_every_icon() -> None:
    source = (Path(__file__).parents[2] / "web/editor/src/core/icons.ts").read_text()
    known = set(re.findall(r"'?([a-z0-9-]+)'?: [A-Z]", source))
    assert {node.icon for node in NODES} <= known


def test_fields_explain_themselves(node: type[Node]) -> None:
    for name, field in node.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.title, name
        assert name not in HOOKS, f"{name} hides a hook"


def test_defaults_are_valid(node: type[Node]) -> None:
    required = {field.alias for field in node.model_fields.values() if field.is_required()}
    defaults = node.model_validate(dict.fromkeys(required, "x"))
    stored = defaults.model_dump(mode="json", by_alias=True)
    assert node.model_validate(stored) == defaults


def test_unknown_fields_are_refused(node: type[Node]) -> None:
    made, problems = CATALOG.make(type_name(node), {"nonsense": 1}, "nodes/n1")
    assert made is None
    assert "nodes/n1/config/nonsense" in {problem.place for problem in problems}


def test_card_has_form_and_examples(node: type[Node]) -> None:
    made = card("any", node)
    assert made["schema"]["type"] == "object"
    assert made["schema"]["additionalProperties"] is False
    assert set(made["schema"].get("properties", {})) == {f.alias for f in node.model_fields.values()}
    assert made["examples"]


def test_a_script_comes_behind_its_language(node: type[Node]) -> None:
    """So that the script can be checked as what it is."""
    fields = card("any", node)["schema"].get("properties", {})
    names = list(fields)
    for name, field in fields.items():
        if field.get("x-ui", {}).get("widget") == "code" and "parameters" in field["x-ui"]:
            assert "language" in names[: names.index(name)]


def test_every_relation_has_an_example(node: type[Node]) -> None:
    shown = {row.get("relation") for example in node.examples for row in example.expect}
    wanted = set(node.relations) if node.never_fails else {*node.relations, FAILURE}
    assert wanted <= shown


def test_thingsboard_configuration_is_valid_here(node: type[Node]) -> None:
    config = node.from_thingsboard({})
    if config is not None:
        CATALOG.make(type_name(node), config)
        unknown = set(config) - {field.alias for field in node.model_fields.values()}
        assert not unknown


@pytest.mark.parametrize(
    ("node_cls", "example"), ROWS, ids=[f"{type_name(node)}: {example.title}" for node, example in ROWS]
)
async def test_example(node_cls: type[Node], example: Example) -> None:
    assert await run_example(node_cls, example) == []

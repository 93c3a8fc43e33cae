"""Every chain that comes with the program is free of problems, and all that its scenarios tell is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.lint import lint
from engine.scenario import run_scenario, scenarios_of
from engine.values import decode

FOLDER = Path(__file__).parents[2] / "chains"
FILES = sorted(FOLDER.rglob("*.json"))
CATALOG = Catalog.discover("nodes")


def read(path: Path) -> ChainSpec:
    return ChainSpec.model_validate(decode(path.read_bytes()))


SPECS = {str(path.relative_to(FOLDER)): read(path) for path in FILES}
STORIES = [
    pytest.param(spec, scenario, id=f"{name}: {scenario.name}")
    for name, spec in SPECS.items()
    for scenario in scenarios_of(spec)
]


def test_the_chains_that_the_program_needs_are_there() -> None:
    wanted = {"root.json", "demo.json", "templates/threshold.json", "templates/attribute-downlink.json"}
    assert SPECS.keys() >= wanted


@pytest.mark.parametrize("name", SPECS)
def test_a_chain_has_neither_errors_nor_warnings(name: str) -> None:
    assert lint(SPECS[name], CATALOG) == []


@pytest.mark.parametrize("name", SPECS)
def test_a_chain_is_documented_by_at_least_two_scenarios(name: str) -> None:
    assert len(SPECS[name].scenarios) >= 2


@pytest.mark.parametrize("name", SPECS)
def test_a_chain_is_drawn_from_left_to_right_without_overlaps(name: str) -> None:
    spec = SPECS[name]
    at = {node.id: (node.x, node.y) for node in spec.nodes}
    assert len(set(at.values())) == len(at)
    assert all(at[edge.target][0] > at[edge.source][0] or edge.relation == "Failure" for edge in spec.edges)


@pytest.mark.parametrize(("spec", "scenario"), STORIES)
async def test_a_scenario_comes_true(spec: ChainSpec, scenario) -> None:
    result = await run_scenario(spec, scenario, CATALOG)
    assert [str(difference) for difference in result.differences] == []

"""Runs a chain's scenarios on a stage and says how the outcome differs; their form stands in `engine.story`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.catalog import Catalog
from engine.chain import Chain, ChainSpec
from engine.converter import Converter
from engine.errors import ChainError, ScriptError
from engine.ids import new_id, now_ms
from engine.integration import Integration
from engine.lint import checked
from engine.message import Message
from engine.plan import Plan
from engine.services import Stamped
from engine.stage import Stage
from engine.story import Door, Event, Given, Scenario, Step, scenarios_of
from engine.trace import trace_json
from engine.verdict import Difference, compare

TIMEOUT_S = 10.0

__all__ = ["Difference", "Scenario", "ScenarioResult", "run_scenario", "scenarios_of"]


@dataclass(frozen=True)
class ScenarioResult:
    """How a scenario went: what differs, and the traces of its messages in the form of the management API."""

    name: str
    differences: list[Difference]
    trace: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything came out as the scenario says."""
        return not self.differences


async def run_scenario(
    spec: ChainSpec, scenario: Scenario, catalog: Catalog, others: Iterable[ChainSpec] = ()
) -> ScenarioResult:
    """Run a scenario of a chain with effects off; `others` are chains that it may enter."""
    try:
        chains = [checked(each, catalog) for each in (spec, *others)]
        integration = _integration(scenario.integration, chains[0])
    except ChainError as error:
        text = "; ".join(f"{problem.place}: {problem.message}" for problem in error.problems)
        return ScenarioResult(scenario.name, [Difference("chain", "no errors", text)])
    except ScriptError as error:
        return ScenarioResult(scenario.name, [Difference("integration", "scripts that compile", str(error))])
    stage = Stage(integration, scenario.given.http)
    try:
        return await _play(stage, chains, scenario)
    finally:
        await stage.close()


def _integration(door: Door, chain: Chain) -> Integration:
    references = (ref for node in chain.nodes.values() for ref in node.references())
    named = next((id for kind, id in references if kind == "integration"), "scenario")
    return Integration(
        door.id or named,
        "stage",
        door.name,
        "scenario",
        enabled=door.enabled,
        allow_create=door.allow_create_devices_or_assets,
        uplink=Converter("uplink", "uplink", "uplink", door.language, door.uplink),
        downlink=Converter("downlink", "downlink", "downlink", door.language, door.downlink),
        replace_no_content=door.replace_no_content_to_ok,
        headers=door.headers,
        metadata=door.metadata,
        downlink_mode=door.downlink_mode,
        atomic=door.atomic,
    )


async def _play(stage: Stage, chains: Sequence[Chain], scenario: Scenario) -> ScenarioResult:
    for chain in chains:
        stage.runner.swap(Plan(chain))
    stage.runner.root = chains[0].spec.id
    await stage.open([chain.spec.id for chain in chains])
    _set_up(stage, scenario.given)
    differences: list[Difference] = []
    for number, step in enumerate(scenario.steps, 1):
        found = await _run_step(stage, scenario, step)
        place = f"step {number}, " if len(scenario.steps) > 1 else ""
        differences += [Difference(place + each.where, each.expected, each.got) for each in found]
    return ScenarioResult(scenario.name, differences, [trace_json(trace) for trace in stage.traces()])


def _set_up(stage: Stage, given: Given) -> None:
    for device in given.devices:
        memory = stage.cast.enter(device.kind, device.name, device.type, device.label).memory
        for scope, values in device.attributes.items():
            memory.attributes.values[scope].update({key: Stamped(0, value) for key, value in values.items()})
        for key, value in device.telemetry.items():
            points = value if isinstance(value, list) else [[0, value]]
            memory.telemetry.series[key] = [Stamped(*point) for point in points]


async def _run_step(stage: Stage, scenario: Scenario, step: Step) -> list[Difference]:
    stage.effects.clear()
    stage.shelf.failures.clear()
    reply = None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            if step.request is not None:
                reply = await stage.request(step.request.call())
            elif step.message is not None:
                await stage.send(_message(stage, scenario, step.message))
            await stage.settle()
    except LookupError as error:
        return [Difference("message.originator", "the name of a device that is there", str(error))]
    except TimeoutError:
        return [Difference("step", f"to be over within {TIMEOUT_S:g} s", "it is still under way")]
    return compare(stage, step.expect, reply)


def _message(stage: Stage, scenario: Scenario, event: Event) -> Message:
    name = event.originator or next((device.name for device in scenario.given.devices), "")
    entity = next((entity for entity in stage.cast.known.values() if entity.name == name), None)
    if entity is None:
        raise LookupError(repr(name))
    ts = now_ms() if event.ts is None else event.ts
    return Message(new_id(), event.type, entity, event.data, event.metadata, ts)

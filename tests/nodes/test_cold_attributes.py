"""Nodes that work with attributes which are not in memory yet."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from engine.message import DEVICE, Entity, Message
from engine.message import message as new
from engine.node import Emit, Node, steps_of
from engine.rehearsal import Attribution, Rehearsal
from engine.services import Attributes
from nodes.action.delete_attributes import DeleteAttributes
from nodes.action.save_attributes import SaveAttributes
from nodes.enrichment.originator_attributes import OriginatorAttributes


class Cold(Attribution):
    """Attributes that come into memory when they are loaded."""

    is_loaded = False

    def cached(self, entity: Entity) -> Attributes | None:
        return self.values if self.is_loaded else None

    async def load(self, entity: Entity) -> Attributes:
        self.is_loaded = True
        return self.values

    def save(
        self, entity: Entity, scope: str, values: Mapping[str, Any], only_changed: bool = True
    ) -> list[str]:
        assert self.is_loaded, "the contract of save"
        return super().save(entity, scope, values, only_changed)


@pytest.fixture
def world() -> Rehearsal:
    world = Rehearsal({"attributes": {"server": {"limit": 40}}})
    world.attributes = Cold(world.effects, world.attributes.values)
    return world


def given(data: Any) -> Message:
    return new("POST_ATTRIBUTES_REQUEST", Entity(DEVICE, "1", "T1"), data)


@pytest.mark.parametrize(
    ("node", "effects"),
    [
        (SaveAttributes(scope="server"), [["attributes.save", "server", {"new": 1}]]),
        (DeleteAttributes(keys=["limit"]), [["attributes.delete", "server", ["limit"]]]),
        (OriginatorAttributes(server_attributes=["limit"]), []),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Node) else "",
)
async def test_loaded_first(world: Rehearsal, node: Node, effects: list[Any]) -> None:
    sent = given({"limit": 40, "new": 1})
    (step,) = steps_of(await node.process(sent, world), sent)
    assert isinstance(step, Emit)
    assert step.relation == "Success"
    assert world.effects == effects
    assert world.attributes.is_loaded


async def test_in_memory_nobody_waits(world: Rehearsal) -> None:
    await world.attributes.load(given({}).originator)
    for node in (SaveAttributes(), OriginatorAttributes(server_attributes=["limit"])):
        assert not inspect.isawaitable(node.process(given({"a": 1}), world))


async def test_telemetry_alone_needs_no_attributes(world: Rehearsal) -> None:
    world.telemetry.save(given({}).originator, 5, {"t": 1})
    emit = await OriginatorAttributes(latest_telemetry=["t"]).process(given({}), world)
    assert emit.message.metadata == {"t": "1"}
    assert not world.attributes.is_loaded


async def test_the_notice_names_its_scope_and_parent(world: Rehearsal) -> None:
    put: list[tuple[Message, str | None]] = []
    world.queue.put = lambda message, chain=None, node=None: put.append((message, chain))
    message = given({"limit": 41})
    await SaveAttributes(scope="server", notify=True).process(message, world)
    notice, chain = put[0]
    assert chain is None, "the root chain"
    assert (notice.type, notice.data, notice.metadata) == (
        "ATTRIBUTES_UPDATED",
        {"limit": 41},
        {"scope": "SERVER_SCOPE"},
    )
    assert notice.parent == message.id

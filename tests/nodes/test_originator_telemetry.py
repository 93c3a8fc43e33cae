"""Originator telemetry: what it asks the store for."""

from __future__ import annotations

from typing import Any

import pytest

from engine.message import DEVICE, Entity
from engine.message import message as new
from engine.rehearsal import Rehearsal
from engine.services import Stamped
from nodes.enrichment.originator_telemetry import OriginatorTelemetry


@pytest.mark.parametrize(
    ("config", "asked"),
    [
        ({"fetch": "first"}, {"limit": 1, "descending": False, "aggregation": "NONE", "step": 0}),
        ({"fetch": "last"}, {"limit": 1, "descending": True, "aggregation": "NONE", "step": 0}),
        (
            {"fetch": "last", "aggregation": "AVG", "order": "ASC", "limit": 7},
            {"limit": 1, "descending": True, "aggregation": "NONE", "step": 0},
        ),
        (
            {"fetch": "all", "limit": 7},
            {"limit": 7, "descending": False, "aggregation": "NONE", "step": 60_000},
        ),
        (
            {"fetch": "all", "order": "DESC", "aggregation": "MAX"},
            {"limit": 1000, "descending": True, "aggregation": "MAX", "step": 60_000},
        ),
    ],
)
async def test_query(config: dict[str, Any], asked: dict[str, Any]) -> None:
    seen: list[Any] = []
    world = Rehearsal({"now": 1_000_000})

    async def query(
        entity: Entity, keys: list[str], start: int, end: int, **options: Any
    ) -> dict[str, list[Stamped]]:
        seen.append((entity.id, keys, start, end, options))
        return {"t_raw": []}

    world.telemetry.query = query
    message = new("ALARM", Entity(DEVICE, "1", "T1"), {"key": "t"})
    emit = await OriginatorTelemetry(keys=["$[key]_raw"], **config).process(message, world)
    assert seen == [("1", ["t_raw"], 880_000, 940_000, asked)]
    assert emit.message is message, "nothing found, nothing changed"

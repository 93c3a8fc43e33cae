"""Save telemetry: every form of payload against a plain reference, and all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.message import DEVICE, Entity
from engine.message import message as new
from engine.rehearsal import Rehearsal
from nodes.action.save_telemetry import SaveTelemetry

DEVICE_1 = Entity(DEVICE, "1", "T1")
NOW = 1_700_000_000_999

times = st.integers(0, 253_402_300_799_999)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
keys = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=255)
points = st.dictionaries(keys, values, max_size=4)
stamped = st.fixed_dictionaries({"ts": times | times.map(str), "values": points})
items = points | stamped
wrong_items = st.one_of(
    scalars.filter(lambda value: not isinstance(value, dict)),
    st.fixed_dictionaries(
        {"ts": st.none() | st.booleans() | st.just("soon") | st.just(-1) | st.just(2**70), "values": points}
    ),
    st.fixed_dictionaries({"ts": times, "values": st.none() | st.integers() | st.lists(st.integers())}),
    points.map(lambda point: {**point, "": 1}),
    points.map(lambda point: {**point, "k" * 256: None}),
)


def saved(data: Any, metadata: dict[str, str], use_server_ts: bool) -> list[list[Any]]:
    world = Rehearsal({"now": NOW})
    node = SaveTelemetry(use_server_ts=use_server_ts)
    message = new("POST_TELEMETRY_REQUEST", DEVICE_1, data, metadata, ts=5)
    assert node.process(message, world) == "Success"
    return world.effects


def expected(data: Any, metadata: dict[str, str], use_server_ts: bool) -> list[list[Any]]:
    default = NOW if use_server_ts else int(metadata.get("ts") or 5)
    rows = []
    for item in data if isinstance(data, list) else [data]:
        has_time = "ts" in item and "values" in item
        at = default if use_server_ts or not has_time else int(item["ts"])
        kept = {
            key: value for key, value in (item["values"] if has_time else item).items() if value is not None
        }
        if kept:
            rows.append(["telemetry.save", at, kept])
    return rows


@given(
    items | st.lists(items, max_size=4), st.just({}) | times.map(lambda ts: {"ts": str(ts)}), st.booleans()
)
def test_forms(data: Any, metadata: dict[str, str], use_server_ts: bool) -> None:
    assert saved(data, metadata, use_server_ts) == expected(data, metadata, use_server_ts)


@given(st.lists(items, max_size=3), wrong_items, st.integers(0, 3), st.booleans())
def test_one_wrong_part_refuses_the_whole_message(
    good: list[Any], bad: Any, at: int, use_server_ts: bool
) -> None:
    world = Rehearsal({"now": NOW})
    message = new("POST_TELEMETRY_REQUEST", DEVICE_1, [*good[:at], bad, *good[at:]])
    with pytest.raises(Exception, match=r".") as raised:
        SaveTelemetry(use_server_ts=use_server_ts).process(message, world)
    assert type(raised.value).__name__ == "ConversionError"
    assert world.effects == []


@pytest.mark.parametrize("ts", ["soon", "1.5", "-5", " 5", "٣", "9" * 40])
def test_a_wrong_time_in_the_metadata_refuses_the_message(ts: str) -> None:
    world = Rehearsal()
    with pytest.raises(Exception, match="ts must be epoch milliseconds"):
        SaveTelemetry().process(new("POST_TELEMETRY_REQUEST", DEVICE_1, {"t": 1}, {"ts": ts}), world)
    assert world.effects == []


def test_an_empty_time_in_the_metadata_is_none() -> None:
    assert saved({"t": 1}, {"ts": ""}, False) == [["telemetry.save", 5, {"t": 1}]]

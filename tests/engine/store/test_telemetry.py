"""Time series keep every value exactly, and the database adds them up as Python would."""

from __future__ import annotations

import itertools
import math
import struct
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlmodel import col

from engine.errors import MissingError
from engine.message import DEVICE
from engine.services import Stamped
from engine.store import Store
from engine.store.tables import EntityRow, SeriesRow, TelemetryRow
from engine.store.telemetry import series_id

from .given import a_device, reopened

TABLES = (SeriesRow, TelemetryRow)
fast = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [2**63 - 1, 2**63, -(2**63) - 1, 10**300, "", "\0", "a\0b", "😀", '"', "\\u0000", -0.0, 5e-324]
    )
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(), v, max_size=4))


def exactly(value: Any) -> Any:
    """A value as something that tells 1, 1.0 and true, 0.0 and -0.0 apart."""
    if isinstance(value, float):
        return ("float", struct.pack(">d", value))
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, dict):
        return {key: exactly(item) for key, item in value.items()}
    return (type(value).__name__, value)


@fast
@given(st.dictionaries(st.sampled_from("abcdef"), values, min_size=1))
async def test_any_value_comes_back_as_it_was(store: Store, written: dict[str, Any]) -> None:
    device = a_device(store)
    store.telemetry.save(device, 5, written)
    store.attributes.save(device, "shared", written)
    await store.writer.durable()

    read = await store.telemetry.query(device, list(written), 0, 10)

    assert {key: exactly(points[0].value) for key, points in read.items()} == {
        k: exactly(v) for k, v in written.items()
    }
    store.cache.remove(device.memory)
    again = await store.entities.get("default", device.id)
    assert again is not None
    assert again is not device
    attributes = store.attributes.cached(again)
    assert attributes is not None
    assert {k: exactly(v.value) for k, v in attributes["shared"].items()} == {
        k: exactly(v) for k, v in written.items()
    }
    latest = await store.telemetry.latest(again)
    assert {k: exactly(v.value) for k, v in latest.items()} == {k: exactly(v) for k, v in written.items()}


numbers = st.integers(-(2**53), 2**53) | st.floats(-1e12, 1e12) | st.booleans() | st.text("abc0", max_size=2)
points = st.dictionaries(st.integers(0, 1000), numbers, max_size=30)


def reference(written: dict[int, Any], start: int, end: int, step: int, aggregation: str) -> dict[int, Any]:
    buckets: dict[int, list[Any]] = {}
    for ts in sorted(ts for ts in written if start <= ts < end):
        buckets.setdefault(start + (ts - start) // step * step, []).append(written[ts])
    if aggregation == "COUNT":
        return {bucket: len(items) for bucket, items in buckets.items()}
    plain = {b: [v for v in items if type(v) in (int, float)] for b, items in buckets.items()}
    acts = {"MIN": min, "MAX": max, "SUM": sum, "AVG": lambda items: sum(items) / len(items)}
    return {bucket: acts[aggregation](items) for bucket, items in plain.items() if items}


@fast
@given(
    points,
    st.integers(0, 500),
    st.integers(0, 1100),
    st.integers(1, 400),
    st.sampled_from(["MIN", "MAX", "AVG", "SUM", "COUNT"]),
    st.booleans(),
)
async def test_aggregation_agrees_with_plain_python(
    store: Store, written: dict[int, Any], start: int, end: int, step: int, aggregation: str, descending: bool
) -> None:
    device = a_device(store)
    for ts, value in written.items():
        store.telemetry.save(device, ts, {"t": value})
    await store.writer.durable()

    found = await store.telemetry.query(
        device, ["t"], start, end, aggregation=aggregation, step=step, limit=2000, descending=descending
    )

    expected = reference(written, start, end, step, aggregation)
    read = {point.ts: point.value for point in found.get("t", [])}
    assert list(read) == sorted(expected, reverse=descending)
    for bucket, value in expected.items():
        assert math.isclose(read[bucket], value, rel_tol=1e-9, abs_tol=1e-3)
        if aggregation in ("MIN", "MAX", "COUNT") or (aggregation == "SUM" and isinstance(value, int)):
            assert read[bucket] == value


async def test_sums_of_integers_do_not_overflow(store: Store) -> None:
    device = a_device(store)
    for ts in range(4):
        store.telemetry.save(device, ts, {"n": 2**63 - 1, "f": 1.7e308})
    await store.writer.durable()

    found = await store.telemetry.query(device, ["n", "f"], 0, 10, aggregation="SUM", step=10)

    assert found["n"] == [Stamped(0, 4 * (2**63 - 1))]
    assert math.isfinite(found["f"][0].value)


async def test_values_are_listed_newest_first_or_last_up_to_a_limit(store: Store) -> None:
    device = a_device(store)
    for ts in (1, 2, 3, 4):
        store.telemetry.save(device, ts, {"t": ts * 10})
    store.telemetry.save(device, 2, {"t": 21})
    await store.writer.durable()

    newest = await store.telemetry.query(device, ["t", "other"], 1, 4, limit=2)
    oldest = await store.telemetry.query(device, ["t"], 1, 4, descending=False)

    assert newest == {"t": [Stamped(3, 30), Stamped(2, 21)]}
    assert oldest == {"t": [Stamped(1, 10), Stamped(2, 21), Stamped(3, 30)]}


async def test_latest_is_the_newest_time_not_the_last_write(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    store.telemetry.save(device, 10, {"t": "new", "u": 1})
    store.telemetry.save(device, 5, {"t": "old"})
    expected = {"t": Stamped(10, "new"), "u": Stamped(10, 1)}
    assert await store.telemetry.latest(device) == expected

    store = await reopened(store, database_url)
    found = await store.entities.find("default", DEVICE, "d")
    assert found is not None
    assert await store.telemetry.latest(found, ["t", "nothing"]) == {"t": expected["t"]}
    assert store.telemetry.keys(found) == ["t", "u"]
    await store.close()


async def test_an_older_value_saved_after_a_restart_does_not_hide_the_newest(
    store: Store, database_url: str
) -> None:
    store.telemetry.save(a_device(store, "d"), 10, {"t": "new"})
    store = await reopened(store, database_url)
    device = await store.entities.find("default", DEVICE, "d")
    assert device is not None

    store.telemetry.save(device, 5, {"t": "old"})

    assert await store.telemetry.latest(device) == {"t": Stamped(10, "new")}
    await store.close()


async def test_deleting_a_range_leaves_the_rest(store: Store) -> None:
    device = a_device(store)
    for ts in range(10):
        store.telemetry.save(device, ts, {"t": ts, "u": ts})

    assert await store.telemetry.delete(device, ["t", "unknown"], 5, 100) == 5

    assert await store.telemetry.latest(device) == {"t": Stamped(4, 4), "u": Stamped(9, 9)}


async def test_retention_keeps_the_newest_value_of_each_series(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.telemetry._CHUNK", 3)
    device = a_device(store)
    for ts in range(10):
        store.telemetry.save(device, ts, {"old": ts})
        store.telemetry.save(device, ts + 5, {"both": ts})
    await store.writer.durable()

    assert await store.telemetry.purge(10) == 9 + 5

    found = await store.telemetry.query(device, ["old", "both"], 0, 100, descending=False)
    assert [point.ts for point in found["old"]] == [9]
    assert [point.ts for point in found["both"]] == [10, 11, 12, 13, 14]


async def test_retention_asks_nothing_of_the_writer_for_devices_that_have_long_been_silent(
    store: Store,
) -> None:
    for _ in range(20):
        store.telemetry.save(a_device(store), 5, {"t": 1})
    await store.writer.durable()
    commits = store.writer.commits

    assert await store.telemetry.purge(1_000) == 0

    assert store.writer.commits == commits


async def test_retention_clears_what_an_interrupted_deletion_left(store: Store) -> None:
    device, other = a_device(store), a_device(store)
    for ts in range(3):
        store.telemetry.save(device, ts, {"t": ts})
    store.telemetry.save(other, 1, {"t": 1})
    await store.writer.run(
        lambda s: s.execute(delete(EntityRow).where(col(EntityRow.id) == device.id)) and None
    )

    await store.telemetry.purge(0)

    counts = await store.read(
        lambda s: [s.execute(select(func.count()).select_from(t)).scalar() for t in TABLES]
    )
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("t", math.nan),
        ("t", math.inf),
        ("t", [math.nan]),
        ("t", "\ud800"),
        ("t", {"a": "\ud800"}),
        ("t", object()),
        ("", 1),
        ("a\0", 1),
        ("\ud800", 1),
    ],
)
async def test_what_is_no_json_value_is_refused_whole(sqlite_store: Store, key: str, value: Any) -> None:
    device = a_device(sqlite_store)

    with pytest.raises(ValueError):
        sqlite_store.telemetry.save(device, 1, {"good": 1, key: value})
    with pytest.raises(ValueError):
        sqlite_store.attributes.save(device, "client", {"good": 1, key: value})

    assert sqlite_store.telemetry.keys(device) == []
    await sqlite_store.writer.durable()


async def test_bad_times_and_questions_are_refused(sqlite_store: Store) -> None:
    device = a_device(sqlite_store)
    for ts in (1.5, 2**63, None):  # compiled, it says TypeError for another type
        with pytest.raises((ValueError, TypeError), match=r"epoch milliseconds|int object expected"):
            sqlite_store.telemetry.save(device, ts, {"t": 1})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="aggregation"):
        await sqlite_store.telemetry.query(device, ["t"], 0, 1, aggregation="MEDIAN")
    with pytest.raises(ValueError, match="step"):
        await sqlite_store.telemetry.query(device, ["t"], 0, 1, aggregation="MIN")


def test_the_series_of_an_entity_lie_together_and_never_share_a_number() -> None:
    numbers: dict[str, set[int]] = {}
    for n in range(300):
        mine = numbers.setdefault(f"entity {n}", set())
        for key in range(20):
            mine.add(series_id(f"entity {n}", f"key {key}", mine))

    found = sorted((number, name) for name, mine in numbers.items() for number in mine)
    assert len({number for number, _ in found}) == 300 * 20
    assert 0 <= found[0][0] <= found[-1][0] < 2**63
    # In the order of their numbers, those of one entity come one after the other
    assert sum(a[1] != b[1] for a, b in itertools.pairwise(found)) == 299
    taken = {series_id("e", "k"), series_id("e", "k") + 1}
    assert series_id("e", "k", taken) not in taken
    assert series_id("e", "k") == series_id("e", "k", {5})


async def test_nothing_is_saved_for_a_deleted_device(store: Store) -> None:
    device = a_device(store)
    store.telemetry.save(device, 1, {"t": 1})
    await store.entities.delete("default", device.id)

    with pytest.raises(MissingError):
        store.telemetry.save(device, 2, {"t": 1})
    with pytest.raises(MissingError):
        store.attributes.save(device, "client", {"t": 1})

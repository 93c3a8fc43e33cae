"""Telemetry on PostgreSQL lies in partitions by time, which come by themselves and go as a whole."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from engine.ids import now_ms
from engine.message import DEVICE, Entity
from engine.services import Stamped
from engine.store import Store, StoreSettings
from engine.store.partitions import MOST, Partition, around, catalog, connected, gap, period, retire
from tests.conftest import Postgres

from .given import a_device, reopened

DAY = 86_400_000
DEFAULT = "telemetry_default"


@pytest.fixture
async def store(postgres: Postgres) -> AsyncIterator[Store]:
    """An open store on PostgreSQL with partitions of a day."""
    opened = await Store.open(postgres.url(postgres.empty_database()), StoreSettings(partition="day"))
    yield opened
    await opened.close()


def at(text: str) -> int:
    """Epoch ms of a day in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


async def where(store: Store) -> dict[str, list[int]]:
    """The times of all rows by the partition that holds them."""

    def read(session: Any) -> dict[str, list[int]]:
        driver = session.connection().connection.driver_connection
        rows = driver.execute("SELECT tableoid::regclass::text, ts FROM telemetry ORDER BY ts").fetchall()
        found: dict[str, list[int]] = {}
        for name, ts in rows:
            found.setdefault(name, []).append(ts)
        return found

    return await store.read(read)


def partitions(store: Store) -> list[Partition]:
    """What the catalog says."""
    with connected(store._database) as db:
        return catalog(db)


async def settled(store: Store) -> None:
    """All rows are stored and all partitions that were asked for are made."""
    await store.writer.durable()
    assert store.partitions is not None
    await store.partitions.close()


async def rows(store: Store, device: Entity) -> list[int]:
    """The times of a device's values."""
    found = await store.telemetry.query(device, ["t"], -(2**53), 2**54, limit=10**6, descending=False)
    return [point.ts for point in found.get("t", [])]


def test_a_period_is_a_day_or_a_month_of_utc() -> None:
    assert period(at("2026-02-28") + 5, "day") == (at("2026-02-28"), at("2026-03-01"))
    assert period(at("2026-12-31T23:59:59") + 999, "month") == (at("2026-12-01"), at("2027-01-01"))
    assert period(at("2024-02-29"), "month") == (at("2024-02-01"), at("2024-03-01"))


def test_a_new_partition_leaves_others_alone() -> None:
    days = [Partition(at(f"2026-05-{n:02}"), at(f"2026-05-{n + 1:02}"), f"d{n}") for n in (10, 11, 20)]

    assert gap(days, at("2026-05-01"), "month") == (at("2026-05-01"), at("2026-05-10"))
    assert gap(days, at("2026-05-15"), "month") == (at("2026-05-12"), at("2026-05-20"))
    assert gap(days, at("2026-05-25"), "month") == (at("2026-05-21"), at("2026-06-01"))
    assert around(days, at("2026-05-11")) == (at("2026-05-10"), at("2026-05-12"))
    assert around(days, at("2026-05-15")) == (at("2026-05-15"), at("2026-05-15"))


async def test_partitions_are_made_ahead(store: Store) -> None:
    now = now_ms()
    made = partitions(store)

    assert [p.start for p in made if p.start <= now < p.end] == [period(now, "day")[0]]
    assert any(p.start <= now + 2 * DAY < p.end for p in made)
    assert store.partitions is not None
    assert store.partitions.covered.first <= now
    assert store.partitions.covered.last >= now + 2 * DAY


async def test_late_and_future_times_get_their_partition_and_odd_ones_need_none(store: Store) -> None:
    device = a_device(store)
    today = period(now_ms(), "day")[0]
    times = [-(2**53), 5, at("1999-12-31"), today - 400 * DAY + 7, today + 5, today + 900 * DAY, 2**53]
    for ts in times:
        store.telemetry.save(device, ts, {"t": ts})
    await settled(store)

    places = await where(store)

    assert DEFAULT not in places
    assert places["telemetry_past"] == times[:3]
    assert places["telemetry_future"] == times[6:]
    assert sorted(ts for held in places.values() for ts in held) == times
    assert len(places) == 5
    assert await rows(store, device) == times
    assert await store.telemetry.latest(device) == {"t": Stamped(2**53, 2**53)}


async def test_a_flood_into_a_time_without_a_partition_loses_nothing(store: Store) -> None:
    device, today = a_device(store), period(now_ms(), "day")[0]
    failures: list[Exception] = []
    written = []
    for n in range(300):
        ts = today - (100 + n % 7) * DAY + n
        store.telemetry.save(device, ts, {"t": n})
        store.writer.open.then(lambda error: failures.append(error) if error else None)
        written.append(ts)
        await asyncio.sleep(0.001)
    await settled(store)

    assert failures == []
    assert await rows(store, device) == sorted(written)
    places = await where(store)
    assert DEFAULT not in places
    assert len(places) == 7


async def test_one_process_makes_what_another_writes_to(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    # Given two processes' stores, and a device that sends to one of them values of forty days to come
    url, settings = postgres.url(postgres.empty_database()), StoreSettings(partition="day")
    writing, making = [await Store.open(url, settings) for _ in range(2)]
    device, now = a_device(writing), now_ms()
    assert writing.partitions is not None
    assert making.partitions is not None
    writing.partitions._not_before_s = float("inf")
    is_over = False

    async def write() -> int:
        count = 0
        while not is_over:
            for n in range(5, 45):
                writing.telemetry.save(device, now + n * DAY + count, {"t": count})
            await writing.writer.durable()
            count += 1
        return count

    # When the other makes the partitions of those days meanwhile
    rounds = asyncio.ensure_future(write())
    for n in range(5, 45):
        await making.partitions.cover(now + n * DAY)
    is_over = True
    count = await rounds

    # Then no commit was refused, not even once
    assert [record.message for record in caplog.records if "commit" in record.message] == []
    found = await writing.telemetry.query(device, ["t"], 0, now + 100 * DAY, limit=100_000)
    assert len(found["t"]) == 40 * count
    for store in (writing, making):
        await store.close()


async def test_what_waited_in_the_default_partition_moves_when_the_store_opens(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, ts = a_device(store), period(now_ms(), "day")[0] - 50 * DAY
    monkeypatch.setattr("engine.store.partitions.MOST", 0)
    for n in range(3):
        store.telemetry.save(device, ts + n * DAY, {"t": n})
    await settled(store)
    assert await where(store) == {DEFAULT: [ts, ts + DAY, ts + 2 * DAY]}
    monkeypatch.setattr("engine.store.partitions.MOST", MOST)

    await store.tend()

    places = await where(store)
    assert [len(held) for held in places.values()] == [1, 1, 1]
    assert DEFAULT not in places


async def test_another_unit_goes_between_what_is_there(store: Store) -> None:
    url = store._database.url.render_as_string(hide_password=False)
    now = now_ms()
    store = await reopened(store, url)  # by months now
    assert store.partitions is not None
    for month in range(1, 4):
        await store.partitions.cover(now + month * 30 * DAY)

    made = partitions(store)

    assert all(a.end <= b.start for a, b in itertools.pairwise(made))
    assert {period(p.start, "month")[1] == p.end for p in made if now + 60 * DAY < p.start < 2**41} == {True}
    await store.close()


async def test_retention_drops_whole_partitions_but_the_newest_values(store: Store) -> None:
    busy, silent, odd = (a_device(store, name) for name in ("busy", "silent", "odd"))
    today = period(now_ms(), "day")[0]
    for age in range(20):
        for hour in range(24):
            store.telemetry.save(busy, today - age * DAY + hour, {"t": hour})
    for n in range(10):
        store.telemetry.save(silent, today - 15 * DAY + n, {"t": n, "u": n})
        store.telemetry.save(odd, n, {"t": n})
    await settled(store)

    deleted = await store.telemetry.purge(today - 10 * DAY + 5)

    # The day that the limit is in stays whole
    assert await rows(store, busy) == sorted(
        today - age * DAY + hour for age in range(11) for hour in range(24)
    )
    assert await rows(store, silent) == [today - 15 * DAY + 9]
    assert await rows(store, odd) == [9]
    assert deleted == 9 * 24 + 2 * 9 + 9
    assert [p.start for p in partitions(store)][:2] == [-(2**63), today - 10 * DAY]
    for device, ts in ((busy, today + 23), (silent, today - 15 * DAY + 9), (odd, 9)):
        device.memory.forget()
        assert (await store.telemetry.latest(device))["t"].ts == ts

    # Later: the past itself is renewed, and what is no longer the newest goes
    store.telemetry.save(silent, today, {"t": 99})
    await settled(store)
    await store.telemetry.purge(today - 5 * DAY)
    assert await rows(store, silent) == [today]
    assert [p.start for p in partitions(store)][:2] == [-(2**63), today - 5 * DAY]
    assert await store.telemetry.purge(today - 5 * DAY) == 0


async def test_what_is_saved_while_partitions_are_dropped_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, late, current = (a_device(store, name) for name in ("changed", "late", "current"))
    today = period(now_ms(), "day")[0]
    old = today - 20 * DAY
    store.telemetry.save(changed, old, {"t": "first"})
    store.telemetry.save(current, old, {"t": 1})
    store.telemetry.save(current, today, {"t": 2})
    await settled(store)
    loop = asyncio.get_running_loop()
    real = __import__("engine.store.partitions", fromlist=["swap"]).swap

    async def save() -> None:
        store.telemetry.save(changed, old, {"t": "second"})
        store.telemetry.save(late, old + 1, {"t": 7})
        await store.writer.durable()

    def after_a_save(*arguments: Any) -> None:
        asyncio.run_coroutine_threadsafe(save(), loop).result(30)
        real(*arguments)

    monkeypatch.setattr("engine.store.partitions.swap", after_a_save)
    await store.telemetry.purge(today - 10 * DAY)

    for device, expected in ((changed, Stamped(old, "second")), (late, Stamped(old + 1, 7))):
        device.memory.forget()
        assert await store.telemetry.latest(device) == {"t": expected}
    assert await rows(store, current) == [today]
    names = {p.name for p in partitions(store)}
    assert not [name for name in names if "retired" in name]


@pytest.mark.parametrize("step", ["fill_past", "finish"])
async def test_an_interrupted_drop_is_taken_up_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    device, today = a_device(store), period(now_ms(), "day")[0]
    for age in (30, 29, 28):
        store.telemetry.save(device, today - age * DAY, {"t": age})
    await settled(store)
    module = __import__("engine.store.partitions", fromlist=[step])
    real, calls = getattr(module, step), 0

    def stops(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if step == "finish" and calls == 1:
            return real(*arguments)
        if step == "fill_past":
            real(*arguments)
        raise ConnectionError("pulled the plug")

    monkeypatch.setattr(module, step, stops)
    with pytest.raises(ConnectionError):
        await store.telemetry.purge(today - 10 * DAY)
    monkeypatch.setattr(module, step, real)
    assert store.partitions is not None
    await store.tend()

    await store.telemetry.purge(today - 10 * DAY)

    assert await rows(store, device) == [today - 28 * DAY]
    with connected(store._database) as db:
        left = db.execute("SELECT relname FROM pg_class WHERE relname LIKE '%retired%'").fetchall()
    assert left == []


async def test_long_reads_make_a_drop_wait_and_not_the_writers(store: Store) -> None:
    device, today = a_device(store), period(now_ms(), "day")[0]
    store.telemetry.save(device, today - 20 * DAY, {"t": 1})
    store.telemetry.save(device, today - 5 * DAY, {"t": 1})
    await settled(store)
    url = store._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as reader:
        reader.execute("SELECT count(*) FROM telemetry")
        dropping = asyncio.ensure_future(store.telemetry.purge(today - 10 * DAY))
        for n in range(30):
            store.telemetry.save(device, today + n, {"t": n})
            # Would wait until the reader has gone if the drop insisted on its lock
            await store.writer.durable()
            await asyncio.sleep(0.03)
        assert not dropping.done()
        reader.rollback()
    await dropping

    assert await rows(store, device) == [today - 5 * DAY, *(today + n for n in range(30))]


async def test_of_two_processes_one_drops(store: Store) -> None:
    today = period(now_ms(), "day")[0]
    store.telemetry.save(a_device(store), today - 20 * DAY, {"t": 1})
    await settled(store)
    with connected(store._database) as db:
        db.execute("SELECT pg_advisory_lock(%s)", (7_361_404_916,))
        with connected(store._database) as other:
            assert retire(other, today) == 0
        assert any(p.end == today - 19 * DAY for p in partitions(store))


def test_a_bad_unit_is_refused(postgres: Postgres) -> None:
    with pytest.raises(ValueError, match="month or a day"):
        asyncio.run(Store.open(postgres.url(), StoreSettings(partition="week")))


async def test_rows_of_the_first_schema_move_into_partitions(postgres: Postgres) -> None:
    from engine.store.database import Database
    from engine.store.migrate import migrate
    from engine.store.telemetry import series_id

    url = postgres.url(postgres.empty_database())
    database = Database(url, StoreSettings())
    values = {ts: f"v{n}" for n, ts in enumerate((-5, 3, at("2026-01-31"), at("2026-02-01"), 2**53))}
    with database.connect() as connection, connection.begin():
        migrate(connection, "0001")
        driver: Any = connection.connection.driver_connection
        driver.execute("INSERT INTO tenant VALUES ('default', 'Default', 1)")
        driver.execute("INSERT INTO entity VALUES ('e1', 'default', 'DEVICE', 'd', 't', '', 'token', 1, 1)")
        driver.execute("INSERT INTO series VALUES (%s, 'default', 'e1', 't')", (series_id("e1", "t"),))
        for ts, value in values.items():
            driver.execute(
                "INSERT INTO telemetry VALUES (%s, %s, %s)", (series_id("e1", "t"), ts, f'"{value}"')
            )
    database.close()

    store = await Store.open(url)
    device = await store.entities.find("default", DEVICE, "d")
    assert device is not None
    store.telemetry.save(device, 3, {"t": "written over"})
    await settled(store)

    found = await store.telemetry.query(device, ["t"], -(2**53), 2**53 + 1, limit=100, descending=False)
    kept = [Stamped(ts, value) for ts, value in (values | {3: "written over"}).items()]
    assert found["t"] == kept
    assert await store.telemetry.latest(device) == {"t": kept[-1]}
    places = await where(store)
    assert places["telemetry_20260101"] == [at("2026-01-31")]
    assert places["telemetry_20260201"] == [at("2026-02-01")]
    assert DEFAULT not in places
    await store.close()

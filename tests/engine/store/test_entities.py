"""Entities: one of each in memory, found by name, id and token."""

from __future__ import annotations

import asyncio
import gc
import random

import pytest
from sqlalchemy import event

from engine.errors import ConflictError, MissingError
from engine.message import ASSET, DEVICE
from engine.store import Store, StoreSettings
from engine.store.entities import in_order
from engine.store.settings import fitting_entities, memory_bytes

from .given import a_device, a_downlink, reopened


async def test_a_device_is_found_at_once_and_after_a_restart(store: Store, database_url: str) -> None:
    device = a_device(store, "Sensor 😀", label="kitchen")
    assert store.entities.cached("default", DEVICE, "Sensor 😀") is device
    assert await store.entities.find("default", DEVICE, "Sensor 😀") is device
    token = store.entities.token(device)
    store = await reopened(store, database_url)

    found = await store.entities.find("default", DEVICE, "Sensor 😀")

    assert found is not None
    assert (found.id, found.type, found.label, found.created_ts) == (
        device.id,
        "thermometer",
        "kitchen",
        device.created_ts,
    )
    assert await store.entities.get("default", device.id) is found
    assert await store.entities.by_token(str(token)) is found
    assert store.entities.cached("default", DEVICE, "Sensor 😀") is found
    await store.close()


async def test_what_is_not_there_is_none(store: Store) -> None:
    device = a_device(store, "d")
    await store.writer.durable()
    assert await store.entities.find("default", ASSET, "d") is None
    assert await store.entities.find("other", DEVICE, "d") is None
    assert await store.entities.get("other", device.id) is None
    assert await store.entities.by_token("no such token") is None


async def test_a_device_token_is_twenty_letters_and_digits(sqlite_store: Store) -> None:
    token = sqlite_store.entities.token(a_device(sqlite_store))
    assert token is not None
    assert len(token) == 20
    assert token.isalnum()


async def test_tokens_are_unique_and_can_change(store: Store) -> None:
    device, other = a_device(store, token="mine"), a_device(store)
    with pytest.raises(ConflictError):
        a_device(store, token="mine")
    with pytest.raises(ConflictError):
        await store.entities.set_token(other, "mine")

    await store.entities.set_token(device, "yours")

    assert await store.entities.by_token("mine") is None
    assert await store.entities.by_token("yours") is device


async def test_a_name_is_given_once(sqlite_store: Store) -> None:
    device = a_device(sqlite_store, "d")
    with pytest.raises(ConflictError) as caught:
        a_device(sqlite_store, "d")
    assert caught.value.current is device
    for name in ("", "a\0b", "\ud800"):
        with pytest.raises(ValueError):
            sqlite_store.entities.create("default", DEVICE, name, "t")


async def test_an_update_makes_a_new_entity_with_the_same_memory(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    renamed = store.entities.update(device, label="hall", type="thermostat")

    assert (renamed.label, renamed.type) == ("hall", "thermostat")
    assert renamed.memory is device.memory
    assert store.entities.cached("default", DEVICE, "d") is renamed
    store = await reopened(store, database_url)
    found = await store.entities.get("default", device.id)
    assert found is not None
    assert (found.label, found.type) == ("hall", "thermostat")
    await store.close()


async def test_loads_of_one_name_share_one_read(store: Store, database_url: str) -> None:
    a_device(store, "d")
    store = await reopened(store, database_url)
    reads = 0

    def count(*_: object) -> None:
        nonlocal reads
        reads += 1

    event.listen(store._database.reader, "checkout", count)
    found = await asyncio.gather(*(store.entities.find("default", DEVICE, "d") for _ in range(20)))

    assert len(set(map(id, found))) == 1
    assert found[0] is not None
    assert reads == 1
    await store.close()


async def test_whoever_asks_at_any_moment_of_a_load_gets_the_entity(store: Store, database_url: str) -> None:
    a_device(store, "d")
    store = await reopened(store, database_url)
    for _ in range(20):
        asked = [asyncio.ensure_future(store.entities.find("default", DEVICE, "d"))]
        # One in each iteration of the loop, so that one comes between the end of the read and whom it wakes
        while not asked[0].done():
            await asyncio.sleep(0)
            asked.append(asyncio.ensure_future(store.entities.find("default", DEVICE, "d")))
        found = await asyncio.gather(*asked)

        assert None not in found
        assert len(set(map(id, found))) == 1
        assert found[0] is not None
        store.cache.remove(found[0].memory)
        del found
    await store.close()


async def test_many_that_are_asked_for_at_once_share_few_reads(store: Store, database_url: str) -> None:
    devices = {name: a_device(store, name) for name in (f"d{n}" for n in range(300))}
    expected = {name: (device.id, store.entities.token(device)) for name, device in devices.items()}
    for name, device in devices.items():
        store.attributes.save(device, "server", {"mine": name})
        store.telemetry.save(device, 1, {"t": 1})
        store.downlinks.put(a_downlink(device, name.encode()), [])
    del devices, device
    store = await reopened(store, database_url)
    reads = 0

    def count(*_: object) -> None:
        nonlocal reads
        reads += 1

    event.listen(store._database.reader, "checkout", count)
    wanted = [*expected, "none", "no\0ne", "\ud800"]
    found = await asyncio.gather(
        *(store.entities.find("default", DEVICE, name) for name in wanted),
        *(store.entities.get("default", expected[name][0]) for name in ("d1", "d2")),
        store.entities.by_token(expected["d3"][1] or ""),
        store.entities.find("other", DEVICE, "d1"),
    )

    assert reads <= 3
    by_name = dict(zip(wanted, found, strict=False))
    assert [name for name, device in by_name.items() if device is None] == ["none", "no\0ne", "\ud800"]
    for name, (id, _) in expected.items():
        device = by_name[name]
        assert device is not None
        assert (device.name, device.id) == (name, id)
        attributes = store.attributes.cached(device)
        assert attributes is not None
        assert attributes["server"]["mine"].value == name
        assert store.telemetry.keys(device) == ["t"]
        assert [downlink.payload for downlink in device.memory.pending] == [name.encode()]
    assert found[len(wanted) :] == [by_name["d1"], by_name["d2"], by_name["d3"], None]
    await store.close()


async def test_an_entity_never_exists_twice_while_someone_holds_it(database_url: str) -> None:
    store = await Store.open(database_url, StoreSettings(cached_entities=2))
    held = a_device(store, "held")
    dropped = a_device(store, "dropped").memory.id
    for _ in range(5):
        a_device(store)
    await store.writer.durable()
    gc.collect()

    assert len(store.cache) == 2
    assert store.cache.memory(dropped) is None
    assert store.entities.cached("default", DEVICE, "dropped") is None
    assert store.entities.cached("default", DEVICE, "held") is held
    found = await store.entities.find("default", DEVICE, "dropped")
    assert found is not None
    assert found.id == dropped
    await store.close()


async def test_an_entity_stays_in_memory_until_its_rows_are_stored(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url, StoreSettings(cached_entities=1))
    store.telemetry.save(a_device(store, "a"), 1, {"t": 1})
    a_device(store, "b")
    gc.collect()

    found = store.entities.cached("default", DEVICE, "a")

    assert found is not None
    assert (await store.telemetry.latest(found))["t"].value == 1
    await store.close()


async def test_activity_is_kept_at_once_and_written_later(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    store.entities.touch(device, 1000)
    store.entities.touch(device, 900)
    await store.writer.durable()
    assert [row.last_activity_ts for row in (await store.entities.page("default", DEVICE)).items] == [1000]

    store = await reopened(store, database_url)

    assert [row.last_activity_ts for row in (await store.entities.page("default", DEVICE)).items] == [1000]
    await store.close()


async def test_pages_walk_through_all_in_either_direction(store: Store) -> None:
    for n in range(7):
        a_device(store, f"sensor {n}")
    a_device(store, "other 100%_")
    await store.writer.durable()

    for sort, expected in (("name", list(range(7))), ("-name", list(range(7))[::-1]), ("-createdTs", None)):
        names: list[str] = []
        cursor = None
        while True:
            page = await store.entities.page("default", DEVICE, q="SENSOR", limit=3, cursor=cursor, sort=sort)
            names += [row.name for row in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(set(names)) == 7
        if expected is not None:
            assert names == [f"sensor {n}" for n in expected]
    assert [row.name for row in (await store.entities.page("default", DEVICE, q="%_")).items] == [
        "other 100%_"
    ]
    with pytest.raises(ValueError, match="sort"):
        await store.entities.page("default", DEVICE, sort="password")
    with pytest.raises(ValueError, match="cursor"):
        await store.entities.page("default", DEVICE, cursor="nonsense")


async def test_a_deleted_device_leaves_nothing(store: Store) -> None:
    device = a_device(store, "d")
    store.telemetry.save(device, 1, {"t": 1})
    store.attributes.save(device, "client", {"a": 1})
    store.downlinks.put(a_downlink(device), [])
    token = store.entities.token(device)

    deletion = asyncio.ensure_future(store.entities.delete("default", device.id))
    await asyncio.sleep(0)
    assert store.entities.cached("default", DEVICE, "d") is None
    with pytest.raises(ConflictError):
        a_device(store, "d")
    await deletion

    assert await store.entities.find("default", DEVICE, "d") is None
    assert await store.entities.by_token(str(token)) is None
    assert await store.downlinks.queued(device) == []
    again = a_device(store, "d")
    assert again.id != device.id
    assert store.attributes.cached(again) == {"client": {}, "shared": {}, "server": {}}
    with pytest.raises(MissingError):
        await store.entities.delete("default", device.id)


async def test_the_activity_of_many_devices_is_written_in_parts(database_url: str) -> None:
    store = await Store.open(database_url, StoreSettings(activity_s=0.01))
    devices = [a_device(store) for _ in range(1_200)]
    await store.writer.durable()
    ts = devices[0].created_ts + 5
    for device in devices:
        store.entities.touch(device, ts)

    store.entities.flush()
    assert 0 < len(store.writer.open.activity) < len(devices)
    while store.entities._active:
        await asyncio.sleep(0.01)
    await store.writer.durable()

    page = await store.entities.page("default", DEVICE, limit=1_000)
    assert {row.last_activity_ts for row in page.items} == {ts}
    for device in devices:
        store.entities.touch(device, ts + 1)
    store = await reopened(store, database_url)
    page = await store.entities.page("default", DEVICE, limit=1_000)
    assert {row.last_activity_ts for row in page.items} == {ts + 1}
    await store.close()


async def test_the_activity_of_a_whole_fleet_comes_in_the_order_of_its_pages(store: Store) -> None:
    memories = [a_device(store).memory for _ in range(12_000)]
    shuffled = random.sample(memories, len(memories))

    parts = list(in_order(shuffled, 500))

    assert [memory for part in parts for memory in part] == sorted(memories, key=lambda m: m.id)
    assert [len(part) for part in parts] == [0, 0] + [500] * 24
    assert list(in_order([], 500)) == []


async def test_the_more_devices_are_active_the_less_often_is_it_written(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url, StoreSettings(activity_s=3600, cached_entities=4_000))
    loop, devices = asyncio.get_running_loop(), [a_device(store) for _ in range(1_500)]
    await store.writer.durable()
    ts = devices[0].created_ts + 5
    for device in devices[:999]:
        store.entities.touch(device, ts)
    assert store.entities._timer is not None
    assert store.entities._timer.when() > loop.time() + 1800

    # Beyond a quarter of those that memory holds it is written at once: else they would stay in memory for it
    store.entities.touch(devices[999], ts)

    while store.entities._active or store.entities._round is not None:
        await asyncio.sleep(0.01)
    await store.writer.durable()
    assert await store.entities.count("default", DEVICE, ts) == 1_000
    await store.close()


@pytest.mark.parametrize(("gib", "entities"), [(0, 10_000), (1 / 8, 10_000), (2, 107_374), (24, 1_288_490)])
def test_memory_holds_as_many_devices_as_fit_into_an_eighth_of_it(gib: float, entities: int) -> None:
    assert fitting_entities(int(gib * 2**30)) == entities
    assert memory_bytes() > 2**26

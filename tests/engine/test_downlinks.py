"""Downlinks on their way: kept, taken, delivered or lost, before and after the commit that stores them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from engine.downlinks import Downlinks
from engine.integration import Directory
from engine.message import Entity
from engine.records import Downlink
from engine.store import Store
from tests.engine.store.given import a_device, a_downlink, reopened


def made_by(store: Store) -> Downlinks:
    return Downlinks("default", Directory(), store.downlinks, store.writer)


async def outbox(store: Store) -> int:
    """How many rows the outbox holds."""
    return await store.read(lambda s: int(s.execute(text("SELECT count(*) FROM outbox")).scalar_one()))


async def rows(store: Store, device: Entity) -> list[tuple[bytes, str]]:
    """The rows of a device's downlinks, oldest first."""
    page = await store.downlinks.page("default", device.id)
    return [(downlink.payload, downlink.state) for downlink in reversed(page.items)]


def payloads(downlinks: Sequence[Downlink]) -> list[bytes]:
    return [downlink.payload for downlink in downlinks]


async def test_those_that_leave_in_the_turn_that_made_them_are_one_row_until_all_have_arrived(
    store: Store,
) -> None:
    downlinks, devices = made_by(store), [a_device(store) for _ in range(3)]
    taken = []
    for number, device in enumerate(devices):
        downlinks.push(device, a_downlink(device, b"%d" % number), "latest")
        taken.append(downlinks.take(device, "i1"))
        assert not device.memory.pending
    assert [payloads(each) for each in taken] == [[b"0"], [b"1"], [b"2"]]
    await store.writer.durable()
    assert await outbox(store) == 1
    assert [await rows(store, device) for device in devices] == [[], [], []]

    for device, each in zip(devices[:2], taken, strict=False):
        downlinks.settle(device, each, True)
    await store.writer.durable()
    assert await outbox(store) == 1
    downlinks.settle(devices[2], taken[2], True)
    await store.writer.durable()
    assert await outbox(store) == 0


async def test_what_was_lost_waits_again_in_its_place(store: Store, database_url: str) -> None:
    downlinks, device = made_by(store), a_device(store, "d")
    downlinks.push(device, a_downlink(device, b"first"), "fifo")
    first = downlinks.take(device, "i1")
    await store.writer.durable()
    downlinks.push(device, a_downlink(device, b"second"), "fifo")

    downlinks.settle(device, first, False)

    assert payloads(device.memory.pending) == [b"first", b"second"]
    store = await reopened(store, database_url)
    found = await store.entities.find("default", "DEVICE", "d")
    assert found is not None
    assert payloads(found.memory.pending) == [b"first", b"second"]
    assert found.memory.pending[0].attempts == 1
    assert await outbox(store) == 0
    await store.close()


async def test_what_is_lost_or_arrives_before_its_commit_is_a_row_like_any_other(store: Store) -> None:
    downlinks, device = made_by(store), a_device(store)
    downlinks.push(device, a_downlink(device, b"arrived"), "fifo")
    downlinks.settle(device, downlinks.take(device, "i1"), True)
    downlinks.push(device, a_downlink(device, b"lost"), "fifo")
    downlinks.settle(device, downlinks.take(device, "i1"), False)
    await store.writer.durable()

    assert await outbox(store) == 0
    assert await rows(store, device) == [(b"arrived", "delivered"), (b"lost", "queued")]
    assert payloads(device.memory.pending) == [b"lost"]


async def test_the_latest_takes_the_place_of_those_of_its_integration_alone(store: Store) -> None:
    downlinks, device = made_by(store), a_device(store)
    downlinks.push(device, a_downlink(device, b"other", integration_id="i2"), "latest")
    downlinks.push(device, a_downlink(device, b"old"), "latest")
    downlinks.push(device, a_downlink(device, b"new"), "latest")
    await store.writer.durable()

    assert payloads(device.memory.pending) == [b"other", b"new"]
    assert await rows(store, device) == [(b"other", "queued"), (b"old", "replaced"), (b"new", "queued")]
    assert payloads(downlinks.take(device, "i1")) == [b"new"]
    assert payloads(downlinks.take(device, "i2", all_of_them=True)) == [b"other"]


async def test_what_is_too_old_expires_when_its_device_comes(store: Store) -> None:
    downlinks, device = made_by(store), a_device(store)
    downlinks.push(device, a_downlink(device, b"stale", expires_ts=1), "fifo")
    downlinks.push(device, a_downlink(device, b"fresh"), "fifo")

    assert payloads(downlinks.take(device, "i1")) == [b"fresh"]
    await store.writer.durable()
    assert await rows(store, device) == [(b"stale", "expired")]

"""Downlinks keep every byte and the order they were made in."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from engine.message import DEVICE
from engine.store import Store

from .given import a_device, a_downlink, contents, reopened


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(), st.dictionaries(st.text(), st.text()))
async def test_payload_and_headers_come_back_exactly(
    store: Store, payload: bytes, headers: dict[str, str]
) -> None:
    device = a_device(store)
    downlink = a_downlink(device, payload, headers=headers, message_id="m", trace_id="t", attempts=3)
    store.downlinks.put(downlink, [])
    await store.writer.durable()

    assert list(map(contents, await store.downlinks.queued(device))) == [contents(downlink)]
    assert contents(await store.downlinks.get("default", device.id, downlink.id)) == contents(downlink)
    assert await store.downlinks.get("other", device.id, downlink.id) is None


async def test_what_waits_is_loaded_with_the_device(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    first, second, third = (a_downlink(device, bytes([n])) for n in range(3))
    for downlink in (first, second, third):
        store.downlinks.put(downlink, [])
    store.downlinks.mark(second.id, device.id, "delivered", 5)
    store = await reopened(store, database_url)

    found = await store.entities.find("default", DEVICE, "d")

    assert found is not None
    assert list(map(contents, found.memory.pending)) == [contents(first), contents(third)]
    marked = await store.downlinks.get("default", device.id, second.id)
    assert marked is not None
    assert (marked.state, marked.done_ts) == ("delivered", 5)
    await store.close()


async def test_pages_show_the_newest_first(store: Store) -> None:
    device = a_device(store)
    downlinks = [a_downlink(device, created_ts=n) for n in range(5)]
    for downlink in downlinks:
        store.downlinks.put(downlink, [])
    await store.writer.durable()
    store.downlinks.mark(downlinks[0].id, device.id, "expired", 9)
    await store.writer.durable()

    first = await store.downlinks.page("default", device.id, limit=3)
    rest = await store.downlinks.page("default", device.id, limit=3, cursor=first.next)
    expired = await store.downlinks.page("default", device.id, state="expired")

    assert [downlink.created_ts for downlink in [*first.items, *rest.items]] == [4, 3, 2, 1, 0]
    assert rest.next is None
    assert [downlink.id for downlink in expired.items] == [downlinks[0].id]


async def test_purging_spares_those_that_wait(store: Store) -> None:
    device = a_device(store)
    waiting, done, new = (
        a_downlink(device, created_ts=1),
        a_downlink(device, created_ts=1),
        a_downlink(device),
    )
    for downlink in (waiting, done, new):
        store.downlinks.put(downlink, [])
    store.downlinks.mark(done.id, device.id, "delivered", 2)
    store.downlinks.mark(new.id, device.id, "delivered", 2)

    await store.writer.durable()
    assert await store.downlinks.purge(100) == 1

    left = await store.downlinks.page("default", device.id)
    assert [downlink.id for downlink in left.items] == [new.id, waiting.id]


async def outbox(store: Store) -> int:
    """How many rows the outbox holds."""
    return await store.read(
        lambda session: int(session.execute(text("SELECT count(*) FROM outbox")).scalar_one())
    )


async def test_what_left_with_an_answer_waits_again_after_a_stop_unless_it_arrived(
    store: Store, database_url: str
) -> None:
    # Given three downlinks that leave with the answers of the commit that stores them
    device = a_device(store, "d")
    arrived, lost, unknown = (
        a_downlink(device, bytes([n, 255]), headers={"X": "y"}, status=202) for n in range(3)
    )
    for downlink in (arrived, lost, unknown):
        store.downlinks.put(downlink, [])
        downlink.state = "sending"
    await store.writer.durable()
    assert await store.downlinks.queued(device) == []
    assert await outbox(store) == 1

    # When one arrives, one is lost, and of one nobody hears before the process ends
    store.downlinks.mark(arrived.id, device.id, "delivered", 5)
    lost.state = "queued"
    store.downlinks.release(lost)
    await store.writer.durable()
    assert [downlink.id for downlink in await store.downlinks.queued(device)] == [lost.id]
    store = await reopened(store, database_url)

    # Then none that may not have arrived is missing: at least once
    found = await store.entities.find("default", DEVICE, "d")
    assert found is not None
    waiting = {downlink.id: contents(downlink) for downlink in found.memory.pending}
    unknown.state = "queued"
    assert waiting[lost.id] == contents(lost)
    assert waiting[unknown.id] == contents(unknown)
    assert await outbox(store) == 0
    await store.close()


async def test_the_outbox_is_empty_once_everything_has_arrived(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    downlinks = [a_downlink(device) for _ in range(3)]
    for downlink in downlinks:
        store.downlinks.put(downlink, [])
        downlink.state = "sending"
    await store.writer.durable()
    for downlink in downlinks:
        store.downlinks.mark(downlink.id, device.id, "delivered", 5)
    store = await reopened(store, database_url)

    found = await store.entities.find("default", DEVICE, "d")
    assert found is not None
    assert list(found.memory.pending) == []
    assert await outbox(store) == 0
    await store.close()

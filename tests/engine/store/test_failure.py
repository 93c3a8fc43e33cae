"""When the database fails for real: callers learn it, memory tells the truth, and later writes work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.downlinks import Downlinks
from engine.errors import UnavailableError
from engine.integration import Directory
from engine.message import DEVICE
from engine.services import Stamped
from engine.store import Store, StoreSettings

from .given import a_device, a_downlink

if TYPE_CHECKING:
    from tests.conftest import Postgres


class Trouble:
    """A store, and how to make its commits fail and work again."""

    def __init__(self, store: Store, server: Postgres | None) -> None:
        self.store = store
        self.server = server

    async def begin(self) -> None:
        if self.server is not None:
            await asyncio.to_thread(self.server.stop)
            return
        # A full disk: no page beyond those there are, and none of them free
        for n in range(1000):
            self.store.values.put("default", f"ballast{n}", "x" * 3000)
            try:
                await self.store.writer.durable()
            except UnavailableError:
                return
        raise AssertionError("the disk did not get full")

    async def end(self) -> None:
        if self.server is not None:
            await asyncio.to_thread(self.server.start)
            return
        await self.store.writer.run(
            lambda s: s.execute(text("DELETE FROM setting WHERE key < 'ballast3'")) and None
        )


@pytest.fixture(params=["full disk", "no server"])
async def trouble(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Trouble]:
    """A store on a database that can be brought to fail."""
    caplog.set_level(logging.CRITICAL)
    if request.param == "full disk":
        store = await Store.open(request.getfixturevalue("sqlite_url"), StoreSettings(max_pages=120))
        yield Trouble(store, None)
        await store.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new_database()
    store = await Store.open(server.url(name), StoreSettings(connect_timeout_s=3))
    yield Trouble(store, server)
    await asyncio.to_thread(server.start)
    await store.close()
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


BIG = "y" * 20_000


async def test_downlinks_of_a_failed_commit_do_not_wait_and_those_they_replaced_do(trouble: Trouble) -> None:
    store = trouble.store
    device = a_device(store)
    downlinks = Downlinks("default", Directory(), store.downlinks, store.writer)
    downlinks.push(device, a_downlink(device, b"before"), "latest")
    await store.writer.durable()
    await trouble.begin()

    downlinks.push(device, a_downlink(device, b"fails", headers={"X": BIG}), "latest")
    assert [downlink.payload for downlink in device.memory.pending] == [b"fails"]
    with pytest.raises(UnavailableError):
        await store.writer.durable()

    (downlink,) = device.memory.pending
    assert (downlink.payload, downlink.state) == (b"before", "queued")
    await trouble.end()
    downlinks.push(device, a_downlink(device, b"after"), "fifo")
    await store.writer.durable()
    waiting = await store.downlinks.queued(device)
    assert [downlink.payload for downlink in waiting] == [b"before", b"after"]


async def test_everyone_learns_of_a_failed_commit(trouble: Trouble) -> None:
    store = trouble.store
    device = a_device(store)
    store.telemetry.save(device, 1, {"t": "before"})
    store.attributes.save(device, "shared", {"a": "before", "b": "before"})
    await store.writer.durable()
    await trouble.begin()

    work = asyncio.ensure_future(store.tenants.create("nobody"))
    await asyncio.sleep(0)
    learnt: list[object] = []
    batch = store.writer.open
    store.telemetry.save(device, 2, {"t": BIG, "new": 1})
    store.attributes.save(device, "shared", {"a": BIG, "c": 1})
    store.attributes.delete(device, "shared", ["b"])
    batch.undo(lambda: learnt.append("second"))
    batch.undo(lambda: learnt.append("first"))
    batch.then(learnt.append)
    assert (await store.telemetry.latest(device, ["new"])) == {"new": Stamped(2, 1)}
    with pytest.raises(UnavailableError) as caught:
        await store.writer.durable()
    with pytest.raises(UnavailableError):
        await work

    assert learnt == ["first", "second", caught.value]
    assert caught.value.retry_after_s >= 1
    assert store.writer.last_failure() == batch.number
    if trouble.server is not None:  # a full disk may still have room for the row of a ping
        with pytest.raises(UnavailableError):
            await store.ping()
    attributes = store.attributes.cached(device)
    assert attributes is not None
    assert {key: stamped.value for key, stamped in attributes["shared"].items()} == {
        "a": "before",
        "b": "before",
    }

    await trouble.end()
    await store.ping()
    assert not store.writer.failing

    assert await store.telemetry.latest(device) == {"t": Stamped(1, "before")}
    store.telemetry.save(device, 3, {"t": "after", "new": 2})
    assert store.attributes.save(device, "shared", {"a": "before", "b": "after"}) == ["b"]
    await store.writer.durable()
    found = await store.telemetry.query(device, ["t", "new"], 0, 10)
    assert found == {"t": [Stamped(3, "after"), Stamped(1, "before")], "new": [Stamped(3, 2)]}


async def test_a_device_made_in_a_failed_commit_is_made_anew(trouble: Trouble) -> None:
    store = trouble.store
    await trouble.begin()
    device = a_device(store, "new")
    store.telemetry.save(device, 1, {"t": BIG})
    store.entities.touch(device, 77)
    store.entities.flush()
    with pytest.raises(UnavailableError):
        await store.writer.durable()
    assert store.entities.cached("default", DEVICE, "new") is None
    for save in (
        lambda: store.telemetry.save(device, 2, {"t": 2}),
        lambda: store.attributes.save(device, "shared", {"a": 2}),
        lambda: store.entities.update(device, "label"),
    ):
        with pytest.raises(UnavailableError):
            save()

    await trouble.end()
    again = a_device(store, "new")
    store.telemetry.save(again, 3, {"t": 3})
    await store.writer.durable()

    page = await store.entities.page("default", DEVICE)
    assert [row.id for row in page.items] == [again.id] != [device.id]
    assert await store.telemetry.query(again, ["t"], 0, 10) == {"t": [Stamped(3, 3)]}
    series = await store.writer.run(lambda s: s.execute(text("SELECT entity_id FROM series")).scalars().all())
    assert set(series) == {again.id}


async def test_what_was_written_for_a_device_whose_commit_fails_fails_as_well(trouble: Trouble) -> None:
    """The next batch fills while the device is under way."""
    store = trouble.store
    await trouble.begin()
    device = a_device(store, "new")
    store.telemetry.save(device, 1, {"t": BIG})
    while store.writer.flying is None:
        await asyncio.sleep(0)
    store.telemetry.save(device, 2, {"t": 2})
    store.attributes.save(device, "client", {"a": 2})
    work = asyncio.ensure_future(store.tenants.create("nobody"))
    following = store.writer.open
    learnt: list[object] = []
    following.then(learnt.append)
    with pytest.raises(UnavailableError):
        await store.writer.durable()
    with pytest.raises(UnavailableError):
        await work
    assert isinstance(learnt[0], UnavailableError)
    await trouble.end()
    await store.ping()


async def test_a_name_that_another_process_took_fails_one_commit_only(
    store: Store, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Two processes on one database make the same device; the second one finds that of the first."""
    caplog.set_level(logging.CRITICAL)
    other = await Store.open(database_url)
    theirs = a_device(other, "new")
    await other.writer.durable()

    a_device(store, "new")
    with pytest.raises(UnavailableError):
        await store.writer.durable()
    store.values.put("default", "k", 1)
    await store.writer.durable()
    found = await store.entities.find("default", DEVICE, "new")
    assert found is not None
    assert found.id == theirs.id
    await other.close()


async def test_what_was_written_after_a_failed_commit_stands(trouble: Trouble) -> None:
    """The batch under way fails while the next one already changed the same things."""
    store = trouble.store
    device = a_device(store)
    store.attributes.save(device, "client", {"a": "stored", "b": "stored"})
    store.telemetry.save(device, 1, {"t": "stored"})
    await store.writer.durable()
    await trouble.begin()

    store.attributes.save(device, "client", {"a": BIG, "b": BIG})
    store.telemetry.save(device, 5, {"t": BIG})
    failing = store.writer.open
    while store.writer.flying is not failing:
        await asyncio.sleep(0)
    store.attributes.save(device, "client", {"a": "next"})
    store.telemetry.save(device, 3, {"t": "next"})
    following = store.writer.open
    learnt: list[object] = []
    failing.then(learnt.append)
    with pytest.raises(UnavailableError):
        await store.writer.durable()

    assert isinstance(learnt[0], UnavailableError)
    if following.error is not None:
        await trouble.end()
        store.attributes.save(device, "client", {"a": "next"})
        store.telemetry.save(device, 3, {"t": "next"})
        await store.writer.durable()
    else:
        await trouble.end()
    attributes = store.attributes.cached(device)
    assert attributes is not None
    assert {key: stamped.value for key, stamped in attributes["client"].items()} == {
        "a": "next",
        "b": "stored",
    }
    assert await store.telemetry.latest(device) == {"t": Stamped(3, "next")}


async def test_reads_fail_while_the_server_is_away_and_then_go_on(postgres: Postgres) -> None:
    name = postgres.new_database()
    store = await Store.open(postgres.url(name))
    await store.ping()
    await asyncio.to_thread(postgres.stop)
    try:
        with pytest.raises(UnavailableError):
            await store.tenants.all()
    finally:
        await asyncio.to_thread(postgres.start)

    assert len(await store.tenants.all()) == 1
    store.values.put("default", "k", 1)
    await store.writer.durable()
    await store.close()


async def test_one_lost_connection_is_nobodys_business(postgres: Postgres) -> None:
    store = await Store.open(postgres.url(postgres.new_database()))
    for n in range(3):
        await asyncio.to_thread(
            postgres.execute,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
        )
        store.values.put("default", "k", n)
        await store.writer.durable()
        assert await store.values.get("default", "k") == n
    await store.close()

"""The writer commits in groups: few transactions, each of them whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import Session

from engine.errors import ConflictError, UnavailableError
from engine.store import Store, StoreSettings

from .given import a_device


class Gate:
    """A management write that holds up the writer thread until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    def __call__(self, session: Session) -> None:
        self.reached.set()
        assert self._opened.wait(20)

    def open(self) -> None:
        self._opened.set()


async def a_busy_writer(store: Store) -> tuple[Gate, asyncio.Future[None]]:
    gate = Gate()
    held = asyncio.ensure_future(store.writer.run(gate))
    await asyncio.to_thread(gate.reached.wait, 20)
    return gate, held


async def test_what_arrives_during_a_commit_shares_the_next_one(store: Store) -> None:
    devices = [a_device(store) for _ in range(10)]
    gate, held = await a_busy_writer(store)
    commits = store.writer.commits

    async def message(n: int) -> None:
        store.telemetry.save(devices[n % 10], n, {"t": n})
        await store.writer.durable()

    tasks = [asyncio.ensure_future(message(n)) for n in range(200)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(held, *tasks)

    assert store.writer.commits - commits == 2


async def test_one_iteration_of_the_loop_is_one_commit(store: Store) -> None:
    await store.writer.durable()
    commits = store.writer.commits
    loop = asyncio.get_running_loop()
    numbers: list[int] = []

    def callback(n: int) -> Callable[[], None]:
        def act() -> None:
            store.values.put("default", f"k{n}", n)
            numbers.append(store.writer.open.number)

        return act

    for n in range(50):
        loop.call_soon(callback(n))
    await asyncio.sleep(0)
    await store.writer.durable()

    assert store.writer.commits - commits == 1
    assert len(set(numbers)) == 1


async def test_a_batch_waits_for_what_the_next_iterations_bring_but_not_for_ever(
    store: Store, database_url: str
) -> None:
    """SQLite gathers for a few iterations in a row; PostgreSQL takes what there is."""
    await store.writer.durable()
    loop = asyncio.get_running_loop()
    numbers: list[int] = []

    def act() -> None:
        if len(numbers) < 20:
            loop.call_soon(act)  # before the writer's own look
            store.values.put("default", "k", len(numbers))
            numbers.append(store.writer.open.number)

    act()
    while len(numbers) < 20:
        await asyncio.sleep(0)
    await store.writer.durable()

    assert numbers.count(numbers[0]) == (2 if "postgresql" in database_url else 6)


async def test_callbacks_run_after_the_commit_on_the_loop(store: Store) -> None:
    seen: list[object] = []
    writes = store.writer.writes
    batch = store.writer.open
    store.values.put("default", "k", 1)
    assert store.writer.writes > writes
    batch.undo(lambda: seen.append("undo"))
    batch.then(lambda error: seen.append((error, threading.current_thread() is threading.main_thread())))
    assert seen == []

    await store.writer.durable()

    assert seen == [(None, True)]
    batch.then(seen.append)
    assert seen == [(None, True), None]
    assert store.writer.last_failure() == -1


async def test_a_management_write_fails_alone(store: Store) -> None:
    def conflict(session: Session) -> None:
        session.execute(text("UPDATE tenant SET name = 'changed'"))
        raise ConflictError("no", "current")

    def twice(session: Session) -> None:
        session.execute(text("INSERT INTO tenant (id, name, created_ts) VALUES ('default', 'x', 0)"))

    store.values.put("default", "k", 1)
    results = await asyncio.gather(
        store.writer.run(conflict),
        store.writer.run(twice),
        store.writer.run(lambda session: session.execute(text("SELECT 7")).scalar_one()),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [ConflictError, ConflictError, int]
    assert await store.values.get("default", "k") == 1
    assert [tenant.name for tenant in await store.tenants.all()] == ["Default"]


async def test_a_caller_that_gives_up_does_not_disturb(store: Store) -> None:
    gate, held = await a_busy_writer(store)
    task = asyncio.ensure_future(store.tenants.create("later", id="later"))
    await asyncio.sleep(0)
    task.cancel()
    gate.open()
    await asyncio.gather(held, task, return_exceptions=True)
    await store.writer.durable()

    assert len(await store.tenants.all()) == 2


async def test_a_full_batch_refuses_writes_until_it_is_handed_over(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url, StoreSettings(max_rows=10))
    device = a_device(store)
    gate, held = await a_busy_writer(store)
    for n in range(4):
        store.telemetry.save(device, n, {"a": n, "b": n})
    with pytest.raises(UnavailableError, match="behind") as caught:
        store.telemetry.save(device, 9, {"a": 9, "b": 9, "c": 9})
    assert caught.value.retry_after_s >= 1

    gate.open()
    await held
    await store.writer.durable()
    store.telemetry.save(device, 9, {"a": 9, "b": 9})

    assert (await store.telemetry.latest(device))["a"].ts == 9
    await store.close()


async def test_closing_commits_what_is_there_and_refuses_more(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    store.values.put("default", "k", 1)
    await store.close()

    with pytest.raises(UnavailableError, match="stopping"):
        store.values.put("default", "k", 2)
    again = await Store.open(sqlite_url)
    assert await again.values.get("default", "k") == 1
    await again.close()


async def test_a_mistaken_callback_does_not_stop_the_others(sqlite_store: Store) -> None:
    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: problems.append(context["exception"])
    )
    seen: list[object] = []
    batch = sqlite_store.writer.open
    sqlite_store.values.put("default", "k", 1)
    batch.then(lambda error: seen[99])  # type: ignore[arg-type,return-value]
    batch.then(seen.append)

    await sqlite_store.writer.durable()

    assert seen == [None]
    assert [type(problem) for problem in problems] == [IndexError]

"""The internal queue at work: retried with growing pauses, at last a dead letter; nothing is forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine import queue
from engine.errors import UnavailableError
from engine.message import Entity, Message, message
from engine.node import SUCCESS, Emit, Node
from engine.records import DeadLetter, Queued
from tests.web.device_world import make_device, opener, until, use_chain
from web.house import House


class Try(Node):
    """Notes what comes and fails as often as its message says."""

    def process(self, message: Message, services: Any) -> Emit:
        SEEN.append(message.data["n"])
        if SEEN.count(message.data["n"]) <= message.data["fails"]:
            raise ValueError(f"no good, {SEEN.count(message.data['n'])}")
        return Emit(SUCCESS, message)


SEEN: list[int] = []


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of some ms."""
    monkeypatch.setattr(queue, "FIRST_PAUSE_MS", 1)
    monkeypatch.setattr(queue, "MAX_PAUSE_MS", 5)
    SEEN.clear()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[House, Entity]]:
    """A house with a device and the chain under test."""
    async with opener(folder)() as app:
        use_chain(app.house, Try)
        yield app.house, (await make_device(app.house))[0]


def put(house: House, device: Entity, number: int, fails: int = 0) -> None:
    house.queue.put(message("TEST", device, {"n": number, "fails": fails}))


async def left(house: House) -> int:
    """How many messages the store still has."""
    await house.store.writer.durable()
    return await house.store.queue.count()


async def letters(house: House) -> list[DeadLetter]:
    return list((await house.store.queue.dead_page(house.tenant)).items)


async def test_what_fails_is_tried_again_until_it_succeeds(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, device):
        put(house, device, 1, fails=2)
        put(house, device, 2)
        await until(lambda: SEEN.count(1) == 3 and not len(house.queue))
        assert SEEN.count(2) == 1
        assert await left(house) == 0
        assert await letters(house) == []


async def test_what_never_succeeds_is_a_dead_letter_with_its_place_and_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, device):
        put(house, device, 1, fails=99)
        await until(lambda: SEEN.count(1) == queue.MAX_ATTEMPTS and not len(house.queue))
        assert await left(house) == 0
        (letter,) = await letters(house)
        assert (letter.error, letter.attempts) == (f"no good, {queue.MAX_ATTEMPTS}", queue.MAX_ATTEMPTS)
        assert (letter.chain, letter.node_id, letter.message.data["n"]) == ("test", "n0", 1)


async def test_pauses_grow_and_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE_MS", 50)
    monkeypatch.setattr(queue, "MAX_PAUSE_MS", 120)
    pauses: list[float] = []
    async with opened(tmp_path) as (house, device):
        postpone = house.store.queue.postpone

        def noted(id: str, attempts: int, due_ts: int, error: str) -> None:
            pauses.append(due_ts - queue.now_ms())
            postpone(id, attempts, due_ts, error)

        monkeypatch.setattr(house.store.queue, "postpone", noted)
        put(house, device, 1, fails=99)
        await until(lambda: SEEN.count(1) == queue.MAX_ATTEMPTS)
    for pause, most in zip(pauses, (100, 120, 120, 120), strict=True):
        assert most / 2 < pause <= most


async def test_attempts_count_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE_MS", 3_600_000)
    monkeypatch.setattr(queue, "MAX_PAUSE_MS", 3_600_000)
    async with opened(tmp_path) as (house, device):
        put(house, device, 1, fails=99)
        await until(lambda: SEEN.count(1) == 1)
        await house.store.writer.durable()
    async with opener(tmp_path)() as app:
        (waiting,) = await app.house.store.queue.due(10)
        assert (waiting.attempts, waiting.error) == (1, "no good, 1")
        assert len(app.house.queue) == 1
        assert SEEN.count(1) == 1  # its pause is not over


async def test_more_messages_than_memory_holds_are_all_processed_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WINDOW", 10)
    async with opened(tmp_path) as (house, device):
        await store_only(house, device, range(100))
        again = restarted(house)
        await again.start(house.runner)
        put(house, device, 100)
        await until(lambda: len(SEEN) == 101 and not len(again))
        assert await left(house) == 0
    assert list(range(101)) == SEEN


async def test_what_could_not_be_read_while_the_store_was_away_is_read_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WINDOW", 10)
    async with opened(tmp_path) as (house, device):
        await store_only(house, device, range(100))
        again, reads = restarted(house), []
        due = house.store.queue.due
        monkeypatch.setattr(house.store.queue, "due", lambda *most: reads.append(most) or due(*most))
        with sqlite3.connect(tmp_path / "tidegate.db", isolation_level=None) as other:
            other.execute("ALTER TABLE queue RENAME TO gone")
            await again.start(house.runner)
            await until(lambda: len(reads) > 2)
            assert SEEN == []
            other.execute("ALTER TABLE gone RENAME TO queue")
        other.close()
        await until(lambda: len(SEEN) == 100 and not len(again))
        assert await left(house) == 0
    assert list(range(100)) == SEEN


async def test_a_dead_letter_that_could_not_be_written_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as (house, device):
        bury, refusals = house.store.queue.bury, iter(range(3))

        def full(letter: DeadLetter) -> None:
            for _ in refusals:
                raise UnavailableError("the store is behind")
            bury(letter)

        monkeypatch.setattr(house.store.queue, "bury", full)
        put(house, device, 1, fails=99)
        await until(lambda: SEEN.count(1) == queue.MAX_ATTEMPTS + 3 and not len(house.queue))
        assert await left(house) == 0
        assert len(await letters(house)) == 1


async def store_only(house: House, device: Entity, numbers: Iterable[int]) -> None:
    """Messages as an earlier run of the process left them."""
    for number in numbers:
        left = message("TEST", device, {"n": number, "fails": 0})
        house.store.queue.put(Queued(id=left.id, tenant=house.tenant, message=left))
    await house.store.writer.durable()


def restarted(house: House) -> queue.Queue:
    """The queue of a process that has just begun."""
    house.queue = queue.Queue(house.tenant, house.store.queue, house.store.entities, house.store.writer)
    return house.queue

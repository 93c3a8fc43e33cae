"""Retention runs beside the writers: they go on, and nothing fresh goes with the old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.ids import now_ms
from engine.message import Entity
from engine.store import Store

from .given import a_device

DAY = 86_400_000
SERIES = 40
VALUES = 1_000
RATIO = 30  # of two longest times, each of which another program may have made longer


class Load:
    """Saves a value a commit, again and again, and notes the longest time between two commits."""

    def __init__(self, store: Store, device: Entity) -> None:
        self.store = store
        self.device = device
        self.written = 0
        self.start = now_ms()

    async def beside(self, work: Callable[[], Awaitable[Any]], at_least: int) -> tuple[float, int]:
        """The longest gap in s between commits while `work` runs and for at least so many commits; how many ran."""
        task = asyncio.ensure_future(work())
        longest, beside, count, last = 0.0, 0, 0, time.perf_counter()
        while not task.done() or count < at_least:
            self.store.telemetry.save(self.device, self.start + self.written, {"n": self.written})
            self.written += 1
            await self.store.writer.durable()
            count += 1
            beside += not task.done()
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        await task
        return longest, beside

    async def check(self) -> None:
        """All that was written is there."""
        found = await self.store.telemetry.query(
            self.device, ["n"], self.start, 2**53, limit=10**7, descending=False
        )
        assert [point.value for point in found["n"]] == list(range(self.written))


def fill(session: Session, ids: list[int], start: int) -> None:
    """Many old values for each of these series."""
    dialect = session.get_bind().dialect.name
    numbers = (
        f"generate_series(0, {VALUES - 1}) AS n(value)"
        if dialect == "postgresql"
        else f"(WITH RECURSIVE c(value) AS (VALUES(0) UNION ALL SELECT value + 1 FROM c WHERE value < {VALUES - 1})"
        " SELECT value FROM c) AS n"
    )
    chosen = ", ".join(map(str, ids))
    session.execute(
        text(
            f"INSERT INTO telemetry SELECT s.id, {start} + n.value, '1' FROM series AS s CROSS JOIN {numbers}"
            f" WHERE s.id IN ({chosen})"
        )
    )


async def nothing() -> None:
    """No retention."""


async def test_writes_go_on_while_retention_deletes(store: Store) -> None:
    now = now_ms()
    devices = [a_device(store) for _ in range(SERIES)]
    for device in devices:
        store.telemetry.save(device, now, {"t": "newest"})
    await store.writer.durable()
    ids = [device.memory.series["t"] for device in devices]
    load = Load(store, a_device(store))
    tries = []
    for _ in range(3):
        # Of clocks that are wrong, and of a time that has partitions where there are any
        for start in (5, now - 300 * DAY):
            if store.partitions is not None and start > 5:
                await store.partitions.cover(start)
            await store.writer.run(partial(fill, ids=ids, start=start))
        before, _ = await load.beside(nothing, 200)
        deleted: list[int] = []

        async def purge(deleted: list[int] = deleted) -> None:
            deleted.append(await store.telemetry.purge(now - 30 * DAY))

        during, beside = await load.beside(purge, 200)
        # The load came to its turn between the many small transactions
        assert beside >= SERIES * VALUES / 2_000
        after, _ = await load.beside(nothing, 200)
        assert deleted == [2 * SERIES * VALUES]
        tries.append((during, max(before, after)))
        if during < RATIO * max(before, after):
            break

    assert min(during / usual for during, usual in tries) < RATIO, tries
    await load.check()
    for device in devices:
        found = await store.telemetry.query(device, ["t"], -(2**53), 2**53)
        assert [(point.ts, point.value) for point in found["t"]] == [(now, "newest")]

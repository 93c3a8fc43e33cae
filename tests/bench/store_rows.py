"""Rows per second through the store's writer, and what a write costs on the loop thread.

    python -m tests.bench.store_rows [postgresql://...]

Method: the loop plays a poll: it saves 2 values for each of N devices (of 1000) in one callback, waits until
they are durable and goes on, three polls at a time, so that commits overlap the next polls. Beside it stands a bare limit: the
same rows by executemany on one sqlite3 connection of this process, no loop, no threads. Bias: no HTTP, no
chain, one machine for client and server. CPU time is that of this process, so for PostgreSQL the server's is not in it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from engine.ids import new_id
from engine.records import Downlink
from engine.store import Store

DEVICES = 1000
SECONDS = 3.0


async def through_the_store(url: str, per_poll: int) -> None:
    """Telemetry of `per_poll` messages with 2 keys, again and again."""
    store = await Store.open(url)
    devices = [store.entities.create("default", "DEVICE", new_id(), "t") for _ in range(DEVICES)]
    for device in devices:
        store.telemetry.save(device, 1, {"temperature": 1, "humidity": 2.5})
    await store.writer.durable()
    commits, messages, loop_s = store.writer.commits, 0, 0.0
    thread = next(t for t in __import__("threading").enumerate() if t.name == "store-writer")
    clock = time.pthread_getcpuclockid(thread.ident)
    begun, cpu, writer_cpu = time.perf_counter(), time.process_time(), time.clock_gettime(clock)
    end, ts = begun + SECONDS, 1_700_000_000_000

    async def polls() -> None:
        nonlocal messages, loop_s, ts
        while time.perf_counter() < end:
            picked = random.choices(devices, k=per_poll)
            values = [
                {"temperature": random.randrange(100), "humidity": random.random() * 100} for _ in picked
            ]
            before = time.thread_time()
            for device, value in zip(picked, values, strict=True):
                ts += 1
                store.telemetry.save(device, ts, value)
            loop_s += time.thread_time() - before
            messages += per_poll
            await store.writer.durable()

    await asyncio.gather(polls(), polls(), polls())
    took = time.perf_counter() - begun
    commits = store.writer.commits - commits
    writer_us = (time.clock_gettime(clock) - writer_cpu) / messages * 1e6
    print(
        f"{per_poll:5} a poll: {2 * messages / took:9,.0f} rows/s  {messages / commits:6.0f} messages a commit"
        f"  {loop_s / messages * 1e6:5.2f} us loop a save  {writer_us:6.2f} us writer a message"
        f"  {(time.process_time() - cpu) / messages * 1e6:6.2f} us process a message"
    )
    await store.close()


async def downlinks(url: str) -> None:
    """What a downlink's put and, a commit later, its mark cost."""
    store = await Store.open(url)
    device = store.entities.create("default", "DEVICE", new_id(), "t")
    rounds, size, loop_s = 40, 100, 0.0
    thread = next(t for t in __import__("threading").enumerate() if t.name == "store-writer")
    clock = time.pthread_getcpuclockid(thread.ident)
    await store.writer.durable()
    writer_cpu = time.clock_gettime(clock)
    for _ in range(rounds):
        made = [
            Downlink(
                id=new_id(),
                tenant="default",
                entity_id=device.id,
                integration_id="i" * 24,
                payload=b"x" * 60,
                content_type="application/json",
                created_ts=1,
                expires_ts=2,
            )
            for _ in range(size)
        ]
        for act in ("put", "mark"):
            before = time.thread_time()
            if act == "put":
                for downlink in made:
                    store.downlinks.put(downlink, [])
            else:
                for downlink in made:
                    store.downlinks.mark(downlink.id, device.id, "delivered", 3)
            loop_s += time.thread_time() - before
            await store.writer.durable()
    n = rounds * size
    writer_us = (time.clock_gettime(clock) - writer_cpu) / n * 1e6
    print(f"downlinks: {loop_s / n * 1e6:5.2f} us loop and {writer_us:6.2f} us writer for a put and a mark")
    await store.close()


def bare_sqlite(folder: str, per_commit: int) -> None:
    """The same rows by executemany, nothing else."""
    connection = sqlite3.connect(f"{folder}/bare{per_commit}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS t (series integer, ts bigint, value text, PRIMARY KEY (series, ts)) WITHOUT ROWID"
    )
    rows, ts, begun, cpu = 0, 1, time.perf_counter(), time.process_time()
    while time.perf_counter() < begun + 1:
        batch = [(random.randrange(2 * DEVICES), ts + n, str(n)) for n in range(2 * per_commit)]
        ts += per_commit * 2
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", batch)
        connection.execute("COMMIT")
        rows += len(batch)
    took = time.perf_counter() - begun
    print(
        f"bare executemany, {per_commit} messages a commit: {rows / took:9,.0f} rows/s"
        f"  {(time.process_time() - cpu) / rows * 2e6:6.2f} us process a message"
    )
    connection.close()


def main() -> None:
    """Measure SQLite, and PostgreSQL when its URL is given."""
    with tempfile.TemporaryDirectory() as folder:
        for url in [f"sqlite:///{folder}/rows.db", *sys.argv[1:]]:
            print(url.split(":", maxsplit=1)[0])
            for per_poll in (32, 64, 200):
                uvloop.run(through_the_store(url, per_poll))
            uvloop.run(downlinks(url))
        for per_commit in (64, 200):
            bare_sqlite(folder, per_commit)
        print(
            f"files: {sum(p.stat().st_size for p in Path(folder).iterdir()) >> 20} MiB, {os.cpu_count()} CPUs"
        )


if __name__ == "__main__":
    main()

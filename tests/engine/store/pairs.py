"""Writes pairs until it is killed, and says on stdout which of them are committed. Run by test_kill.py."""

from __future__ import annotations

import asyncio
import sys

from engine.message import DEVICE
from engine.store import Store


async def main(url: str, first: int) -> None:
    """Two values and an attribute in one callback, several callbacks a commit."""
    store = await Store.open(url)
    device = await store.entities.find("default", DEVICE, "d")
    device = device or store.entities.create("default", DEVICE, "d", "t")
    told = first - 1

    def durable(error: Exception | None, n: int) -> None:
        nonlocal told
        assert error is None
        told = max(told, n)
        print(n, flush=True)

    for n in range(first, first + 1_000_000):
        batch = store.writer.open
        store.telemetry.save(device, n, {"a": n, "b": n})
        store.attributes.save(device, "server", {"n": n})
        batch.then(lambda error, n=n: durable(error, n))  # type: ignore[misc]
        await asyncio.sleep(0)
        if n - told > 50:
            await store.writer.durable()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))

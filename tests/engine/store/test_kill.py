"""kill -9: what was reported as committed is there, and nothing is there by half."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from engine.message import DEVICE
from engine.services import Stamped
from engine.store import Store

ROUNDS = 10
LINES = 40
ROOT = Path(__file__).parents[3]


def write_until_killed(url: str, first: int) -> int:
    """Let a process write, kill it after some commits; the last number that it reported."""
    command = [sys.executable, "-m", "tests.engine.store.pairs", url, str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(LINES)]
        child.kill()
        lines += child.stdout.readlines()
    whole = [line for line in lines if line.endswith("\n")]
    return max(map(int, whole))


async def check(url: str, last: int) -> int:
    """All up to `last` is there, and whatever is beyond is whole; the next number."""
    store = await Store.open(url)
    device = await store.entities.find("default", DEVICE, "d")
    assert device is not None
    found = await store.telemetry.query(device, ["a", "b"], 0, 2**50, limit=10**9, descending=False)
    top = len(found["a"])
    assert top > last
    assert found["a"] == found["b"] == [Stamped(n, n) for n in range(top)]
    attributes = store.attributes.cached(device)
    assert attributes is not None
    assert attributes["server"]["n"].value == top - 1
    await store.close()
    return top


async def test_nothing_reported_is_lost(database_url: str) -> None:
    first = 0
    for _ in range(ROUNDS if database_url.startswith("sqlite") else 3):
        last = await asyncio.to_thread(write_until_killed, database_url, first)
        first = await check(database_url, last)

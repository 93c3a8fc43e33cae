"""The data listener without the engine: each request is answered with 204 at once.

    python tests/bench/listener_alone.py PORT [none]

With `none`, no head is remembered: each one is parsed anew.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.exchange import Exchange, Reply
from engine.shapes import Call
from web.listener import Listener, head


class Nothing:
    """Answers 204."""

    def handle(self, call: Call, exchange: Exchange) -> None:
        exchange.answer(Reply(204))


async def main(port: int) -> None:
    await Listener(Nothing(), f"127.0.0.1:{port}").start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if "none" in sys.argv:
        head.KEPT_BYTES = 0
    uvloop.run(main(int(sys.argv[1])))

"""Things that happen by the clock, without drift."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from engine.tasks import Tasks


class Timers:
    """The real clock of the event loop."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def every(self, seconds: float, tick: Callable[[], Awaitable[None] | None]) -> Callable[[], None]:
        """Call `tick` each `seconds`; the returned function stops it. Ticks that were missed are not made up."""
        task = self._tasks.start(self._beat(seconds, tick), "timer")

        def stop() -> None:
            task.cancel()

        return stop

    async def _beat(self, seconds: float, tick: Callable[[], Awaitable[None] | None]) -> None:
        loop = asyncio.get_running_loop()
        following = loop.time() + seconds
        while True:
            await asyncio.sleep(max(following - loop.time(), 0))
            following = max(following + seconds, loop.time())
            try:
                result = tick()
                if inspect.isawaitable(result):
                    await result
            except Exception as error:  # noqa: BLE001  one bad tick must not be the last one
                self._tasks.report("timer", error)

"""Lines of those who wait for something about an entity."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.exchange import Exchange, Reply

T = TypeVar("T")
Wake = Callable[[T], bool]
Leave = Callable[[], None]


class Lines(Generic[T]):
    """One line for each key; first come, first served."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[Wake[T], None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def join(self, key: str, wake: Wake[T]) -> Leave:
        """Call `wake` with what comes, until the returned function is called; it says whether it took it."""
        line = self._lines.setdefault(key, {})
        line[wake] = None

        def leave() -> None:
            line.pop(wake, None)
            if not line and self._lines.get(key) is line:
                del self._lines[key]

        return leave

    def offer(self, key: str, item: T) -> bool:
        """Give `item` to the first who takes it; False when nobody does."""
        return any(wake(item) for wake in tuple(self._lines.get(key, ())))

    def tell(self, key: str, item: T) -> None:
        """Give `item` to everybody in the line."""
        for wake in tuple(self._lines.get(key, ())):
            wake(item)


class Poll(Generic[T]):
    """A request held open until something comes or 408 ends it; whatever ends it, it leaves its line."""

    __slots__ = ("_exchange", "_leave", "_reply", "_timer")

    def __init__(
        self,
        exchange: Exchange,
        timeout_s: float,
        join: Callable[[Wake[T]], Leave],
        reply: Callable[[T], Reply],
    ) -> None:
        """`join` puts the poll into a line, `reply` makes the answer of what came."""
        self._exchange = exchange
        self._reply = reply
        self._leave = join(self._wake)
        self._timer = asyncio.get_running_loop().call_later(timeout_s, self._give_up)
        exchange.on_end = self._end

    def _wake(self, item: T) -> bool:
        return self._exchange.answer(self._reply(item))

    def _give_up(self) -> None:
        self._exchange.answer(Reply(408))

    def _end(self) -> None:
        self._timer.cancel()
        self._leave()

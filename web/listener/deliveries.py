"""Which answers have left: an exchange is told once, when its bytes are gone or its caller is."""

from __future__ import annotations

import asyncio
import socket
from collections import deque

from engine.exchange import Exchange

# struct tcp_info of Linux: the state in its first byte, the count of unacknowledged segments at byte 24
_TCP_INFO = getattr(socket, "TCP_INFO", None)
_INFO_BYTES, _UNACKED = 28, slice(24, 28)
_TCP_CLOSE = 7


class Deliveries:
    """The answers of one connection whose exchanges want to know."""

    __slots__ = ("is_half", "waiting", "written")

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, Exchange]] = deque()  # with the count of bytes that must have left
        self.written = 0  # all bytes of this connection
        self.is_half = False  # the caller has ended its side: perhaps it has gone and nobody listens

    def expect(self, exchange: Exchange) -> None:
        """What was written up to now ends the answer of this exchange."""
        self.waiting.append((self.written, exchange))

    def check(self, transport: asyncio.Transport) -> None:
        """Tell the exchanges whose answers have left."""
        if transport.is_closing():
            self.lose()
            return
        if self.is_half and (arrived := _arrived(transport)) is not True:
            if arrived is False:
                self.lose()
            return
        waiting = self.waiting
        left = self.written - transport.get_write_buffer_size()
        while waiting and waiting[0][0] <= left:
            waiting.popleft()[1].sent(True)

    def lose(self) -> None:
        """The caller is gone."""
        while self.waiting:
            self.waiting.popleft()[1].sent(False)


def _arrived(transport: asyncio.Transport) -> bool | None:
    """Whether the caller's side has taken what was written; None when that is not known yet.

    After the caller has ended its side, a write cannot tell whether it still listens; its system can: it
    acknowledges, or it resets the connection. Where the system does not say, nothing counts as arrived.
    """
    if _TCP_INFO is None:
        return False
    info = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _INFO_BYTES)
    if info[0] == _TCP_CLOSE:
        return False
    return True if not any(info[_UNACKED]) and not transport.get_write_buffer_size() else None

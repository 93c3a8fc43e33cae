"""A Reply as the bytes of an HTTP/1.1 response; what many have in common is made once a second."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus

from engine.exchange import Reply

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# The last lines of a head: the connection stays, ends, or stays for a caller of HTTP/1.0.
STAYS, ENDS, STAYS_OLD = b"\r\n", b"Connection: close\r\n\r\n", b"Connection: keep-alive\r\n\r\n"
_MAX_KEPT = 256
_NO_BODY = (204, 304)
_OURS = frozenset(("connection", "content-length", "content-type", "date", "transfer-encoding"))


class Responses:
    """Writes responses. `refresh` keeps the Date header true; call it several times a second."""

    __slots__ = ("_date", "_end", "_heads", "_kept", "_kinds", "_second", "_starts", "_status", "_type")

    def __init__(self) -> None:
        self._second = 0
        self.refresh()

    def refresh(self) -> None:
        """Look at the clock."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._date = formatdate(second, usegmt=True)
            self._starts: dict[tuple[int, str], bytes] = {}
            # Whole heads by what they have in common, then by the length of the body; those last used are at hand
            self._kinds: dict[tuple[int, str, bytes], dict[int, bytes]] = {}
            self._heads: dict[int, bytes] = {}
            self._kept = 0
            self._status, self._type, self._end = 0, "", b""

    def render(self, reply: Reply, end: bytes, is_head: bool = False) -> bytes:
        """The whole response; without its body when the request was HEAD."""
        status, body = reply.status, reply.body
        if reply.headers or is_head:
            return self._head(reply, end) + (b"" if is_head or status in _NO_BODY else body)
        if status != self._status or end != self._end or reply.content_type != self._type:
            self._turn_to(status, reply.content_type, end)
        head = self._heads.get(len(body)) or self._keep(reply, end)
        return head if not body or status in _NO_BODY else head + body

    def _turn_to(self, status: int, content_type: str, end: bytes) -> None:
        self._status, self._type, self._end = status, content_type, end
        self._heads = self._kinds.get((status, content_type, end)) or {}
        if self._kept < _MAX_KEPT:
            self._kinds[status, content_type, end] = self._heads

    def _keep(self, reply: Reply, end: bytes) -> bytes:
        head = self._head(reply, end)
        if self._kept < _MAX_KEPT:
            self._kept += 1
            self._heads[len(reply.body)] = head
        return head

    def _head(self, reply: Reply, end: bytes) -> bytes:
        start = self._start(reply.status, reply.content_type)
        if reply.headers:
            start += _lines(reply)
        if reply.status in _NO_BODY:
            return start + end
        return b"%bContent-Length: %d\r\n%b" % (start, len(reply.body), end)

    def _start(self, status: int, content_type: str) -> bytes:
        start = self._starts.get((status, content_type))
        if start is not None:
            return start
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unknown"
        text = f"HTTP/1.1 {status} {phrase}\r\nDate: {self._date}\r\n"
        if content_type:
            text += f"Content-Type: {content_type}\r\n"
        start = text.encode("latin-1", "replace")
        if len(self._starts) < _MAX_KEPT:
            self._starts[status, content_type] = start
        return start


def _lines(reply: Reply) -> bytes:
    """The headers of a reply, without those that are for the connection to say."""
    pairs = [(name, value) for name, value in reply.headers.items() if name.lower() not in _OURS]
    if any("\r" in text or "\n" in text for pair in pairs for text in pair):
        raise ValueError("a header of a reply holds a line break")
    return "".join(f"{name}: {value}\r\n" for name, value in pairs).encode("latin-1", "replace")

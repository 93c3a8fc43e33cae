"""Bytes, however they are cut -> whole requests, one after another, or Refused. Knows no sockets."""

from __future__ import annotations

from web.listener.body import Chunked
from web.listener.head import Head, Heads, bad, check_start
from web.listener.limits import Limits


class Reader:
    """The requests of one connection."""

    __slots__ = (
        "_at",
        "_body",
        "_data",
        "_heads",
        "_is_after_blank",
        "_left",
        "_limits",
        "_searched",
        "has_rest",
        "head",
        "wants_more",
    )

    def __init__(self, limits: Limits, heads: Heads) -> None:
        self._limits = limits
        self._heads = heads
        self._data = b""  # what came and was not read yet, from _at on
        self._at = 0
        self._searched = 0  # up to where there is no end of a head
        self._body: bytearray | Chunked = bytearray()
        self._left = 0
        self._is_after_blank = False
        self.has_rest = False  # whether there are bytes that were not read yet
        self.head: Head | None = None  # of the request whose body is not complete
        self.wants_more = False  # the caller waits for 100 Continue

    def feed(self, data: bytes) -> None:
        """Bytes have come."""
        if self._at < len(self._data):
            self._searched = max(0, self._searched - self._at)
            data = self._data[self._at :] + data
        self._data = data
        self._at = 0
        self.has_rest = True

    def whole(self, data: bytes) -> Head | None:
        """The head of the request that these bytes are, when they are one, whole, and its head is known; its body is
        the rest of them. Else None. Nothing is taken.
        """
        if self.has_rest or self.head is not None or self._is_after_blank:
            return None
        head = self._heads.known.get(data[: data.find(b"\r\n\r\n") + 4])
        return head if head is not None and head.size == len(data) else None

    def drop(self) -> None:
        """Forget what came; nothing more is read."""
        self._data, self._at, self.head, self._body = b"", 0, None, bytearray()
        self.has_rest = self.wants_more = False

    def next(self) -> tuple[Head, bytes] | None:
        """The next request's head and body, None when it is not complete yet."""
        if not self.has_rest:
            return None
        if self.head is not None:
            return self._rest_of_body(self.head)
        data, at = self._data, self._at
        if data[at] in b"\r\n" and not self._is_after_blank:
            return self._skip_blank(data, at)
        end = data.find(b"\r\n\r\n", self._searched or at)
        if end < 0:
            check_start(data, at, self._limits)
            self._searched = max(at, len(data) - 3)
            return None
        head = self._heads.find(data[at : end + 4])
        at = end + 4
        self._searched = 0
        self._is_after_blank = False
        end = at + head.length
        if end > len(data) or head.chunked:
            return self._begin_body(head, at)
        self._at = end
        self.has_rest = end < len(data)
        return head, data[at:end]

    def _skip_blank(self, data: bytes, at: int) -> tuple[Head, bytes] | None:
        """One empty line before a request is no harm (RFC 9112, 2.2): some modems send it after a body."""
        if data[at : at + 2] == b"\r":
            return None
        if data[at : at + 2] != b"\r\n":
            raise bad("this is not HTTP")
        self._at = at + 2
        self.has_rest = self._at < len(data)
        self._searched = 0
        self._is_after_blank = True
        return self.next()

    def _begin_body(self, head: Head, at: int) -> tuple[Head, bytes] | None:
        self.head = head
        self._at = at
        self.has_rest = at < len(self._data)
        self._left = head.length
        self._body = Chunked(self._limits) if head.chunked else bytearray()
        self.wants_more = head.expects and not self.has_rest
        return self.next()

    def _rest_of_body(self, head: Head) -> tuple[Head, bytes] | None:
        body = self._body
        if isinstance(body, Chunked):
            self._at = body.take(self._data, self._at)
            is_done, body = body.is_done, body.data
        else:
            piece = self._data[self._at : self._at + self._left]
            body += piece
            self._at += len(piece)
            self._left -= len(piece)
            is_done = not self._left
        self.has_rest = self._at < len(self._data)
        if not is_done:
            return None
        self.head = None
        self._body = bytearray()
        self.wants_more = False
        return head, bytes(body)

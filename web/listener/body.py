"""A chunked body, decoded strictly: whatever two servers could read in two ways is refused."""

from __future__ import annotations

import re

from web.listener.head import bad, body_too_large, too_large
from web.listener.limits import Limits

_LINE_BYTES = 256  # a chunk's size and its extensions
# Hexadecimal digits, and extensions that are dropped: nothing in quotes, no spaces, no bare CR.
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z=]+)*")
_TRAILER = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")
_SIZE_LINE, _DATA, _DATA_END, _TRAILERS, _DONE = range(5)


class Chunked:
    """Takes the bytes of one chunked body, however they are cut; trailers are checked and dropped."""

    __slots__ = ("_doing", "_left", "_limits", "_trailer_bytes", "data")

    def __init__(self, limits: Limits) -> None:
        self.data = bytearray()
        self._limits = limits
        self._doing = _SIZE_LINE
        self._left = 0
        self._trailer_bytes = 0

    @property
    def is_done(self) -> bool:
        """Whether the last byte of the body was taken."""
        return self._doing == _DONE

    def take(self, data: bytes, at: int) -> int:
        """Take what belongs to the body from `at` on; where it stopped: there more is needed or the body ends."""
        while self._doing != _DONE:
            start = at
            at = (self._take_data if self._doing == _DATA else self._take_line)(data, at)
            if at == start:
                break
        return at

    def _take_data(self, data: bytes, at: int) -> int:
        piece = data[at : at + self._left]
        self.data += piece
        self._left -= len(piece)
        if not self._left:
            self._doing = _DATA_END
        return at + len(piece)

    def _take_line(self, data: bytes, at: int) -> int:
        limit = 2 if self._doing == _DATA_END else _LINE_BYTES
        end = data.find(b"\n", at, at + limit)
        if end < 0:
            if len(data) - at >= limit or (self._doing == _DATA_END and not b"\r\n".startswith(data[at:])):
                raise bad("a line of the chunked body is malformed or too long")
            return at
        if data[end - 1 : end] != b"\r" or end == at:
            raise bad("a line of the chunked body ends without CR")
        self._line(data[at : end - 1])
        return end + 1

    def _line(self, line: bytes) -> None:
        if self._doing == _SIZE_LINE:
            self._size(line)
        elif self._doing == _DATA_END:
            if line:
                raise bad("a chunk is longer than it says")
            self._doing = _SIZE_LINE
        elif line:
            self._trailer_bytes += len(line)
            if self._trailer_bytes > self._limits.header_bytes:
                raise too_large("the trailers are too large")
            if not _TRAILER.fullmatch(line):
                raise bad("a trailer is malformed")
        else:
            self._doing = _DONE

    def _size(self, line: bytes) -> None:
        match = _SIZE.fullmatch(line)
        if match is None:
            raise bad("the size of a chunk is malformed")
        self._left = int(match[1], 16)
        self._doing = _DATA if self._left else _TRAILERS
        if len(self.data) + self._left > self._limits.body_bytes:
            raise body_too_large(self._limits)

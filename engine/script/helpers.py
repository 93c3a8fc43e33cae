"""What scripts have beyond Python: JSON, texts, hexadecimal, base64 and binary numbers."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from struct import unpack_from

from engine import values
from engine.script import times
from engine.script.kinds import TEXTS
from engine.script.limits import Meter
from engine.script.methods import Methods
from engine.script.names import words
from engine.script.regex import Regex
from engine.script.result import check_plain
from engine.script.weigh import NODE_COST
from engine.values import Value

Helper = Callable[..., Value]
_PAID = words(
    "json_decode json_encode text_decode text_encode hex_decode hex_encode base64_decode base64_encode"
)
_from_bytes = int.from_bytes
_MAX_INT_BYTES = 64
_FLOATS = {
    (2, True): ">e",
    (2, False): "<e",
    (4, True): ">f",
    (4, False): "<f",
    (8, True): ">d",
    (8, False): "<d",
}


class Helpers:
    """The helper functions that pay from one meter."""

    def __init__(self, meter: Meter, methods: Methods) -> None:
        self.meter = meter
        self.methods = methods
        self.regex = Regex(meter)

    def names(self) -> dict[str, Helper]:
        """The helpers by their public names."""
        regex = (self.regex.re_match, self.regex.re_find_all, self.regex.re_replace)
        return {name: getattr(self, name) for name in _PAID} | {helper.__name__: helper for helper in regex}

    def json_decode(self, data: Value) -> Value:
        """The value of a JSON text or of its bytes."""
        if data.__class__ not in TEXTS:
            raise TypeError("json_decode() takes bytes or text")
        self.meter.charge(4 * len(data))
        return values.decode(data)

    def json_encode(self, value: Value) -> str:
        """The JSON text of a value."""
        self.meter.charge(NODE_COST * check_plain(value, self.meter.limits))
        text = values.encode(value).decode()
        self.meter.charge(len(text))
        return text

    def text_decode(self, data: Value, encoding: str = "utf-8") -> str:
        """The text of bytes: utf-8, ascii or latin-1."""
        return self.methods.decode(data, encoding)

    def text_encode(self, text: Value, encoding: str = "utf-8") -> bytes:
        """The bytes of a text: utf-8, ascii or latin-1."""
        return self.methods.encode(text, encoding)

    def hex_decode(self, text: Value) -> bytes:
        """The bytes of hexadecimal text such as "01ff"."""
        _expect_text(text, "hex_decode")
        self.meter.charge(len(text))
        return bytes.fromhex(text)

    def hex_encode(self, data: Value) -> str:
        """The bytes as hexadecimal text."""
        return str(self.methods.hex(data))

    def base64_decode(self, text: Value) -> bytes:
        """The bytes of base64 text, with the usual or the URL alphabet."""
        _expect_text(text, "base64_decode")
        self.meter.charge(2 * len(text))
        plain = text.replace("-", "+").replace("_", "/")
        try:
            return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from None

    def base64_encode(self, data: Value) -> str:
        """The bytes as base64 text."""
        if data.__class__ is not bytes:
            raise TypeError("base64_encode() takes bytes")
        self.meter.text(len(data) * 4 // 3 + 4)
        return b64encode(data).decode()


def read_int(data: bytes, offset: int, size: int, big: bool = True, signed: bool = False) -> int:
    """The whole number in `size` bytes from `offset` on; `big` means that the high byte comes first."""
    if data.__class__ is bytes and 0 <= offset <= len(data) - size and 0 < size <= _MAX_INT_BYTES:
        return _from_bytes(data[offset : offset + size], "big" if big else "little", signed=signed)
    raise _no_number(data, offset, size)


def read_float(data: bytes, offset: int, size: int, big: bool = True) -> float:
    """The IEEE 754 number in 2, 4 or 8 bytes from `offset` on."""
    form = _FLOATS.get((size, bool(big)))
    if form is None:
        raise ValueError("a float takes 2, 4 or 8 bytes")
    if data.__class__ is bytes and 0 <= offset <= len(data) - size:
        number: float = unpack_from(form, data, offset)[0]
        return number
    raise _no_number(data, offset, size)


def _no_number(data: Value, offset: int, size: int) -> Exception:
    if data.__class__ is not bytes:
        return TypeError(f"bytes are needed, not a value of type {values.name_of(data)}")
    if not 1 <= size <= _MAX_INT_BYTES:
        return ValueError(f"a number takes 1 to {_MAX_INT_BYTES} bytes")
    return ValueError(f"{size} bytes at {offset} do not lie in {len(data)} bytes")


def _expect_text(value: Value, name: str) -> None:
    if value.__class__ is not str:
        raise TypeError(f"{name}() takes text")


FREE_HELPERS: dict[str, Helper] = {
    helper.__name__: helper
    for helper in (
        read_int,
        read_float,
        times.now_ms,
        times.parse_time,
        times.format_time,
        times.time_parts,
    )
}
"""Helpers that need no meter."""

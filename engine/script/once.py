"""The JSON helpers of scripts that call them a few times only, and so need not pay."""

from __future__ import annotations

from engine.script.limits import Limits
from engine.script.result import check_plain
from engine.values import Value, decode, encode


def json_decode(data: Value) -> Value:
    """The value of a JSON text or of its bytes."""
    try:
        return decode(data)
    except TypeError:
        raise TypeError("json_decode() takes bytes or text") from None


def json_encode_checked(value: Value) -> str:
    """The JSON text of a display whose values were looked at where they stand."""
    return encode(value).decode()


class Encoder:
    """json_encode within the limits of a script."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def json_encode(self, value: Value) -> str:
        """The JSON text of a value."""
        check_plain(value, self._limits)
        return encode(value).decode()

"""Whether a value that leaves a script is plain JSON of a bounded size."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from types import NoneType
from typing import Final

from engine.script.limits import LimitReached, Limits
from engine.values import MAX_DEPTH, Value, name_of

_CONSTANTS: Final = frozenset((bool, NoneType))
DISPLAY_DEPTH: Final = 16
"""How deep a display may be that is checked in place."""
_WORD: Final = 1 << 63
_LONG_TEXT: Final = 64
"""A text counts as one node more for so many characters, for it may stand in many places."""


class Refused(ValueError):
    """A value in a result that JSON cannot say."""


def check_plain(value: Value, limits: Limits, depth: int = MAX_DEPTH) -> int:
    """The number of nodes of a plain JSON value, counted as often as they stand in it.

    ValueError for what JSON cannot say: numbers that are not finite, keys that are not text, bytes, sets,
    functions, nesting deeper than `depth`. LimitReached for more nodes than `limits.items`.
    """
    kind = type(value)
    if kind is dict or kind is list:
        return limits.items - _walk(value, limits.items, depth, limits.bits)
    if kind is str:
        return 1 + (len(value) // _LONG_TEXT)
    _check_scalar(value, limits.bits)
    return 1


class Checks:
    """Checks of single values, within the limits of a script."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def in_result(self, value: Value) -> Value:
        """A value that stands in a returned display: itself, or Refused."""
        if type(value) is float and value - value == 0.0:
            return value
        try:
            check_plain(value, self._limits, MAX_DEPTH - DISPLAY_DEPTH)
        except ValueError as error:
            raise Refused(*error.args) from None
        return value

    def in_json(self, value: Value) -> Value:
        """A value that stands in a display for json_encode: itself, or ValueError."""
        if type(value) is float and value - value == 0.0:
            return value
        check_plain(value, self._limits, MAX_DEPTH - DISPLAY_DEPTH)
        return value


def _walk(container: Value, left: int, depth: int, bits: int) -> int:
    """What is left of the allowed nodes after this container; written for speed, the likely kinds first."""
    left -= len(container) + 1
    if left < 0:
        raise LimitReached("the result has too many parts, or holds itself")
    if depth == 0:
        raise ValueError(f"a result is nested deeper than {MAX_DEPTH}")
    items: Iterable[Value] = container
    if type(container) is not list:
        items = container.values()
        for key in container:
            if type(key) is not str or len(key) > _LONG_TEXT:
                left -= _check_key(key)
    for item in items:
        kind = type(item)
        if kind is str:
            if len(item) > _LONG_TEXT:
                left -= len(item) // _LONG_TEXT
        elif kind is float:
            # Only infinity and nan differ from 0 when taken from themselves.
            if item - item != 0.0:
                _check_scalar(item, bits)
        elif kind is dict or kind is list:
            left = _walk(item, left, depth - 1, bits)
        elif not (kind is int and -_WORD < item < _WORD):
            _check_scalar(item, bits)
    if left < 0:
        raise LimitReached("the result has too much text")
    return left


def _check_key(key: Value) -> int:
    """How many nodes a key counts for; ValueError if it is not text."""
    if type(key) is not str:
        raise ValueError(f"the keys of a result must be text, not of type {name_of(key)}")
    return len(key) // _LONG_TEXT


def _check_scalar(value: Value, bits: int) -> None:
    kind = type(value)
    if kind is float:
        if not isfinite(value):
            raise ValueError(f"a result cannot hold {value}: numbers must be finite")
    elif kind is int:
        if value.bit_length() > bits:
            raise LimitReached(f"an integer may have {bits} bits")
    elif kind is bytes:
        raise ValueError("a result cannot hold bytes: use text_decode, hex_encode or base64_encode")
    elif kind not in _CONSTANTS:
        name = name_of(value)
        raise ValueError(f"a result cannot hold a {name}")

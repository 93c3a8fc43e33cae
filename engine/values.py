"""JSON values: the one door to text and back, exact and strict.

Integers keep every digit, floats are finite, objects have no key twice, text is valid UTF-8.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any, Final

import msgspec

_NAMES: Final = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}

# Message data is the one place where a value has no static type.
Value = Any

_decoder: Final = msgspec.json.Decoder()
_encoder: Final = msgspec.json.Encoder()
MAX_DEPTH: Final = 128


def decode(text: bytes | str) -> Value:
    """The value that a JSON text stands for; ValueError says what is wrong with it.

    Refused, beyond what the grammar refuses: a key twice in one object, numbers out of range, invalid
    UTF-8, lone surrogates, nesting deeper than MAX_DEPTH.
    """
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise ValueError(f"JSON is nested deeper than {MAX_DEPTH}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        if not text.strip():
            raise ValueError("there is no JSON: the text is empty") from None
        raise ValueError(str(error)) from None
    colons = text.count(b":") if isinstance(text, bytes) else text.count(":")
    # A key needs a colon, so as many keys as colons means that no key was swallowed by its twin. A level needs
    # two brackets, so a short text is not deep.
    if type(value) is dict and colons == len(value) and len(text) < 2 * MAX_DEPTH:
        return value
    if type(value) in _CONTAINERS and _keys(value, 1) != colons:
        _refuse_twins(text)
    return value


def decode_whole(text: bytes) -> Value:
    """As `decode`, but 1e3, a number with an exponent that is whole and fits 64 bits, is the integer 1000."""
    value = decode(text)
    return _whole_decoder.decode(text) if _EXPONENT.search(text) else value


def encode(value: Value) -> bytes:
    """The JSON text of a value as UTF-8; ValueError for what JSON cannot say."""
    try:
        return _encoder.encode(value)
    except (TypeError, UnicodeError, RecursionError) as error:
        raise ValueError(f"not a JSON value: {error}") from None


def encode_text(value: Value) -> str:
    """The JSON text of a value as str."""
    return encode(value).decode()


def text_of(value: Value) -> str:
    """A value as metadata holds it: a text as it is, anything else as its JSON text."""
    return value if isinstance(value, str) else encode_text(value)


def check(value: Value, depth: int = MAX_DEPTH) -> None:
    """Raise ValueError unless `value` is a plain JSON value with finite numbers and text keys."""
    kind = type(value)
    if kind is str or kind is bool or kind is int or value is None:
        return
    if kind is float:
        if not math.isfinite(value):
            raise ValueError("numbers must be finite")
        return
    if depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise ValueError("keys must be text")
            check(item, depth - 1)
    elif kind is list:
        for item in value:
            check(item, depth - 1)
    else:
        raise ValueError(f"{kind.__name__} is not a JSON value")


def name_of(value: Value) -> str:
    """The JSON name of a value's type: object, array, string, integer, number, boolean or null."""
    return _NAMES.get(type(value), "null" if value is None else value.__class__.__name__)


def copy(value: Value) -> Value:
    """A deep copy of a JSON value."""
    if type(value) is dict:
        return {key: copy(item) if type(item) in _CONTAINERS else item for key, item in value.items()}
    if type(value) is list:
        return [copy(item) if type(item) in _CONTAINERS else item for item in value]
    return value


_CONTAINERS: Final = frozenset((dict, list))


def _number(text: str) -> int | float:
    number = float(text)
    if number.is_integer() and abs(number) <= 2**63 and ("e" in text or "E" in text):
        exact = Decimal(text)
        if exact == int(exact) and -(2**63) <= exact < 2**63:
            return int(exact)
    return number


_EXPONENT: Final = re.compile(rb"[0-9][eE]")
_whole_decoder: Final = msgspec.json.Decoder(float_hook=_number)


def _keys(value: Value, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise ValueError(f"JSON is nested deeper than {MAX_DEPTH}")
    if type(value) is dict:
        return len(value) + sum(_keys(v, depth + 1) for v in value.values() if type(v) in _CONTAINERS)
    if type(value) is list:
        return sum(_keys(item, depth + 1) for item in value if type(item) in _CONTAINERS)
    return 0


def _refuse_twins(text: bytes | str) -> None:
    def pairs(items: list[tuple[str, Value]]) -> None:
        seen = set()
        for key, _ in items:
            if key in seen:
                raise ValueError(f"the key {key!r} stands twice in one object")
            seen.add(key)

    json.loads(text, object_pairs_hook=pairs)  # noqa: TID251  the only parser here that sees both twins

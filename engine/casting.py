"""What a device with a token sends, as values: the JSON forms and the casts of ThingsBoard's device API."""

from __future__ import annotations

import math
import re

from engine.converter import Points, key_values, points
from engine.values import Value, decode_whole

# What ThingsBoard takes for a number in a text: no sign but a minus, no exponent, no point at the end.
_NUMBER = re.compile(r"-?(?:[0-9]{1,4000}|[0-9]*\.[0-9]{1,16})")
_LONG = range(-(2**63), 2**63)


def telemetry(body: bytes, cast: bool) -> list[Points]:
    """The points of `{k: v}`, `{ts, values}` or an array of those, without nulls.

    ValueError or ConversionError for anything else; with `cast`, texts that read as numbers become numbers.
    """
    return [(ts, _values(values, body, cast)) for ts, values in points(decode_whole(body))]


def attributes(body: bytes, cast: bool) -> dict[str, Value]:
    """The attributes of `{k: v}`, without nulls; errors and `cast` as in `telemetry`."""
    return _values(key_values(decode_whole(body), "attributes"), body, cast)


def _values(values: dict[str, Value], body: bytes, cast: bool) -> dict[str, Value]:
    if b"\\u0000" in body and any("\0" in key for key in values):
        raise ValueError("a key must not contain a NUL character")
    if not cast:
        return values
    return {key: cast_text(value) if value.__class__ is str else value for key, value in values.items()}


def cast_text(text: str) -> Value:
    """The number that a text reads as, such as 7 for "007"; else the text.

    A text stays a text where a number would lose digits: beyond 64 bits, with more than 16 decimals.
    """
    if not _NUMBER.fullmatch(text):
        return text
    if "." in text:
        number = float(text)
        return number if math.isfinite(number) else text
    whole = int(text)
    return whole if whole in _LONG else text

"""What may be stored: checked on the loop, because one bad row would fail a whole commit."""

from __future__ import annotations

from math import isfinite

from engine.values import Value, check, encode


def check_value(value: Value) -> None:
    """Raise ValueError for what is not a JSON value: odd types, NaN, lone surrogates."""
    kind = type(value)
    if kind is int or kind is bool or value is None:
        return
    if kind is float:
        if not isfinite(value):
            raise ValueError("numbers must be finite")
    elif kind is not str:
        check(value)
        encode(value)
    elif not value.isascii():
        encode(value)


def check_name(name: str, what: str = "name") -> None:
    """Raise ValueError for a name or key that is empty or that a text column cannot hold."""
    if not name:
        raise ValueError(f"a {what} must not be empty")
    if name.isascii() and "\0" not in name:
        return
    if "\0" in name:
        raise ValueError(f"a {what} must not contain a NUL character")
    encode(name)


def clean(text: str) -> str:
    """The text with what a text column cannot hold replaced: NUL by U+FFFD, lone surrogates by "?"."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def same(a: Value, b: Value) -> bool:
    """Whether two JSON values are the same, where 1, 1.0 and true differ."""
    kind = a.__class__
    if kind is not b.__class__:
        return False
    if kind is str or kind is int or kind is bool:
        return bool(a == b)
    return encode(a) == encode(b)

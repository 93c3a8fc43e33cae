"""Column types that both databases read alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from engine.values import decode, encode_text


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as its text, so that integers of any size and NULs in text stay what they are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """The text of a value."""
        return encode_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value of a text."""
        return None if value is None else decode(value)


def json_column(name: str | None = None) -> Any:
    """A column of JSON values, an empty object by default; `name` where the attribute cannot have it."""
    kwargs = {"name": name} if name else {}
    return Field(default_factory=dict, sa_type=JsonText, nullable=False, sa_column_kwargs=kwargs)


def text_column(default: Any = ..., **options: Any) -> Any:
    """A column of text of any length."""
    return Field(default=default, sa_type=Text, **options)


def bytes_column() -> Any:
    """A column of bytes."""
    return Field(sa_type=LargeBinary)


def ts_column(default: Any = ..., **options: Any) -> Any:
    """A column of epoch milliseconds."""
    return Field(default=default, sa_type=BigInteger, **options)


def big_column(default: Any = ..., **options: Any) -> Any:
    """A column of integers of 64 bits."""
    return Field(default=default, sa_type=BigInteger, **options)


def int_column(default: Any = ..., **options: Any) -> Any:
    """A column of small integers."""
    return Field(default=default, sa_type=Integer, **options)

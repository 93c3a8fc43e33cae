"""Lists in pages: a cursor remembers the sort value and the id of the last row seen."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Select, and_, or_
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from engine.values import decode, encode

T = TypeVar("T")
MAX_LIMIT = 1000


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Rows and the cursor of the next page, None after the last one."""

    items: list[T]
    next: str | None = None


class Order(msgspec.Struct, frozen=True):
    """What a list is sorted by: columns of which the last one is unique, all up or all down."""

    columns: tuple[Any, ...]
    descending: bool = False


def order_of(sort: str, columns: dict[str, Any], id: Any) -> Order:
    """The order for a `sort` such as `name` or `-createdTs`; ValueError for a column that cannot be sorted by."""
    name = sort.removeprefix("-")
    if name not in columns:
        raise ValueError(f"cannot sort by {name!r}; known are {', '.join(columns)}")
    return Order((columns[name], id), sort.startswith("-"))


def read_page(
    session: Session,
    query: Select[Any],
    order: Order,
    limit: int,
    cursor: str | None,
    place: Callable[[Any], tuple[Any, ...]],
) -> Page[Any]:
    """One page of `query`, which selects one thing; `place` gives a row's values of the order's columns.

    ValueError for a cursor that is not ours.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    if cursor is not None:
        query = query.where(_after(order, _read_cursor(cursor, len(order.columns))))
    columns = [c.desc() if order.descending else c.asc() for c in order.columns]
    rows = list(session.execute(query.order_by(*columns).limit(limit + 1)).scalars())
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, _write_cursor(place(rows[-1])) if more else None)


def _after(order: Order, values: list[Any]) -> ColumnElement[bool]:
    """The rows behind the cursor: (a, b) > (x, y), spelled out."""
    later: list[ColumnElement[bool]] = []
    for n, column in enumerate(order.columns):
        same = [c == v for c, v in zip(order.columns[:n], values, strict=False)]
        later.append(and_(*same, column < values[n] if order.descending else column > values[n]))
    return or_(*later)


def _write_cursor(values: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(encode(list(values))).decode().rstrip("=")


def _read_cursor(cursor: str, length: int) -> list[Any]:
    try:
        values = decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise ValueError("the cursor is not one of ours")
    return values

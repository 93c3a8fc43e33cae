"""A span of time."""

from __future__ import annotations


class Span:
    """From `first` until before `last`, in epoch milliseconds."""

    __slots__ = ("first", "last")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last

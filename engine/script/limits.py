"""The budgets of a script: what they are, and the meter that is filled for each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one call may use; the sizes hold for every single value as well."""

    steps: int = 100_000
    """Rounds of `while` and calls of the script's own functions."""
    work: int = 8 << 20
    """Bytes made or read by helpers, operators and loops, roughly."""
    time_ms: int = 50
    """Wall-clock time; only scripts with loops or functions can need it."""
    text: int = 256 * 1024
    """Characters or bytes of one value."""
    items: int = 100_000
    """Items of one list or object, and nodes of a result."""
    bits: int = 4096
    """Bits of one integer."""
    source: int = 100_000
    """Characters of the script itself."""
    log_lines: int = 100
    """Lines that `print` keeps in a test run."""


class LimitReached(BaseException):
    """A budget is used up. Not an Exception, so that no `except` of a script can catch it."""


class Exhausted:
    """An iterator that raises LimitReached for ever: the end of the steps."""

    def __iter__(self) -> Exhausted:
        return self

    def __next__(self) -> NoReturn:
        raise LimitReached("the script takes too many steps: does a loop not end?")


_EXHAUSTED = Exhausted()


def steps(count: int) -> Callable[[], object]:
    """A function that can be called `count` times and then raises LimitReached.

    It is C all the way (20 ns a step); a Python function that counts down takes three times as long.
    """
    return chain(repeat(None, count), _EXHAUSTED).__next__


class Meter:
    """The work budget of one running script, shared by all its guards."""

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.work

    def charge(self, amount: int) -> None:
        """Take `amount` from the budget; LimitReached when it is used up."""
        self.left -= amount
        if self.left < 0:
            raise LimitReached("the script does too much work or makes too much data")

    def text(self, length: int) -> None:
        """Pay for a text or bytes of this length before it is made."""
        if length > self.limits.text:
            raise LimitReached(f"a text or bytes may be {self.limits.text} long, not {length}")
        self.charge(length)

    def items(self, count: int) -> None:
        """Pay for a list or object with this many items before it is made."""
        if count > self.limits.items:
            raise LimitReached(f"a list or object may have {self.limits.items} items, not {count}")
        self.charge(8 * count)

    def integer(self, bits: int) -> None:
        """Refuse an integer with more bits than the limit before it is computed."""
        if bits > self.limits.bits:
            raise LimitReached(f"an integer may have {self.limits.bits} bits")

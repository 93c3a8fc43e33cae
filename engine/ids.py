"""Ids: short, unique over restarts and processes, and in the order they were made within one process."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable


def sequence() -> Callable[[], str]:
    """A maker of ids of 24 hexadecimal digits: start time in ms, a random tag, a counter.

    A message needs several, so it is C all the way: a tenth of the price of a UUID.
    """
    prefix = f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(2)}"
    return map(f"{prefix}%08x".__mod__, itertools.count(1)).__next__


new_id = sequence()


def now_ms() -> int:
    """The wall clock in epoch milliseconds."""
    return time.time_ns() // 1_000_000

"""What it would cost to walk over a whole value, found without walking further than a ceiling."""

from __future__ import annotations

from engine.script.kinds import TEXTS
from engine.script.limits import LimitReached, Meter
from engine.values import Value

NODE_COST = 16


def weight(value: Value, ceiling: int) -> int:
    """16 for each node and 1 for each character, where a node that stands in two places counts twice.

    Counting twice is the point: `x = [x, x]`, sixty times, is a small thing in memory and an endless
    one for whatever compares, prints or copies it. LimitReached as soon as the ceiling is passed.
    """
    total, todo = 0, [value]
    while todo:
        item = todo.pop()
        kind = item.__class__
        total += NODE_COST
        if kind in TEXTS:
            total += len(item)
        elif kind is dict:
            total += 2 * NODE_COST * len(item)
            if total <= ceiling:
                todo.extend(item)
                todo.extend(item.values())
        elif kind is list or kind is tuple or kind is set:
            total += NODE_COST * len(item)
            if total <= ceiling:
                todo.extend(item)
        elif kind is int:
            total += item.bit_length() >> 3
        if total > ceiling:
            raise LimitReached("a value is too large, or holds itself")
    return total


def charge_weight(meter: Meter, value: Value, times: int = 1) -> None:
    """Pay for walking over a whole value so many times."""
    meter.charge(weight(value, meter.left) * times)

"""Latencies counted in slots that grow with them: a few thousand integers, whatever the load; error below 1 %."""

from __future__ import annotations

from collections import Counter

_BITS = 7  # 128 slots for each doubling


class Histogram:
    """Counts durations in microseconds and gives their percentiles in milliseconds."""

    def __init__(self) -> None:
        self.slots: Counter[int] = Counter()
        self.largest_us = 0

    def add(self, us: int) -> None:
        """Count one duration; a negative one counts as 0."""
        us = max(us, 0)
        shift = max(us.bit_length() - _BITS - 1, 0)
        self.slots[(shift << _BITS) + (us >> shift)] += 1
        self.largest_us = max(self.largest_us, us)

    def take(self, other: Histogram) -> None:
        """Count all durations of another one, too."""
        self.slots += other.slots
        self.largest_us = max(self.largest_us, other.largest_us)

    def percentile_ms(self, percent: float) -> float:
        """The duration that `percent` of all do not exceed; 0 when there are none."""
        wanted, seen = self.slots.total() * percent / 100, 0
        for slot in sorted(self.slots):
            seen += self.slots[slot]
            if seen >= wanted:
                return min(_top_us(slot), self.largest_us) / 1000
        return 0.0

    def as_json(self) -> dict[str, float]:
        """What is printed of it."""
        found = {f"p{percent:g}_ms": self.percentile_ms(percent) for percent in (50, 90, 99, 99.9)}
        return {**found, "max_ms": self.largest_us / 1000}


def _top_us(slot: int) -> int:
    """The largest duration that falls into a slot."""
    shift = max((slot >> _BITS) - 1, 0)
    return (((slot - (shift << _BITS)) + 1) << shift) - 1

"""Rate limits: token buckets written `capacity:seconds`, several of them separated by commas."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

MAX_SUBJECTS = 100_000


class RateLimit:
    """A limit by name for many subjects, such as `50:1,1000:60`: 50 a second and 1000 a minute for each.

    Buckets fill evenly. The least recently seen subjects are forgotten beyond MAX_SUBJECTS.
    """

    def __init__(self, name: str, rule: str) -> None:
        self.name = name
        self.rule = rule
        self._buckets = [_parse(part) for part in rule.split(",")]
        self._subjects: OrderedDict[str, list[tuple[float, float]]] = OrderedDict()

    def retry_after_s(self, subject: str, now_s: float | None = None) -> int:
        """0 when the subject may go on (and one token is gone), else the seconds until it may."""
        now = time.monotonic() if now_s is None else now_s
        levels = self._subjects.pop(subject, None) or [(capacity, now) for capacity, _ in self._buckets]
        filled = [
            min(capacity, level + (now - at) * capacity / seconds)
            for (capacity, seconds), (level, at) in zip(self._buckets, levels, strict=True)
        ]
        missing = [
            (1 - level) * seconds / capacity
            for (capacity, seconds), level in zip(self._buckets, filled, strict=True)
            if level < 1
        ]
        self._subjects[subject] = [(level if missing else level - 1, now) for level in filled]
        if len(self._subjects) > MAX_SUBJECTS:
            self._subjects.popitem(last=False)
        return math.ceil(max(missing)) if missing else 0


def _parse(part: str) -> tuple[float, float]:
    try:
        capacity, seconds = (int(number) for number in part.split(":"))
        if capacity < 1 or seconds < 1:
            raise ValueError
    except ValueError:
        raise ValueError(f"a rate limit reads `capacity:seconds`, such as 50:1, not {part!r}") from None
    return float(capacity), float(seconds)

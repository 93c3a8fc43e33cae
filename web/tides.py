"""How much went through each integration in the last minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.integration import Directory, Integration

BEAT_S = 5.0
WINDOW_S = 60.0


class Flow(NamedTuple):
    """What happened in the last minute."""

    uplinks: int
    failures: int
    downlinks: int


ZERO = Flow(0, 0, 0)


class Tides:
    """Looks at the counters of all integrations every BEAT_S, and remembers a minute of that."""

    def __init__(self, directory: Directory, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        # Before the first look nothing had gone through.
        begin: tuple[float, Mapping[str, Flow]] = (clock(), {})
        self._looks = deque([begin], maxlen=int(WINDOW_S / BEAT_S) + 1)

    def look(self) -> None:
        """Remember the counters of this moment."""
        self._looks.append((self._clock(), {id: _flow(d) for id, d in self._directory.by_id.items()}))

    def last_minute(self, integration: Integration) -> Flow:
        """What went through since about a minute ago, or since the integration is there if that is less."""
        began_s = self._clock() - WINDOW_S
        before = next((flows for at_s, flows in self._looks if at_s >= began_s), {})
        now, old = _flow(integration), before.get(integration.id, ZERO)
        return Flow(*(max(new - then, 0) for new, then in zip(now, old, strict=True)))


def _flow(integration: Integration) -> Flow:
    return Flow(integration.uplinks, integration.failures, integration.downlinks)

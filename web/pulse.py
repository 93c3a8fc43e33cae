"""How fast things go: counters of integrations and messages, and what they were a few seconds ago."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from engine.integration import Directory
from engine.runner import Runner

WINDOW_S = 10.0
APART_S = 0.5


class Totals(NamedTuple):
    """The counters of one moment."""

    at_s: float
    uplinks: int
    failures: int
    downlinks: int
    messages: int


class Pulse:
    """Turns counters into rates; keeps what it was asked lately and costs nothing when nobody asks."""

    def __init__(self, directory: Directory, runner: Runner) -> None:
        self._directory = directory
        self._runner = runner
        self.started_s = time.monotonic()
        self._seen: deque[Totals] = deque([Totals(self.started_s, 0, 0, 0, 0)])

    def beat(self) -> tuple[Totals, Totals]:
        """The counters now, and those of about ten seconds ago (or of the last time that somebody asked)."""
        now = self.totals()
        while len(self._seen) > 1 and self._seen[1].at_s <= now.at_s - WINDOW_S:
            self._seen.popleft()
        before = self._seen[0]
        if now.at_s - self._seen[-1].at_s >= APART_S:
            self._seen.append(now)
        return now, before

    def totals(self) -> Totals:
        """The counters of all integrations, and of the messages that went through chains."""
        doors = self._directory.by_id.values()
        return Totals(
            time.monotonic(),
            sum(door.uplinks for door in doors),
            sum(door.failures for door in doors),
            sum(door.downlinks for door in doors),
            self._runner.messages,
        )

"""What `print` writes in a test run."""

from __future__ import annotations

from engine.script.kinds import SCALARS
from engine.script.limits import Limits
from engine.script.weigh import weight
from engine.values import Value

_MAX_LINE = 1000


class Log:
    """Printed lines, bounded: what goes over is dropped, and a last line says so."""

    def __init__(self, lines: list[str], limits: Limits) -> None:
        self.lines = lines
        self.limits = limits

    def print(self, *values: Value) -> None:
        """Keep a line with these values."""
        if len(self.lines) > self.limits.log_lines:
            return
        if len(self.lines) == self.limits.log_lines:
            self.lines.append("... more lines were printed and not kept")
            return
        line = " ".join(map(self._shown, values))
        self.lines.append(line if len(line) <= _MAX_LINE else line[:_MAX_LINE] + " ...")

    def _shown(self, value: Value) -> str:
        if value.__class__ not in SCALARS and value.__class__ not in (list, dict, set, tuple):
            return "a function"
        weight(value, self.limits.work)
        return str(value)

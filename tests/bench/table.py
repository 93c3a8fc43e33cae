"""The results: one row for each server, ratios of rows of the same round, as Markdown and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ECHO, STANDARD_ECHO, QUART, NODERED = "echo", "echo-stdlib", "quart", "nodered"
QUIET = 0.85  # of its core is what a server that does nothing but work must have had

# what is compared -> (what it is called, with what, which goal)
_GOALS = {
    "listener": ("Data listener on SQLite", {ECHO: 0.35, STANDARD_ECHO: 0.35, NODERED: 8}),
    "listener-postgresql": ("Data listener on PostgreSQL", {ECHO: 0.2, STANDARD_ECHO: 0.2}),
    "engine": ("Engine alone", {ECHO: 0.45, STANDARD_ECHO: 0.45}),
    "tidegate-quart": ("Tidegate through Quart", {QUART: 0.7}),
}
_OTHERS = {
    ECHO: "the httptools echo",
    STANDARD_ECHO: "that with Python's own JSON",
    NODERED: "Node-RED with its memory ring",
    QUART: "the bare Quart echo",
}


@dataclass
class Row:
    """One server's results, one of each for each round."""

    label: str
    per_s: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    core: list[float] = field(default_factory=list)  # share of its core that the server had
    half_per_s: list[float] = field(default_factory=list)
    half_p99_ms: list[float] = field(default_factory=list)
    errors: int = 0

    def line(self, echo: Row | None) -> str:
        """The row as it is printed; `echo` is what it is compared with."""
        low, high = (f"{pick(self.per_s):,.0f}" for pick in (min, max))
        cells = [self.label, f"{statistics.median(self.per_s):,.0f}", f"{low} to {high}"]
        cells += [f"{statistics.median(v):.2f}" if v else "-" for v in (self.p50_ms, self.p99_ms)]
        cells += [f"{statistics.median(self.cpu_us):.1f}", f"{statistics.median(self.core):.0%}"]
        cells.append(f"{statistics.median(ratios(self, echo)):.2f}" if echo else "-")
        return f"| {' | '.join(cells)} | {self.errors} |"


def ratios(row: Row, other: Row) -> list[float]:
    """How many times another row's messages per second, round by round: what the machine did hit both."""
    return [mine / theirs for mine, theirs in zip(row.per_s, other.per_s, strict=True)]


def spread(values: list[float], form: str) -> str:
    """The median, and the smallest and the largest."""
    low, middle, high = (format(v, form) for v in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})"


def report(rows: Mapping[str, Row], skipped: Mapping[str, str]) -> Iterable[str]:
    """The lines of the table and what is said below it."""
    yield "| server | messages/s | min to max | p50 ms | p99 ms | CPU us/message | of its core | of the httptools echo | errors |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in rows.values():
        yield row.line(rows.get(ECHO))
    yield ""
    for base, (text, goals) in _GOALS.items():
        for name, said in ((base, text), (f"{base}-compiled", f"Compiled, {text[0].lower()}{text[1:]}")):
            for other, goal in goals.items():
                if name in rows and other in rows:
                    mine, theirs = (statistics.median(rows[n].cpu_us) for n in (name, other))
                    times = spread(ratios(rows[name], rows[other]), ".2f")
                    yield (
                        f"- {said}, of {_OTHERS[other]}: {times}; goal: at least {goal}; "
                        f"by processor time alone {theirs / mine:.2f}."
                    )
    for row in rows.values():
        if row.half_p99_ms:
            at = f"{statistics.median(row.half_per_s):,.0f}/s"
            p99 = spread(row.half_p99_ms, ".1f")
            yield f"- {row.label}, p99 at half of its maximum rate ({at}): {p99} ms; goal: below 10."
    if ECHO in rows and min(rows[ECHO].core) < QUIET:
        share = f"{min(rows[ECHO].core):.0%}"
        yield f"- The machine did other work, too: the echo had as little as {share} of its core. Not to be relied on."
    for label, reason in skipped.items():
        yield f"- skipped: {label}: {reason}."


def as_json(rows: Mapping[str, Row], skipped: Mapping[str, str]) -> dict[str, Any]:
    """All single results."""
    return {"rows": {name: asdict(row) for name, row in rows.items()}, "skipped": dict(skipped)}

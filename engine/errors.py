"""The error types that carry data; everything else is a built-in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place, as it appears in `errors[]` of an answer.

    `place` is a JSON pointer or a path such as `nodes/n3/config/script`; `line` and `column` count from 1.
    A problem of severity "warning" does not stop a chain; `fix` says in a few words what would help.
    """

    message: str
    place: str = ""
    code: str = ""
    line: int | None = None
    column: int | None = None
    severity: str = ""
    fix: str = ""

    def as_json(self) -> dict[str, object]:
        """The problem without its empty parts."""
        return {key: value for key, value in asdict(self).items() if value not in ("", None)}


class ScriptError(Exception):
    """A user's script failed or does not compile; `line` and `column` count from 1 in the user's own text."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.message if self.line is None else f"{self.message} (line {self.line})"


class ScriptLimitError(ScriptError):
    """A user's script went over one of its budgets: steps, memory, time or the size of its result."""


class ConversionError(Exception):
    """A payload that a converter could not turn into device messages, or a message into a payload."""

    def __init__(self, message: str, problems: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or [Problem(message)]


class ChainError(Exception):
    """A chain document with errors; `problems` holds all of them at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


class MissingError(LookupError):
    """Something named by id or name does not exist."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name!r} does not exist")
        self.kind = kind
        self.name = name


class ConflictError(Exception):
    """A write met a newer version, a taken name or something still in use; `current` is what stands now."""

    def __init__(self, message: str, current: object = None) -> None:
        super().__init__(message)
        self.current = current


@dataclass
class UnavailableError(Exception):
    """The store is down, a queue is full, or the process is stopping: try again after `retry_after_s`."""

    reason: str
    retry_after_s: int = field(default=1)

    def __str__(self) -> str:
        return self.reason

"""What all commands share: where they write, and how they end when the user made a mistake."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup
from typer.models import Default

from engine.errors import Problem
from engine.values import Value, decode

FAILED: Final = 1
WRONG_USE: Final = 2


class Complaint(Exception):
    """What the user has to be told, in one line; 1: it did not work, 2: it cannot be done like this."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


class Group(TyperGroup):
    """Commands whose complaints end the program with one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a reader that went away (`| head`) is no error."""
        try:
            return super().invoke(ctx)
        except Complaint as complaint:
            text = " ".join(str(complaint).split())
            errors().print(f"[bold red]error:[/] {escape(text)}", soft_wrap=True)
            raise typer.Exit(complaint.code) from None
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(FAILED) from None


def group(help: str = "", cls: type[TyperGroup] | None = None) -> typer.Typer:
    """A Typer in our style: plain help, no tracebacks with local variables."""
    return typer.Typer(
        cls=cls or Group,
        help=help or Default(None),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def out() -> Console:
    """Standard output; wide enough not to break lines when it is not a terminal."""
    return _console(stderr=False)


def errors() -> Console:
    """Standard error, likewise."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 400
    return Console(stderr=stderr, width=width, highlight=False, emoji=False)


def read_bytes(path: Path) -> bytes:
    """The content of a file, or of standard input for `-`."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise Complaint(f"{path}: {error.strerror or error}", WRONG_USE) from None


def read_json(path: Path) -> Value:
    """The JSON value in a file."""
    try:
        return decode(read_bytes(path))
    except ValueError as error:
        raise Complaint(f"{path}: not JSON: {error}", WRONG_USE) from None


def problem_line(problem: Problem) -> str:
    """A problem in one line: place, line, message, fix."""
    where = problem.place + (f", line {problem.line}" if problem.line else "")
    fix = f" ({problem.fix})" if problem.fix else ""
    return f"{where}: {problem.message}{fix}" if where else f"{problem.message}{fix}"

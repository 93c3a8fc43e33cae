"""What a script language offers to the rest of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.errors import Problem, ScriptError
from engine.script.limits import Limits
from engine.script.signature import Signature
from engine.values import Value


@dataclass(frozen=True, slots=True)
class Run:
    """What one call of a test dialog gave: its output, its printed lines, and its time in microseconds."""

    output: Value
    log: list[str] = field(default_factory=list)
    elapsed_us: int = 0


@dataclass(frozen=True, slots=True)
class Help:
    """One function that scripts can call, for the editor: its name, its head and one line about it."""

    name: str
    signature: str
    doc: str


class Script(Protocol):
    """A compiled script; it keeps nothing between calls and may be called from several threads."""

    @property
    def reads(self) -> frozenset[str]:
        """The parameters that the source mentions; the others may be passed as None."""

    @property
    def writes(self) -> bool:
        """False when the script provably leaves its arguments alone, so that no copies are made."""

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""

    @property
    def bare(self) -> Callable[..., Value]:
        """As a call, with less on the way; what it raises, Exception or LimitReached, is for `failure`."""

    def failure(self, error: BaseException) -> ScriptError:
        """What a call raised, as its author is told: with its place."""

    def run(self, *args: Value, log: list[str] | None = None) -> Run:
        """Call once for a test dialog; `log` is filled with printed lines even when the call raises."""


class Language(Protocol):
    """One script language."""

    def compile(self, signature: Signature, source: str, limits: Limits) -> Script:
        """The script of this source; ScriptError for the first thing that is wrong with it."""

    def problems(self, signature: Signature, source: str, limits: Limits) -> list[Problem]:
        """Everything that is wrong with the source, each with line and column."""

    def describe(self) -> Sequence[Help]:
        """The functions that a script can call, by name."""

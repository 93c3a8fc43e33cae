"""Compiled scripts and how they are called: with as many guards as the source can need, and no more."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter_ns
from types import CodeType, FunctionType, NoneType
from typing import Final

from engine import values
from engine.errors import ScriptError
from engine.script.effects import Effects
from engine.script.environment import METERED, metered_environment, plain_environment
from engine.script.explain import Explainer
from engine.script.languages import Run
from engine.script.limits import LimitReached, Limits, Meter, steps
from engine.script.names import words
from engine.script.printing import Log
from engine.script.result import check_plain
from engine.script.signature import Signature
from engine.script.watchdog import call_in_time
from engine.values import Value

# Results that need no look: a text is bounded where it is made.
_FINE: Final = frozenset((bool, str, NoneType))
_CONTAINERS: Final = frozenset((dict, list))
# Loops, functions, and helpers that loop inside.
_TIMED = words("_step_ _iter_ _range_ _pairs_ _enumerate_ _zip_ re_match re_find_all re_replace")
# These need not pay in a script without loops that calls them a few times.
_FEW = frozenset(("json_decode", "json_encode", "_encoded_"))
_MAX_FEW = 8


@dataclass(frozen=True, slots=True)
class Program:
    """What the compiler knows about a script."""

    signature: Signature
    source: str
    code: CodeType
    effects: Effects
    few: bool
    """Whether it calls the JSON helpers a few times only, by their names and not through a variable."""
    checked: bool
    """Whether its results need no look: all that it returns are displays that were checked in place."""
    end: tuple[int, int] | None
    """Line and column of its `return`, if there is just one."""


class PlainScript:
    """A script without loops or dear operations: a bare function, shared by all threads.

    It runs each line once at most, and no line can take long, so there is nothing to count.
    """

    def __init__(self, program: Program, limits: Limits) -> None:
        self.reads = program.effects.reads
        self.writes = program.effects.writes
        self._program = program
        self._limits = limits
        self._checked = program.checked
        self._explainer = Explainer(program.source)
        self._function: Callable[..., Value] = FunctionType(program.code, plain_environment(limits))

    @property
    def bare(self) -> Callable[..., Value]:
        """As a call, with less on the way; what it raises, Exception or LimitReached, is for `failure`."""
        return self.__call__

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""
        if self.writes:
            args = self._copies(args)
        try:
            output = self._function(*args)
            if not self._checked and type(output) not in _FINE:
                check_plain(output, self._limits)
            return output
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self.failure(error)
        raise failure

    def run(self, *args: Value, log: list[str] | None = None) -> Run:
        """Call once for a test dialog; `log` is filled with printed lines even when the call raises."""
        lines = [] if log is None else log
        script = GuardedScript(self._program, self._limits, Log(lines, self._limits).print)
        begin = perf_counter_ns()
        output = script(*args)
        return Run(output, lines, (perf_counter_ns() - begin) // 1000)

    def _copies(self, args: tuple[Value, ...]) -> tuple[Value, ...]:
        names = self._program.signature.parameters
        return tuple(
            values.copy(arg) if type(arg) in _CONTAINERS and name in self.reads else arg
            for name, arg in zip(names, args, strict=True)
        )

    def failure(self, error: BaseException) -> ScriptError:
        """What a call raised, as its author is told: with its place."""
        if isinstance(error, ScriptError):
            return error
        failure = self._explainer.explain(error)
        if failure.line is None and self._program.end is not None:
            failure.line, failure.column = self._program.end
        return failure


class CheckedScript(PlainScript):
    """A script of that kind that leaves its arguments alone, and whose results need no look."""

    @property
    def bare(self) -> Callable[..., Value]:
        """The function alone."""
        return self._function

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""
        try:
            return self._function(*args)
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self.failure(error)
        raise failure


class Worker:
    """A script's function with guards and a meter of its own; used by one call at a time."""

    __slots__ = ("function", "globals", "meter")

    def __init__(self, code: CodeType, limits: Limits, log: Callable[..., None] | None) -> None:
        self.meter = Meter(limits)
        self.globals = metered_environment(self.meter, log) if log else metered_environment(self.meter)
        self.function = FunctionType(code, self.globals)


class GuardedScript(PlainScript):
    """A script whose operations pay from a budget; with loops or functions, it has steps and a clock as well.

    Workers lie in a list between calls: taking one out and putting it back are single steps, so that any
    number of threads can call the script, each with a worker of its own.
    """

    def __init__(self, program: Program, limits: Limits, log: Callable[..., None] | None = None) -> None:
        super().__init__(program, limits)
        names = _names(program.code)
        self._log = log
        self._idle: list[Worker] = []
        self._work = limits.work
        self._steps = limits.steps if "_step_" in names else 0
        self._seconds = 0.0 if _TIMED.isdisjoint(names) else limits.time_ms / 1000

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""
        if self.writes:
            args = self._copies(args)
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = Worker(self._program.code, self._limits, self._log)
        worker.meter.left = self._work
        if self._steps:
            worker.globals["_step_"] = steps(self._steps)
        try:
            if self._seconds:
                output = call_in_time(worker.function, args, self._seconds)
            else:
                output = worker.function(*args)
            if not self._checked and type(output) not in _FINE:
                check_plain(output, self._limits)
        except LimitReached as error:
            # A worker that was stopped is not used again.
            failure = self.failure(error)
        except Exception as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self.failure(error)
            self._idle.append(worker)
        else:
            self._idle.append(worker)
            return output
        raise failure


def script_of(program: Program, limits: Limits) -> PlainScript:
    """The script, of the lightest kind that keeps it within its limits."""
    names = _names(program.code)
    if not (program.few and METERED.isdisjoint(names - _FEW) and _TIMED.isdisjoint(names)):
        return GuardedScript(program, limits)
    light = program.checked and not program.effects.writes
    return (CheckedScript if light else PlainScript)(program, limits)


def calls_few(tree: ast.Module) -> bool:
    """Whether a script calls the JSON helpers a few times only, by their names and not through a variable."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in _FEW]
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return len(names) <= _MAX_FEW and called.issuperset(names)


def _names(code: CodeType) -> frozenset[str]:
    """The globals that a code and the functions in it use."""
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(code.co_names).union(*inner)

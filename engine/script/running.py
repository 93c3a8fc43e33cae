"""Compiled scripts and how they are called: with as many guards as the source can need, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter_ns
from types import CodeType, FunctionType, NoneType

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
_FINE = frozenset((bool, str, NoneType))
_CONTAINERS = frozenset((dict, list))
# Loops, functions, and helpers that loop inside.
_TIMED = words("_step_ _iter_ _range_ _pairs_ _enumerate_ _zip_ re_match re_find_all re_replace")
# These need not pay when a script without loops calls them this often at most.
_FEW = frozenset(("json_decode", "json_encode"))
_MAX_FEW = 8


@dataclass(frozen=True, slots=True)
class Program:
    """What the compiler knows about a script."""

    signature: Signature
    source: str
    code: CodeType
    effects: Effects
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
        self._explainer = Explainer(program.source)
        self._function = FunctionType(program.code, plain_environment(limits))

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""
        if self.writes:
            args = self._copies(args)
        try:
            output = self._function(*args)
            if output.__class__ not in _FINE:
                check_plain(output, self._limits)
            return output
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self._failure(error)
        raise failure

    def run(self, *args: Value, log: list[str] | None = None) -> Run:
        """Call once for a test dialog; `log` is filled with printed lines even when the call raises."""
        lines = [] if log is None else log
        script = self._for_test(Log(lines, self._limits))
        begin = perf_counter_ns()
        output = script(*args)
        return Run(output, lines, (perf_counter_ns() - begin) // 1000)

    def _for_test(self, log: Log) -> PlainScript:
        return MeteredScript(self._program, self._limits, log.print)

    def _copies(self, args: tuple[Value, ...]) -> tuple[Value, ...]:
        names = self._program.signature.parameters
        return tuple(
            values.copy(arg) if arg.__class__ in _CONTAINERS and name in self.reads else arg
            for name, arg in zip(names, args, strict=True)
        )

    def _failure(self, error: BaseException) -> ScriptError:
        failure = self._explainer.explain(error)
        if failure.line is None and self._program.end is not None:
            failure.line, failure.column = self._program.end
        return failure


class Worker:
    """A script's function with guards and a meter of its own; used by one call at a time."""

    __slots__ = ("function", "globals", "meter")

    def __init__(self, code: CodeType, limits: Limits, log: Callable[..., None] | None) -> None:
        self.meter = Meter(limits)
        self.globals = metered_environment(self.meter, log) if log else metered_environment(self.meter)
        self.function = FunctionType(code, self.globals)


class MeteredScript(PlainScript):
    """A script without loops, whose operations pay from a budget.

    Workers lie in a list between calls: taking one out and putting it back are single steps, so that any
    number of threads can call the script, each with a worker of its own.
    """

    def __init__(self, program: Program, limits: Limits, log: Callable[..., None] | None = None) -> None:
        super().__init__(program, limits)
        self._log = log
        self._idle: list[Worker] = []

    def __call__(self, *args: Value) -> Value:
        """The script's result, a plain JSON value; ScriptError or ScriptLimitError with its place."""
        if self.writes:
            args = self._copies(args)
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = Worker(self._program.code, self._limits, self._log)
        try:
            output = self._call(worker, args)
            if output.__class__ not in _FINE:
                check_plain(output, self._limits)
            self._idle.append(worker)
            return output
        except (Exception, LimitReached) as error:  # noqa: BLE001  whatever a script raises is its author's
            failure = self._failure(error)
        raise failure

    def _call(self, worker: Worker, args: tuple[Value, ...]) -> Value:
        worker.meter.left = self._limits.work
        return worker.function(*args)


class TimedScript(MeteredScript):
    """A script with loops or functions: it has a budget, a number of steps and a clock."""

    def __init__(self, program: Program, limits: Limits, log: Callable[..., None] | None = None) -> None:
        super().__init__(program, limits, log)
        self._seconds = limits.time_ms / 1000

    def _call(self, worker: Worker, args: tuple[Value, ...]) -> Value:
        worker.meter.left = self._limits.work
        worker.globals["_step_"] = steps(self._limits.steps)
        return call_in_time(worker.function, args, self._seconds)

    def _for_test(self, log: Log) -> PlainScript:
        return TimedScript(self._program, self._limits, log.print)


def script_of(program: Program, limits: Limits) -> PlainScript:
    """The script, of the lightest kind that keeps it within its limits."""
    names = [name for code in _codes(program.code) for name in code.co_names]
    if not _TIMED.isdisjoint(names):
        return TimedScript(program, limits)
    if METERED.isdisjoint(set(names) - _FEW) and _few_calls(program.source):
        return PlainScript(program, limits)
    return MeteredScript(program, limits)


def _few_calls(source: str) -> bool:
    return sum(source.count(name) for name in _FEW) <= _MAX_FEW


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)

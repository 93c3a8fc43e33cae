"""The wall clock: stops a script that is still running when its time is over.

Budgets count what a script does; the clock is for what nobody thought of. A thread looks every few milliseconds
and raises TimeUp in the thread of a late script, through PyThreadState_SetAsyncExc. A script is late when its time
is over and it has really been running: on a busy machine a thread can stand still for longer than that. The hard
part is that TimeUp must never arrive after the call: see `call_in_time`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from threading import get_ident
from time import monotonic, sleep

from engine.script.limits import LimitReached
from engine.values import Value

_PERIOD_S = 0.01
_IDLE_S = 1.0
# A script that waits for a busy machine is not late yet; after this many times its time it is in any case.
_PATIENCE = 20
# Linux: the clock of a thread's own CPU time, by the kernel's number of the thread.
_CPU_CLOCK = 6

Call = tuple[float, int, float]
"""A call under the clock: its deadline on the monotonic clock, its thread, and its allowed seconds."""


class TimeUp(LimitReached):
    """Raised inside a script by the watchdog."""

    def __str__(self) -> str:
        return "the script takes too long"


class Watchdog:
    """One thread for all scripts of the process, started with the first call that needs it.

    A call is in `armed` from its start to its end. Taking it out is one atomic step, so either the script takes it
    out, and nothing will be raised, or the watchdog does, and the call is `late`. While a call is late the
    watchdog raises TimeUp in every period, for one could get lost: in a finalizer, say. Both look at `late` and
    raise under the lock, so once the script has taken its call out of `late`, nothing more can come.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start from nothing, as in a forked child: it has no watchdog thread, whatever its parent had."""
        self.armed: set[Call] = set()
        self.late: set[Call] = set()
        self.lock = threading.Lock()
        self._used: dict[Call, float] = {}
        self.asleep = True
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def rouse(self) -> None:
        """Make sure that somebody is watching; called when `asleep` was seen."""
        with self.lock:
            self.asleep = False
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="script-watchdog", daemon=True)
                self._thread.start()
        self._wake.set()

    def _watch(self) -> None:
        quiet_since = monotonic()
        while True:
            sleep(_PERIOD_S)
            now = monotonic()
            with self.lock:
                self._stop_late_calls(now)
            if self.armed:
                quiet_since = now
            elif now - quiet_since > _IDLE_S:
                self._sleep()
                quiet_since = monotonic()

    def _stop_late_calls(self, now: float) -> None:
        # A copy of a set is one step; going over it would not be.
        calls = self.armed.copy()
        self._used = {
            call: self._used[call] if call in self._used else _cpu_seconds(call[1]) for call in calls
        }
        for call in calls:
            if call[0] < now and self._is_late(call, now):
                try:
                    self.armed.remove(call)
                except KeyError:
                    continue
                self.late.add(call)
        for _, thread, _ in self.late:
            _raise_in(thread)

    def _is_late(self, call: Call, now: float) -> bool:
        """Whether the script itself has used up its time since it was first seen, or at least half of it."""
        deadline, thread, seconds = call
        used = _cpu_seconds(thread) - self._used[call]
        return used >= seconds / 2 or now > deadline + _PATIENCE * seconds

    def _sleep(self) -> None:
        self._wake.clear()
        self.asleep = True
        # A call that was armed before it could see `asleep` is seen here.
        if not self.armed:
            self._wake.wait()
        self.asleep = False


WATCHDOG = Watchdog()


def call_in_time(function: Callable[..., Value], arguments: tuple[Value, ...], seconds: float) -> Value:
    """The function's value; TimeUp if it takes longer. TimeUp never arrives later than this returns.

    CPython delivers an asynchronous exception only after a call, at the start of a function and at a jump
    backwards. None of these lies between the beginning of the handler and `with`, so the lock is reached; under
    the lock the call is taken out of `late`, after which at most the one TimeUp that is already on its way can
    arrive, and it is cleared or caught by the outer handler.
    """
    dog = WATCHDOG
    call = (monotonic() + seconds, get_ident(), seconds)
    late = False
    failure: BaseException | None = None
    value: Value = None
    try:
        try:
            dog.armed.add(call)
            if dog.asleep:
                dog.rouse()
            value = function(*arguments)
            dog.armed.remove(call)
        except BaseException as error:  # noqa: BLE001  all go on, at the end
            with dog.lock:
                late = call in dog.late
                failure = error
                dog.late.discard(call)
                dog.armed.discard(call)
                if late:
                    _take_back(call[1])
    except TimeUp as error:
        late = True
        failure = error
    if late and not isinstance(failure, TimeUp):
        raise TimeUp
    if failure is not None:
        raise failure
    return value


def _cpu_seconds(thread: int) -> float:
    """The CPU time of a thread so far; wall-clock time where that cannot be known.

    Through the kernel's number of the thread: unlike pthread_getcpuclockid, it fails cleanly for a thread that
    has ended.
    """
    native = next((t.native_id for t in threading.enumerate() if t.ident == thread), None)
    if native is None or sys.platform != "linux":
        return monotonic()
    try:
        return time.clock_gettime(~native << 3 | _CPU_CLOCK)
    except OSError:
        return monotonic()


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeUp))


def _take_back(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)


os.register_at_fork(after_in_child=WATCHDOG.reset)

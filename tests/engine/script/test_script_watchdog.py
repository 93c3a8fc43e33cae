"""The wall clock: it stops what runs too long, and never anything else."""

from __future__ import annotations

import threading
import time

import pytest

from engine.errors import ScriptError, ScriptLimitError
from engine.script import NODE, Limits, compile_script
from engine.script.watchdog import WATCHDOG, TimeUp, call_in_time

pytestmark = pytest.mark.usefixtures("no_leavings")

# Enough steps and work that only the clock can stop them.
SLOW = Limits(steps=10**12, work=10**15, time_ms=20)
LOOPS = {
    "plain": "while True:\n    pass",
    "that catches": "while True:\n    try:\n        while True:\n            x = 1\n    except Exception:\n        pass",
    "of functions": "def f():\n    try:\n        return f()\n    except Exception:\n        return f()\nreturn f()",
    "in sort": "def k(x):\n    while True:\n        pass\nreturn sorted([2, 1], key=k)",
    "over range": "for i in range(10 ** 10):\n    pass",
    "in a comprehension": "return len([1 for a in range(10 ** 5) for b in range(10 ** 5)])",
}


@pytest.mark.parametrize("name", LOOPS)
def test_an_endless_script_is_stopped(name: str) -> None:
    begin = time.thread_time()
    with pytest.raises(ScriptLimitError) as caught:
        compile_script(NODE, LOOPS[name], limits=SLOW)({}, {}, "T")
    assert caught.value.message == "the script takes too long"
    assert caught.value.line is not None
    assert time.thread_time() - begin < 2


def test_the_thread_is_clean_after_a_script_was_stopped() -> None:
    slow = compile_script(NODE, LOOPS["that catches"], limits=SLOW)
    quick = compile_script(NODE, "n = 0\nwhile n < 5:\n    n += 1\nreturn n")
    for _ in range(5):
        with pytest.raises(ScriptLimitError):
            slow({}, {}, "T")
        for _ in range(2000):
            assert quick({}, {}, "T") == 5
    assert not WATCHDOG.armed
    assert not WATCHDOG.late


def test_a_call_that_ends_at_its_deadline_is_either_stopped_or_done_and_never_both() -> None:
    """The race: calls that end about when the watchdog looks (within 10 ms of their deadline), over and over."""
    stopped = done = 0
    end = time.monotonic() + 2
    while time.monotonic() < end or not (stopped and done):
        length = 0.004 + (stopped + done) % 20 * 0.0006
        try:
            call_in_time(_spin, (length,), 0.005)
            done += 1
        except TimeUp:
            stopped += 1
        for _ in range(300):
            _nothing()
    # Then the host runs on undisturbed
    _spin(0.05)
    assert not WATCHDOG.armed
    assert not WATCHDOG.late


def test_many_threads_are_each_stopped_for_themselves() -> None:
    slow = compile_script(NODE, LOOPS["plain"], limits=SLOW)
    quick = compile_script(NODE, "t = 0\nfor x in msg:\n    t += x\nreturn t")
    failures: list[object] = []

    def work(number: int) -> None:
        try:
            for _ in range(3):
                with pytest.raises(ScriptLimitError):
                    slow({}, {}, "T")
                for _ in range(200):
                    assert quick([number] * 10, {}, "T") == number * 10
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    assert not any(thread.is_alive() for thread in threads)


def test_an_error_in_time_is_the_scripts_own() -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(NODE, "for x in [1]:\n    y = 1 / 0")({}, {}, "T")
    assert not isinstance(caught.value, ScriptLimitError)
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_an_interrupt_passes_through() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_in_time(interrupted, (), 1.0)
    assert not WATCHDOG.armed


def _spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def _nothing() -> None:
    pass

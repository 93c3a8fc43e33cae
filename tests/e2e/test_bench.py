"""The measuring programs themselves: what they print is what happened."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tide import ROOT, until

from tests.bench.histogram import Histogram
from tests.bench.machine import Cores, Others, cpu_s, family
from tests.bench.profile import LOOP, read
from tests.bench.soak import Minute, judge
from tests.conftest import need, skip_or_fail


def run(*command: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """One of the programs of tests/bench."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == code, done.stderr
    return done


def test_a_histogram_is_right_within_a_percent() -> None:
    seed = random.Random(1)
    for size in (1, 10, 5_000):
        histogram, exact = Histogram(), sorted(int(10 ** seed.uniform(0, 7)) for _ in range(size))
        for us in exact:
            histogram.add(us)
        for percent in (50, 99, 100):
            true = exact[max(-(-size * percent // 100) - 1, 0)] / 1000
            assert true <= histogram.percentile_ms(percent) <= true * 1.01
    assert Histogram().percentile_ms(99) == 0


@contextmanager
def stalling(message: int, seconds: float) -> Iterator[str]:
    """A server that answers at once, but for one message; its URL."""
    count = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            nonlocal count
            count += 1
            json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if count == message:
                threading.Event().wait(seconds)
            self.send_response(204 if count % 2 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_stall_is_seen_by_every_message_that_was_due_meanwhile() -> None:
    """One connection, 100 messages in two seconds, one answer a second late: half of all messages were late.

    On a busy machine the last few may not get their turn before the time is over.
    """
    with stalling(message=20, seconds=1) as url:
        said = run("tests.bench.paced", url, "--rate", "50", "--seconds", "2", "--connections", "1")
    total = json.loads(said.stdout)
    assert 80 < total["sent"] == total["answered"] == total["good"] <= 100
    assert set(total["statuses"]) == {"200", "204"}
    assert total["max_ms"] >= 1000
    assert total["p90_ms"] > 500  # a generator that waits would see one late message in a hundred


def test_who_cannot_be_reached_is_named() -> None:
    said = run("tests.bench.paced", "http://127.0.0.1:1/x", code=1)
    assert "http://127.0.0.1:1/x" in said.stderr
    assert "Traceback" not in said.stderr


def test_one_table_from_one_run(tmp_path: Path) -> None:
    need("wrk")
    need("taskset")
    if len(os.sched_getaffinity(0)) < 2:
        skip_or_fail("there is only one core")
    file = tmp_path / "figures.json"
    said = run(
        "tests.bench",
        "--only",
        "echo,echo-stdlib,listener",
        "--rounds",
        "1",
        "--seconds",
        "1",
        "--json",
        str(file),
    )
    lines = [line for line in said.stdout.splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0] for line in lines[1:]] == [
        "| bare httptools echo (stores nothing)",
        "| bare httptools echo, Python's own JSON (stores nothing)",
        "| Tidegate, data listener, SQLite",
    ]
    rows = json.loads(file.read_text())["rows"]
    ratio = rows["listener"]["per_s"][0] / rows["echo"]["per_s"][0]
    assert f"of the httptools echo: {ratio:.2f}" in said.stdout
    assert rows["listener"]["errors"] == 0
    assert len(rows["listener"]["half_p99_ms"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tests.bench", "--only", "sundial"], "no row 'sundial'; there are echo,"),
        (["tests.bench", "--rounds", "0"], "0 is not above 0"),
        (["tests.bench.soak", "--seconds", "5"], "at least 45"),
    ],
)
def test_a_wrong_option_is_explained(arguments: list[str], words: str) -> None:
    assert words in run(*arguments, code=2).stderr


def test_a_profile_belongs_to_the_innermost_of_our_functions() -> None:
    """C code counts for who called it; a thread that waits does not count; the loop alone is the loop."""
    outer = "thread (0xA): MainThread;<module> (web/__main__.py:7);run (web/serve.py:69);Loop.run (loop.c:1)"
    stacks = [
        f"{outer};Connection._flush (web/listener/connection.py:9);write (stream.c:2) 3",
        f"{outer};handle (web/endpoint.py:1);up (<script>:2);decode (engine/values.py:4);do (sqlalchemy/engine/base.py:1) 2",
        f"{outer};uv__io_poll (linux.c:3) 4",
        f"{outer};handle (web/endpoint.py:1);take_gil (ceval_gil.h:1) 50",
        "thread (11): store-writer;_work (engine/store/writer.py:1);SimpleQueue_get (q.c:1);_queue_SimpleQueue_get (q.c:1) 9",
    ]
    threads = read("\n".join(stacks), {10: 1.5, 11: 0.1})
    (thread,) = threads.values()
    assert thread.cpu_s == 1.5
    seen = {name: (part.samples, part.outside) for name, part in thread.parts.items()}
    assert seen == {"web/listener/connection.py": (3, 3), "engine/values.py": (2, 2), LOOP: (4, 4)}


GOOD = {"sent": 100, "answered": 100, "good": 100, "lost": 0, "per_s": 10.0, "statuses": {"200": 100}}
FLAT = [Minute(2.0, 110.0, 90.0)] * 90


@pytest.mark.parametrize(
    ("minutes", "total", "in_store", "broken"),
    [
        (FLAT, GOOD, 100, []),
        (FLAT, GOOD, 99, ["every 2xx stored"]),
        (FLAT, {**GOOD, "good": 99}, 99, ["no error"]),
        (FLAT, {**GOOD, "answered": 99, "good": 99, "lost": 1}, 100, ["no error"]),
        (FLAT, {**GOOD, "per_s": 9.0}, 100, ["rate kept"]),
        (FLAT[:60] + [Minute(5.0, 110.0, 90.0)] * 30, GOOD, 100, ["p99 flat"]),
        (FLAT[:60] + [FLAT[0], FLAT[0], Minute(90.0, 110.0, 90.0)] * 10, GOOD, 100, []),
        (FLAT[:60] + [Minute(9.0, 110.0, 90.0, 0.5)] * 10 + FLAT[:20], GOOD, 100, []),
        (FLAT[:60] + [Minute(2.0, 120.0, 95.0)] * 30, GOOD, 100, ["memory flat"]),
        (FLAT[:6] + [Minute(2.0, 120.0, 95.0)] * 3, GOOD, 100, []),  # short: the page cache may still fill
        (FLAT[:6] + [Minute(2.0, 220.0, 195.0)] * 3, GOOD, 100, ["memory flat"]),
    ],
)
def test_a_soak_is_judged_by_each_promise(
    minutes: list[Minute], total: dict[str, Any], in_store: int, broken: list[str]
) -> None:
    verdict = list(judge(minutes, total, in_store, 10.0))
    assert [text.partition(":")[0] for is_kept, text in verdict if is_kept is False] == broken
    assert all(is_kept is not None for is_kept, _ in verdict)
    assert len(verdict) == 5


def test_a_soak_beside_other_work_says_that_it_proves_nothing() -> None:
    minutes = FLAT[:45] + [Minute(9.0, 110.0, 90.0, 0.5)] * 45
    verdict = list(judge(minutes, {**GOOD, "per_s": 9.0}, 100, 10.0))
    assert [is_kept for is_kept, _ in verdict] == [True, None, None, True, True]
    assert "in 45 of 60 windows" in verdict[2][1]


def test_what_others_take_of_two_cores_is_seen() -> None:
    first, second = sorted(os.sched_getaffinity(0))[:2] if len(os.sched_getaffinity(0)) > 1 else (0, 0)
    cores = Cores(str(first), str(second))
    mine, nobodys = Others(cores), Others(cores)
    burner = subprocess.Popen(["taskset", "-c", str(first), sys.executable, "-c", "while True: pass"])
    try:
        until(lambda: cpu_s(burner.pid) > 0.1, "the burner to run")
        assert mine.share([burner.pid]) == nobodys.share([]) == 0.0
        before = cpu_s(burner.pid)
        until(lambda: cpu_s(burner.pid) > before + 1, "a second of its work", 120)
        assert burner.pid in family(os.getpid())
        # Two readings, a moment apart, of one time: what one counts as ours is others' in the other
        assert mine.share([burner.pid]) < nobodys.share([]) <= 1.0
    finally:
        burner.kill()
        burner.wait()

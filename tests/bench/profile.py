"""`make profile`: where the microseconds of one message go, by our own modules.

The data listener runs under full load while py-spy looks at all its threads, C code included. A sample belongs to the
innermost of our own functions on its stack: what SQLite or uvloop do on behalf of a module counts as that module's.
Samples of a thread that waits (for work, for the interpreter lock, for the disk) are left out; how long each thread
really ran comes from the system, and is spread over its samples.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.machine import Cores, NotHere, need
from tests.bench.servers import Door, Servers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HZ = 250
# C functions (or Python ones) below which a thread does not run but wait
WAITS = re.compile(
    r"\b(take_gil|_queue_SimpleQueue_get|PyThread_acquire_lock\w*|lock_acquire|epoll_p?wait|fdatasync|fsync)\b"
)
FRAME = re.compile(r"(?P<function>[^;]*?) \((?P<file>[^;()]*?)(?::(?P<line>\d+))?\)")
# py-spy leaves out the folder that a module was found in, so SQLAlchemy's engine is sqlalchemy/engine
OURS = re.compile(rf"(?:{re.escape(str(ROOT))}/)?(?:(?:engine|nodes|web)/.*\.py|<script>)")
LOOP = "event loop and sockets (uvloop, the system)"
OUTER = "web/serve.py"  # below it is only the loop


@dataclass
class Part:
    """What was seen of one module in one thread."""

    samples: int = 0
    outside: int = 0  # in C code or a library, on its behalf
    functions: Counter[str] = field(default_factory=Counter)


@dataclass
class Thread:
    """What was seen of one thread, and how long it ran."""

    cpu_s: float = 0.0
    parts: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))

    @property
    def samples(self) -> int:
        """How often it was seen running."""
        return sum(part.samples for part in self.parts.values())


def record(door: Door, cores: Cores, seconds: float) -> tuple[str, dict[int, float], int]:
    """The stacks as py-spy writes them, the seconds that each thread ran, and the messages answered meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stacks"
        spy = ["py-spy", "record", "--pid", str(door.pid), "--native", "--threads", "--format", "raw"]
        spy += ["--rate", str(HZ), "--duration", f"{seconds:g}", "--output", str(file)]
        wrk = ["wrk", "-t1", "-c32", f"-d{seconds + 1:g}s", "-s", str(HERE / "uplink.lua"), door.url]
        before, started = ran_s(door.pid), time.perf_counter()
        load = subprocess.Popen(["taskset", "-c", cores.load, *wrk], stdout=subprocess.PIPE, text=True)
        done = subprocess.run(["taskset", "-c", cores.load, *spy], capture_output=True, text=True)
        took = time.perf_counter() - started
        ran = {thread: s - before.get(thread, 0) for thread, s in ran_s(door.pid).items()}
        said = load.communicate()[0]
        if done.returncode:
            text = done.stderr.strip().splitlines() or ["it said nothing"]
            raise NotHere(f"py-spy cannot look at the server ({text[-1]}); run this as root")
        line = next(line for line in said.splitlines() if line.startswith("RESULT "))
        result = json.loads(line.removeprefix("RESULT "))
        return file.read_text(), ran, int(result["requests"] * took / result["seconds"])


def ran_s(pid: int) -> dict[int, float]:
    """Seconds on the processor of each thread of a process."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return {int(file.parent.name): int(file.read_text().split()[0]) / 1e9 for file in files}


def read(stacks: str, ran: dict[int, float]) -> dict[str, Thread]:
    """The samples by thread, module and function."""
    threads: dict[str, Thread] = defaultdict(Thread)
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        head, _, frames = stack.partition(";")
        found = re.match(r"thread \((\w+)\)(?:: (.*))?", head)
        if found is None or WAITS.search(frames):
            continue
        number, name = int(found[1], 0), found[2] or "thread"
        thread = threads[name]
        thread.cpu_s = ran.get(number, 0.0)
        _count(thread, frames, int(count))
    return threads


def _count(thread: Thread, frames: str, count: int) -> None:
    innermost = [match for frame in frames.split(";") if (match := FRAME.fullmatch(frame))]
    at = next((n for n in range(len(innermost) - 1, -1, -1) if OURS.fullmatch(innermost[n]["file"])), None)
    is_loop = at is None or innermost[at]["file"].endswith(OUTER)
    part = thread.parts[LOOP if at is None or is_loop else module_of(innermost[at]["file"])]
    part.samples += count
    if is_loop or frames.rsplit(";", maxsplit=1)[-1] != innermost[at or 0][0]:
        part.outside += count
    if not is_loop:
        part.functions[innermost[at or 0]["function"].rpartition(".")[2]] += count


def module_of(file: str) -> str:
    """A file's name from the project's folder on; all users' scripts are one."""
    found = re.search(r"(engine|nodes|web)/.*", file)
    return found[0] if found else "users' scripts"


def report(threads: dict[str, Thread], messages: int, least: float) -> Iterator[str]:
    """The table, as Markdown; modules below a share of `least` are put together."""
    total = sum(thread.cpu_s for thread in threads.values())
    yield f"{messages:,} messages, {total / messages * 1e6:.1f} us of CPU each\n"
    yield "| thread | module | us/message | share | of it in C and libraries | functions |"
    yield "|---|---|---|---|---|---|"
    for name, thread in sorted(threads.items(), key=lambda item: -item[1].cpu_s):
        small = Part()
        for module, part in sorted(thread.parts.items(), key=lambda item: -item[1].samples):
            share = thread.cpu_s / total * part.samples / thread.samples
            if share < least:
                small.samples += part.samples
                small.outside += part.outside
            else:
                yield _row(name, module, part, share, total / messages)
        if small.samples:
            share = thread.cpu_s / total * small.samples / thread.samples
            yield _row(name, "all others", small, share, total / messages)


def _row(thread: str, module: str, part: Part, share: float, message_s: float) -> str:
    tops = ", ".join(f"{name} {count / part.samples:.0%}" for name, count in part.functions.most_common(3))
    cells = (thread, module, f"{share * message_s * 1e6:.1f}", f"{share:.1%}")
    return f"| {' | '.join(cells)} | {part.outside / part.samples:.0%} | {tops} |"


def main() -> None:
    """Record one load, print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.profile", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument(
        "--least", type=float, default=0.01, help="smallest share with a line of its own (0.01)"
    )
    parser.add_argument("--stacks", type=Path, metavar="FILE", help="keep the stacks, for flame graphs")
    chosen = parser.parse_args()
    need("wrk", "taskset", "py-spy")
    cores = Cores.choose()
    servers = Servers(cores)
    try:
        url = servers.database() if chosen.postgresql else ""
        with servers.tidegate(is_listener=True, database_url=url) as door:
            stacks, ran, messages = record(door, cores, chosen.seconds)
    except (NotHere, RuntimeError, AssertionError) as error:
        sys.exit(str(error))
    finally:
        servers.close()
    if chosen.stacks:
        chosen.stacks.write_text(stacks)
    print(*report(read(stacks, ran), messages, chosen.least), sep="\n")


if __name__ == "__main__":
    main()

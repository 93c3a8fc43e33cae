"""What the measurements know of the machine: two cores, one for the server, one for the load; CPU time, memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class NotHere(Exception):
    """What a measurement needs is missing on this machine; the text says what, and how to get it."""


@dataclass(frozen=True)
class Cores:
    """The core that the server under test has to itself, and the core of the load."""

    server: str
    load: str

    @classmethod
    def choose(cls) -> Cores:
        """The first two cores that this process may use; SystemExit when there is only one."""
        allowed = sorted(os.sched_getaffinity(0))
        if len(allowed) < 2:
            sys.exit("a measurement needs two cores: one for the server, one for the load")
        return cls(str(allowed[0]), str(allowed[1]))


def need(*tools: str) -> None:
    """SystemExit that names the programs that are missing."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        sys.exit(f"missing here: {', '.join(missing)} (Debian: apt install wrk util-linux)")


def run_on(core: str, command: Sequence[str], timeout_s: float, folder: Path | None = None) -> str:
    """What a program, in that folder or in this one, writes to stdout; RuntimeError with what it wrote to stderr when it fails."""
    done = subprocess.run(
        ["taskset", "-c", core, *command], cwd=folder, capture_output=True, text=True, timeout=timeout_s
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {lines[-1]}")
    return done.stdout


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, its own and the system's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and its children."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


class Others:
    """How much of two cores the rest of the machine takes, its hypervisor included, while some processes run on them."""

    def __init__(self, cores: Cores) -> None:
        self._names = {f"cpu{cores.server}", f"cpu{cores.load}"}
        self._before: tuple[float, float, dict[int, float]] | None = None

    def share(self, pids: Iterable[int]) -> float:
        """What others took of both cores since the last call, 0 to 1; the first call says 0."""
        used = {}
        for pid in pids:
            with suppress(OSError):
                used[pid] = cpu_s(pid)
        busy, all_of_it = self._cores_s()
        before, self._before = self._before, (busy, all_of_it, used)
        if before is None or all_of_it <= before[1]:
            return 0.0
        ours = sum(seconds - before[2].get(pid, 0.0) for pid, seconds in used.items())
        return min(max((busy - before[0] - ours) / (all_of_it - before[1]), 0.0), 1.0)

    def _cores_s(self) -> tuple[float, float]:
        """Seconds in which the cores were busy or stolen, and all seconds of them, since the machine started."""
        busy = total = 0
        for line in Path("/proc/stat").read_text().splitlines():
            name, *fields = line.split()
            if name in self._names:
                # user nice system idle iowait irq softirq steal; what follows is in these already
                times = [int(field) for field in fields[:8]]
                total += sum(times)
                busy += sum(times) - times[3] - times[4]
        tick = os.sysconf("SC_CLK_TCK")
        return busy / tick, total / tick


def memory_mb(pid: int) -> tuple[float, float]:
    """What a process has in memory (RSS) and, of that, what is its own and no file's, in MB of 1,000,000 bytes."""
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    found = {line[0]: int(line[1]) * 1024 / 1e6 for line in lines if line[0] in ("VmRSS:", "RssAnon:")}
    return found["VmRSS:"], found["RssAnon:"]

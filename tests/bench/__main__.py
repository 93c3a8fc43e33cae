"""`make bench`: one table from one run. Each server on one core, wrk on another; ratios are the result."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.bench import scene
from tests.e2e.tide import Office, Tide, until
from tests.ports import free_port

HERE = Path(__file__).parent
SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 32
ECHO = "bare httptools echo"
QUART_ECHO = "bare Hypercorn and Quart echo"
THROUGH_QUART = "Tidegate, Quart, SQLite"
THROUGH_LISTENER = "Tidegate, data listener, SQLite"
ALONE = "Tidegate, engine alone, SQLite"


@dataclass
class Row:
    """One server's results over the rounds."""

    name: str
    per_s: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def rate(self) -> float:
        """Messages per second, the median of the rounds."""
        return statistics.median(self.per_s)

    def line(self, echo: float) -> str:
        """The row as it is printed."""
        spread = f"{min(self.per_s):,.0f} to {max(self.per_s):,.0f}"
        middle = [f"{statistics.median(v):.2f}" if v else "-" for v in (self.p50_ms, self.p99_ms)]
        cpu = f"{statistics.median(self.cpu_us):.1f}" if self.cpu_us else "-"
        cells = (
            self.name,
            f"{self.rate:,.0f}",
            spread,
            *middle,
            cpu,
            f"{self.rate / echo:.2f}",
            str(self.errors),
        )
        return "| " + " | ".join(cells) + " |"


def wrk(url: str, seconds: float) -> dict[str, Any]:
    """One round of load: what the script's `done` says."""
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--latency"]
    command += ["-s", str(HERE / "uplink.lua"), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    line = next(line for line in text.splitlines() if line.startswith("RESULT "))
    found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
    return found


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, its own and the system's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(row: Row, url: str, pid: int, seconds: float) -> None:
    """Warm up, then measure one round."""
    wrk(url, 1)
    before = cpu_s(pid)
    result = wrk(url, seconds)
    row.per_s.append(result["requests"] / result["seconds"])
    row.p50_ms.append(result["p50_ms"])
    row.p99_ms.append(result["p99_ms"])
    row.cpu_us.append((cpu_s(pid) - before) / result["requests"] * 1e6)
    row.errors += result["bad"] + result["lost"]


@contextmanager
def echo(script: str) -> Iterator[tuple[str, int]]:
    """A bare echo server on a free port."""
    port = free_port()
    command = ["taskset", "-c", SERVER_CORE, sys.executable, str(HERE / script), str(port)]
    process = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}/x"
        until(lambda: answers(url), script)
        yield url, process.pid
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    """Whether somebody answers there."""
    try:
        return httpx.post(url, content=scene.BODY).status_code < 500
    except httpx.TransportError:
        return False


@contextmanager
def tidegate(database_url: str, listener: bool = False) -> Iterator[tuple[str, int]]:
    """A whole server with the scene in it, behind its Quart door or its data listener."""
    with tempfile.TemporaryDirectory() as folder:
        tide = Tide(Path(folder), database_url, pin=SERVER_CORE).start()
        try:
            office = Office(tide, "bench")
            path = office.open_door(uplink=scene.UPLINK, downlink=scene.DOWNLINK)
            document = scene.chain(office.integration["id"])
            chain = office.call("POST", "rule-chains", {"name": "bench", **document})["id"]
            office.call("POST", f"rule-chains/{chain}/activate", {})
            changed = {**office.integration, "ruleChainId": chain}
            office.call("PUT", f"integrations/{office.integration['id']}", changed)
            office.call("POST", f"integrations/{office.integration['id']}/debug", {"minutes": 0})
            assert tide.process is not None
            yield f"{tide.data_url if listener else tide.url}{path}", tide.process.pid
        finally:
            tide.stop()


def engine_alone(row: Row, seconds: float, url: str = "", sample: bool = False) -> dict[str, float]:
    """The engine without HTTP; the share of each part when sampled (which slows it, so that is not measured)."""
    command = [
        "taskset",
        "-c",
        SERVER_CORE,
        sys.executable,
        "-m",
        "tests.bench.engine_alone",
        str(seconds),
        url,
    ]
    text = subprocess.run(
        [*command, *(["--sample"] if sample else [])], capture_output=True, text=True, check=True
    )
    result = json.loads(text.stdout.splitlines()[-1])
    if not sample:
        row.per_s.append(result["per_s"])
        row.cpu_us.append(result["cpu_us"])
        row.errors += sum(count for status, count in result["statuses"].items() if status != "200")
    parts: dict[str, float] = result["parts"]
    return parts


def main() -> None:
    """Measure everything that is installed here, print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    for tool in ("wrk", "taskset"):
        if shutil.which(tool) is None:
            sys.exit(f"make bench needs {tool} (Debian: apt install wrk util-linux)")
    doors: dict[str, Callable[[], Any]] = {
        ECHO: lambda: echo("echo_httptools.py"),
        QUART_ECHO: lambda: echo("echo_quart.py"),
        THROUGH_QUART: lambda: tidegate(""),
        THROUGH_LISTENER: lambda: tidegate("", listener=True),
    }
    rows = {name: Row(name) for name in (*doors, ALONE)}
    for number in range(options.rounds):
        for name, door in doors.items():
            print(f"round {number + 1} of {options.rounds}: {name}", file=sys.stderr)
            with door() as (url, pid):
                load(rows[name], url, pid, options.seconds)
        print(f"round {number + 1} of {options.rounds}: engine alone", file=sys.stderr)
        engine_alone(rows[ALONE], options.seconds)
    parts = engine_alone(Row(""), options.seconds, sample=True)
    report(rows, parts)


def report(rows: dict[str, Row], parts: dict[str, float]) -> None:
    """Print the results as Markdown."""
    bare, quart = rows[ECHO].rate, rows[QUART_ECHO].rate
    print(
        f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {CONNECTIONS} connections, Python {sys.version.split()[0]}\n"
    )
    print(
        "| server | messages/s | min to max | p50 ms | p99 ms | CPU us/message | of the httptools echo | errors |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for row in rows.values():
        print(row.line(bare))
    through = rows[THROUGH_QUART].rate
    print(f"\nThrough Quart: {through / quart:.2f} of the bare Quart echo (goal 0.7).")
    alone = rows[ALONE].rate
    print(
        f"Engine alone: {alone:,.0f} messages/s, {alone / bare:.2f} of the httptools echo (goal 25,000 or 0.45)."
    )
    print(
        "Share of the loop's time: " + ", ".join(f"{part} {share:.0%}" for part, share in parts.items()) + "."
    )


if __name__ == "__main__":
    main()

"""`make scale`: the throughput at 1,000 devices and an empty store beside that at a million devices.

Scenes take turns in one run, round by round: the small store; the large one with the same 1,000 devices sending
(hot); the large one with all devices sending (spread), which memory holds by then, as it does an hour after a start.
Before that, all devices send while nearly every message is the first of its device since the start (cold). The ratios are the result; that of CPU time says
more than that of messages where others use the machine too. Then the times of reads, and what memory it takes.
"""

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
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.scale_fill import fill
from tests.bench.scale_server import HOT

CORE = "0"
GOAL = 0.8


class Server:
    """A child process with the engine on one database."""

    def __init__(self, folder: Path, url: str, devices: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        pin = ["taskset", "-c", CORE] if shutil.which("taskset") else []
        command = [*pin, sys.executable, "-m", "tests.bench.scale_server", str(folder), url, str(devices)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words: object) -> dict[str, Any]:
        """Tell it something; what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def stop(self) -> None:
        """Let it close its store."""
        self.process.communicate(timeout=120)


Scenes = dict[str, tuple[Server, str]]


def rounds(scenes: Scenes, count: int, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Each scene in turn, `count` times."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in scenes}
    for number in range(count):
        for name, (server, traffic) in scenes.items():
            found[name].append(server.ask("run", traffic, seconds))
            say(f"round {number + 1} of {count}, {name}: {found[name][-1]}")
    return found


def measure(folder: Path, url: str, options: argparse.Namespace) -> None:
    """Measure one database and print what was found."""
    lite = url.startswith("sqlite")
    marker = folder / "filled"
    large_url = url.format(name="large")
    small_url = url.format(name="small")
    if not marker.exists():
        make(small_url)
        make(large_url)
        say(f"filling {large_url}: {options.devices:,} devices, {options.rows:,} rows")
        fill(small_url, HOT, 0)
        seconds = fill(large_url, options.devices, options.rows)
        marker.write_text("")
        say(f"filled in {seconds:.0f} s")
    small = Server(folder / "small", small_url, HOT)
    large = Server(folder / "large", large_url, options.devices)
    try:
        before = large.ask("memory")
        empty = (small, "hot")
        cold = rounds({"empty": empty, "cold": (large, "spread")}, options.rounds, options.seconds)
        warmed = large.ask("warm")
        scenes = {"empty": empty, "hot": (large, "hot"), "spread": (large, "spread")}
        found = rounds(scenes, options.rounds, options.seconds)
        after = large.ask("memory")
        reads = large.ask("query")
        reads_small = small.ask("query")
    finally:
        small.stop()
        large.stop()
    title = "SQLite" if lite else "PostgreSQL"
    print(f"\n{title}, {options.devices:,} devices, {options.rows:,} rows of telemetry\n")
    report(found)
    print("\nFirst messages since the start:\n")
    report(cold)
    print(
        f"\nA device comes into memory in {warmed['cpu_us']:.0f} us and takes {warmed['bytes']:,.0f} bytes there."
    )
    print(
        f"\nResident memory (own pages) in MiB: {before['rss_mib']} ({before['own_mib']}) at the start,",
        end=" ",
    )
    print(f"{after['rss_mib']} ({after['own_mib']}) after, with {after['entities']:,} devices at hand.")
    print("Reads, ms, p50 / p99, in the large and in the small store:", end=" ")
    print(
        "; ".join(
            f"{k} {v[0]} / {v[1]} and {reads_small[k][0]} / {reads_small[k][1]}" for k, v in reads.items()
        )
    )


def report(found: dict[str, list[dict[str, Any]]]) -> None:
    """The table of a database."""
    middle = {name: statistics.median(r["per_s"] for r in results) for name, results in found.items()}
    print(
        "| scene | messages/s | min to max | of the empty store | CPU us/message | of the empty store | statuses |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, results in found.items():
        rates = [r["per_s"] for r in results]
        cpu = statistics.median(r["cpu_us"] for r in results)
        pairs = list(zip(results, found["empty"], strict=True))
        ratio = statistics.median(r["per_s"] / e["per_s"] for r, e in pairs)
        dearer = statistics.median(r["cpu_us"] / e["cpu_us"] for r, e in pairs)
        statuses = sorted({status for r in results for status in r["statuses"]})
        print(
            f"| {name} | {middle[name]:,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {ratio:.2f}"
            f" (goal {GOAL}) | {cpu:.0f} | {dearer:.2f} | {', '.join(statuses)} |"
        )


def make(url: str) -> None:
    """A new database on a PostgreSQL server; SQLite needs none."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as db:
        db.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        db.execute(f"CREATE DATABASE {name}".encode())


def say(text: str) -> None:
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure SQLite, and PostgreSQL when a server is named."""
    parser = argparse.ArgumentParser(prog="make scale", description=__doc__)
    parser.add_argument("--devices", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument(
        "--postgresql", default="", help="a server, postgresql://user@host:port: databases are made there"
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--folder", type=Path, help="kept, and used again as it is; by default a temporary one"
    )
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tidegate-scale-"))
    try:
        if options.only != "postgresql":
            measure(folder / "sqlite", f"sqlite:///{folder.absolute()}/sqlite/{{name}}/tidegate.db", options)
        if options.postgresql:
            (folder / "postgresql").mkdir(parents=True, exist_ok=True)
            measure(folder / "postgresql", f"{options.postgresql}/tidegate_scale_{{name}}", options)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)
    print(f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()

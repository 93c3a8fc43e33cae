"""`make bench`: one table from one run. Each server on one core, the load on another; ratios are the result.

The rounds go through the servers forwards and backwards in turn, so that an hour in which the machine is slow is
nobody's alone. `tests/bench/README.md` says what each row does and where the method is biased.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.machine import Cores, NotHere, cpu_s, need, run_on
from tests.bench.servers import Door, Servers, Start, compiled
from tests.bench.table import Row, as_json, report
from tests.e2e.tide import ROOT

HERE = Path(__file__).parent
CONNECTIONS = 32
WARM_UP_S = 1
LABELS = {
    "echo": "bare httptools echo (stores nothing)",
    "echo-stdlib": "bare httptools echo, Python's own JSON (stores nothing)",
    "uvicorn": "bare uvicorn echo, raw ASGI (stores nothing)",
    "quart": "bare Hypercorn and Quart echo (stores nothing)",
    "nodered": "Node-RED, memory ring (stores nothing durably)",
    "nodered-min": "Node-RED, no store at all",
    "tidegate-quart": "Tidegate, main door (Quart), SQLite",
    "listener": "Tidegate, data listener, SQLite",
    "listener-postgresql": "Tidegate, data listener, PostgreSQL",
    "engine": "Tidegate, engine alone, SQLite",
    "listener-compiled": "Tidegate compiled, data listener, SQLite",
    "listener-postgresql-compiled": "Tidegate compiled, data listener, PostgreSQL",
    "engine-compiled": "Tidegate compiled, engine alone, SQLite",
}
# Whose p99 at half of the maximum rate is measured, too
AT_HALF = ("listener", "listener-postgresql", "listener-compiled", "listener-postgresql-compiled")


def doors(servers: Servers) -> dict[str, Start]:
    """How each server that is loaded from outside is started."""
    return {
        "echo": lambda: servers.echo("echo_httptools.py"),
        "echo-stdlib": lambda: servers.echo("echo_httptools.py", "stdlib"),
        "uvicorn": lambda: servers.echo("echo_uvicorn.py"),
        "quart": lambda: servers.echo("echo_quart.py"),
        "nodered": lambda: servers.nodered("/up/bench"),
        "nodered-min": lambda: servers.nodered("/min/bench"),
        "tidegate-quart": lambda: servers.tidegate(is_listener=False),
        "listener": lambda: servers.tidegate(is_listener=True),
        "listener-postgresql": servers.tidegate_on_postgres,
        "listener-compiled": lambda: servers.tidegate(is_listener=True, program=compiled()),
        "listener-postgresql-compiled": lambda: servers.tidegate_on_postgres(compiled()),
    }


class Bench:
    """Measures rows, round by round; a row that cannot be had here is skipped with its reason."""

    def __init__(self, cores: Cores, servers: Servers, names: list[str], seconds: int) -> None:
        self._cores = cores
        self._doors = doors(servers)
        self._seconds = seconds
        self.rows = {name: Row(LABELS[name]) for name in names}
        self.skipped: dict[str, str] = {}

    def round(self, names: list[str], text: str) -> None:
        """Measure each of these once."""
        for name in names:
            if name not in self.rows:
                continue
            print(f"{text}: {LABELS[name]}", file=sys.stderr)
            try:
                self._measure(name, self.rows[name])
            except NotHere as missing:
                print(f"  skipped: {missing}", file=sys.stderr)
                self.skipped[LABELS[name]] = str(missing)
                del self.rows[name]

    def _measure(self, name: str, row: Row) -> None:
        if name.startswith("engine"):
            self._engine(row, ROOT if name == "engine" else compiled())
            return
        with self._doors[name]() as door:
            self._load(row, door)
            if name in AT_HALF:
                self._at_half(row, door)

    def _load(self, row: Row, door: Door) -> None:
        self._wrk(door.url, WARM_UP_S)
        before = cpu_s(door.pid)
        result = self._wrk(door.url, self._seconds)
        row.per_s.append(result["requests"] / result["seconds"])
        row.p50_ms.append(result["p50_ms"])
        row.p99_ms.append(result["p99_ms"])
        used = cpu_s(door.pid) - before
        row.cpu_us.append(used / result["requests"] * 1e6)
        row.core.append(used / result["seconds"])
        row.errors += result["bad"] + result["lost"]

    def _wrk(self, url: str, seconds: int) -> dict[str, Any]:
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "uplink.lua"), url]
        lines = run_on(self._cores.load, command, seconds + 60).splitlines()
        found: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("RESULT "))[7:])
        if not found["requests"]:
            raise RuntimeError(f"{url} answered nothing")
        return found

    def _at_half(self, row: Row, door: Door) -> None:
        rate = row.per_s[-1] / 2
        command = [sys.executable, "-m", "tests.bench.paced", door.url, "--rate", f"{rate:.1f}"]
        command += ["--seconds", f"{self._seconds:g}", "--connections", str(CONNECTIONS)]
        result = json.loads(run_on(self._cores.load, command, self._seconds + 90).splitlines()[-1])
        row.half_per_s.append(result["per_s"])
        row.half_p99_ms.append(result["p99_ms"])
        row.errors += result["sent"] - result["good"]

    def _engine(self, row: Row, program: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.engine_alone", f"{self._seconds:g}"]
        said = run_on(self._cores.server, command, self._seconds + 90, program)
        result = json.loads(said.splitlines()[-1])
        row.per_s.append(result["per_s"])
        row.cpu_us.append(result["cpu_us"])
        row.core.append(result["per_s"] * result["cpu_us"] / 1e6)
        row.errors += sum(count for status, count in result["statuses"].items() if status != "200")


def main() -> None:
    """Measure what is asked for and can be had here; print the table."""
    chosen = options()
    need("wrk", "taskset")
    cores = Cores.choose()
    servers = Servers(cores)
    bench = Bench(cores, servers, chosen.only, chosen.seconds)
    try:
        for number in range(chosen.rounds):
            order = chosen.only if number % 2 == 0 else chosen.only[::-1]
            bench.round(order, f"round {number + 1} of {chosen.rounds}")
    except (RuntimeError, AssertionError, OSError) as error:
        sys.exit(f"the measurement broke off: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
    finally:
        servers.close()
    setting = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {CONNECTIONS} connections, {chosen.rounds} rounds of "
        f"{chosen.seconds:g} s, Python {platform.python_version()}, Linux {platform.release()}"
    )
    print("", setting, "", *report(bench.rows, bench.skipped), sep="\n")
    if chosen.json:
        text = json.dumps({"setting": setting, **as_json(bench.rows, bench.skipped)}, indent=2)
        chosen.json.write_text(text + "\n")
    if any(row.errors for row in bench.rows.values()):
        sys.exit("there were errors: these figures mean nothing")


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__.partition("\n")[0],
        epilog="rows: " + "; ".join(f"{name} = {label}" for name, label in LABELS.items()),
    )
    parser.add_argument("--rounds", type=_positive(int), default=3, help="how often each row is measured (3)")
    parser.add_argument(
        "--seconds",
        type=_positive(int),
        default=4,
        help="of load for each row and round (4); whole ones, for wrk",
    )
    parser.add_argument("--only", type=_rows, default=list(LABELS), help="rows by name, joined by commas")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all single results there, too")
    return parser.parse_args()


def _positive(kind: type) -> Any:
    def read(text: str) -> Any:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    read.__name__ = kind.__name__
    return read


def _rows(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in LABELS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(
            f"no row {', '.join(unknown) or text!r}; there are {', '.join(LABELS)}"
        )
    return names


if __name__ == "__main__":
    main()

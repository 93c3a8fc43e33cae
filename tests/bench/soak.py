"""`make soak`: minutes at 70 % of what the data listener can do; the verdict on memory, errors, latency and the store.

First the maximum is measured with the same generator in a closed loop, then the load runs at 70 % of it. Each message
carries a (device, ts) of its own, so that afterwards the stored values can be counted against the answers. The
verdict compares the last third of the run with the middle third: the first one is warming up. In a run of less than
five minutes SQLite's page cache may still be filling: then memory may grow, by no more than that cache holds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.store import StoreSettings
from tests.bench import scene
from tests.bench.machine import Cores, NotHere, memory_mb, need, run_on
from tests.bench.servers import Servers
from tests.e2e.tide import Office, Tide

CONNECTIONS, DEVICES = 32, 200
LOAD = 0.7
WINDOW_S = 5
PROBE_S = 5
GROWTH = 1.05  # of the server's own memory
SHORT_S = 300
CACHE_MB = StoreSettings().cache_mib * 1.048576
SLOWER = 2.0  # of the lower quartile of the windows' p99: a machine's bad moments are in few windows, a drift in all
UPLINK = scene.UPLINK.replace(
    '"telemetry": {"temperature": p.temperature, "humidity": p.humidity}',
    '"telemetry": {"ts": p.ts, "values": {"temperature": p.temperature, "humidity": p.humidity}}',
)


@dataclass
class Minute:
    """What one window showed."""

    p99_ms: float
    rss_mb: float
    own_mb: float


def command(url: str, first_ts: int, seconds: float, rate: float = 0) -> list[str]:
    """The generator's command line."""
    found = [
        sys.executable,
        "-m",
        "tests.bench.paced",
        url,
        "--seconds",
        f"{seconds:g}",
        "--rate",
        f"{rate:.1f}",
    ]
    found += ["--connections", str(CONNECTIONS), "--devices", str(DEVICES)]
    return [*found, "--first-ts", str(first_ts), "--window", str(WINDOW_S)]


def play(cores: Cores, url: str, pid: int, first_ts: int, seconds: float, rate: float) -> Iterator[Any]:
    """A Minute for each window as it ends, then what the generator says of all."""
    line = ["taskset", "-c", cores.load, *command(url, first_ts, seconds, rate)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            found = json.loads(text)
            if found.get("total"):
                yield found
                continue
            minute = Minute(found["p99_ms"], *memory_mb(pid))
            print(
                f"{found['at']:6.0f} s  {found['per_s']:9,.0f}/s  p50 {found['p50_ms']:7.2f}  p99 {minute.p99_ms:7.2f}"
                f"  max {found['max_ms']:8.2f} ms  RSS {minute.rss_mb:6.1f} MB, own {minute.own_mb:6.1f}"
                f"  bad {found['answered'] - found['good'] + found['lost']}",
                flush=True,
            )
            yield minute
    if process.returncode:
        raise RuntimeError("the load broke off: the server does not answer")


def stored(office: Office, first_ts: int) -> int:
    """How many values of one key the store has, from `first_ts` on."""
    count, cursor = 0, ""
    while True:
        page = office.call("GET", f"devices?q=P&limit=100{cursor}")
        for device in page["items"]:
            query = f"keys=temperature&from={first_ts}&to={2 * first_ts}&agg=COUNT&step={2 * first_ts}"
            points = office.call("GET", f"devices/{device['id']}/telemetry?{query}").get("temperature", [])
            count += sum(point["value"] for point in points)
        if not page.get("next"):
            return count
        cursor = f"&cursor={page['next']}"


def judge(
    minutes: list[Minute], total: dict[str, Any], in_store: int, rate: float
) -> Iterator[tuple[bool, str]]:
    """Each promise, whether it was kept, and the figures."""
    third = len(minutes) // 3
    middle, last = minutes[third : 2 * third], minutes[-third:]
    p99 = [statistics.quantiles((m.p99_ms for m in part), n=4)[0] for part in (middle, last)]
    own = [statistics.median(m.own_mb for m in part) for part in (middle, last)]
    rss = [statistics.median(m.rss_mb for m in part) for part in (middle, last)]
    bad = total["answered"] - total["good"] + total["lost"]
    yield bad == 0, f"no error: {bad} of {total['sent']:,} messages; {total['statuses']}"
    yield total["per_s"] >= 0.98 * rate, f"rate kept: {total['per_s']:,.0f}/s of {rate:,.0f}/s"
    yield (
        p99[1] <= SLOWER * p99[0],
        f"p99 flat: {p99[0]:.2f} ms in the middle third, {p99[1]:.2f} ms in the last",
    )
    text = (
        f"{own[0]:.1f} MB in the middle third, {own[1]:.1f} MB in the last; RSS {rss[0]:.1f}, {rss[1]:.1f} MB"
    )
    is_flat = own[1] <= GROWTH * own[0]
    if not is_flat and len(minutes) * WINDOW_S < SHORT_S and own[1] - minutes[0].own_mb < CACHE_MB:
        is_flat, text = True, f"{text}; not yet flat, but within the page cache of {CACHE_MB:.0f} MB"
    yield is_flat, f"memory flat: {text}"
    lost = total["lost"]  # sent without an answer: may be stored
    kept = total["good"] <= in_store <= total["good"] + lost
    yield kept, f"every 2xx stored: {total['good']:,} answered, {in_store:,} in the store"


def soak(cores: Cores, database_url: str, seconds: float) -> bool:
    """Play and judge; whether all promises were kept."""
    with tempfile.TemporaryDirectory() as folder:
        tide = Tide(Path(folder), database_url, pin=cores.server).start()
        try:
            office = Office(tide, "soak")
            url = f"{tide.data_url}{scene.play(office, UPLINK)}"
            assert tide.process is not None
            pid = tide.process.pid
            probe = run_on(cores.load, command(url, 1_000_000_000_000, PROBE_S), PROBE_S + 90)
            rate = LOAD * json.loads(probe.splitlines()[-1])["per_s"]
            print(
                f"{rate:,.0f} messages/s ({LOAD:.0%} of the maximum) for {seconds:g} s; {CONNECTIONS} connections"
            )
            first_ts = int(time.time() * 1000)
            *minutes, total = play(cores, url, pid, first_ts, seconds, rate)
            verdict = list(judge(minutes, total, stored(office, first_ts), rate))
        finally:
            tide.stop()
    for is_kept, text in verdict:
        print(f"{'kept' if is_kept else 'BROKEN'}  {text}")
    return all(is_kept for is_kept, _ in verdict)


def main() -> None:
    """Run it; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.soak", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=600, help="of load at 70 %% (600), at least 45")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = parser.parse_args()
    if chosen.seconds < 9 * WINDOW_S:
        parser.error(f"--seconds must be at least {9 * WINDOW_S}")
    need("taskset")
    cores = Cores.choose()
    servers = Servers(cores)
    try:
        is_kept = soak(cores, servers.database() if chosen.postgresql else "", chosen.seconds)
    except (NotHere, RuntimeError, AssertionError, OSError) as error:
        sys.exit(f"the soak broke off: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
    finally:
        servers.close()
    sys.exit(0 if is_kept else 1)


if __name__ == "__main__":
    main()

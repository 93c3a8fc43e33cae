"""`make soak`: minutes at 70 % of what the data listener can do; the verdict on memory, errors, latency and the store.

First the maximum is measured with the same generator in a closed loop, then the load runs at 70 % of it. Each message
carries a (device, ts) of its own, so that afterwards the stored values can be counted against the answers. The
verdict compares the last third of the run with the middle third: the first one is warming up. In a run of less than
five minutes SQLite's page cache may still be filling: then memory may grow, by no more than that cache holds.
Latency and rate are judged by the windows in which the machine did little else; without enough of them the run
says that it proves nothing of them.
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
from tests.bench.machine import Cores, NotHere, Others, family, memory_mb, need, run_on
from tests.bench.servers import Servers
from tests.e2e.tide import Office, Tide

CONNECTIONS, DEVICES = 32, 200
LOAD = 0.7
WINDOW_S = 5
BROKEN, NOTHING = 1, 3  # exit codes
PROBE_S = 5
GROWTH = 1.05  # of the server's own memory
SHORT_S = 300
CACHE_MB = StoreSettings().cache_mib * 1.048576
SLOWER, SLACK_MS = 1.5, 0.5  # of the median of the windows' p99
QUIET = 0.15  # of the two cores may be used by others in a window that counts
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
    others: float = 0.0  # what others took of both cores, 0 to 1


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


def play(
    cores: Cores, url: str, pids: list[int], first_ts: int, seconds: float, rate: float
) -> Iterator[Any]:
    """A Minute for each window as it ends, then what the generator says of all.

    `pids`: the server, and what else works for it; the memory is that of the first.
    """
    line = ["taskset", "-c", cores.load, *command(url, first_ts, seconds, rate)]
    others = Others(cores)
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None

        def share() -> float:
            return others.share({process.pid, *(each for pid in pids for each in family(pid))})

        share()
        for text in process.stdout:
            found = json.loads(text)
            if found.get("total"):
                yield found
                continue
            minute = Minute(found["p99_ms"], *memory_mb(pids[0]), share())
            print(
                f"{found['at']:6.0f} s  {found['per_s']:9,.0f}/s  p50 {found['p50_ms']:7.2f}  p99 {minute.p99_ms:7.2f}"
                f"  max {found['max_ms']:8.2f} ms  RSS {minute.rss_mb:6.1f} MB, own {minute.own_mb:6.1f}"
                f"  bad {found['answered'] - found['good'] + found['lost']}  others {minute.others:4.0%}",
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


Verdict = tuple[bool | None, str]


def judge(minutes: list[Minute], total: dict[str, Any], in_store: int, rate: float) -> Iterator[Verdict]:
    """Each promise, whether it was kept (None: the machine was too busy to tell), and the figures."""
    third = len(minutes) // 3
    middle, last = minutes[third : 2 * third], minutes[-third:]
    bad = total["answered"] - total["good"] + total["lost"]
    yield bad == 0, f"no error: {bad} of {total['sent']:,} messages; {total['statuses']}"
    quiet = sum(m.others <= QUIET for m in minutes)
    text = f"rate kept: {total['per_s']:,.0f}/s of {rate:,.0f}/s"
    if total["per_s"] >= 0.98 * rate:
        yield True, text
    elif 2 * quiet > len(minutes):
        yield False, text
    else:
        yield None, f"{text}, {busy(minutes)}"
    yield flat_p99(middle, last)
    yield flat_memory(minutes, middle, last)
    lost = total["lost"]  # sent without an answer: may be stored
    kept = total["good"] <= in_store <= total["good"] + lost
    yield kept, f"every 2xx stored: {total['good']:,} answered, {in_store:,} in the store"


def flat_p99(middle: list[Minute], last: list[Minute]) -> Verdict:
    """By the medians of the quiet windows: a bad moment is in few of them, a drift of ours in all."""
    found = [[m.p99_ms for m in part if m.others <= QUIET] for part in (middle, last)]
    if any(2 * len(part) < len(middle) for part in found):
        return None, f"p99 flat: {busy([*middle, *last])}"
    before, after = map(statistics.median, found)
    text = f"p99 flat: {before:.2f} ms in the middle third, {after:.2f} ms in the last"
    return (
        after <= SLOWER * before + SLACK_MS,
        f"{text} (medians of {len(found[0])} and {len(found[1])} windows)",
    )


def busy(minutes: list[Minute]) -> str:
    """What the rest of the machine did."""
    many = sum(m.others > QUIET for m in minutes)
    share = statistics.median(m.others for m in minutes)
    return f"others took more than {QUIET:.0%} of the cores in {many} of {len(minutes)} windows, {share:.0%} in half"


def flat_memory(minutes: list[Minute], middle: list[Minute], last: list[Minute]) -> Verdict:
    """By the medians of the server's own memory."""
    own = [statistics.median(m.own_mb for m in part) for part in (middle, last)]
    rss = [statistics.median(m.rss_mb for m in part) for part in (middle, last)]
    text = (
        f"{own[0]:.1f} MB in the middle third, {own[1]:.1f} MB in the last; RSS {rss[0]:.1f}, {rss[1]:.1f} MB"
    )
    is_flat = own[1] <= GROWTH * own[0]
    if not is_flat and len(minutes) * WINDOW_S < SHORT_S and own[1] - minutes[0].own_mb < CACHE_MB:
        is_flat, text = True, f"{text}; not yet flat, but within the page cache of {CACHE_MB:.0f} MB"
    return is_flat, f"memory flat: {text}"


def soak(cores: Cores, database_url: str, seconds: float, helpers: list[int]) -> int:
    """Play and judge; the exit code. `helpers` are processes that work for the server: a database."""
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
            *minutes, total = play(cores, url, [pid, *helpers], first_ts, seconds, rate)
            verdict = list(judge(minutes, total, stored(office, first_ts), rate))
        finally:
            tide.stop()
    words = {True: "kept", False: "BROKEN", None: "proves nothing"}
    for is_kept, text in verdict:
        print(f"{words[is_kept]:16}{text}")
    found = [is_kept for is_kept, _ in verdict]
    return BROKEN if False in found else NOTHING if None in found else 0


def main() -> None:
    """Run it; exit code 1 when a promise was broken, 3 when the machine was too busy to tell of one."""
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
        url = servers.database() if chosen.postgresql else ""
        code = soak(cores, url, chosen.seconds, servers.database_pids())
    except (NotHere, RuntimeError, AssertionError, OSError) as error:
        sys.exit(f"the soak broke off: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
    finally:
        servers.close()
    sys.exit(code)


if __name__ == "__main__":
    main()

"""`python -m tests.bench.editor`: how fluent the editor is with large chains, and what watching costs the data path.

Method: a real server, a real headless Chromium without a graphics card, a real mouse. Frames are counted by
requestAnimationFrame while the hand moves; beside them stands the time that the page's main thread was busy for one frame,
which a busy machine changes less (16.7 ms are 60 frames a second). What watching costs is the server's own CPU time for
one message, with a page on the chain and without, in turns. Bias: browser, server and devices share this machine, so
frames are a lower bound.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from playwright.sync_api import CDPSession, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from editor_world import ARGS, SIZE, grid, new_chain
from load import Load
from tide import Office, Tide

ROUNDS = 5
LOOK_S = 4.0
PACE_S = 0.05
COUNT_FRAMES = """ms => new Promise(done => {
  let frames = 0; const begin = performance.now();
  const tick = now => { frames += 1; now - begin < ms ? requestAnimationFrame(tick) : done(frames * 1000 / (now - begin)) };
  requestAnimationFrame(tick);
})"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        tide = Tide(Path(folder), trace_sample_s=0).start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_context(viewport=SIZE, locale="en-US").new_page()
        try:
            say("load of the machine (1 min)", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            page.goto("about:blank")
            say(
                "an empty page, for comparison (frames/s)",
                f"{page.evaluate(COUNT_FRAMES, LOOK_S * 1000):.0f}",
            )
            thousand(page, Office(tide))
            three_hundred(page, Office(tide))
            watching(page, Office(tide))
        finally:
            browser.close()
            tide.stop()


def say(what: str, figure: str) -> None:
    """One line of the result."""
    print(f"{what:<58}{figure}", flush=True)


def thousand(page: Page, office: Office) -> None:
    """A chain of 1,000 nodes: opened, a node dragged, the canvas moved."""
    url = f"{office.tide.url}/rule-chains/{new_chain(office, grid(1000), active=False)}"
    times = []
    for _ in range(ROUNDS):
        page.goto("about:blank")
        begin = time.monotonic()
        page.goto(url)
        expect(page.locator('[data-name="Node 0"]')).to_be_visible()
        times.append(time.monotonic() - begin)
    say("1,000 nodes: open until drawn, median (s)", f"{statistics.median(times):.2f}")
    card = page.locator('[data-name="Node 1"] .nm').bounding_box()
    assert card is not None
    start = card["x"] + 20, card["y"] + 5
    say("1,000 nodes: a node is dragged", while_moving(page, start))
    pane = page.locator(".canvas").bounding_box()
    assert pane is not None
    say(
        "1,000 nodes: the canvas is moved",
        while_moving(page, (pane["x"] + 600, pane["y"] + 20)),
    )


def busy_s(client: CDPSession) -> float:
    """CPU seconds of the page's main thread since the session began to count."""
    metrics = {each["name"]: each["value"] for each in client.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def while_moving(page: Page, start: tuple[float, float]) -> str:
    """Frames and their cost while the mouse goes to and fro with its button down; the median of some."""
    found, costs = [], []
    # One session for all looks: the count begins anew with each
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    for _ in range(3):
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(start[0] + 8, start[1] + 8)
        busy = busy_s(client)
        page.evaluate(f"() => {{ window.frames_ = ({COUNT_FRAMES})(2000) }}")
        end = time.monotonic() + 2
        step = 0
        while time.monotonic() < end:
            step += 1
            away = 160 * abs((step % 60) / 30 - 1)
            page.mouse.move(start[0] + away, start[1] + away / 2)
        found.append(float(page.evaluate("() => window.frames_")))
        costs.append((busy_s(client) - busy) * 1000 / (found[-1] * 2))
        page.mouse.move(*start)
        page.mouse.up()
    client.detach()
    return f"{statistics.median(found):.0f} frames/s, {statistics.median(costs):.1f} ms each"


def three_hundred(page: Page, office: Office) -> None:
    """300 nodes with live rates, messages through all of them."""
    document = grid(300, "delete-keys", columns=20, keys=["nothing"])
    chain = new_chain(office, document)
    door = office.open_door(ruleChainId=chain)
    stop = Event()
    sender = Thread(target=steadily, args=(office.tide.data_url + door, stop))
    sender.start()
    try:
        page.goto(f"{office.tide.url}/rule-chains/{chain}")
        page.get_by_role("button", name="Fit view").click()
        expect(page.locator(".rate:not(.idle):not([hidden])").first).to_be_attached(timeout=30_000)
        frames = [float(page.evaluate(COUNT_FRAMES, LOOK_S * 1000)) for _ in range(3)]
        shown = page.locator("[data-testid=node]").count()
        say(f"300 nodes, {shown} in sight, live rates (frames/s)", f"{statistics.median(frames):.0f}")
        pane = page.locator(".canvas").bounding_box()
        card = page.locator('[data-name="Node 45"] .nm').bounding_box()
        assert pane is not None
        assert card is not None
        say("  the canvas is moved", while_moving(page, (pane["x"] + 600, pane["y"] + 20)))
        say("  a node is dragged", while_moving(page, (card["x"] + 4, card["y"] + 1)))
    finally:
        stop.set()
        sender.join()


def steadily(url: str, stop: Event) -> None:
    """A device that sends twenty times a second."""
    with httpx.Client(timeout=30) as client:
        number = 0
        while not stop.wait(PACE_S):
            number += 1
            client.post(url, json={"deviceName": "D", "deviceType": "d", "n": number})


def watching(page: Page, office: Office) -> None:
    """The server's CPU time for one message, with a page on the chain and without, in turns."""
    nodes: dict[str, Any] = {
        "save": {"type": "save-telemetry"},
        "hot": {"type": "script-filter", "config": {"script": "return msg.n > 10"}},
    }
    chain = office.chain(nodes, "save>hot")
    door = office.open_door(ruleChainId=chain)
    load = Load(office.tide.data_port, door)
    blank: Callable[[], Any] = lambda: page.goto("about:blank")  # noqa: E731
    watch: Callable[[], Any] = lambda: page.goto(f"{office.tide.url}/rule-chains/{chain}")  # noqa: E731
    costs: dict[str, list[float]] = {"alone": [], "watched": []}
    for turn in range(ROUNDS + 1):
        for name, look in (("alone", blank), ("watched", watch)):
            look()
            page.wait_for_timeout(1000)
            cost = cpu_per_message(office.tide, load)
            if turn:  # the first warms up
                costs[name].append(cost)
    alone, watched = statistics.median(costs["alone"]), statistics.median(costs["watched"])
    pairs = [w / a for a, w in zip(costs["alone"], costs["watched"], strict=True)]
    say("CPU for one message, nobody watches (us)", f"{alone:.0f}")
    say("CPU for one message, one browser watches (us)", f"{watched:.0f}")
    say(
        "ratio, median of the turns",
        f"{statistics.median(pairs):.3f}  ({min(pairs):.3f} to {max(pairs):.3f})",
    )


def cpu_per_message(tide: Tide, load: Load) -> float:
    """Microseconds of the server's CPU for each message of some seconds."""
    assert tide.process is not None
    before, count = cpu_s(tide.process.pid), load.count
    load.start()
    time.sleep(LOOK_S)
    load.stop()
    return (cpu_s(tide.process.pid) - before) * 1e6 / (load.count - count)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

"""The pictures of the README: `make screenshots` starts the demo and takes them in a real browser.

What moves is held still as far as it can be: two hours of telemetry are told by script, animations are off, and a
picture is taken when what it shows is there. Times and ids are those of the day.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from editor_world import ARGS, PHONE, TOUR_SEEN
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tide import ROOT, Office, Tide, until

from tests.conftest import need

PICTURES = ROOT / "web" / "pictures"
WINDOW = {"width": 1280, "height": 800}
WIDE = {"width": 1680, "height": 720}
PATIENCE_MS = 30_000
DEVICE = "Thermostat 1"
MINUTE_MS = 60_000


@contextmanager
def demo() -> Iterator[Tide]:
    """The demo on a folder of its own, sending."""
    with tempfile.TemporaryDirectory() as folder:
        tide = Tide(Path(folder))
        log = (tide.folder / "server.log").open("ab")
        tide.process = subprocess.Popen(
            [sys.executable, "-m", "web", "demo"], cwd=ROOT, env=tide.environment, stdout=log, stderr=log
        )
        log.close()
        try:
            until(tide.is_ready, "the demo")
            until(lambda: Office(tide).device(DEVICE), "the first device")
            yield tide
        finally:
            tide.stop()


def furnish(office: Office) -> str:
    """Two hours of a room that is heated, attributes, and something that waits; the id of the device."""
    device = office.device(DEVICE)
    assert device is not None
    token = office.call("GET", f"devices/{device['id']}/credentials")["token"]
    now = office.call("GET", "stats/overview")["ts"]
    past = [
        {
            "ts": now - ago * MINUTE_MS,
            "values": {
                "temperature": round(22 + 3 * math.sin(ago / 9) + 0.4 * math.sin(ago * 2), 1),
                "humidity": round(48 - 6 * math.sin(ago / 14), 1),
            },
        }
        for ago in range(120, 0, -1)
    ]
    response = httpx.post(f"{office.tide.url}/api/v1/{token}/telemetry", json=past, timeout=30)
    assert response.status_code == 200, response.text
    office.call(
        "POST", f"devices/{device['id']}/attributes/shared", {"firmware": "01052020.v1.1", "interval": 30}
    )
    office.call("POST", f"devices/{device['id']}/attributes/server", {"room": "7-12", "maxTemperature": 27})
    found: str = device["id"]
    return found


class Camera:
    """A window on the demo that takes pictures."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        context = browser.new_context(
            **{"viewport": WINDOW, "reduced_motion": "reduce", "locale": "en-US", **options}
        )
        context.add_init_script(TOUR_SEEN)
        self._url = url
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)

    def take(self, name: str, path: str, ready: Callable[[Page], object]) -> None:
        """A picture of a page, once `ready` has seen what belongs on it."""
        self.page.goto(self._url + path)
        ready(self.page)
        self.page.evaluate("document.fonts.ready")
        self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")


def take_all(browser: Browser, tide: Tide) -> None:
    """Every picture."""
    office = Office(tide)
    device = furnish(office)
    chain = next(chain for chain in office.call("GET", "rule-chains")["items"] if chain["root"])["id"]
    light = Camera(browser, tide.url)
    light.take("home", "/", lambda page: expect(page.locator(".slow li")).not_to_have_count(0))
    light.take("devices", "/devices", lambda page: expect(page.locator(".presence.on")).to_have_count(2))
    light.take("device", f"/devices/{device}", charted)
    light.take("events", "/events", unfolded)
    light.take("wizard", "/integrations/new", tried)
    small = Camera(browser, tide.url, viewport={"width": 1000, "height": 580})
    small.take("trace", f"/rule-chains/{chain}", traced)
    for name, theme in (("chain", "light"), ("chain-dark", "dark")):
        wide = Camera(browser, tide.url, color_scheme=theme, viewport=WIDE)
        wide.take(name, f"/rule-chains/{chain}", running)
    phone = Camera(browser, tide.url, viewport=PHONE)
    phone.take("phone", f"/devices/{device}#attributes", lambda page: page.get_by_text("01052020").wait_for())


def charted(page: Page) -> None:
    """Two lines over the last six hours."""
    for key in ("temperature", "humidity"):
        page.get_by_role("checkbox", name=f"Draw {key}").check()
    expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()


def running(page: Page) -> None:
    """The whole chain, with rates on it."""
    expect(page.get_by_test_id("node").first).to_be_visible()
    page.get_by_role("button", name="Hide the palette").click()
    page.get_by_role("button", name="Fit view").click()
    expect(page.locator(".pill .n").first).to_be_visible()


def traced(page: Page) -> None:
    """The way of a message, and what one of its steps did."""
    page.get_by_role("button", name="Hide the palette").click()
    page.get_by_role("button", name="Trace", exact=True).click()
    page.locator(".thead").first.click()
    page.locator(".thop").nth(1).click()
    expect(page.get_by_test_id("trace-step")).to_be_visible()
    page.get_by_role("button", name="Fit view").click()


def tried(page: Page) -> None:
    """The second step of the wizard: a converter and what it makes of its example."""
    page.get_by_role("textbox", name="Name", exact=True).fill("Thermostats")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_be_visible()


def unfolded(page: Page) -> None:
    """The newest event of a device, unfolded."""
    row = page.get_by_test_id("events").locator("li[data-kind=Created]").first
    row.get_by_role("button").click()
    expect(row.locator("pre")).to_be_visible()


def main() -> None:
    """Take all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with demo() as tide, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need("chromium"), args=ARGS)
        take_all(browser, tide)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()

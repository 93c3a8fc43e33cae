"""The live view: it says when the server is gone, and comes back with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from editor_world import SIZE, Desk, new_chain, passing, thermostat
from playwright.sync_api import Browser, expect
from tide import Office, Tide, until

LATE_MS = 30_000


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    """A server that may be killed, if it is started again."""
    tide = Tide(tmp_path_factory.mktemp("mortal"), allow_private_addresses=True).start()
    yield tide
    assert tide.stop() == 0, tide.log


@pytest.fixture
def desk(browser: Browser, mortal: Tide) -> Iterator[Desk]:
    """A window on a server that may be killed."""
    if not mortal.is_running:
        mortal.start()
    office = Office(mortal)
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce", locale="en-US")
    faults: list[str] = []
    page = context.new_page()
    page.clock.install()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Desk(page, office, new_chain(office, thermostat())).open()
    context.close()
    assert not faults, faults


def back(desk: Desk) -> None:
    """The page has tried again: the longer nobody was there, the longer it waits between."""
    top = desk.page.locator(".top")
    passing(desk.page, lambda: "Reconnecting…" not in top.inner_text(), "the connection")


def test_the_connection_is_cut_and_comes_back(desk: Desk) -> None:
    tide = desk.office.tide
    rate = desk.node("Add Fahrenheit").locator(".rate")
    door = desk.office.open_door(ruleChainId=desk.chain)
    expect(rate).to_have_text("0/s")
    desk.send(door, {"temperature": 20})
    expect(rate).not_to_have_text("0/s")
    # What is drawn meanwhile stays
    tide.kill()
    expect(desk.page.locator(".top")).to_contain_text("Reconnecting…")
    desk.node("Save attributes").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Keep attributes")
    desk.close_panel()
    tide.start()
    back(desk)
    # Rates come again, of the new process: those of the old one were of one message
    send = lambda: desk.send(door, *[{"temperature": 20}] * 10)  # noqa: E731
    until(lambda: send() or float(rate.inner_text().removesuffix("/s")) > 1, "a higher rate")
    expect(desk.node("Keep attributes")).to_be_visible()
    assert desk.deploy()["version"] == 2


def test_the_list_of_traces_goes_on_after_a_cut(desk: Desk) -> None:
    tide = desk.office.tide
    door = desk.office.open_door(ruleChainId=desk.chain)
    desk.press("t")
    expect(desk.page.locator(".trace")).to_be_visible()
    tide.kill()
    expect(desk.page.locator(".top")).to_contain_text("Reconnecting…")
    tide.start()
    desk.office.call("POST", f"rule-chains/{desk.chain}/debug", {"minutes": 5})
    back(desk)
    desk.send(door, {"temperature": 20})
    desk.page.locator(".thead").first.click(timeout=LATE_MS)
    expect(desk.page.locator(".thop").first).to_be_visible()

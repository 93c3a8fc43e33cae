"""From nothing to a device that gets its firmware: the whole way by mouse, and the chain part by keyboard."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_world import SIZE, TOUR_SEEN, WAIT_MS, Desk, middle
from playwright.sync_api import Browser, Locator, Page, expect
from tide import WAIT_S, Office, Tide, tell, until

PAYLOAD = '{"device": "SN-001", "model": "T1000", "temp": 33, "secret": "it\'s \\"quoted\\""}'
UPLINK = """data = json_decode(payload)
return {
    "deviceName": data["device"],
    "deviceType": "thermostat",
    "attributes": {"model": data["model"]},
    "telemetry": {"temperature": data["temp"]},
}"""
DOWNLINK = 'return {"contentType": "JSON", "data": json_encode(msg), "metadata": {}}'


@pytest.fixture
def story_server(tmp_path: Path) -> Iterator[Tide]:
    """A server of its own: a story begins with nothing."""
    running = Tide(tmp_path).start()
    yield running
    assert running.stop() == 0, running.log


@pytest.fixture
def page(browser: Browser, story_server: Tide) -> Iterator[Page]:
    """One window, in which no error may come up."""
    faults: list[str] = []
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce", locale="en-US")
    context.add_init_script(TOUR_SEEN)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=story_server.url)
    window = context.new_page()
    window.set_default_timeout(WAIT_MS)
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    yield window
    context.close()
    assert not faults, faults


def shell(line: str) -> str:
    """What a command line writes."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=WAIT_S, check=True)
    return done.stdout.decode()


def write(field: Locator, text: str) -> None:
    """Replace what stands in a code editor."""
    field.click()
    field.page.keyboard.press("Control+a")
    field.page.keyboard.insert_text(text)


def to(page: Page, name: str) -> None:
    """Another page by the rail at the side."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def test_the_reference_scenario_by_mouse(page: Page, story_server: Tide) -> None:
    page.goto(story_server.url)
    make_the_uplink_converter(page)
    line = add_the_integration(page)
    send_the_first_message(page, line)
    see_the_event(page)
    open_the_device_from_the_bell(page)
    see_telemetry_live(page, line)
    add_the_downlink_converter(page)
    connect_the_downlink_node(page, story_server)
    set_the_firmware(page)
    take_the_downlink(page, line)
    see_in_and_out_of_the_converter(page)
    refuse_a_wrong_header(line)


def make_the_uplink_converter(page: Page) -> None:
    to(page, "Converters")
    page.get_by_role("link", name="New uplink converter").click()
    page.get_by_label("Name of the converter").fill("Thermostat up")
    write(page.get_by_role("textbox", name="Payload"), PAYLOAD)
    write(page.get_by_role("textbox", name="Script"), UPLINK)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("Device SN-001, 1 telemetry value, 1 attribute")
    row = page.locator(".outgrid tr", has_text="temperature")
    expect(row).to_contain_text("33")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/converters/(?!new)"))


def add_the_integration(page: Page) -> str:
    to(page, "Integrations")
    page.get_by_role("link", name="New integration").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Thermostats")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="Choose one").click()
    page.get_by_label("Uplink converter", exact=True).last.select_option("Thermostat up")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("switch", name="Ask for a security header").check()
    page.get_by_label("Value", exact=True).fill("open sesame")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("first")).to_contain_text("Waiting for the first message")
    page.get_by_role("button", name="Copy curl line").click()
    expect(page.get_by_role("button", name="Copied curl line")).to_be_visible()
    line: str = page.evaluate("navigator.clipboard.readText()")
    return line


def send_the_first_message(page: Page, line: str) -> None:
    # The payload in the line is the one that the converter was tried with
    assert "SN-001" in line
    assert "HTTP/1.1 204" in shell(line)
    expect(page.get_by_test_id("first")).to_contain_text("Received")
    expect(page.get_by_test_id("first")).to_contain_text("device created")
    expect(page.get_by_test_id("first").get_by_role("link", name="Open SN-001")).to_be_visible()


def see_the_event(page: Page) -> None:
    page.get_by_role("link", name="Open the integration").click()
    page.get_by_role("tab", name="Events").click()
    row = page.locator(".events li[data-kind=Uplink]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("OK")
    row.get_by_role("button").first.click()
    expect(row.locator("pre")).to_contain_text('"temp": 33')


def open_the_device_from_the_bell(page: Page) -> None:
    page.get_by_test_id("bell").click()
    item = page.get_by_role("menuitem").filter(has_text="'SN-001'")
    expect(item).to_contain_text("New device")
    item.click()
    expect(page.locator(".who .nm")).to_have_text("SN-001")


def see_telemetry_live(page: Page, line: str) -> None:
    row = page.locator("tr[data-key=temperature]")
    expect(row).to_contain_text("33")
    assert "HTTP/1.1 204" in shell(line.replace('"temp":33', '"temp":34.5'))
    expect(row).to_contain_text("34.5")


def add_the_downlink_converter(page: Page) -> None:
    to(page, "Converters")
    page.get_by_role("link", name="New downlink converter").click()
    page.get_by_label("Name of the converter").fill("Thermostat down")
    write(page.get_by_role("textbox", name="Script"), DOWNLINK)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("1 payload for the device")
    expect(page.locator(".outgrid")).to_contain_text("firmware")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/converters/(?!new)"))
    to(page, "Integrations")
    page.get_by_role("link", name="Thermostats", exact=True).click()
    form = page.get_by_role("form", name="Settings")
    form.get_by_label("Downlink converter").select_option("Thermostat down")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved")


def connect_the_downlink_node(page: Page, server: Tide) -> None:
    to(page, "Rule chains")
    page.locator(".chain", has_text="Root chain").get_by_role("link").first.click()
    chain = page.url.rpartition("/")[2]
    desk = Desk(page, Office(server), chain)
    expect(desk.node("What is it?")).to_be_visible()
    desk.fit()
    # Below the others there is room
    low = page.locator(".canvas").bounding_box()
    assert low is not None
    desk.add("integration-downlink", (low["x"] + low["width"] * 0.3, low["y"] + low["height"] - 110))
    node = desk.nodes().last
    expect(desk.nodes()).to_have_count(7)
    name = node.get_attribute("data-name") or ""
    node.click()
    panel = desk.panel()
    panel.locator("[data-field=integrationId] select").select_option("Thermostats")
    panel.get_by_role("button", name="Close").click()
    more = page.get_by_role("button", name=re.compile(r"Show \d+ more outputs of What is it"))
    desk.fit()
    more.click()
    desk.settled()
    desk.drag(middle(desk.port("What is it?", "Attributes Updated")), middle(desk.port(name, "in")))
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.locator(".top .chip.live").first).to_have_text("Live")
    assert f"What is it?>{name}:Attributes Updated" in desk.arrows()


def set_the_firmware(page: Page) -> None:
    to(page, "Devices")
    page.get_by_role("link", name="SN-001").click()
    page.get_by_role("tab", name="Attributes").click()
    page.get_by_label("Key", exact=True).fill("firmware")
    page.get_by_label("Value", exact=True).fill("01052020.v1.1")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_test_id("fate")).to_contain_text("queued as downlink")
    page.get_by_role("button", name="Show the downlink").click()
    expect(page.get_by_test_id("waiting").locator("li")).to_contain_text("01052020.v1.1")


def take_the_downlink(page: Page, line: str) -> None:
    answer = shell(line)
    assert "HTTP/1.1 200" in answer
    assert answer.endswith('{"firmware":"01052020.v1.1"}')
    expect(page.get_by_test_id("waiting").locator("li")).to_have_count(0)
    expect(page.get_by_test_id("past").locator("li")).to_contain_text("delivered")
    assert "HTTP/1.1 204" in shell(line)


def see_in_and_out_of_the_converter(page: Page) -> None:
    to(page, "Converters")
    page.get_by_role("link", name="Thermostat up", exact=True).click()
    page.get_by_role("tab", name="Events").click()
    expect(page.locator(".events li[data-kind=In]").first).to_contain_text("SN-001")
    out = page.locator(".events li[data-kind=Out]").first
    expect(out).to_contain_text("OK")
    out.get_by_role("button").first.click()
    expect(out.locator("pre")).to_contain_text('"deviceName": "SN-001"')
    # The downlink converter was not debugged, its integration was
    to(page, "Converters")
    page.get_by_role("link", name="Thermostat down", exact=True).click()
    page.get_by_role("tab", name="Events").click()
    expect(page.locator(".events li[data-kind=In]")).to_contain_text("firmware")
    expect(page.locator(".events li[data-kind=Out]")).to_contain_text("01052020.v1.1")


def refuse_a_wrong_header(line: str) -> None:
    assert "HTTP/1.1 403" in shell(line.replace("open sesame", "open barley"))


def test_the_chain_part_by_keyboard_alone(page: Page, story_server: Tide) -> None:
    office = Office(story_server, "by keyboard")
    door = story_server.url + office.open_door()
    root = next(chain for chain in office.call("GET", "rule-chains")["items"] if chain["root"])
    said: dict[str, Any] = {"deviceName": "SN-002", "deviceType": "thermostat", "temperature": 33}
    assert tell(door, json=said).status_code == 204
    page.goto(story_server.url)
    keys = page.keyboard
    # To the rule chains, to the root chain
    reach(page, lambda at: at == "Rule chains")
    keys.press("Enter")
    expect(page.locator(".chain").first).to_be_visible()
    reach(page, lambda at: at.startswith(root["name"]))
    keys.press("Enter")
    desk = Desk(page, office, root["id"])
    expect(desk.node("What is it?")).to_be_visible()
    # Jump to the switch, add a downlink after it, along Attributes Updated
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("What is it")
    keys.press("Enter")
    expect(desk.panel()).to_be_visible()
    keys.press("Escape")
    keys.press("a")
    dialog = page.get_by_role("dialog", name="Add a node")
    chosen = dialog.locator(".choices [aria-pressed=true]")
    for _ in range(20):
        expect(chosen).to_have_count(1)
        if chosen.inner_text() == "Attributes Updated":
            break
        keys.press("Tab")
    keys.type("integration downlink")
    keys.press("Enter")
    expect(desk.nodes()).to_have_count(len(office.call("GET", f"rule-chains/{root['id']}")["nodes"]) + 1)
    keys.press("Enter")
    field = desk.panel().locator("[data-field=integrationId] select")
    expect(field).to_be_focused()
    expect(field.locator("option", has_text=office.integration["name"])).to_have_count(1)
    # Its first letter: a second one that comes late would begin a search anew
    keys.press(office.integration["name"][0])
    expect(field).to_have_value(office.integration["id"])
    keys.press("Escape")
    keys.press("Control+s")
    expect(page.locator(".top .chip.live").first).to_have_text("Live")
    # What it is for
    device = office.device("SN-002")
    assert device is not None
    office.call("POST", f"devices/{device['id']}/attributes/shared", {"firmware": "2.0"})
    answered = lambda: (answer := tell(door, json=said)).status_code != 204 and answer  # noqa: E731
    assert until(answered, "the downlink").json() == {"firmware": "2.0"}


def reach(page: Page, is_it: Any, most: int = 60) -> None:
    """Tab until what is wanted has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
        )
        if is_it(name):
            return
    raise AssertionError("Tab does not lead there")

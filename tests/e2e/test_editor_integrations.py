"""Integrations: the list, the wizard with its first message, one integration with its settings and events."""

from __future__ import annotations

import re
import subprocess
import time

import pytest
from editor_world import PHONE, violations
from pages_world import Visit, overflows
from playwright.sync_api import Page, Route, expect
from tide import WAIT_S, Office, tell, until

STRANGE = {
    "html": "<img src=x onerror=alert(1)>",
    "quotes": "He said \"hi\" & 'left' `now`",
    "rtl": "قاعدة الحرارة",
    "emoji": "🌡️🔥 👩‍🚀",
}
TEN_THOUSAND = "x" * 9_990 + " the end"


def row(page: Page, name: str):
    """One line of a list."""
    return page.locator(".chain", has=page.get_by_role("link", name=name, exact=True))


def begin(visit: Visit, clerk: Office, **options: object) -> Page:
    """The wizard with its first step filled in."""
    page = visit("/integrations/new", **options)
    page.get_by_role("textbox", name="Name", exact=True).fill(f"Door {clerk.name}")
    return page


def curl(page: Page) -> str:
    """The line that stands on the page, taken by its copy button."""
    page.get_by_role("button", name="Copy curl line").click()
    expect(page.get_by_role("button", name="Copied curl line")).to_be_visible()
    line: str = page.evaluate("navigator.clipboard.readText()")
    return line


def run(line: str) -> str:
    """What the shell says to a command line."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=WAIT_S, check=True)
    return done.stdout.decode()


def next_step(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()


# ------------------------------------------------------------------ the wizard


def test_the_wizard_leads_to_the_first_message(visit: Visit, clerk: Office) -> None:
    # The sample's device is not there yet, or no longer
    if known := clerk.device("Thermostat-1"):
        clerk.call("DELETE", f"devices/{known['id']}")
    page = begin(visit, clerk)
    next_step(page)
    # The script is tried before it is kept
    expect(page.get_by_role("heading", name="From payloads to messages")).to_be_focused()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("Device Thermostat-1, 2 telemetry values")
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("switch", name="Ask for a security header").check()
    page.get_by_label("Header", exact=True).fill("X-Door")
    page.get_by_label("Value", exact=True).fill('it\'s a "secret" $1')
    page.get_by_role("switch", name="Answer 200 OK instead of 204").check()
    # Where to send to is told once events are kept
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/debug", hold)
    with page.expect_request("**/debug"):
        page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("first")).to_have_count(0)
    held[0].continue_()
    # The line on the page is the one that works
    expect(page.get_by_test_id("first")).to_contain_text("Waiting for the first message")
    line = curl(page)
    assert "HTTP/1.1 403" in run(line.replace("secret", "guess"))
    expect(page.get_by_test_id("first")).to_contain_text("403 Forbidden: missing or wrong x-door")
    assert "HTTP/1.1 200" in run(line)
    expect(page.get_by_test_id("first")).to_contain_text(
        re.compile(r"Received \d\d?:\d\d:\d\d.*, device created")
    )
    device = until(lambda: clerk.device("Thermostat-1"), "the device")
    link = page.get_by_test_id("first").get_by_role("link", name="Open")
    expect(link).to_have_attribute("href", f"/devices/{device['id']}")
    page.get_by_role("link", name="Open the integration").click()
    expect(page.get_by_role("heading", name=f"Door {clerk.name}")).to_be_attached()
    stored = next(i for i in clerk.call("GET", "integrations?limit=200")["items"] if clerk.name in i["name"])
    assert (stored["replaceNoContentToOk"], list(stored["security"]["headers"])) == (True, ["X-Door"])
    assert stored["debugUntil"] > 0


@pytest.mark.parametrize("kind", ["Text", "Binary"])
def test_payloads_that_are_no_json(visit: Visit, clerk: Office, kind: str) -> None:
    page = begin(visit, clerk)
    next_step(page)
    page.get_by_role("radio", name=kind).click()
    payload = page.get_by_role("textbox", name="Payload")
    if kind == "Binary":
        payload.fill("00 2a 00 d7 2")
        page.get_by_role("button", name="Test").click()
        expect(page.get_by_test_id("verdict")).to_contain_text("pairs of hex digits")
        payload.fill("002a 00d7 2a")
    else:
        payload.fill("Thermostat-42;21.5;42")
    payload.press("Control+Enter")
    expect(page.get_by_test_id("verdict")).to_contain_text("Device Thermostat-42, 2 telemetry values")
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("radio", name="Data listener").click()
    line = curl(page)
    assert clerk.tide.data_url in line
    assert "HTTP/1.1 204" in run(line)
    expect(page.get_by_test_id("first")).to_contain_text("Received")
    assert clerk.latest("Thermostat-42") == {"temperature": 21.5, "humidity": 42}


def test_a_test_that_fails_is_passed_over_only_knowingly(visit: Visit, clerk: Office) -> None:
    page = begin(visit, clerk)
    next_step(page)
    script = page.get_by_role("textbox", name="Script")
    script.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("return {")
    next_step(page)
    # What does not compile cannot be kept
    expect(page.get_by_role("alert")).to_contain_text("does not compile")
    expect(page.get_by_role("button", name="Go on without a passed test")).to_have_count(0)
    script.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('data = json_decode(payload)\nreturn {"deviceName": data["no such key"]}')
    next_step(page)
    expect(page.get_by_test_id("verdict")).to_contain_text("Line 2")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("no such key")
    page.get_by_role("button", name="Go on without a passed test").click()
    expect(page.get_by_role("heading", name="From messages to payloads")).to_be_visible()


def test_back_keeps_everything_and_leaving_asks(visit: Visit, clerk: Office) -> None:
    page = visit("/integrations")
    page.get_by_role("link", name="New integration").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(f"Door {clerk.name}")
    page.get_by_role("switch", name="Allow creating").uncheck()
    next_step(page)
    page.get_by_role("radio", name="Text").click()
    page.get_by_role("textbox", name="Payload").fill("A;1;2")
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("switch", name="Ask for a security header").check()
    page.get_by_label("Value", exact=True).fill("mine")
    for _ in range(3):
        page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value(f"Door {clerk.name}")
    expect(page.get_by_role("switch", name="Allow creating")).not_to_be_checked()
    next_step(page)
    expect(page.get_by_role("textbox", name="Payload")).to_have_value("A;1;2")
    # A link, the browser's own back button, and a change of language
    page.get_by_role("link", name="Rule chains").first.click()
    dialog = page.get_by_role("dialog", name="Leave the new integration?")
    dialog.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("textbox", name="Payload")).to_have_value("A;1;2")
    page.go_back()
    dialog.get_by_role("button", name="Stay").click()
    page.get_by_role("button", name="View and language").click()
    page.get_by_role("menuitemradio", name="Deutsch").click()
    expect(page.get_by_role("textbox", name="Nutzdaten")).to_have_value("A;1;2")
    page.get_by_role("link", name="Regelketten").first.click()
    page.get_by_role("button", name="Verlassen").click()
    expect(page).to_have_url(re.compile("/rule-chains$"))
    assert not [i for i in clerk.call("GET", "integrations?limit=200")["items"] if clerk.name in i["name"]]


def test_an_add_that_fails_can_be_tried_again(visit: Visit, clerk: Office) -> None:
    clerk.open_door(name=f"Door {clerk.name}")
    page = begin(visit, clerk, allow="409")
    next_step(page)
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("already")
    for _ in range(3):
        page.get_by_role("button", name="Back").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(f"Second {clerk.name}")
    for _ in range(2):
        next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("first")).to_be_visible()
    # The converter that the first try had made is the one in use, not a second one
    made = [
        c
        for c in clerk.call("GET", "converters?limit=200")["items"]
        if c["name"].endswith("uplink") and c["usedBy"]
    ]
    assert [c["usedBy"] for c in made if c["usedBy"] == [f"Second {clerk.name}"]] == [
        [f"Second {clerk.name}"]
    ]


def test_create_devices_off_makes_none(visit: Visit, clerk: Office) -> None:
    page = begin(visit, clerk)
    page.get_by_role("switch", name="Allow creating").uncheck()
    next_step(page)
    payload = page.get_by_role("textbox", name="Payload")
    payload.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"device": "Stranger", "temp": 1, "hum": 2}')
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("button", name="Add", exact=True).click()
    assert "HTTP/1.1 403" in run(curl(page))
    expect(page.get_by_test_id("first")).to_contain_text("may not create it")
    assert clerk.device("Stranger") is None


# ------------------------------------------------------------------ the list and one integration


def test_the_list_is_live(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door()
    name = clerk.integration["name"]
    page = visit("/integrations")
    page.get_by_role("searchbox", name="Find an integration").fill(name)
    line = row(page, name)
    expect(line).to_contain_text("Running")
    expect(line).to_contain_text("↑ 0/min")
    tell(door, json={"deviceName": "L-1", "deviceType": "t", "v": 1}).raise_for_status()
    expect(line).to_contain_text("↑ 1/min")
    # What goes wrong is said
    assert tell(door, content=b"no json").status_code == 400
    expect(line).to_contain_text("Failing")
    expect(line.locator(".lasterror")).to_contain_text("JSON", ignore_case=True)
    # Off and on
    switch = line.get_by_role("switch")
    switch.uncheck()
    expect(line).to_contain_text("Off")
    until(lambda: tell(door, json={}).status_code == 503, "the door to close")
    switch.check()
    until(lambda: tell(door, json={"nothing": {}}).status_code == 204, "the door to open")
    page.get_by_role("searchbox").fill("no such integration anywhere")
    expect(page.get_by_text("No integration has this in its name.")).to_be_visible()


def test_what_was_just_saved_can_be_left(visit: Visit, clerk: Office) -> None:
    clerk.open_door()
    page = visit(f"/integrations/{clerk.integration['id']}")
    form = page.get_by_role("form", name="Settings")
    save = form.get_by_role("button", name="Save")
    form.get_by_role("textbox", name="Name", exact=True).fill(f"Left {clerk.name}")
    expect(save).to_be_enabled()
    # With what is not saved there is something to save: that would be asked about
    save.evaluate(
        """(button) => {
          window.unsaved = 0;
          new MutationObserver(() => { if (!button.disabled) window.unsaved += 1; }).observe(button, { attributes: true });
        }"""
    )
    save.click()
    expect(page.locator(".toast")).to_have_text("Saved")
    expect(page.locator(".pagename")).to_have_text(f"Left {clerk.name}")
    assert page.evaluate("unsaved") == 0
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Devices").click()
    expect(page).to_have_url(f"{clerk.tide.url}/devices")


def test_settings_are_saved_and_what_others_saved_is_not_lost(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door(security={"headers": {"X-Key": "secret"}})
    id = clerk.integration["id"]
    page = visit(f"/integrations/{id}", allow="412")
    form = page.get_by_role("form", name="Settings")
    form.get_by_role("textbox", name="Name", exact=True).fill(f"Renamed {id}")
    form.get_by_role("switch", name="Answer 200 OK").check()
    form.get_by_role("radio", name="Keep all").click()
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved")
    stored = clerk.call("GET", f"integrations/{id}")
    assert (stored["name"], stored["replaceNoContentToOk"], stored["downlinkMode"]) == (
        f"Renamed {id}",
        True,
        "fifo",
    )
    # The secret is what it was
    reading = {"deviceName": "S-1", "deviceType": "t", "v": 1}
    assert tell(door, json=reading, headers={"X-Key": "secret"}).status_code == 200
    # Somebody else saves meanwhile
    form.get_by_role("textbox", name="Name", exact=True).fill("Mine")
    clerk.call("PUT", f"integrations/{id}", {**stored, "name": f"Theirs {id}"})
    form.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="Somebody else has changed this")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(form.get_by_role("textbox", name="Name", exact=True)).to_have_value(f"Theirs {id}")
    # Leaving with changes asks
    form.get_by_role("textbox", name="Name", exact=True).fill("Mine")
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    form.get_by_role("button", name="Undo changes").click()
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_role("heading", name="Home")).to_be_attached()


def test_events_come_by_themselves_and_can_be_filtered(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door()
    page = visit(f"/integrations/{clerk.integration['id']}")
    page.get_by_role("tab", name="Events").click()
    page.get_by_role("region", name="Events").get_by_role("button", name="Debug for 15 minutes").click()
    expect(page.get_by_text("Waiting for messages")).to_be_visible()
    note = f"{STRANGE['html']} {STRANGE['rtl']} {TEN_THOUSAND}"
    tell(door, json={"deviceName": STRANGE["emoji"], "deviceType": "t", "note": note}).raise_for_status()
    rows = page.locator(".events li")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("OK")
    tell(door, content=b"\x00\xff\x00")
    expect(rows).to_have_count(2)
    # All of a long payload can be read, and it is nothing but text
    rows.last.get_by_role("button").first.click()
    expect(rows.last).to_contain_text(STRANGE["html"])
    expect(rows.last).not_to_contain_text("the end")
    rows.last.get_by_role("button", name="Show all of it").click()
    expect(rows.last).to_contain_text("the end")
    page.get_by_label("Which events").select_option("Errors only")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").first.click()
    expect(rows.first).to_contain_text("00 ff 00")
    page.get_by_label("Which events").select_option("All")
    page.get_by_role("searchbox", name="Find in events").fill("onerror")
    expect(rows).to_have_count(1)
    # What came can be tried again with its converter
    page.get_by_role("searchbox", name="Find in events").fill("")
    expect(rows).to_have_count(2)
    rows.last.get_by_role("button").first.click()
    rows.last.get_by_role("button", name="Try with this").click()
    expect(page.get_by_role("textbox", name="Payload")).to_contain_text(STRANGE["html"])
    page.go_back()
    page.get_by_role("tab", name="Events").click()
    page.get_by_role("searchbox", name="Find in events").fill("onerror")
    expect(rows).to_have_count(1)
    # Without the live tail nothing comes
    page.get_by_role("switch", name="Live").uncheck()
    tell(door, json={"deviceName": "E-2", "deviceType": "t", "note": "onerror"}).raise_for_status()
    page.get_by_role("switch", name="Live").check()
    page.get_by_role("searchbox", name="Find in events").fill("E-2")
    expect(rows).to_have_count(1)


def test_deleting_says_who_would_miss_it(visit: Visit, clerk: Office) -> None:
    clerk.open_door()
    id = clerk.integration["id"]
    clerk.chain({"down": {"type": "integration-downlink", "config": {"integrationId": id}}}, "", active=False)
    page = visit(f"/integrations/{id}")
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name=clerk.name)).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/integrations$"))
    clerk.call("GET", f"integrations/{id}", expect=404)


def test_one_that_is_not_there(visit: Visit) -> None:
    page = visit("/integrations/nobody", allow="404")
    expect(page.get_by_text("There is no such integration.")).to_be_visible()
    page.get_by_role("link", name="All integrations").click()
    expect(page).to_have_url(re.compile("/integrations$"))


def test_the_server_is_away(visit: Visit, clerk: Office) -> None:
    clerk.open_door()
    page = visit("/integrations", allow="ERR_|WebSocket")
    expect(row(page, clerk.integration["name"])).to_be_visible()
    page.route("**/manage/integrations*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.unroute("**/manage/integrations*")
    page.get_by_role("button", name="Try again").click()
    expect(row(page, clerk.integration["name"])).to_be_visible()


def test_a_page_that_cannot_be_fetched_says_so_and_comes_back(visit: Visit) -> None:
    page = visit("/integrations", allow="ERR_|dynamically imported")
    page.route("**/assets/ConvertersPage*", lambda route: route.abort())
    converters = page.get_by_role("navigation").get_by_role("link", name="Converters")
    converters.click()
    expect(page.get_by_role("alert")).to_contain_text("This could not be loaded")
    # Other pages can be reached, and this one once it can be fetched
    page.get_by_role("link", name="Integrations").click()
    expect(page.get_by_role("link", name="New integration")).to_be_visible()
    converters.click()
    page.unroute("**/assets/ConvertersPage*")
    page.get_by_role("button", name="Load the page anew").click()
    expect(page.get_by_role("link", name="New uplink converter")).to_be_visible()


# ------------------------------------------------------------------ looks


@pytest.mark.parametrize("kind", list(STRANGE))
def test_names_are_only_text(visit: Visit, clerk: Office, kind: str) -> None:
    name = f"{STRANGE[kind]} {time.monotonic_ns()}"
    clerk.open_door(name=name)
    page = visit("/integrations")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("b.docname")).to_have_text(name)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(name)


def test_axe_finds_nothing(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door(security={"headers": {"X-Key": "secret"}})
    tell(door, content=b"{", headers={"X-Key": "secret"})
    page = visit("/integrations", bypass_csp=True)
    expect(row(page, clerk.integration["name"])).to_contain_text("Failing")
    assert violations(page) == []
    row(page, clerk.integration["name"]).get_by_role("link").click()
    expect(page.get_by_role("form", name="Settings").get_by_label("Rate limit", exact=True)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("tab", name="Events").click()
    page.locator(".events li button").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_in_the_wizard(visit: Visit, clerk: Office) -> None:
    page = begin(visit, clerk, bypass_csp=True)
    assert violations(page) == []
    next_step(page)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("output")).to_be_visible()
    assert violations(page) == []
    next_step(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_role("switch", name="Ask for a security header").check()
    page.get_by_label("Value", exact=True).fill("v")
    page.get_by_text("Advanced").click()
    assert violations(page) == []
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("first")).to_be_visible()
    assert violations(page) == []
    run(curl(page))
    expect(page.get_by_test_id("first")).to_contain_text("Received")
    assert violations(page) == []


def test_a_phone_has_room_for_all(visit: Visit, clerk: Office) -> None:
    clerk.open_door(name=f"{clerk.name} {'long ' * 40}"[:250].strip())
    page = visit("/integrations", viewport=PHONE, has_touch=True)
    page.locator(".chain .chainlink").first.wait_for()
    assert overflows(page) == []
    page.goto(f"{clerk.tide.url}/integrations/{clerk.integration['id']}")
    expect(page.get_by_role("form", name="Settings")).to_be_visible()
    assert overflows(page) == []
    page.goto(f"{clerk.tide.url}/integrations/new")
    page.get_by_role("textbox", name="Name", exact=True).fill("Phone")
    assert overflows(page) == []
    next_step(page)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("output")).to_be_visible()
    assert overflows(page) == []

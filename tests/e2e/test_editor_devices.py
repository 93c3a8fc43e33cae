"""The devices: the list, and everything about one of them."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest
from editor_world import passing, violations, walk
from pages_world import LONG, ODD, Visit, Wire, is_within
from playwright.sync_api import Page, expect
from tide import Office, document, tell, until

TO_DEVICE = {
    "types": {"type": "message-type-switch", "config": {}},
    "save": {"type": "save-telemetry", "config": {}},
    "down": {"type": "integration-downlink", "config": {"integrationId": ""}},
}
ARROWS = "types>save:Post telemetry, types>down:Attributes Updated"


def device(clerk: Office, name: str, **more: str) -> str:
    """A device; its id."""
    found: str = clerk.call("POST", "devices", {"name": f"{name} {clerk.name}"[:255], **more})["id"]
    return found


def report(clerk: Office, id: str, **values: object) -> None:
    """What a device says by its token."""
    token = clerk.call("GET", f"devices/{id}/credentials")["token"]
    response = tell(f"{clerk.tide.url}/api/v1/{token}/telemetry", json=values)
    assert response.status_code == 200, response.text


def tab(page: Page, name: str) -> None:
    """Open a part of the device."""
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


# ------------------------------------------------------------------ the list


def test_devices_are_made_found_and_deleted(visit: Visit, clerk: Office) -> None:
    page = visit("/", allow="409")
    page.get_by_role("link", name="Devices", exact=True).click()
    page.get_by_role("button", name="New device").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(f"Boiler {clerk.name}")
    dialog.get_by_label("Type").fill("boiler")
    dialog.get_by_label("Label").fill("In the cellar")
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator(".who .nm")).to_have_text(f"Boiler {clerk.name}")
    page.get_by_label("Breadcrumb").get_by_role("link", name="Devices").click()
    page.get_by_role("searchbox", name="Find a device").fill(f"boiler {clerk.name}")
    row = page.get_by_role("row", name=f"Boiler {clerk.name}")
    expect(row).to_contain_text("In the cellar")
    expect(row).to_contain_text("never")
    expect(row).to_contain_text("Silent")
    expect(page.locator(".grid tbody tr")).to_have_count(1)
    # The same name again is refused where it was written
    page.get_by_role("button", name="New device").first.click()
    dialog.get_by_label("Name").fill(f"Boiler {clerk.name}")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("exists already")
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("cannot be undone")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No device has this in its name.")).to_be_visible()
    assert clerk.device(f"Boiler {clerk.name}") is None


def test_devices_come_page_by_page(visit: Visit, clerk: Office) -> None:
    for number in range(53):
        device(clerk, f"N{number:02}")
    page = visit("/devices")
    with page.expect_response(lambda answer: clerk.name in answer.url):
        page.get_by_role("searchbox", name="Find a device").fill(clerk.name)
    rows = page.locator(".grid tbody tr")
    expect(rows.first).to_contain_text("N00")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(53)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    page.get_by_label("Sort by").select_option("-createdTs")
    expect(rows.first).to_contain_text("N52")


def test_a_device_that_is_heard_of_is_online(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Heard")
    page = visit("/devices", clock=True)
    page.get_by_role("searchbox", name="Find a device").fill(clerk.name)
    row = page.locator(".grid tbody tr")
    passing(page, lambda: row.count() == 1, "the device alone")
    expect(row).to_contain_text("Silent")
    report(clerk, id, t=1)
    passing(page, lambda: "Online" in row.inner_text(), "the device to be online")
    expect(row).to_contain_text("ago")


def test_a_device_that_is_not_there(visit: Visit) -> None:
    page = visit("/devices/nobody", allow="404")
    expect(page.get_by_text("There is no such device.")).to_be_visible()


def test_a_server_that_is_away_is_said(visit: Visit) -> None:
    page = visit("/", allow="ERR_|Failed to|WebSocket")
    expect(page.locator(".figs")).to_be_visible()
    page.route("**/manage/devices?*", lambda route: route.abort())
    page.get_by_role("link", name="Devices", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/manage/devices?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)


# ------------------------------------------------------------------ one device


def test_telemetry_is_live_and_becomes_a_chart(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Meter")
    for number in range(5):
        report(clerk, id, temperature=20 + number, door=number % 2 == 0, note=f"n {number}")
    page = visit(f"/devices/{id}")
    row = page.locator("tr[data-key=temperature]")
    expect(row).to_contain_text("24")
    expect(row.locator(".spark path")).to_have_count(1)
    report(clerk, id, temperature=31.5)
    expect(row).to_contain_text("31.5")
    report(clerk, id, humidity=40)
    expect(page.locator("tr[data-key=humidity]")).to_contain_text("40")
    expect(page.get_by_role("checkbox", name="Draw note")).to_be_disabled()

    page.get_by_role("checkbox", name="Draw temperature").check()
    page.get_by_role("checkbox", name="Draw door").check()
    chart = page.get_by_test_id("chart")
    expect(chart.locator("canvas")).to_be_visible()
    expect(chart).to_have_attribute("data-points", "11")
    report(clerk, id, temperature=18)
    expect(chart).to_have_attribute("data-points", "12")
    # The same as numbers
    chart.get_by_text("moments as numbers").click()
    expect(chart.get_by_role("row").nth(1)).to_contain_text("18")
    with page.expect_download() as found:
        chart.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(found.value.path()).read_text())))
    assert list(rows[0]) == ["ts", "time", "temperature", "door"]
    assert [float(row["temperature"]) for row in rows] == [20, 21, 22, 23, 24, 31.5, 18]
    assert rows[0]["door"] == "true"


def test_big_integers_keep_all_their_digits(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Counter")
    report(clerk, id, pulses=12345678901234567890)
    clerk.call("POST", f"devices/{id}/attributes/server", {"serial": 9007199254740993, "many": [2**64]})
    page = visit(f"/devices/{id}")
    expect(page.locator("tr[data-key=pulses]")).to_contain_text("12345678901234567890")
    report(clerk, id, pulses=12345678901234567891)
    expect(page.locator("tr[data-key=pulses]")).to_contain_text("12345678901234567891")
    tab(page, "Attributes")
    page.get_by_role("radio", name="Server").click()
    expect(page.locator("tr[data-key=serial]")).to_contain_text("9007199254740993")
    page.get_by_role("button", name="Edit many").click()
    page.get_by_label("Value of many").fill("[18446744073709551617]")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("tr[data-key=many]")).to_contain_text("18446744073709551617")
    server = f"devices/{id}/attributes/server"
    until(lambda: clerk.call("GET", server)["many"]["value"] == [2**64 + 1], "the big number")


def test_a_cut_connection_is_said_and_comes_back(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Cut")
    report(clerk, id, t=1)
    page = visit("/settings", allow="WebSocket", clock=True)
    wire = Wire(page)
    page.goto(f"{clerk.tide.url}/devices/{id}")
    row = page.locator("tr[data-key=t]")
    report(clerk, id, t=2)
    expect(row).to_contain_text("2")
    wire.cut()
    cut = page.get_by_text("Reconnecting")
    passing(page, cut.is_visible, "the cut to be said")
    report(clerk, id, t=33)
    wire.mend()
    passing(page, lambda: not cut.is_visible(), "the connection")
    expect(row).to_contain_text("33")


def test_a_chart_aggregates_over_a_month(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Old")
    now, hour = int(time.time() * 1000), 3_600_000
    for ago, value in ((20 * 24, 10.0), (20 * 24, 30.0), (48, 5.0), (2, 1.0)):
        report(clerk, id, ts=now - ago * hour - (1 if value == 30.0 else 0), values={"v": value})
    page = visit(f"/devices/{id}")
    page.get_by_role("checkbox", name="Draw v").check()
    chart = page.get_by_test_id("chart")
    expect(chart.get_by_text("No values in this range.")).to_be_visible()
    for range, points in (("6 h", 1), ("24 h", 1), ("7 d", 2), ("30 d", 4)):
        chart.get_by_role("radio", name=range).click()
        expect(chart).to_have_attribute("data-points", str(points))
    for aggregation, first in (("SUM", "40"), ("AVG", "20"), ("MIN", "10"), ("MAX", "30"), ("COUNT", "2")):
        chart.get_by_label("Aggregation").select_option(aggregation)
        expect(chart).to_have_attribute("data-points", "3")
        with page.expect_download() as found:
            chart.get_by_role("button", name="CSV").click()
        rows = list(csv.DictReader(io.StringIO(Path(found.value.path()).read_text())))
        assert float(rows[0]["v"]) == float(first), aggregation


def test_attributes_are_added_edited_and_deleted(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Pump")
    stored = lambda: {  # noqa: E731
        key: point["value"] for key, point in clerk.call("GET", f"devices/{id}/attributes/server").items()
    }
    page = visit(f"/devices/{id}")
    tab(page, "Attributes")
    page.get_by_role("radio", name="Server").click()
    expect(page.get_by_text("No attributes here yet.")).to_be_visible()
    for key, kind, value in (
        ("room", "text", "7-12"),
        ("limit", "number", "30.5"),
        ("place", "json", '{"floor": [1, 2]}'),
    ):
        page.get_by_label("Key", exact=True).fill(key)
        page.get_by_label("Type", exact=True).select_option(kind)
        page.get_by_label("Value", exact=True).fill(value)
        page.get_by_role("button", name="Add").click()
        expect(page.locator(f"tr[data-key={key}]")).to_be_visible()
    page.get_by_label("Key", exact=True).fill("open")
    page.get_by_label("Type", exact=True).select_option("boolean")
    page.get_by_label("Value", exact=True).select_option("false")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("tr[data-key=open]")).to_contain_text("false")
    assert stored() == {"room": "7-12", "limit": 30.5, "place": {"floor": [1, 2]}, "open": False}
    # Edited where it stands, by keyboard; what is no number is not saved
    page.get_by_role("button", name="Edit limit").click()
    field = page.get_by_label("Value of limit")
    expect(field).to_be_focused()
    field.fill("much")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not a number")
    field.fill("31")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-key=limit]")).to_contain_text("31")
    page.get_by_role("button", name="Edit room").click()
    page.get_by_label("Value of room").fill("not this")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Value of room")).to_have_count(0)
    page.get_by_role("button", name="Delete open").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("tr[data-key=open]")).to_have_count(0)
    assert stored() == {"room": "7-12", "limit": 31, "place": {"floor": [1, 2]}}
    page.get_by_role("button", name="JSON", exact=True).click()
    until(lambda: json.loads(page.get_by_test_id("json").inner_text()) == stored(), "the same as JSON")
    # What somebody else changes comes by itself
    page.get_by_role("button", name="JSON", exact=True).click()
    clerk.call("POST", f"devices/{id}/attributes/server", {"room": "9-1"})
    expect(page.locator("tr[data-key=room]")).to_contain_text("9-1")
    # The client's own are for reading
    page.get_by_role("radio", name="Client").click()
    expect(page.get_by_role("button", name="Add")).to_have_count(0)


def test_a_shared_attribute_becomes_a_downlink_and_leaves_with_the_next_answer(
    visit: Visit, clerk: Office
) -> None:
    door = clerk.open_door()
    TO_DEVICE["down"]["config"]["integrationId"] = clerk.integration["id"]  # type: ignore[index]
    before = next(chain for chain in clerk.call("GET", "rule-chains")["items"] if chain["root"])
    chain = clerk.call("POST", "rule-chains", {"name": clerk.name, **document(TO_DEVICE, ARROWS)})["id"]
    clerk.call("POST", f"rule-chains/{chain}/activate", {})
    clerk.call("POST", f"rule-chains/{chain}/root", {})
    try:
        name = f"T {clerk.name}"
        said = {"deviceName": name, "deviceType": "t", "temperature": 20}
        assert tell(clerk.tide.url + door, json=said).status_code == 204
        known = clerk.device(name)
        assert known is not None
        page = visit(f"/devices/{known['id']}")
        expect(page.locator(".who")).to_contain_text(clerk.integration["name"])
        tab(page, "Attributes")
        page.get_by_label("Key", exact=True).fill("firmware")
        page.get_by_label("Value", exact=True).fill("01052020.v1.1")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_test_id("fate")).to_contain_text("queued as downlink")
        page.get_by_role("button", name="Show the downlink").click()
        waiting = page.get_by_test_id("waiting").locator("li")
        expect(waiting).to_contain_text("01052020.v1.1")
        expect(waiting).to_contain_text(clerk.integration["name"])
        expect(waiting).to_contain_text("expires")
        # The next message of the device takes it along
        answer = tell(clerk.tide.url + door, json=said)
        assert answer.json() == {"firmware": "01052020.v1.1"}
        expect(waiting).to_have_count(0)
        past = page.get_by_test_id("past").locator("li")
        expect(past).to_have_count(1)
        expect(past).to_contain_text("delivered")
        # Another one is taken back
        clerk.call("POST", f"devices/{known['id']}/attributes/shared", {"firmware": "2"})
        expect(waiting).to_contain_text('"2"')
        waiting.get_by_role("button", name="Cancel").click()
        expect(waiting).to_have_count(0)
        expect(past.first).to_contain_text("cancelled")
        assert tell(clerk.tide.url + door, json=said).status_code == 204
    finally:
        clerk.call("POST", f"rule-chains/{before['id']}/root", {})


def test_a_shared_attribute_that_the_chain_leaves_alone(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Deaf")
    page = visit(f"/devices/{id}#attributes", clock=True)
    page.get_by_label("Key", exact=True).fill("colour")
    page.get_by_label("Value", exact=True).fill("red")
    page.get_by_role("button", name="Add").click()
    fate = page.get_by_test_id("fate")
    passing(page, lambda: fate.is_visible() and "made no downlink" in fate.inner_text(), "the fate")


def test_a_test_message_is_what_curl_sends(visit: Visit, clerk: Office) -> None:
    clerk.open_door(security={"headers": {"X-Secret": "open sesame"}})
    id = device(clerk, "Asked")
    page = visit(f"/devices/{id}", allow="403")
    tab(page, "Send a test message")
    page.get_by_label("Through").select_option(clerk.integration["id"])
    expect(page.get_by_test_id("curl")).to_contain_text(clerk.integration["routingKey"])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_test_id("answer")).to_contain_text("HTTP 403")
    page.get_by_label("X-Secret").fill("open sesame")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_test_id("answer")).to_contain_text("HTTP 204")
    page.get_by_label("Through").select_option("Access token of the device")
    page.get_by_label("Body").fill('{"pressure": 7}')
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_test_id("answer")).to_contain_text("HTTP 200")
    tab(page, "Latest telemetry")
    expect(page.locator("tr[data-key=pressure]")).to_contain_text("7")
    expect(page.locator("tr[data-key=temperature]")).to_contain_text("21.5")


def test_messages_lead_to_their_trace(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Traced")
    root = next(chain for chain in clerk.call("GET", "rule-chains")["items"] if chain["root"])
    clerk.call("POST", f"rule-chains/{root['id']}/debug", {"minutes": 1})
    report(clerk, id, t=1)
    page = visit(f"/devices/{id}#messages")
    link = page.get_by_role("link", name="POST_TELEMETRY_REQUEST").first
    expect(link).to_be_visible(timeout=20_000)
    row = page.locator("tr[data-trace]").first
    trace = row.get_attribute("data-trace")
    expect(row).to_contain_text("step")
    link.click()
    expect(page.get_by_test_id("trace-at")).to_be_visible()
    expect(page).to_have_url(f"{clerk.tide.url}/rule-chains/{root['id']}")
    page.goto(f"{clerk.tide.url}/traces/{trace}")
    expect(page.get_by_test_id("trace-at")).to_be_visible()
    expect(page).to_have_url(f"{clerk.tide.url}/rule-chains/{root['id']}")


def test_the_access_token_is_shown_when_asked_for_and_renewed(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Known")
    first = clerk.call("GET", f"devices/{id}/credentials")["token"]
    page = visit(f"/devices/{id}", permissions=["clipboard-read", "clipboard-write"])
    expect(page.get_by_text(first)).to_have_count(0)
    page.locator(".who").get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("token")).to_have_text(first)
    page.get_by_role("button", name="Copy the access token").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == first
    page.get_by_role("button", name="Make a new access token").click()
    page.get_by_role("dialog").get_by_role("button", name="Make a new one").click()
    expect(page.get_by_test_id("token")).not_to_have_text(first)
    second = page.get_by_test_id("token").inner_text()
    assert clerk.call("GET", f"devices/{id}/credentials")["token"] == second


def test_a_device_is_changed_and_deleted(visit: Visit, clerk: Office) -> None:
    id = device(clerk, "Old", type="pump", label="first")
    page = visit(f"/devices/{id}")
    page.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_attribute("readonly", "")
    dialog.get_by_label("Type").fill("valve")
    dialog.get_by_label("Label").fill("second")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".who")).to_contain_text("valve")
    expect(page.locator(".who")).to_contain_text("second")
    page.locator(".who").get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"{clerk.tide.url}/devices")
    until(lambda: clerk.device(f"Old {clerk.name}") is None, "the device to be gone")


# ------------------------------------------------------------------ looks


def furnished(clerk: Office) -> str:
    """A device with something in each of its parts, all of it odd; its id."""
    name = f"{ODD[0]} {ODD[2]} {clerk.name} {'x' * 200}"[:255]
    id: str = clerk.call("POST", "devices", {"name": name, "type": ODD[1], "label": ODD[3]})["id"]
    report(clerk, id, **{ODD[0]: 1, "long": LONG, ODD[2]: ODD[3], ODD[1]: {"a": ODD[0]}})
    report(clerk, id, **{ODD[0]: 2})
    clerk.call("POST", f"devices/{id}/attributes/shared", {ODD[0]: ODD[1], "long": LONG, ODD[2]: 5})
    return id


PARTS = ("Latest telemetry", "Attributes", "Downlinks", "Events", "Messages", "Send a test message")


def test_names_and_values_are_only_text(visit: Visit, clerk: Office) -> None:
    id = furnished(clerk)
    page = visit(f"/devices/{id}")
    expect(page.locator(".who .nm")).to_contain_text(ODD[0])
    expect(page.locator(".who .chip")).to_have_text(ODD[1])
    for key, value in (
        (ODD[0], "2"),
        (ODD[2], ODD[3]),
        (ODD[1], json.dumps({"a": ODD[0]}, separators=(",", ":"))),
    ):
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=key, exact=True))
        expect(row).to_contain_text(value)
    page.locator("tr[data-key=long] summary").click()
    expect(page.locator("tr[data-key=long] pre")).to_have_text(LONG)
    tab(page, "Attributes")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=ODD[0], exact=True))
    expect(row).to_contain_text(ODD[1])
    page.goto(f"{clerk.tide.url}/devices")
    page.get_by_role("searchbox", name="Find a device").fill(ODD[0])
    expect(page.get_by_role("rowheader", name=ODD[0]).first).to_be_visible()


def test_axe_finds_nothing_at_the_devices(visit: Visit, clerk: Office) -> None:
    id = furnished(clerk)
    page = visit("/devices", bypass_csp=True)
    expect(page.locator(".grid tbody tr").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="New device").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    walk(page, f"/devices/{id}")
    page.get_by_role("checkbox", name=f"Draw {ODD[0]}").check()
    expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()
    for part in PARTS:
        tab(page, part)
        assert violations(page) == [], part


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 412, "height": 860}},
        {"viewport": {"width": 720, "height": 450}},
        {"forced_colors": "active"},
    ],
    ids=["phone", "zoom", "forced"],
)
def test_everything_of_a_device_can_be_reached(visit: Visit, clerk: Office, look: dict[str, object]) -> None:
    """A phone, 200 % zoom of a small window (half as many CSS pixels), and colours of the system."""
    id = furnished(clerk)
    page = visit(f"/devices/{id}", **look)
    for part in PARTS:
        tab(page, part)
        assert is_within(page), part
    tab(page, "Attributes")
    page.get_by_role("button", name="Edit long").click()
    page.get_by_label("Value of long").fill("short")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("tr[data-key=long]")).to_contain_text("short")
    page.goto(f"{clerk.tide.url}/devices")
    expect(page.get_by_role("button", name="New device").first).to_be_visible()
    assert is_within(page)

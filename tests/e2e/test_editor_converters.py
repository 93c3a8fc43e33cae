"""Converters: the list, the script with its test, samples, what went in and out."""

from __future__ import annotations

import re
import time

import pytest
from editor_world import PHONE, passing, violations, walk
from pages_world import LONG, ODD, Visit, overflows
from playwright.sync_api import Locator, Page, expect
from tide import DOWNLINK, UPLINK, Office, tell, until

READING = 'return {"deviceName": text_decode(payload), "telemetry": {"size": len(payload), "door": metadata.get("Header:x-door", "none")}}'


def write(field: Locator, text: str) -> None:
    """Replace what stands in a code editor."""
    field.click()
    field.page.keyboard.press("Control+a")
    field.page.keyboard.insert_text(text)


def row(page: Page, name: str) -> Locator:
    """One line of the list."""
    return page.locator(".chain", has=page.get_by_role("link", name=name, exact=True))


def converter(clerk: Office, script: str = UPLINK, direction: str = "uplink", **more: object) -> dict:  # type: ignore[type-arg]
    """A converter of this test."""
    body = {"name": f"{direction} {clerk.name}"[:255], "direction": direction, "script": script, **more}
    made: dict = clerk.call("POST", "converters", body)  # type: ignore[type-arg]
    return made


# ------------------------------------------------------------------ one converter


def test_a_converter_is_made_tried_and_saved(visit: Visit, clerk: Office) -> None:
    page = visit("/converters")
    page.get_by_role("link", name="New uplink converter").click()
    write(page.get_by_role("textbox", name="Script"), READING)
    page.get_by_role("radio", name="Text").click()
    page.get_by_role("textbox", name="Payload").fill("Boiler 1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("verdict")).to_contain_text("Device Boiler 1, 2 telemetry values")
    table = page.locator(".outgrid")
    expect(table.locator("tr", has_text="size")).to_contain_text("8")
    page.get_by_role("radio", name="JSON").last.click()
    expect(page.get_by_test_id("output").locator("pre")).to_contain_text('"deviceName": "Boiler 1"')
    # Without a name it is not kept
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("needs a name")
    expect(page.get_by_label("Name of the converter")).to_be_focused()
    page.keyboard.type(f"Made {clerk.name}")
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(r"/converters/(?!new)"))
    stored = clerk.call("GET", f"converters/{page.url.rpartition('/')[2]}")
    assert (stored["name"], stored["script"]) == (f"Made {clerk.name}", READING)
    # What it was tried with stays with it
    assert [sample["contentType"] for sample in stored["samples"]] == ["TEXT"]
    expect(page.get_by_role("textbox", name="Payload")).to_have_value("Boiler 1")


def test_a_mistake_is_marked_where_it_is(visit: Visit, clerk: Office) -> None:
    made = converter(clerk)
    page = visit(f"/converters/{made['id']}", allow="400")
    script = page.get_by_role("textbox", name="Script")
    write(script, 'data = json_decode(payload)\nreturn {"deviceName": data["nobody"]}')
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("Line 2")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("nobody")
    # The mark goes with the mistake
    write(script, 'return {"deviceName": 7}')
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("deviceName must be a text")
    # What does not compile is not kept, and nothing is lost by trying
    write(script, "return {")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Line 1")
    expect(script).to_contain_text("return {")
    assert clerk.call("GET", f"converters/{made['id']}")["script"] == UPLINK


def test_a_pasted_curl_is_a_payload(visit: Visit, clerk: Office) -> None:
    page = visit(f"/converters/{converter(clerk, READING)['id']}")
    page.get_by_role("button", name="Paste curl").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("curl").fill("not a line")
    dialog.get_by_role("button", name="Take it over").click()
    expect(page.locator(".toast")).to_contain_text("no curl line")
    line = "curl -X POST http://x/ \\\n -H 'X-Door: seven' --data-raw $'it\\'s \"me\"'"
    dialog.get_by_label("curl").fill(line)
    dialog.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("textbox", name="Payload")).to_have_value('it\'s "me"')
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text('Device it\'s "me"')
    expect(page.locator(".outgrid tr", has_text="door")).to_contain_text("seven")


def test_samples_are_kept_chosen_and_dropped(visit: Visit, clerk: Office) -> None:
    made = converter(clerk, READING)
    page = visit(f"/converters/{made['id']}")
    payload = page.get_by_role("textbox", name="Payload")
    for kind, text, name in (("Text", "first", "One"), ("Binary", "00 ff", "Bytes")):
        page.get_by_role("radio", name=kind).click()
        payload.fill(text)
        page.get_by_role("button", name="Save as sample").click()
        page.get_by_role("dialog").get_by_label("Name").fill(name)
        page.get_by_role("dialog").get_by_role("button", name="Save as sample").click()
        expect(page.locator(f"option:text-is('{name}')")).to_have_count(1)
    until(
        lambda: len(clerk.call("GET", f"converters/{made['id']}")["samples"]) == 2, "the samples to be kept"
    )
    page.reload()
    choose = page.get_by_label("Payload from")
    choose.select_option("Bytes")
    expect(payload).to_have_value("00 ff")
    choose.select_option("One")
    expect(payload).to_have_value("first")
    page.get_by_role("button", name="Delete this sample").click()
    expect(page.locator("option:text-is('One')")).to_have_count(0)
    kept = lambda: [s["name"] for s in clerk.call("GET", f"converters/{made['id']}")["samples"]]  # noqa: E731
    until(lambda: kept() == ["Bytes"], "the sample to be dropped")


def test_real_payloads_can_be_tried(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door()
    id = clerk.integration["uplinkConverterId"]
    page = visit(f"/converters/{id}", clock=True)
    page.get_by_role("tab", name="Events").click()
    page.get_by_role("region", name="Events").get_by_role("button", name="Debug for 15 minutes").click()
    expect(page.get_by_text("Waiting for messages")).to_be_visible()
    said = {"deviceName": f"R {clerk.name}", "deviceType": "t", "note": ODD[0]}
    assert tell(door, json=said).status_code == 204
    rows = page.locator(".events li")
    expect(rows).to_have_count(2)
    expect(page.locator(".events li[data-kind=Out]")).to_contain_text("deviceType")
    page.locator(".events li[data-kind=In]").get_by_role("button").first.click()
    page.get_by_role("button", name="Try with this").click()
    expect(page.get_by_role("textbox", name="Payload")).to_contain_text(ODD[0])
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text(f"Device R {clerk.name}")
    real = page.get_by_label("Payload from").locator("optgroup[label='Last real ones'] option")
    passing(page, lambda: real.count() > 0, "the real payloads to be offered")


def test_a_downlink_converter(visit: Visit, clerk: Office) -> None:
    page = visit(f"/converters/{converter(clerk, DOWNLINK, 'downlink')['id']}")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("1 payload for the device")
    expect(page.locator(".outgrid")).to_contain_text("X-Kind")
    expect(page.locator(".outgrid")).to_contain_text("ATTRIBUTES_UPDATED")
    write(page.get_by_role("textbox", name="Message"), "no json")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("not JSON")


def test_two_people_at_one_converter(visit: Visit, clerk: Office) -> None:
    made = converter(clerk)
    page = visit(f"/converters/{made['id']}", allow="412")
    script = page.get_by_role("textbox", name="Script")
    write(script, "return []  # mine")
    clerk.call("PUT", f"converters/{made['id']}", {**made, "script": "return []  # theirs"})
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Somebody else has changed this")
    expect(page.locator(".bench [data-language=python]")).to_contain_text("mine")
    dialog.get_by_role("button", name="Save mine over it").click()
    expect(page.locator(".toast")).to_have_text("Saved")
    assert clerk.call("GET", f"converters/{made['id']}")["script"] == "return []  # mine"
    # Leaving asks only with something to lose
    write(script, "return []  # more")
    page.get_by_role("link", name="Converters", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    expect(script).to_contain_text("more")
    page.get_by_role("link", name="Converters", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile("/converters$"))


# ------------------------------------------------------------------ the list


def test_the_list_says_who_uses_it_and_whether_it_fails(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door()
    used = clerk.call("GET", f"converters/{clerk.integration['uplinkConverterId']}")
    free = converter(clerk)
    page = visit("/converters", clock=True)
    page.get_by_role("searchbox", name="Find a converter").fill(clerk.name)
    line = row(page, used["name"])
    expect(line).to_contain_text("Used by 1 integration")
    expect(line).to_contain_text("0 errors")
    assert tell(door, content=b"{").status_code == 400
    passing(page, lambda: "1 error" in line.inner_text(), "the error to be counted")
    # What is used cannot go, and the question says why
    line.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(clerk.integration["name"])
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    dialog.get_by_role("button", name="Cancel").click()
    row(page, free["name"]).get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(row(page, free["name"])).to_have_count(0)
    clerk.call("GET", f"converters/{free['id']}", expect=404)


@pytest.mark.parametrize("at", range(len(ODD)))
def test_names_and_payloads_are_only_text(visit: Visit, clerk: Office, at: int) -> None:
    name = f"{ODD[at]} {time.monotonic_ns()}"
    made = converter(clerk, READING, name=name)
    page = visit("/converters")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_label("Name of the converter")).to_have_value(name)
    page.get_by_role("radio", name="Text").click()
    page.get_by_role("textbox", name="Payload").fill(ODD[at])
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("verdict")).to_contain_text(ODD[at])
    expect(page.locator(".outgrid caption")).to_contain_text(ODD[at])
    if at == 0:  # once is enough
        write(
            page.get_by_role("textbox", name="Script"),
            "return {'deviceName': 'x', 'attributes': {'a': text_decode(payload)}}",
        )
        page.get_by_role("textbox", name="Payload").fill(LONG)
        page.get_by_role("button", name="Test").click()
        expect(page.locator(".outgrid tr", has_text="Attribute")).to_contain_text(LONG)
        assert overflows(page) == []
    assert clerk.call("GET", f"converters/{made['id']}")["name"] == name


def test_axe_finds_nothing(visit: Visit, clerk: Office) -> None:
    door = clerk.tide.url + clerk.open_door()
    tell(door, content=b"{")
    page = visit("/converters", bypass_csp=True)
    expect(page.locator(".chain").first).to_be_visible()
    assert violations(page) == []
    walk(page, f"/converters/{clerk.integration['uplinkConverterId']}")
    page.get_by_role("button", name="Test").click()
    expect(page.locator(".cm-lintRange-error")).to_be_visible()
    assert violations(page) == []
    write(page.get_by_role("textbox", name="Payload"), '{"deviceName": "A", "deviceType": "t", "v": 1}')
    page.get_by_role("button", name="Test").click()
    expect(page.locator(".outgrid")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("tab", name="Events").click()
    page.locator(".events li button").first.click()
    assert violations(page) == []


def test_german_is_complete(visit: Visit, clerk: Office) -> None:
    clerk.open_door("return []", "return []")
    page = visit("/", locale="de-DE")
    for path in (
        "/converters",
        f"/converters/{clerk.integration['uplinkConverterId']}",
        "/integrations",
        f"/integrations/{clerk.integration['id']}",
        "/integrations/new",
    ):
        walk(page, path)
        expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_visible()
        expect(page.locator("main.page")).not_to_be_empty()
        if path in ("/converters", "/integrations"):  # others have theirs in the same list
            page.get_by_role("searchbox").fill(clerk.name)
            expect(page.locator(".chain").filter(has_not_text=clerk.name)).to_have_count(0)
        left = re.findall(
            r"\b(the|and|Name of|Save|Delete|Settings|Script|Output|None|Next|of each|not)\b",
            page.locator("main.page").inner_text().replace(clerk.name, ""),
        )
        assert left == [], path


def test_a_phone_has_room_for_all(visit: Visit, clerk: Office) -> None:
    made = converter(clerk, name=f"{clerk.name} {'long ' * 40}"[:250].strip())
    page = visit("/converters", viewport=PHONE, has_touch=True)
    page.locator(".chain .chainlink").first.wait_for()
    assert overflows(page) == []
    page.goto(f"{clerk.tide.url}/converters/{made['id']}")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_test_id("output")).to_be_visible()
    assert overflows(page) == []

"""Following one message: its steps on the canvas and in the drawer, back and forth, found and waited for."""

from __future__ import annotations

import re
import time
from typing import Any

from editor_world import PHONE, Desk, Sit, new_chain, thermostat, violations
from playwright.sync_api import Locator, expect
from tide import Office, until

HOT = {"temperature": 33.4}
COLD = {"temperature": 12.5}


def watched(sit: Sit, *readings: dict[str, Any], **options: Any) -> Desk:
    """A window on a chain that traces everything, after some messages went through it; the drawer is open."""
    desk = sit(**options)
    for name in {reading.get("deviceName", f"T {desk.chain}") for reading in readings}:
        desk.office.call("POST", "devices", {"name": name, "type": "thermostat"})
    desk.office.call("POST", f"rule-chains/{desk.chain}/debug", {"minutes": 10})
    desk.door = desk.office.open_door(ruleChainId=desk.chain)  # type: ignore[attr-defined]
    desk.send(desk.door, *readings)  # type: ignore[attr-defined]
    done = f"traces?chain={desk.chain}&node=types"
    until(lambda: len(desk.office.call("GET", done)["items"]) >= len(readings), "the traces")
    return desk


def open_trace(desk: Desk, index: int = 0) -> Locator:
    """The steps of a trace of the list, whose drawer was closed."""
    desk.page.locator(".canvas").focus()
    desk.press("t")
    desk.page.locator(".thead").nth(index).click()
    steps = desk.page.locator(".thop")
    expect(steps.first).to_be_visible()
    return steps


def number(desk: Desk, name: str) -> Locator:
    """The number of a card's step."""
    return desk.node(name).locator(".hopno")


def test_a_trace_shows_the_steps_that_the_server_has(sit: Sit) -> None:
    desk = watched(sit, HOT)
    steps = open_trace(desk)
    (head,) = desk.office.call("GET", f"traces?chain={desk.chain}&node=types")["items"]
    hops = desk.office.call("GET", f"traces/{head['id']}")["hops"]
    assert [hop["name"] for hop in hops] == [
        "By message type",
        "Read limits",
        "Too hot?",
        "Page on-call",
        "Log failures",
        "Add Fahrenheit",
        "Save telemetry",
    ]
    expect(steps.locator(".who")).to_have_text([hop["name"] for hop in hops])
    for place, hop in enumerate(hops, 1):
        expect(number(desk, hop["name"])).to_have_text(str(place))
    # The fork stands one step in
    depths = [li.get_attribute("style") for li in desk.page.locator(".thops li").all()]
    assert [int(re.sub(r"\D", "", text or "")) for text in depths] == [0, 0, 1, 1, 1, 1, 1]
    # The rest of the canvas is dimmed, arrows are marked as they were taken
    expect(desk.node("Save attributes")).not_to_have_class(re.compile("passed"))
    expect(desk.node("Messages in")).to_have_class(re.compile("passed"))
    expect(desk.pill("hot-True-page")).to_have_class(re.compile("passed"))
    expect(desk.pill("types-Post attributes-attributes")).to_have_class(re.compile("other"))


def test_a_failing_node_is_red_and_says_why(sit: Sit) -> None:
    desk = watched(sit, HOT)
    open_trace(desk)
    card = desk.node("Page on-call")
    expect(card).to_have_class(re.compile("failed"))
    expect(card.locator(".why")).not_to_be_empty()
    reason = card.locator(".why").inner_text()
    # It opens at the failure
    expect(desk.page.get_by_test_id("trace-at")).to_have_text("4 / 7")
    step = desk.page.get_by_test_id("trace-step")
    expect(step.get_by_role("alert")).to_have_text(reason)
    expect(step.locator(".diff .add").first).to_contain_text("metadata.error")
    expect(step.locator(".tways .pill:not(.untaken)")).to_have_text("Failure")
    expect(step.locator(".untaken s")).to_have_text(["Success"])


def test_stepping_by_keys_slider_and_buttons(sit: Sit) -> None:
    desk = watched(sit, HOT)
    open_trace(desk)
    at = desk.page.get_by_test_id("trace-at")
    step = desk.page.get_by_test_id("trace-step")
    desk.press(",", ",")
    expect(at).to_have_text("2 / 7")
    expect(desk.node("Read limits")).to_have_class(re.compile("here"))
    desk.press(".")
    expect(desk.node("Too hot?")).to_have_class(re.compile("here"))
    expect(step.locator(".tways")).to_contain_text("True")
    expect(step.locator(".untaken s")).to_have_text(["False", "Failure"])
    desk.page.get_by_label("Step", exact=True).fill("5")
    expect(at).to_have_text("6 / 7")
    expect(step.locator(".diff .add")).to_contain_text("msg.fahrenheit: 1")
    desk.page.get_by_role("button", name="Step forward").click()
    expect(at).to_have_text("7 / 7")
    expect(desk.page.get_by_role("button", name="Step forward")).to_be_disabled()
    expect(desk.page.get_by_text("Step 7 of 7: Save telemetry")).to_be_attached()
    desk.press("Escape")
    expect(desk.page.locator(".drawer")).to_be_hidden()
    expect(number(desk, "Too hot?")).to_have_count(0)


def test_watched_fields_stay_in_sight(sit: Sit) -> None:
    desk = watched(sit, HOT)
    open_trace(desk)
    desk.page.locator(".thop").last.click()
    desk.page.get_by_role("button", name="Watch msg.fahrenheit").click(force=True)
    row = desk.page.locator(".twatch tr")
    expect(row.locator("td button bdi")).to_have_text(["–", "–", "–", "–", "–", "1", "1"])
    expect(row.locator("td button.chg")).to_have_count(1)
    # A value leads to its step; the choice outlives the page
    row.locator("td button").nth(2).click()
    expect(desk.page.get_by_test_id("trace-at")).to_have_text("3 / 7")
    desk.reload()
    open_trace(desk)
    desk.page.get_by_role("button", name="Do not watch msg.fahrenheit").click()
    expect(row).to_have_count(0)


def test_finding_a_trace(sit: Sit) -> None:
    oven = f"Oven {time.monotonic_ns()}"
    desk = watched(sit, HOT, COLD, {"temperature": 99, "deviceName": oven})
    desk.press("t")
    heads = desk.page.locator(".thead b")
    expect(heads).to_have_count(3)
    find = desk.page.get_by_role("searchbox", name="Device or text")
    find.fill("oven")
    expect(heads).to_have_text([oven])
    find.fill("12.5")
    expect(heads).to_have_count(1)
    find.fill("nothing like it")
    expect(desk.page.get_by_text("No trace is like that.")).to_be_visible()
    find.fill("")
    expect(heads).to_have_count(3)
    desk.page.get_by_role("button", name="Only failed ones").click()
    expect(heads).to_have_count(2)
    desk.page.get_by_role("button", name="Only failed ones").click()
    desk.page.get_by_role("button", name="By node and relation").click()
    desk.page.get_by_label("Node", exact=True).select_option("Too hot?")
    desk.page.get_by_label("Relation", exact=True).select_option("False")
    expect(heads).to_have_count(1)
    desk.page.get_by_role("button", name="By node and relation").click()
    desk.page.get_by_role("button", name="Slowest first").click()
    expect(heads).to_have_count(3)
    slow = desk.office.call("GET", f"traces?chain={desk.chain}&sort=slowest")["items"]
    shown = lambda: [head.get_attribute("data-trace") for head in desk.page.locator(".thead").all()]  # noqa: E731
    until(lambda: shown() == [item["id"] for item in slow], "the slowest to be the first")


def test_the_next_message_of_a_node_comes_by_itself(sit: Sit) -> None:
    desk = sit()
    door = desk.office.open_door(ruleChainId=desk.chain)
    desk.node("Add Fahrenheit").click(button="right")
    desk.page.get_by_role("menuitem", name="Trace the next message").click()
    expect(desk.page.get_by_text("Waiting for the next message at “Add Fahrenheit”…")).to_be_visible()
    desk.send(door, COLD)
    expect(desk.page.get_by_test_id("trace-step")).to_be_visible()
    expect(desk.node("Add Fahrenheit")).to_have_class(re.compile("here"))
    expect(desk.page.locator(".tarmed")).to_have_count(0)
    # Waiting can be given up
    desk.node("Too hot?").click(button="right")
    desk.page.get_by_role("menuitem", name="Trace the next message").click()
    desk.page.locator(".tarmed").get_by_role("button", name="Cancel").click()
    expect(desk.page.locator(".tarmed")).to_have_count(0)
    before = len(desk.office.call("GET", f"traces?chain={desk.chain}&node=hot")["items"])
    desk.send(door, COLD)
    assert len(desk.office.call("GET", f"traces?chain={desk.chain}&node=hot")["items"]) == before


def test_an_event_leads_to_its_trace(sit: Sit) -> None:
    desk = sit()
    door = desk.office.open_door(ruleChainId=desk.chain)
    desk.node("Save telemetry").click()
    desk.page.get_by_role("tab", name="Events").click()
    desk.panel().get_by_role("button", name="Debug for 15 minutes").click()
    expect(desk.panel()).to_contain_text("Waiting for messages")
    desk.send(door, COLD)
    desk.panel().locator(".events .prow").first.click()
    desk.panel().get_by_role("button", name="Trace this message").click()
    expect(desk.node("Save telemetry")).to_have_class(re.compile("here"))
    expect(desk.page.get_by_test_id("trace-step")).to_contain_text("msg.fahrenheit: 1")


def test_a_trace_goes_through_nested_chains(sit: Sit, clerk: Office) -> None:
    inner = new_chain(clerk, thermostat())
    nodes = [
        {
            "id": "in",
            "type": "rule-chain",
            "name": "Thermostats",
            "x": 0,
            "y": 0,
            "config": {"ruleChainId": inner},
        },
        {"id": "end", "type": "log", "name": "Never", "x": 400, "y": 0, "config": {}},
    ]
    edges = [{"id": "e", "from": "in", "to": "end", "relation": "Done"}]
    name = f"Outer of {inner}"
    outer = sit({"name": name, "entry": "in", "nodes": nodes, "edges": edges})
    door = outer.office.open_door(ruleChainId=outer.chain)
    outer.press("t")
    outer.page.get_by_role("button", name="Trace the next message").click()
    outer.send(door, COLD)
    steps = outer.page.locator(".thop .who")
    expect(steps).to_have_text(
        ["Thermostats", "By message type", "Read limits", "Too hot?", "Add Fahrenheit", "Save telemetry"]
    )
    # Inside the other chain the node that leads there stands for the step
    steps.nth(3).click()
    expect(outer.node("Thermostats")).to_have_class(re.compile("here"))
    outer.page.locator(".tchain").get_by_role("button", name="Open").click()
    expect(outer.node("Too hot?")).to_have_class(re.compile("here"))
    expect(number(outer, "Read limits")).to_have_text("3")


def test_a_link_opens_a_trace(sit: Sit) -> None:
    desk = watched(sit, COLD, allow="404")
    (head,) = desk.office.call("GET", f"traces?chain={desk.chain}&node=types")["items"]
    desk.page.goto(f"{desk.url}?trace={head['id']}")
    expect(desk.page.get_by_test_id("trace-step")).to_be_visible()
    expect(desk.page).to_have_url(desk.url)
    desk.page.goto(f"{desk.url}?trace=gone")
    desk.said("no longer kept")


def test_new_messages_join_the_list(sit: Sit) -> None:
    desk = watched(sit, COLD)
    desk.press("t")
    expect(desk.page.locator(".thead")).to_have_count(1)
    desk.send(desk.door, HOT)  # type: ignore[attr-defined]
    expect(desk.page.locator(".thead")).to_have_count(2)


def test_a_trace_on_a_phone(sit: Sit) -> None:
    desk = watched(sit, HOT, viewport=PHONE, has_touch=True)
    desk.page.get_by_role("button", name="Trace", exact=True).tap()
    desk.page.locator(".thead").first.tap()
    steps = desk.page.locator(".thop")
    expect(steps).to_have_count(7)
    steps.nth(5).tap()
    expect(desk.page.get_by_test_id("trace-step")).to_contain_text("msg.fahrenheit")
    desk.page.get_by_role("button", name="Traces").tap()
    expect(desk.page.locator(".thead").first).to_be_visible()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_axe_finds_nothing_in_a_trace(sit: Sit) -> None:
    desk = watched(sit, HOT, bypass_csp=True)
    desk.page.get_by_role("button", name="Zoom to 100 %").click()
    open_trace(desk)
    desk.page.get_by_role("button", name="Watch msg.temperature").first.click(force=True)
    desk.page.get_by_role("button", name="By node and relation").click()
    expect(desk.page.locator(".twatch")).to_be_visible()
    assert violations(desk.page) == []

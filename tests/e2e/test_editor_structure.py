"""The shape of a chain: groups, notes, nested chains, several nodes at once, and how it opens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from editor_world import PHONE, Sit, grid, middle, new_chain, thermostat, violations
from playwright.sync_api import Locator, expect
from tide import Office, until

STORAGE = {"id": "g", "name": "Storage", "color": "action", "nodes": ["fahrenheit", "save"]}


def box(found: Locator) -> dict[str, float]:
    """Where something is on the screen."""
    place = found.bounding_box()
    assert place is not None
    return dict(place)


def calling(inner: str, name: str = "Thermostats") -> dict[str, Any]:
    """A chain of one node that goes into another chain."""
    node = {"id": "in", "type": "rule-chain", "name": name, "x": 0, "y": 0, "config": {"ruleChainId": inner}}
    return {"entry": "in", "nodes": [node], "edges": []}


# ------------------------------------------------------------------ groups and notes


def test_a_group_collapses_to_one_card_with_its_ports(sit: Sit) -> None:
    document = thermostat(groups=[STORAGE | {"nodes": ["hot", "page"]}])
    desk = sit(document)
    desk.page.get_by_role("button", name="Collapse Storage").click()
    bundle = desk.page.get_by_test_id("bundle")
    expect(bundle).to_contain_text("2 nodes")
    expect(desk.node("Too hot?")).to_have_count(0)
    expect(desk.nodes()).to_have_count(6)
    # Both failures lead to the log: one port and one arrow
    expect(bundle.locator(".hd:not(.in)")).to_have_count(1)
    expect(desk.page.locator("[data-testid=pill][data-relation=Failure]")).to_have_count(1)
    # It moves as one, and its nodes with it
    before = {node["id"]: node["x"] for node in document["nodes"]}
    x, y = middle(bundle.locator(".nm"))
    desk.drag((x, y), (x + 60, y + 80))
    stored = desk.deploy()
    assert stored["groups"][0]["collapsed"] is True
    moved = {node["id"] for node in stored["nodes"] if node["x"] != before[node["id"]]}
    assert moved == {"hot", "page"}
    # It stays so, and unfolds by a double click; undo folds it again
    desk.reload()
    bundle.dblclick()
    expect(desk.node("Too hot?")).to_be_visible()
    desk.press("Control+z")
    expect(bundle).to_be_visible()
    bundle.get_by_role("button", name="Unfold Storage").click()
    expect(desk.node("Page on-call")).to_be_visible()
    assert "collapsed" not in desk.deploy()["groups"][0]


def test_a_group_by_keyboard_and_its_copy(sit: Sit) -> None:
    desk = sit(thermostat(groups=[STORAGE]))
    desk.node("Save telemetry").click()
    desk.press("Escape", "Shift+C")
    bundle = desk.page.get_by_test_id("bundle")
    expect(bundle).to_be_visible()
    desk.press("Control+d")
    expect(desk.node("Save telemetry 2")).to_be_visible()
    desk.page.locator(".react-flow__node-bundle").focus()
    desk.press("Enter")
    expect(desk.node("Save telemetry")).to_be_visible()


def test_notes_are_markdown_and_never_more(sit: Sit) -> None:
    text = "# Rules\n- **hot**: call *Mia*\n- [docs](https://a.example/)\n\n[no](javascript:alert(1)) <img src=x> `code`"
    note = {"id": "t", "text": text, "x": 0, "y": 0, "width": 320, "height": 200}
    desk = sit(thermostat(notes=[note]))
    found = desk.page.get_by_test_id("note")
    expect(found.get_by_role("heading", name="Rules")).to_be_visible()
    expect(found.locator("li strong")).to_have_text("hot")
    expect(found.get_by_role("link")).to_have_count(1)
    expect(found.get_by_role("link", name="docs")).to_have_attribute("rel", "noopener noreferrer")
    expect(found).to_contain_text("[no](javascript:alert(1)) <img src=x> code")
    expect(found.locator("img")).to_have_count(0)
    # Written as text
    found.get_by_role("heading").dblclick()
    expect(desk.page.get_by_label("Text of the note")).to_have_value(text)


# ------------------------------------------------------------------ nested chains


def test_nested_chains_have_a_way_back(sit: Sit, clerk: Office) -> None:
    inner = new_chain(clerk, thermostat())
    middle_name = f"Middle {inner}"
    between = new_chain(clerk, calling(inner, "To the thermostats") | {"name": middle_name})
    outer = sit(calling(between, "To the middle") | {"name": f"Outer {inner}"})
    crumb = outer.page.get_by_role("navigation", name="Breadcrumb")
    outer.node("To the middle").dblclick()
    outer.node("To the thermostats").dblclick()
    expect(outer.node("Too hot?")).to_be_visible()
    expect(crumb.locator("a")).to_have_text(["Rule chains", f"Outer {inner}", middle_name])
    # A reload forgets nothing; Backspace, breadcrumb and the browser lead back
    outer.reload()
    expect(crumb.locator("a")).to_have_count(3)
    outer.page.locator(".canvas").focus()
    outer.press("Backspace")
    expect(outer.node("To the thermostats")).to_be_visible()
    expect(crumb.locator("a")).to_have_count(2)
    outer.page.go_back()
    expect(outer.node("Too hot?")).to_be_visible()
    crumb.get_by_text(f"Outer {inner}").click()
    expect(outer.node("To the middle")).to_be_visible()
    expect(crumb.locator("a")).to_have_count(1)


def test_a_look_into_a_nested_chain(sit: Sit, clerk: Office) -> None:
    outer = sit(calling(new_chain(clerk, thermostat())))
    outer.node("Thermostats").click(modifiers=["Alt"])
    dialog = outer.page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="8 nodes")).to_be_visible()
    image = dialog.locator("img")
    until(lambda: image.evaluate("(image) => image.naturalWidth") > 500, "the picture to be there")
    outer.press("Escape")
    expect(outer.node("Thermostats")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_a_nested_chain_shows_what_goes_on_inside(sit: Sit, clerk: Office) -> None:
    broken = {
        "id": "r",
        "type": "script-filter",
        "name": "Broken",
        "config": {"script": "return msg.nothing.there"},
    }
    inner = new_chain(clerk, {"entry": "r", "nodes": [broken], "edges": []})
    outer = sit(calling(inner))
    line = outer.page.get_by_test_id("inner")
    expect(line).to_contain_text("0/s inside")
    door = outer.office.open_door(ruleChainId=outer.chain)
    outer.send(door, {"temperature": 1})
    expect(line).to_contain_text("failures/s")
    expect(line).to_have_class(re.compile("bad"))


# ------------------------------------------------------------------ several nodes, palette, deploying, opening


def test_several_nodes_at_once(sit: Sit) -> None:
    desk = sit()
    desk.node("Page on-call").click(modifiers=["Control"])
    desk.node("Log failures").click(modifiers=["Control"])
    bar = desk.page.get_by_role("toolbar", name="2 nodes selected")
    bar.get_by_role("button", name="Align tops").click()
    high = lambda name: box(desk.node(name))["y"]  # noqa: E731
    until(lambda: abs(high("Page on-call") - high("Log failures")) <= 1, "both to be at one height")
    bar.get_by_role("button", name="Disable").click()
    expect(desk.node("Log failures")).to_have_class(re.compile("off"))
    bar.get_by_role("button", name="Enable").click()
    expect(desk.node("Log failures")).not_to_have_class(re.compile("off"))
    bar.get_by_role("button", name="Debug").click()
    expect(desk.page.locator(".debugleft")).to_have_text(["15 min", "15 min"])
    bar.get_by_role("button", name="Group the selection").click()
    expect(desk.page.get_by_label("Name of the group")).to_be_focused()
    desk.press("Enter")
    expect(desk.page.get_by_test_id("group")).to_be_visible()
    desk.press("Control+z", "Control+z", "Control+z", "Control+z")
    until(lambda: high("Page on-call") < high("Log failures"), "both to be where they were")
    expect(desk.page.get_by_test_id("group")).to_have_count(0)


def test_debug_by_one_key_shows_how_long(sit: Sit) -> None:
    desk = sit()
    desk.node("Too hot?").click()
    desk.press("Escape", "d")
    expect(desk.node("Too hot?").locator(".debugleft")).to_have_text("15 min")
    desk.reload()
    expect(desk.node("Too hot?").locator(".debugleft")).to_contain_text("min")
    desk.node("Too hot?").click()
    desk.press("Escape", "d")
    expect(desk.node("Too hot?").locator(".debugleft")).to_have_count(0)
    counts = desk.office.call("GET", f"rule-chains/{desk.chain}/rates")
    assert counts["nodes"]["hot"]["debugUntil"] == 0


def test_heat_makes_busy_arrows_wide(sit: Sit) -> None:
    desk = sit()
    door = desk.office.open_door(ruleChainId=desk.chain)
    path = desk.page.locator(
        ".edge-g", has=desk.page.locator("[data-edge='types-Post telemetry-limits']")
    ).locator(".edge")
    expect(path).to_have_css("stroke-width", "1.6px")
    desk.live()
    desk.send(door, *[{"temperature": i} for i in range(20)])
    expect(path).not_to_have_css("stroke-width", "1.6px")
    desk.page.locator(".canvas").focus()
    desk.press("h")
    expect(path).to_have_css("stroke-width", "1.6px")


def test_favourites_and_recent_nodes_stand_first(sit: Sit) -> None:
    desk = sit()
    palette = desk.page.get_by_label("Node palette")
    desk.item("rename-keys").hover()
    palette.get_by_role("button", name="Keep Rename keys at the top").click()
    desk.item("split-array").focus()
    desk.press("*")
    desk.add("log")
    sections = palette.locator("section")
    expect(sections.nth(0)).to_have_attribute("aria-label", "Favourites")
    expect(sections.nth(0).locator(".pitem")).to_have_text(["Rename keys", "Split array"])
    expect(sections.nth(1)).to_have_attribute("aria-label", "Recent")
    desk.reload()
    sections.nth(0).get_by_role("button", name="No longer keep Rename keys at the top").click()
    expect(sections.nth(0).locator(".pitem")).to_have_text(["Split array"])


def test_warnings_ask_once(sit: Sit) -> None:
    desk = sit()
    desk.add("log")
    desk.press("Control+s")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("There are warnings")
    expect(dialog).to_contain_text("Not reachable")
    dialog.get_by_role("button", name="Show problems").click()
    expect(desk.page.locator(".drawer")).to_contain_text("Not reachable")
    assert desk.stored()["version"] == 1
    desk.press("Control+s")
    dialog.get_by_role("button", name="Deploy anyway").click()
    desk.said("Version 2 runs")
    # The same warning does not ask again
    desk.node("Too hot?").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Hot?")
    desk.press("Control+s")
    desk.said("Version 3 runs")


def test_a_large_chain_opens_at_its_input_and_where_one_was(sit: Sit) -> None:
    desk = sit(grid(60, columns=12), viewport={"width": 1200, "height": 800})
    desk.page.evaluate("localStorage.clear()")
    desk.page.goto(f"{desk.office.tide.url}/rule-chains")
    desk.page.evaluate("localStorage.clear()")
    desk.page.goto(desk.url)
    expect(desk.page.locator(".zoom")).to_have_text("75%")
    expect(desk.node("Messages in")).to_be_in_viewport()
    expect(desk.node("Node 0")).to_be_in_viewport()
    # The next time it opens where one was
    desk.fit()
    expect(desk.page.locator(".zoom")).not_to_have_text("75%")
    zoom = desk.page.locator(".zoom").inner_text()
    desk.reload()
    expect(desk.page.locator(".zoom")).to_have_text(zoom)


def test_a_small_chain_is_whole_when_it_opens(sit: Sit) -> None:
    desk = sit(grid(3))
    desk.page.evaluate("localStorage.clear()")
    desk.reload()
    expect(desk.page.locator(".zoom")).not_to_have_text("75%")
    for name in ("Messages in", "Node 0", "Node 2"):
        expect(desk.node(name)).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize(("count", "is_list"), [(21, True), (20, False)])
def test_on_a_phone_a_large_chain_is_a_list_at_first(sit: Sit, count: int, is_list: bool) -> None:
    desk = sit(grid(count), viewport=PHONE, has_touch=True)
    expect(desk.page.get_by_test_id("outline")).to_have_count(int(is_list))
    expect(desk.page.locator(".react-flow")).to_have_count(int(not is_list))


def test_axe_finds_nothing_in_structure(sit: Sit, clerk: Office) -> None:
    inner = new_chain(clerk, thermostat())
    document = thermostat(
        groups=[
            STORAGE | {"collapsed": True},
            {"id": "h", "name": "Heat", "color": "filter", "nodes": ["hot", "page"]},
        ],
        notes=[
            {
                "id": "t",
                "text": "# A\n> b\n\n[c](https://a.example)",
                "x": 0,
                "y": 0,
                "width": 200,
                "height": 120,
            }
        ],
    )
    document["nodes"] += calling(inner)["nodes"]
    desk = sit(document, bypass_csp=True)
    expect(desk.page.get_by_test_id("inner")).to_be_visible()
    desk.node("Log failures").click(modifiers=["Control"])
    desk.node("Page on-call").click(modifiers=["Control"])
    expect(desk.page.locator(".selbar")).to_be_visible()
    desk.press("d")
    expect(desk.page.locator(".debugleft")).to_have_count(2)
    desk.page.get_by_role("button", name="Zoom to 100 %").click()
    assert violations(desk.page) == []

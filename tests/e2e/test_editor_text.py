"""Whatever stands in names and payloads is shown as text, everywhere in the chain editor; and in German all is German."""

from __future__ import annotations

import re
from typing import Any

import pytest
from editor_world import PHONE, Sit, grid, new_chain
from playwright.sync_api import Locator, Page, expect
from tide import Office, until

EVIL = "<img src=x onerror=window.hit=1><b class=evil>b</b>"
QUOTES = """He said "it's" \\ `${metadata}` &amp; {0}"""
RIGHT = "قاعدة الحرارة \u202eabc"
EMOJI = "\U0001f321\ufe0f\U0001f469\u200d\U0001f692\U0001f525"
LONG = "x" * 10_000
NAMES = (EVIL, QUOTES, RIGHT, EMOJI, "n" * 255)


def is_clean(page: Page) -> None:
    """Nothing of a text has become an element, and nothing of it ran; the page is no wider than its window."""
    assert page.locator("img[src='x'], .evil").count() == 0
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def nasty(name: str) -> dict[str, Any]:
    """A chain with such names wherever a chain has names."""
    nodes = [
        {
            "id": f"n{i}",
            "type": "log",
            "name": name,
            "x": i * 340,
            "y": i % 2 * 160,
            "config": {"script": f"return {name!r}"},
        }
        for i, name in enumerate(NAMES)
    ]
    edges = [{"id": f"e{i}", "from": f"n{i}", "to": f"n{i + 1}", "relation": "Success"} for i in range(4)]
    nodes.append(
        {
            "id": "s",
            "type": "switch",
            "name": "Switch",
            "x": 1800,
            "y": 0,
            "config": {"labels": [EVIL, RIGHT], "script": f"return {EVIL!r}"},
        }
    )
    edges += [
        {"id": "s1", "from": "n4", "to": "s", "relation": "Success"},
        {"id": "s2", "from": "s", "to": "n9", "relation": EVIL},
    ]
    nodes.append(
        {
            "id": "n9",
            "type": "script-filter",
            "name": "End",
            "x": 2200,
            "y": 0,
            "config": {"script": f"return {EVIL!r}"},
        }
    )
    return {
        "name": name,
        "entry": "n0",
        "nodes": nodes,
        "edges": edges,
        "groups": [{"id": "g", "name": EVIL, "color": "flow", "nodes": ["n1"]}],
        "notes": [
            {"id": "t", "text": f"# {EVIL}\n{RIGHT}\n{LONG}", "x": 0, "y": 400, "width": 300, "height": 200}
        ],
    }


def shows(where: Locator, *texts: str) -> None:
    """All of these stand there as they were written."""
    for text in texts:
        expect(where).to_contain_text(text)


def test_names_and_payloads_are_text_everywhere(sit: Sit, clerk: Office) -> None:
    name = f"{EVIL} {clerk.name}"
    desk = sit(nasty(name))
    page = desk.page
    # Canvas, group, note, relation, bar
    for node in NAMES:
        expect(page.locator("[data-testid=node] .nm").get_by_text(node, exact=True)).to_be_attached()
    shows(page.get_by_test_id("group"), EVIL)
    shows(page.get_by_test_id("note"), EVIL, RIGHT, LONG)
    shows(desk.pill("s2"), EVIL)
    expect(page.get_by_label("Name of the chain")).to_have_value(name)
    is_clean(page)
    # A message with such texts goes through and fails at the end with one of them in its reason
    desk.office.call("POST", f"rule-chains/{desk.chain}/debug", {"minutes": 10})
    door = desk.office.open_door(ruleChainId=desk.chain)
    device = f"{EVIL} {RIGHT} {desk.chain}"
    desk.send(door, {"deviceName": device, EVIL: QUOTES, "long": LONG, RIGHT: EMOJI})
    find = f"traces?chain={desk.chain}&node=n9&q=POST_TELEMETRY"
    until(lambda: desk.office.call("GET", find)["items"], "the trace")
    page.locator(".canvas").focus()
    desk.press("t")
    shows(page.locator(".thead").first, device)
    page.locator(f"[data-trace='{desk.office.call('GET', find)['items'][0]['id']}']").click()
    shows(page.locator(".thops"), *NAMES, EVIL)
    page.locator(".thop").first.click()
    step = page.get_by_test_id("trace-step")
    shows(step, f"msg.{EVIL}", f"msg.{RIGHT}", EMOJI, LONG)
    step.get_by_role("button", name=f"Watch msg.{EVIL}").click(force=True)
    shows(page.locator(".twatch"), f"msg.{EVIL}")
    is_clean(page)
    # The other drawers, the outline, the lists
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Show changes").first.click()
    is_clean(page)
    page.get_by_role("tab", name="Problems").click()
    is_clean(page)
    desk.press("Escape", "Escape")
    page.locator(".canvas").focus()
    desk.press("o")
    shows(page.get_by_test_id("outline"), *NAMES)
    is_clean(page)
    desk.press("Escape")
    desk.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    desk.type("img src")
    shows(page.locator(".cmd"), EVIL)
    is_clean(page)
    desk.press("Escape")
    # The panel: events, test, code
    page.locator(f'[data-testid=node][data-name="{EMOJI}"]').click()
    page.get_by_role("tab", name="Events").click()
    desk.panel().get_by_role("button", name="Debug for 15 minutes").click()
    expect(desk.panel()).to_contain_text("Waiting for messages")
    desk.send(door, {"deviceName": device, EVIL: QUOTES, "long": LONG})
    # The word that the device is new fails at the end as well, and comes again and again
    entered = (
        desk.panel().locator(".events .prow").filter(has=page.locator(".dir", has_text=re.compile("^In$")))
    )
    entered.filter(has_text=QUOTES[:7]).click()
    shows(desk.panel(), EVIL.replace('"', '\\"'))
    is_clean(page)
    desk.panel().get_by_role("button", name="Use as test message").click()
    desk.panel().get_by_role("button", name="Run").click()
    shows(page.get_by_test_id("result"), f"msg.{EVIL}")
    is_clean(page)


def test_long_names_do_not_break_a_phone(sit: Sit, clerk: Office) -> None:
    desk = sit(nasty(f"{EVIL} {clerk.name}"), viewport=PHONE, has_touch=True)
    is_clean(desk.page)
    desk.page.get_by_role("button", name="Outline", exact=True).tap()
    shows(desk.page.get_by_test_id("outline"), *NAMES)
    is_clean(desk.page)


# ------------------------------------------------------------------ German

# What stays as it is: names that the person or a program reads, not the page.
KEPT = re.compile(r"(REST|RPC|API|URL|HTTP|JSON|Uplink|Downlink)")


def test_the_german_editor_has_no_english_left_overs(sit: Sit) -> None:
    desk = sit(grid(1), locale="de-DE", word="Ausrollen")
    page = desk.page
    expect(page.get_by_role("button", name="Ausrollen", exact=True)).to_be_visible()
    cards = desk.office.call("GET", "node-types")["items"]
    palette = page.locator(".palette")
    for card in cards:
        item = palette.locator(f".pitem[data-type={card['type']}]")
        expect(item).to_be_attached()
        if not KEPT.search(card["name"]) and card["name"] not in ("Generator",):
            expect(item).not_to_have_text(card["name"])
    # The form and the help of every node, as they are drawn
    document = {
        "entry": None,
        "nodes": [
            {
                "id": card["type"],
                "type": card["type"],
                "name": card["type"],
                "x": i % 6 * 300,
                "y": i // 6 * 200,
                "config": {},
            }
            for i, card in enumerate(cards)
        ],
        "edges": [],
    }
    page.goto(f"{desk.office.tide.url}/rule-chains/{new_chain(desk.office, document, active=False)}")
    page.get_by_role("button", name="Gliederung").click()
    outline = page.get_by_test_id("outline")
    # The panel beside the list goes from one node to the next
    for card in cards:
        outline.locator(f"tr[data-name='{card['type']}']").locator(".stepname").click()
        panel = desk.panel()
        expect(panel.get_by_role("textbox", name="Name", exact=True).first).to_have_value(card["type"])
        fields = card["schema"].get("properties", {}).values()
        texts = [text for field in fields for text in (field.get("title"), field.get("description")) if text]
        page.get_by_role("tab", name="Einstellen").click()
        form = panel.inner_text()
        page.get_by_role("tab", name="Hilfe").click()
        help = panel.inner_text()
        # Whole sentences cannot be the same by chance
        sentences = [text for text in [*texts, *card["help"].replace("\n", " ").split("  ")] if " " in text]
        assert [text for text in sentences if text in form or text in help] == [], card["type"]


def test_another_language_costs_no_work(sit: Sit) -> None:
    desk = sit()
    page = desk.page
    desk.node("Too hot?").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Zu heiß?")
    desk.close_panel()
    page.get_by_role("button", name="View and language").click()
    page.get_by_role("menuitemradio", name="Deutsch").click()
    expect(page.locator(".pitem", has_text="Skriptfilter")).to_be_attached()
    expect(desk.node("Zu heiß?")).to_contain_text("Skriptfilter")
    expect(page.get_by_role("button", name="Rückgängig")).to_be_enabled()


@pytest.mark.parametrize("width", [1440, 412])
def test_large_text_is_usable(sit: Sit, width: int) -> None:
    """Text twice as large: everything can be reached, nothing runs out of the window."""
    desk = sit(viewport={"width": width, "height": 900})
    page = desk.page
    client = page.context.new_cdp_session(page)
    client.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": width // 2, "height": 450, "deviceScaleFactor": 2, "mobile": False},
    )
    expect(page.get_by_role("button", name="Deploy", exact=True)).to_be_in_viewport()
    page.locator(".canvas").focus()
    desk.press("t")
    expect(page.locator(".drawer")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

"""Events, dead letters, settings, health, home and the tour."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from editor_world import passing, violations, walk
from pages_world import LONG, ODD, Visit, Wire, is_within
from playwright.sync_api import Page, Route, expect
from tide import ROOT, Office, Tide, tell, until

FAILS = {"bad": {"type": "script-filter", "config": {"script": "return msg.nothing > 1"}}}


def post(clerk: Office, door: str, body: Any, status: int) -> None:
    """What a device sends, and how it is answered."""
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    response = tell(clerk.tide.url + door, **sent)
    assert response.status_code == status, response.text


def rows(page: Page, text: str) -> Any:
    """The events with this text."""
    return page.get_by_test_id("events").locator("li").filter(has_text=text)


# ------------------------------------------------------------------ events


def test_events_come_live_are_filtered_and_unfold(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    name = clerk.integration["name"]
    page = visit("/events")
    expect(page.locator(".tailbar .chip")).to_have_text("Live")
    mark = f"mark {clerk.name}"
    post(clerk, door, f"{{bad {mark}".encode(), 400)
    row = rows(page, name).filter(has_text="Uplink")
    expect(row).to_be_visible()
    row.get_by_role("button").click()
    expect(row.locator("pre").first).to_contain_text(mark)
    expect(row).to_contain_text("Method: POST")
    # Only what is about this integration
    row.get_by_role("button", name="Only about this").click()
    expect(page).to_have_url(f"{clerk.tide.url}/events?entity={clerk.integration['id']}")
    expect(page.get_by_test_id("events").locator("li")).to_have_count(1)
    page.get_by_role("button", name="Show all").click()
    # By text, source and level; the address keeps it
    page.get_by_role("searchbox", name="Find in events").fill(mark)
    expect(page.get_by_test_id("events").locator("li")).to_have_count(2)
    page.get_by_label("Source").select_option("Converter")
    expect(page.get_by_test_id("events").locator("li")).to_have_count(1)
    page.get_by_label("Level").select_option("Info")
    expect(page.get_by_text("No events fit.")).to_be_visible()
    page.get_by_label("Level").select_option("Error")
    page.reload()
    expect(page.get_by_label("Source")).to_have_value("converter")
    expect(page.get_by_test_id("events").locator("li")).to_have_count(1)
    # Nothing of it was before this year's first day
    page.get_by_label("To", exact=True).fill("2020-01-01T00:00:00")
    expect(page.get_by_text("No events fit.")).to_be_visible()
    expect(page.locator(".tailbar")).to_have_count(0)


def test_a_held_tail_counts_and_goes_on(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    page = visit(f"/events?entity={clerk.integration['id']}")
    expect(page.get_by_text("No events fit.")).to_be_visible()
    expect(page.locator(".tailbar .chip")).to_have_text("Live")
    post(clerk, door, b"{one", 400)
    expect(page.get_by_test_id("events").locator("li")).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    post(clerk, door, b"{two", 400)
    expect(page.get_by_text("meanwhile")).to_be_visible()
    expect(page.get_by_test_id("events").locator("li")).to_have_count(1)
    page.get_by_role("button", name="Go on").click()
    kept = clerk.call("GET", f"events?entity={clerk.integration['id']}&limit=50")["items"]
    expect(page.get_by_test_id("events").locator("li")).to_have_count(len(kept))


@pytest.mark.parametrize("is_taken", [False, True], ids=["refused", "taken"])
def test_what_happens_while_the_connection_is_cut_is_there_afterwards(
    visit: Visit, clerk: Office, is_taken: bool
) -> None:
    door = clerk.open_door()
    page = visit("/settings", allow="WebSocket", clock=True)
    wire = Wire(page)
    wire.cut(is_taken)
    page.goto(f"{clerk.tide.url}/events?entity={clerk.integration['id']}")
    passing(page, page.get_by_text("Reconnecting").is_visible, "the cut to be said")
    expect(page.get_by_text("No events fit.")).to_be_visible()
    post(clerk, door, b"{lost?", 400)
    wire.mend()
    events = page.get_by_test_id("events").locator("li")
    passing(page, lambda: events.count() == 1, "the event")


def test_events_come_page_by_page(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    for number in range(52):
        post(clerk, door, f"{{bad {number}".encode(), 400)
    page = visit(f"/events?entity={clerk.integration['id']}")
    expect(page.get_by_test_id("events").locator("li")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_test_id("events").locator("li")).to_have_count(52)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_payloads_are_only_text(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    for text in (*ODD, LONG[:4000]):
        post(clerk, door, f"{{bad {text}".encode(), 400)
    page = visit(f"/events?entity={clerk.integration['id']}")
    items = page.get_by_test_id("events").locator("li")
    expect(items).to_have_count(5)
    for position, text in enumerate(reversed((*ODD, LONG[:4000]))):
        items.nth(position).get_by_role("button").first.click()
        expect(items.nth(position).locator("pre").first).to_have_text(f"{{bad {text}")
    assert is_within(page)


def test_a_trace_that_is_not_kept_says_so(visit: Visit, clerk: Office) -> None:
    page = visit("/traces/nothing", allow="404")
    expect(page.get_by_text("This trace is not kept.")).to_be_visible()


# ------------------------------------------------------------------ dead letters


def fail(clerk: Office, *devices: str) -> str:
    """Messages of these devices that nobody handles; the chain that fails on them."""
    chain = clerk.chain(FAILS, "")
    door = clerk.open_door(ruleChainId=chain)
    for name in devices:
        post(clerk, door, {"deviceName": name, "deviceType": "t", "v": 1}, 500)
    return chain


def repair(clerk: Office, chain: str) -> None:
    """The chain that fails on nothing."""
    node = {"id": "bad", "type": "log", "name": "bad", "config": {"script": 'return "ok"'}}
    clerk.call("PUT", f"rule-chains/{chain}", {"entry": "bad", "nodes": [node], "edges": []})
    clerk.call("POST", f"rule-chains/{chain}/activate", {})


def test_dead_letters_are_read_sent_again_and_discarded(visit: Visit, clerk: Office) -> None:
    names = [f"{name} {clerk.name}" for name in ("One", "Two", "Three", ODD[0])]
    chain = fail(clerk, *names)
    page = visit("/dead-letters")
    letters = page.get_by_test_id("letters").locator("li")
    mine = letters.filter(has_text=clerk.name)
    expect(mine.filter(has_text="POST_TELEMETRY_REQUEST")).to_have_count(4)
    one = mine.filter(has_text=names[0]).filter(has_text="POST_TELEMETRY_REQUEST")
    expect(one).to_contain_text("nothing")
    one.get_by_role("button", name="Show the message").click()
    expect(one.locator("pre")).to_contain_text('"v": 1')
    expect(mine.filter(has_text=ODD[0]).first).to_be_visible()
    # Discarding asks first
    odd = mine.filter(has_text=ODD[0]).filter(has_text="POST_TELEMETRY_REQUEST")
    odd.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(odd).to_have_count(1)
    odd.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(odd).to_have_count(0)
    # Sent again: one, then all with this reason
    repair(clerk, chain)
    one.get_by_role("button", name="Send again").click()
    expect(page.locator(".toast")).to_contain_text("Queued again")
    expect(one).to_have_count(0)
    page.get_by_role("searchbox", name="Find in the reasons").fill("nothing")
    page.get_by_role("button", name="Send these again").click()
    expect(page.locator(".toast")).to_contain_text("queued again")
    expect(mine.filter(has_text="POST_TELEMETRY_REQUEST")).to_have_count(0)
    until(
        lambda: clerk.call("GET", f"rule-chains/{chain}/rates")["nodes"]["bad"]["seen"] >= 3,
        "the messages to go through the repaired chain",
    )


# ------------------------------------------------------------------ settings and health


def test_settings_show_what_is_in_force_and_keep_what_is_chosen(visit: Visit, clerk: Office) -> None:
    page = visit("/settings")
    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("switch", name="Single letters").uncheck()
    page.get_by_role("tab", name="Server").click()
    page.get_by_role("searchbox", name="Find a setting").fill("base_url")
    page.get_by_role("searchbox", name="Find a setting").fill("TIDEGATE_BIND")
    row = page.locator("tr[data-name=bind]")
    expect(row).to_contain_text(f"127.0.0.1:{clerk.tide.port}")
    expect(row).to_contain_text("environment")
    page.get_by_role("searchbox", name="Find a setting").fill("no such thing")
    expect(page.get_by_text("No setting has this in its name.")).to_be_visible()
    page.get_by_role("tab", name="Health").click()
    expect(page.get_by_role("status").filter(has_text="All is well")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text(f"127.0.0.1:{clerk.tide.data_port}")
    expect(page.locator(".facts")).to_contain_text("sqlite:///")
    page.reload()
    expect(page.get_by_role("tab", name="Health")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Appearance").click()
    expect(page.get_by_role("switch", name="Single letters")).not_to_be_checked()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="Deutsch").click()
    expect(page.get_by_role("tab", name="Aussehen")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/devices", "/events", "/dead-letters", "/settings", "/traces/x"])
def test_german_pages_have_no_english_words(visit: Visit, clerk: Office, path: str) -> None:
    page = visit(path, locale="de-DE", allow="404")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("main")).not_to_be_empty()
    expect(page.get_by_text("Lädt…", exact=True)).to_have_count(0)
    text = page.locator("main").inner_text() + page.locator("header").inner_text()
    for word in (
        "Find",
        "Show",
        "Source",
        "Level",
        "Last",
        "Device",
        "None",
        "Appearance",
        "Send",
        "Messages",
    ):
        assert f"{word} " not in f"{text} ", word
    missing = [word for word in text.split() if word.split(".")[0] in ("dev", "ev", "dead", "set", "home")]
    assert missing == []


# ------------------------------------------------------------------ home


def test_home_shows_figures_first_steps_and_the_slowest_nodes(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    page = visit("/")
    online = page.locator(".figs > div").filter(has_text="Devices online").locator("dd")
    expect(online).to_be_visible()
    post(clerk, door, {"deviceName": f"H {clerk.name}", "deviceType": "t", "v": 1}, 204)
    expect(page.locator("li[data-step=device]")).to_have_class("done")
    expect(page.locator("li[data-step=integration]")).to_have_class("done")
    # No message is traced by chance here
    root = next(chain for chain in clerk.call("GET", "rule-chains")["items"] if chain["root"])["id"]
    clerk.call("POST", f"rule-chains/{root}/debug", {"minutes": 1})
    post(clerk, door, {"deviceName": f"H {clerk.name}", "deviceType": "t", "v": 2}, 204)
    until(lambda: clerk.call("GET", "stats/slowest-nodes")["items"], "a trace")
    page.reload()
    expect(page.locator(".slow li").first).to_be_visible()
    page.get_by_role("link", name="Dead letters").last.click()
    expect(page).to_have_url(f"{clerk.tide.url}/dead-letters")


def test_axe_finds_nothing_at_the_pages(visit: Visit, clerk: Office) -> None:
    fail(clerk, f"A {clerk.name}")
    page = visit("/", bypass_csp=True)
    expect(page.locator(".figs")).to_be_visible()
    expect(page.locator("#steps")).to_be_visible()
    assert violations(page) == []
    walk(page, "/events")
    page.locator(".log .prow").first.click()
    assert violations(page) == []
    walk(page, "/dead-letters")
    page.get_by_role("button", name="Show the message").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Discard").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    walk(page, "/settings")
    for part in ("Appearance", "Server", "Health"):
        page.get_by_role("tab", name=part).click()
        expect(page.locator(".option, .grid, .verdict").first).to_be_visible()
        assert violations(page) == [], part


@pytest.mark.parametrize(
    "look", [{"viewport": {"width": 412, "height": 860}}, {"viewport": {"width": 720, "height": 450}}]
)
def test_pages_fit_a_narrow_window(visit: Visit, clerk: Office, look: dict[str, Any]) -> None:
    fail(clerk, f"N {clerk.name} {'x' * 150}")
    page = visit("/", **look)
    for name in ("Devices", "Events", "Dead letters", "Settings", "Home"):
        page.get_by_role("button", name="Main").click()
        page.get_by_role("menuitem", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(name)
        assert is_within(page), name


def test_events_that_came_too_fast_are_counted(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    page = visit("/events")
    expect(page.locator(".tailbar .chip.live")).to_be_visible()
    many = [{"deviceName": f"{clerk.name} {i}", "deviceType": "t", "telemetry": {"v": 1}} for i in range(200)]
    left_out = page.locator(".dropped", has_text="came too fast to show")

    def is_told() -> bool:
        assert tell(clerk.tide.url + door, json={"many": many}).is_success
        many[:] = [device | {"deviceName": f"{device['deviceName']}+"} for device in many]
        return left_out.is_visible()

    until(is_told, "events to be left out")


# ------------------------------------------------------------------ the tour


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    """The demo: a server with two thermostats that send."""
    running = Tide(tmp_path_factory.mktemp("demo"))
    log = (running.folder / "server.log").open("ab")
    running.process = subprocess.Popen(
        [sys.executable, "-m", "web", "demo"], cwd=ROOT, env=running.environment, stdout=log, stderr=log
    )
    log.close()
    client = httpx.Client(base_url=f"{running.url}/manage")

    def sends() -> bool:
        return running.is_ready() and client.get("/stats/overview").json()["messageRate"] > 0

    until(sends, "the thermostats", 60)
    yield running
    client.close()
    assert running.stop() == 0, running.log


STEPS = (
    "Here is what happens now",
    "Who sends",
    "What a device says",
    "What a message means",
    "What you should know",
)


def test_the_tour_comes_once_and_goes_by_keyboard(visit: Visit, demo: Tide, clerk: Office) -> None:
    page = visit("/events", tour=True)
    page.goto(f"{demo.url}/")
    card = page.get_by_role("dialog", name=STEPS[0])
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    for number, title in enumerate(STEPS):
        card = page.get_by_role("dialog", name=title)
        expect(card).to_contain_text(f"Step {number + 1} of 5")
        expect(page.locator(".tourring")).to_be_visible()
        button = card.get_by_role("button", name="Done" if number == 4 else "Next")
        expect(card).to_be_focused()
        for _ in range(20):
            if button.evaluate("it => it === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_test_id("tour")).to_have_count(0)
    page.reload()
    expect(page.locator(".figs")).to_be_visible()
    expect(page.get_by_test_id("tour")).to_have_count(0)


def test_the_tour_keeps_its_focus_while_a_page_comes(visit: Visit, demo: Tide, clerk: Office) -> None:
    page = visit("/events", tour=True)
    page.goto(f"{demo.url}/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/manage/rule-chains/[^/?]+$"), hold)
    for title in STEPS[:3]:
        page.get_by_role("dialog", name=title).get_by_role("button", name="Next").click()
    card = page.get_by_role("dialog", name=STEPS[3])
    button = card.get_by_role("button", name="Next")
    until(lambda: page.wait_for_timeout(0) or held, "the chain to be asked for")
    button.focus()
    for route in held:
        route.continue_()
    expect(page.locator(".canvas:not([aria-busy])")).to_be_visible()
    expect(button).to_be_focused()


def test_the_tour_is_skipped_and_begun_again(visit: Visit, demo: Tide, clerk: Office) -> None:
    page = visit("/events", tour=True, bypass_csp=True)
    page.goto(f"{demo.url}/")
    card = page.get_by_test_id("tour")
    expect(card).to_contain_text(STEPS[0])
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.goto(f"{demo.url}/settings")
    page.get_by_role("button", name="Start the tour").click()
    expect(card).to_contain_text(STEPS[0])
    card.get_by_role("button", name="Next").click()
    expect(page).to_have_url(f"{demo.url}/devices")
    card.get_by_role("button", name="Next").click()
    expect(page.locator(".tabbed")).to_be_visible()
    card.get_by_role("button", name="Back").click()
    expect(page).to_have_url(f"{demo.url}/devices")
    card.get_by_role("button", name="Skip the tour").click()
    expect(card).to_have_count(0)

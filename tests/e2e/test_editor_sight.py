"""For eyes that need more: text twice as large, colours of one's own; and nothing stands behind what is open."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from editor_world import (
    ARGS,
    RULES,
    SIZE,
    TOUR_SEEN,
    WAIT_MS,
    OpenWindow,
    Sit,
    grid,
    new_chain,
    thermostat,
    violations,
    walk,
)
from pages_world import Visit, overflows
from playwright.sync_api import Browser, Page, expect
from tide import Office, tell, until

from tests.conftest import need

PAGES = ("/", "/rule-chains", "/integrations", "/integrations/new", "/converters", "/devices", "/events")
PAGES += ("/dead-letters", "/settings", "/settings#server", "/settings#health")
TWICE_PX = 32

# Texts that are cut off: their box hides what does not fit, and does not say so by an ellipsis or lines.
CUT = """() => [...document.querySelectorAll('#app *, [role=dialog] *, [role=menu] *')].filter((element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
  if (!isText || !box.width || style.display === 'inline' || element.closest('.sr, svg, .react-flow, .cm-editor')) return false;
  if (box.width <= 2) return false;
  const scrolls = (axis) => ['auto', 'scroll'].includes(style['overflow' + axis]);
  const wide = element.scrollWidth > element.clientWidth + 1 && !scrolls('X') && style.textOverflow !== 'ellipsis';
  const high = element.scrollHeight > element.clientHeight + 3 && !scrolls('Y') && style.webkitLineClamp === 'none';
  return wide || high;
}).map((element) => element.tagName + '.' + element.className + ': ' + element.textContent.slice(0, 60))"""
# Buttons and fields that cannot be scrolled to.
LOST = """() => [...document.querySelectorAll('#app :is(button, input, select, textarea, a)')].filter((element) => {
  const box = element.getBoundingClientRect();
  if (box.width <= 2 || element.closest('.react-flow, .sr')) return false;
  for (let around = element.parentElement; around; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (['auto', 'scroll'].some((kind) => [style.overflowX, style.overflowY].includes(kind))) return false;
  }
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
}).map((element) => element.tagName + '.' + element.className + ': ' + (element.ariaLabel ?? element.textContent))"""


def is_whole(page: Page) -> None:
    """No text is cut off, no control is out of reach, nothing stands out at the side."""
    assert page.evaluate(CUT) == []
    assert page.evaluate(LOST) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if not page.locator(".react-flow").count():  # the canvas goes on beyond the window
        assert overflows(page) == []


# Texts that cannot be told from what is behind them: with forced colours that is the canvas, wherever a part does not say
# that it chooses its own. What is switched off may be faint.
UNSEEN = """() => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.forcedColorAdjust = 'none';
  const rgb = (colour) => { probe.style.color = colour; return getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number); };
  const light = (colour) => colour.slice(0, 3).map((it) => it / 255).map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
    .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    if (!element || getComputedStyle(element).forcedColorAdjust !== 'none') return rgb('Canvas');
    const [red, green, blue, part = 1] = rgb(getComputedStyle(element).backgroundColor);
    const below = part < 1 ? behind(element.parentElement) : [0, 0, 0];
    return [red, green, blue].map((it, at) => it * part + below[at] * (1 - part));
  };
  const found = [...document.querySelectorAll('body *')].filter((element) => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
    if (!isText || box.width <= 2 || style.visibility === 'hidden' || element.closest(':disabled, [aria-disabled=true], .sr, script, style')) return false;
    const [one, two] = [light(rgb(style.color)), light(behind(element))];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05) < 4.5;
  }).map((element) => element.tagName + '.' + element.className + ': ' + element.textContent.slice(0, 60));
  probe.remove();
  return found;
}"""
# Which of the page's colours a chart has drawn with, as the page has them now.
DRAWN = """(chart) => {
  const canvas = chart.querySelector('canvas');
  if (!canvas?.width) return [];
  const probe = chart.appendChild(document.createElement('i'));
  probe.style.forcedColorAdjust = 'none';
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const has = (red, green, blue) => {
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] > 200 && Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 12) return true;
    }
    return false;
  };
  const found = ['--grid', '--c-transform', '--c-filter'].filter((name) => {
    probe.style.color = `var(${name})`;
    return has(...getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number));
  });
  probe.remove();
  return found;
}"""


@pytest.fixture
def large(browser: Browser) -> Iterator[Browser]:
    """A Chromium whose texts are 32 px by its settings, as somebody has them who sees little."""
    flags = [*ARGS, f"--blink-settings=defaultFontSize={TWICE_PX}"]
    running = browser.browser_type.launch(executable_path=need("chromium"), args=flags)
    yield running
    running.close()


@pytest.fixture
def page(large: Browser) -> Iterator[Page]:
    """A window of it."""
    context = large.new_context(viewport=SIZE, reduced_motion="reduce", locale="en-US")
    context.add_init_script(TOUR_SEEN)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield page
    context.close()


def test_pages_hold_text_twice_as_large(page: Page, clerk: Office) -> None:
    chain = new_chain(clerk, thermostat())
    door = clerk.open_door(ruleChainId=chain)
    reading = {"deviceName": f"Large {chain}", "deviceType": "t", "temperature": 20}
    assert httpx.post(clerk.tide.url + door, json=reading, timeout=30).is_success
    device = clerk.call("GET", f"devices?q={chain}")["items"][0]["id"]
    converter = clerk.call("GET", "converters")["items"][0]["id"]
    page.goto(f"{clerk.tide.url}/settings")
    for path in (*PAGES, f"/devices/{device}", f"/converters/{converter}"):
        page.goto(clerk.tide.url + path) if "#" in path else walk(page, path)
        expect(page.locator("main.page")).to_be_visible()
        expect(page.locator(".loading, [aria-busy=true]")).to_have_count(0)
        size = page.locator("body").evaluate("(body) => getComputedStyle(body).fontSize")
        assert size == "26px", path
        is_whole(page)


def test_the_chain_editor_holds_text_twice_as_large(page: Page, clerk: Office) -> None:
    chain = new_chain(clerk, thermostat())
    page.goto(f"{clerk.tide.url}/rule-chains/{chain}")
    expect(page.locator(".canvas:not([aria-busy])")).to_be_visible()
    expect(page.get_by_role("button", name="Deploy", exact=True)).to_be_in_viewport()
    is_whole(page)
    node = page.locator('[data-testid=node][data-name="Too hot?"]')
    node.click()
    panel = page.get_by_test_id("panel")
    expect(panel.locator(".cm-content")).to_be_visible()
    # The node is seen beside what it opened
    expect(node).to_be_in_viewport(ratio=1)
    box, cover = node.bounding_box(), panel.bounding_box()
    assert box is not None
    assert cover is not None
    assert box["y"] + box["height"] <= cover["y"] or box["x"] + box["width"] <= cover["x"]
    for tab in ("Test", "Events", "Help", "Configure"):
        page.get_by_role("tab", name=tab).click()
        expect(panel.get_by_role("tabpanel", name=tab)).to_be_visible()
        is_whole(page)
    panel.get_by_role("button", name="Close").click()
    for key, tab in (("t", "Trace"), ("p", "Problems")):
        page.locator(".canvas").focus()
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=tab)).to_be_in_viewport()
        is_whole(page)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator(".cmd input")).to_be_in_viewport(ratio=1)
    is_whole(page)


# ------------------------------------------------------------------ colours of one's own


def test_what_colour_says_is_said_without_colours(sit: Sit) -> None:
    desk = sit(forced_colors="active")
    page = desk.page

    def style(selector: str, name: str, pseudo: str = "") -> str:
        found = page.locator(selector).first
        expect(found).to_be_attached()
        value: str = found.evaluate(
            "(element, [name, pseudo]) => getComputedStyle(element, pseudo)[name]", [name, pseudo]
        )
        return value

    expect(desk.node("Too hot?").locator(".rate")).to_have_text("0/s")
    # Ports: wired ones are filled
    assert style(".hd.wired", "backgroundColor") != style(".hd:not(.wired):not(.in)", "backgroundColor")
    # Nodes: a selected one has an outline; the tab that is open has a line of its own colour
    assert style(".card", "outlineStyle") == "none"
    desk.node("Too hot?").click()
    assert style(".selected > .card", "outlineStyle") == "solid"
    assert style("[role=tab][aria-selected=true]", "borderBottomColor") != style(
        "[role=tab][aria-selected=false]", "borderBottomColor"
    )
    desk.close_panel()
    # Arrows are seen before the canvas
    assert style(".edge", "stroke") != style(".canvas", "backgroundColor")
    # What goes through: still, moving and failing look different
    idle = style(".rate.idle", "backgroundColor", "::before")
    door = desk.office.open_door(ruleChainId=desk.chain)
    desk.send(door, {"temperature": "none"})
    expect(page.locator(".rate.bad").first).to_be_attached()
    assert style(".rate.bad", "backgroundColor", "::before") != idle
    assert style(".rate.bad", "borderRadius", "::before") == "0px"
    # Errors: the badge has a border
    desk.add("rest-call")
    assert style(".card .badge", "borderTopWidth") != "0px"


PALETTES = pytest.mark.parametrize("palette", ["light", "dark"])


@PALETTES
def test_switches_and_choices_are_seen_without_colours(visit: Visit, palette: str) -> None:
    page = visit("/settings", forced_colors="active", color_scheme=palette)
    switch = page.get_by_role("switch")
    expect(switch).to_be_visible()
    assert switch.evaluate("(element) => getComputedStyle(element).appearance") == "auto"
    on = page.locator(".seg [aria-checked=true]").first
    off = page.locator(".seg [aria-checked=false]").first
    colour = "(element) => getComputedStyle(element).backgroundColor"
    assert on.evaluate(colour) != off.evaluate(colour)
    assert page.evaluate(UNSEEN) == []
    page.keyboard.press("Tab")
    focused = page.locator(":focus-visible")
    assert focused.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"


@PALETTES
def test_every_text_of_the_editor_is_seen_without_colours(sit: Sit, palette: str) -> None:
    desk = sit(forced_colors="active", color_scheme=palette)
    page = desk.page
    assert page.evaluate(UNSEEN) == []
    # A script with a mistake, and what completes it
    desk.node("Too hot?").click()
    desk.write_script("return msg.t ==")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    desk.press("Enter")
    desk.type("ms")
    chosen = page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    expect(chosen).to_be_visible()
    assert page.evaluate(UNSEEN) == []
    colour = "(element) => getComputedStyle(element).backgroundColor"
    other = page.locator(".cm-tooltip-autocomplete li:not([aria-selected])").first
    assert chosen.evaluate(colour) != other.evaluate(colour)
    # What the page says after a reload
    until(lambda: page.evaluate("JSON.stringify({...localStorage}).includes('msg.t ==')"), "the draft")
    desk.reload()
    desk.said("Your unsaved changes are back")
    assert page.evaluate(UNSEEN) == []
    # A message on its way, and what is found by name
    door = desk.office.open_door(ruleChainId=desk.chain)
    desk.office.call("POST", f"rule-chains/{desk.chain}/debug", {"minutes": 5})
    desk.send(door, {"temperature": 20})
    page.locator(".canvas").focus()
    desk.press("t")
    page.locator(".thead").first.click()
    expect(page.locator(".thop[aria-current=step]")).to_be_visible()
    assert page.evaluate(UNSEEN) == []
    desk.press("Control+k")
    expect(page.locator(".cmd li[aria-selected=true]")).to_be_visible()
    assert page.evaluate(UNSEEN) == []


def test_what_a_version_changed_is_seen_without_colours(sit: Sit) -> None:
    desk = sit(forced_colors="active")
    desk.node("Save telemetry").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Store")
    desk.close_panel()
    desk.add("log")
    desk.deploy()
    desk.page.get_by_role("button", name="Versions").click()
    older = desk.page.locator(".versions li[data-version='1']")
    older.get_by_role("button", name="Show changes").click()
    for name, style in (("Log", "solid"), ("Store", "dashed")):
        expect(desk.node(name)).to_have_css("border-top-style", style)
        expect(desk.node(name)).to_have_css("border-top-width", "4px")
    expect(desk.node("Log failures")).to_have_css("border-top-width", "1px")
    assert desk.page.evaluate(UNSEEN) == []


@PALETTES
def test_a_chart_is_drawn_in_the_colours_of_the_page(visit: Visit, clerk: Office, palette: str) -> None:
    chain = new_chain(clerk, thermostat())
    door = clerk.open_door(ruleChainId=chain)
    for value in (20, 22):
        tell(
            clerk.tide.url + door,
            json={"deviceName": f"Drawn {chain}", "deviceType": "t", "a": value, "b": value + 5},
        )
    device = clerk.call("GET", f"devices?q={chain}")["items"][0]["id"]
    # The page is read again and again, of which the browser warns
    page = visit(f"/devices/{device}", color_scheme=palette, allow="Canvas2D")
    for key in ("a", "b"):
        page.get_by_role("checkbox", name=f"Draw {key}").check()
    chart = page.get_by_test_id("chart")
    # The system goes dark at dusk, and takes other colours altogether: what is drawn follows
    for look in (
        {"color_scheme": palette},
        {"color_scheme": "dark"},
        {"forced_colors": "active"},
        {"color_scheme": "light"},
        {"forced_colors": "none"},
    ):
        page.emulate_media(**look)  # type: ignore[arg-type]
        until(lambda: len(chart.evaluate(DRAWN)) == 3, f"a chart with the colours of {look}")
    page.emulate_media(forced_colors="active")
    lines = page.locator(".legend line")
    stroke = "(lines) => lines.map((line) => getComputedStyle(line).stroke + getComputedStyle(line).strokeDasharray)"
    assert len(set(lines.evaluate_all(stroke))) == 2
    assert page.evaluate(UNSEEN) == []


def test_axe_finds_nothing_in_the_dark(visit: Visit, clerk: Office) -> None:
    """With all rules: elsewhere only those about colours are asked for both themes."""
    chain = new_chain(clerk, thermostat())
    page = visit("/settings", bypass_csp=True)
    for path in (*PAGES, f"/rule-chains/{chain}"):
        page.goto(clerk.tide.url + path) if "#" in path else walk(page, path)
        assert violations(page, ("dark",), RULES) == [], path
    page.locator('[data-testid=node][data-name="Too hot?"]').click()
    expect(page.locator(".side .cm-content")).to_be_visible()
    assert violations(page, ("dark",), RULES) == []


# ------------------------------------------------------------------ what is open covers nothing


def test_no_pill_covers_the_other(sit: Sit) -> None:
    desk = sit()
    desk.node("Too hot?").click()
    expect(desk.panel()).to_be_visible()
    for width in (1280, 1440, 1600):
        desk.page.set_viewport_size({"width": width, "height": 800})
        desk.page.wait_for_function("(width) => innerWidth === width", arg=width)
        tools, status = (desk.page.locator(name).bounding_box() for name in (".tools", ".status"))
        assert tools is not None
        assert status is not None
        is_beside = tools["x"] + tools["width"] <= status["x"]
        assert is_beside or status["y"] + status["height"] <= tools["y"], width


@pytest.mark.parametrize("open_", ["drawer", "panel"])
def test_fit_shows_all_nodes_beside_what_is_open(sit: Sit, open_: str) -> None:
    desk = sit(grid(12, columns=4))
    page = desk.page
    if open_ == "drawer":
        page.locator(".canvas").focus()
        desk.press("p")
        cover = page.locator(".drawer")
    else:
        desk.node("Node 5").click()
        cover = desk.panel()
    expect(cover).to_be_visible()
    page.get_by_role("button", name="Fit view").click()

    def covered() -> list[str]:
        found: list[str] = page.evaluate(
            """(name) => {
              const cover = document.querySelector(name).getBoundingClientRect();
              const canvas = document.querySelector('.canvas').getBoundingClientRect();
              return [...document.querySelectorAll('[data-testid=node]')].filter((card) => {
                const box = card.getBoundingClientRect();
                const isUnder = box.right > cover.left && box.bottom > cover.top && box.left < cover.right;
                return isUnder || box.left < canvas.left || box.top < canvas.top || box.right > canvas.right;
              }).map((card) => card.dataset.name);
            }""",
            ".drawer" if open_ == "drawer" else ".side",
        )
        return found

    until(lambda: not covered(), "all nodes to be seen")


def test_settings_say_how_they_are_changed(visit: Visit) -> None:
    page = visit("/settings#server")
    row = page.locator("tr[data-name=event_days]")
    expect(page.locator("main")).to_contain_text("tidegate.toml")
    row.get_by_role("button", name="Copy TIDEGATE_EVENT_DAYS").click()
    assert page.evaluate("navigator.clipboard.readText()") == "TIDEGATE_EVENT_DAYS"


def test_a_server_that_is_reached_by_http_from_elsewhere_has_a_clipboard_too(
    open_window: OpenWindow, clerk: Office
) -> None:
    """Browsers keep the call for https and their own machine."""
    page = open_window("Cross-Origin-Opener-Policy", viewport=SIZE)
    page.goto(clerk.tide.url.replace("127.0.0.1", "192.0.2.1") + "/settings#server")
    assert page.evaluate("[isSecureContext, typeof navigator.clipboard]") == [False, "undefined"]
    button = page.locator("tr[data-name=event_days]").get_by_role("button")
    button.click()
    expect(button).to_contain_text("copied", ignore_case=True)
    expect(button).to_be_focused()
    walk(page, "/devices")
    find = page.get_by_role("searchbox")
    find.focus()
    page.keyboard.press("Control+v")
    expect(find).to_have_value("TIDEGATE_EVENT_DAYS")

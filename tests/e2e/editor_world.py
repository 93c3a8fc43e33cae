"""A person at the editor: a real server, a real browser, and the gestures that a hand makes."""

from __future__ import annotations

import asyncio
import re
import shutil
from asyncio.events import _set_running_loop
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect, sync_playwright
from tide import Office, Tide, tell, until
from windows import PHONE, SIZE, TOUR_SEEN, WAIT_MS, Window, Windows  # noqa: F401  for the tests

from tests.conftest import need, skip_or_fail

AXE = Path(__file__).parents[2] / "web" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# An address as a server in the house has one: who is there by http is no secure context.
ARGS += ["--host-resolver-rules=MAP 192.0.2.1 127.0.0.1"]
# Every window brings a list for the address bar, a page in a process of its own, that costs more than ours; nobody sees it
# here. The rest is what Playwright switches off: only the last such list counts.
ARGS += [
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PaintHolding,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,MediaRouter,"
    "OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch,LensOverlay,AimEnabled,ThirdPartyStoragePartitioning"
]
# Pages of tests do not live until code that is made faster, or garbage taken away beside them, would have paid.
SHORT_LIVED = ["--js-flags=--no-opt --no-maglev --single-threaded"]
expect.set_options(timeout=WAIT_MS)
Point = tuple[float, float]
AT_REST = """() => new Promise((rest) => {
  const places = () => [...document.querySelectorAll('.react-flow__viewport, .react-flow__node')].map((it) => it.style.transform).join();
  let before = '';
  const look = () => { const now = places(); if (now === before) rest(); else { before = now; requestAnimationFrame(look); } };
  requestAnimationFrame(look);
})"""

NODES = {
    "types": ("message-type-switch", "By message type", 0, 200, {}),
    "limits": (
        "originator-attributes",
        "Read limits",
        380,
        120,
        {"serverAttributes": ["maxTemperature"], "failIfAbsent": False},
    ),
    "hot": ("script-filter", "Too hot?", 720, 160, {"script": "return msg.temperature > 30"}),
    "fahrenheit": (
        "transform-script",
        "Add Fahrenheit",
        720,
        40,
        {"script": "msg.fahrenheit = 1\nreturn {'msg': msg}"},
    ),
    "save": ("save-telemetry", "Save telemetry", 1060, 40, {}),
    # Nobody is there, and nobody is waited for
    "page": ("rest-call", "Page on-call", 1060, 160, {"url": "http://127.0.0.1:9/", "attempts": 1}),
    "log": ("log", "Log failures", 1400, 240, {}),
    "attributes": ("save-attributes", "Save attributes", 380, 280, {}),
}
EDGES = (
    ("types", "limits", "Post telemetry"),
    ("types", "attributes", "Post attributes"),
    ("limits", "hot", "Success"),
    ("limits", "fahrenheit", "Success"),
    ("fahrenheit", "save", "Success"),
    ("hot", "page", "True"),
    ("page", "log", "Failure"),
    ("hot", "log", "Failure"),
)
# As a link does, but without the way to it; who waits for the page that comes does not see the one that goes.
WALK = """(path) => {
  document.querySelector('main').dataset.left = '';
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}"""
# `expect` looks after 0.1, 0.35, 0.85, 1.85 s and each second from then on; what all tests wait for is looked at with each frame.
SEEN = "(names) => names.every((name) => [...document.querySelectorAll(name)].some((it) => it.checkVisibility()))"
CONTENT = "[data-testid=node], [data-testid=bundle], [data-testid=outline], .empty"
_numbers = count(1)
HAS_FAILED = pytest.StashKey[bool]()


def thermostat(**more: Any) -> dict[str, Any]:
    """A chain that most tests begin with."""
    nodes = [
        {"id": id, "type": kind, "name": name, "x": x, "y": y, "config": config}
        for id, (kind, name, x, y, config) in NODES.items()
    ]
    edges = [{"id": f"{a}-{r}-{b}", "from": a, "to": b, "relation": r} for a, b, r in EDGES]
    return {"entry": "types", "nodes": nodes, "edges": edges, **more}


class Desk:
    """One browser window with a chain of its own in the editor."""

    def __init__(self, page: Page, office: Office, chain: str) -> None:
        self.page = page
        self.office = office
        self.chain = chain

    # ------------------------------------------------------------------ looking

    @property
    def url(self) -> str:
        """Where the chain is edited."""
        return f"{self.office.tide.url}/rule-chains/{self.chain}"

    def open(self, word: str = "Deploy") -> Desk:
        """Go there and see all of it; `word` is on the button that deploys."""
        self.page.goto(self.url)
        seen(self.page, CONTENT)
        expect(self.page.get_by_role("button", name=word, exact=True)).to_be_visible()
        if self.page.get_by_test_id("node").count():
            self.fit()
        return self

    def fit(self) -> None:
        """See all of it."""
        self.page.locator(".tools button").last.click()
        self.settled()

    def settled(self) -> None:
        """Nothing on the canvas moves any more: its cards are where they were a frame before."""
        self.page.evaluate(AT_REST)

    def live(self) -> None:
        """The page hears of rates: before that it does not see that one moves."""
        seen(self.page, ".rate")

    def reload(self) -> None:
        """Load the page anew and wait for the chain: before that, keys go nowhere."""
        self.page.reload()
        self.ready()

    def ready(self) -> None:
        """The canvas has its chain and hears keys."""
        seen(self.page, ".canvas:not([aria-busy])")

    def node(self, name: str) -> Locator:
        """A card by its name."""
        return self.page.locator(f'[data-testid=node][data-name="{name}"]')

    def nodes(self) -> Locator:
        """All cards but the one where messages come in."""
        return self.page.locator("[data-testid=node]:not([data-type=__input])")

    def port(self, name: str, relation: str) -> Locator:
        """An output of a card; `in` is its input."""
        return self.node(name).locator(f'[data-handleid="{relation}"]')

    def place(self, name: str) -> str:
        """Where a card stands on the canvas, however the canvas is moved."""
        card = self.page.locator(".react-flow__node", has=self.node(name))
        return re.findall(r"translate\([^)]*\)", card.get_attribute("style") or "")[0]

    def pills(self) -> Locator:
        """The relations on the arrows."""
        return self.page.get_by_test_id("pill")

    def pill(self, edge: str) -> Locator:
        """The pill of one arrow."""
        return self.page.locator(f'[data-testid=pill][data-edge="{edge}"]')

    def panel(self) -> Locator:
        """Everything about the open node."""
        return self.page.get_by_test_id("panel")

    def item(self, kind: str) -> Locator:
        """A node type in the palette."""
        found = self.page.locator(f".pitem[data-type={kind}]")
        found.scroll_into_view_if_needed()
        return found

    def free(self, dx: float = 0, dy: float = 0) -> Point:
        """A place of the canvas where nothing is."""
        box = self.page.locator(".canvas").bounding_box()
        assert box is not None
        return box["x"] + 180 + dx, box["y"] + 100 + dy

    def said(self, text: str | re.Pattern[str]) -> None:
        """The page says this for some seconds."""
        expect(self.page.locator(".toast")).to_contain_text(text)

    # ------------------------------------------------------------------ doing

    def drag(self, start: Point, end: Point) -> None:
        """Press, move and let go, as a hand does."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
        mouse.move(*end, steps=6)
        mouse.up()

    def add(self, kind: str, at: Point | None = None) -> None:
        """Drag a node type onto the canvas."""
        self.drag(middle(self.item(kind)), at or self.free())

    def connect(self, source: str, relation: str, target: str) -> None:
        """Draw an arrow from a port to an input."""
        self.drag(middle(self.port(source, relation)), middle(self.port(target, "in")))

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write where the keyboard is."""
        self.page.keyboard.type(text)

    def write_script(self, text: str) -> None:
        """Replace the script in the panel, without what the editor would complete."""
        self.page.locator(".side .cm-content").first.click()
        self.press("Control+a", "Delete")
        self.page.keyboard.insert_text(text)

    def close_panel(self) -> None:
        """Escape, and again when that closed something that was open in the script."""
        until(lambda: self.press("Escape") or self.panel().is_hidden(), "the panel to close")

    def save(self) -> Response:
        """Deploy with Ctrl+S; the answer to the PUT."""
        with self.page.expect_response(lambda response: response.request.method == "PUT") as found:
            self.press("Control+s")
        return found.value

    def deploy(self) -> dict[str, Any]:
        """Deploy, whatever warnings there are, and wait until it runs; the document as the server has it."""
        self.press("Control+s")
        live = self.page.locator(".top .chip.live:not(.extra)")
        anyway = self.page.get_by_role("button", name="Deploy anyway")
        until(live.or_(anyway).is_visible, "the chain to be live, or a question")
        if anyway.is_visible():
            anyway.click()
        expect(live).to_have_text("Live")
        return self.stored()

    def send(self, door: str, *readings: dict[str, Any]) -> None:
        """What devices of this test send through an endpoint; whatever the answer is."""
        for reading in readings:
            body = {"deviceName": f"T {self.chain}", "deviceType": "thermostat"} | reading
            tell(self.office.tide.url + door, json=body)

    # ------------------------------------------------------------------ the server's word

    def stored(self) -> dict[str, Any]:
        """The newest version of the chain."""
        found: dict[str, Any] = self.office.call("GET", f"rule-chains/{self.chain}")
        return found

    def stored_node(self, name: str) -> dict[str, Any]:
        """A node of it by its name."""
        return next(node for node in self.stored()["nodes"] if node["name"] == name)

    def arrows(self) -> set[str]:
        """Its arrows as `from>to:relation`, by the names of the nodes."""
        stored = self.stored()
        names = {node["id"]: node["name"] for node in stored["nodes"]}
        return {f"{names[e['from']]}>{names[e['to']]}:{e['relation']}" for e in stored["edges"]}


def grid(count: int, kind: str = "log", columns: int = 40, **config: Any) -> dict[str, Any]:
    """A chain of many nodes, one after the other."""
    nodes = [
        {
            "id": f"n{i}",
            "type": kind,
            "name": f"Node {i}",
            "x": i % columns * 340,
            "y": i // columns * 120,
            "config": config,
        }
        for i in range(count)
    ]
    edges = [
        {"id": f"e{i}", "from": f"n{i}", "to": f"n{i + 1}", "relation": "Success"} for i in range(count - 1)
    ]
    return {"entry": "n0", "nodes": nodes, "edges": edges}


def violations(
    page: Page, themes: Sequence[str] = ("dark", "light"), dark_rules: Sequence[str] = COLOUR_RULES
) -> list[str]:
    """What axe finds on the page as it is now (which must bypass its CSP), in both themes; waits for what moves or loads.

    The page must follow the system's theme. In the dark one only rules about colours can find anything else.
    Ports and pills are as large as they are drawn; whoever needs larger ones has the outline (WCAG 2.5.8, equivalent).
    """
    if not AXE.exists():
        skip_or_fail("axe-core is not installed; run `make editor`")
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    expect(page.get_by_text("Loading…", exact=True)).to_have_count(0)
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")
        rules = dark_rules if theme == "dark" else RULES
        # Neither frames nor media are there to be looked into
        options = {"resultTypes": ["violations"], "runOnly": rules, "preload": False, "iframes": False}
        found += [
            (theme, v["id"], node)
            for v in page.evaluate("(options) => axe.run(options)", options)["violations"]
            for node in v["nodes"]
        ]
    return [
        f"{theme} {id}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for theme, id, node in found
        if not (id == "target-size" and "nodrag" in node["html"])
    ]


def seen(page: Page, *names: str) -> None:
    """Wait until something that fits each of these selectors of CSS is seen."""
    page.wait_for_function(SEEN, arg=names)


def walk(page: Page, path: str) -> None:
    """Go to another page without loading anything anew, and wait until it is there."""
    seen(page, "main")
    page.evaluate(WALK, path)
    seen(page, "main:not([data-left], [aria-busy])")


def passing(page: Page, condition: Callable[[], Any], what: str) -> None:
    """Let a second after the other pass in the page at once until something holds; its clock must be installed.

    For what the page does every few seconds: who waits for it would wait for nothing else.
    """
    until(lambda: condition() or page.clock.fast_forward(1000), what)


def middle(found: Locator) -> Point:
    """Where a hand would take it."""
    expect(found).to_be_visible()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# ------------------------------------------------------------------ fixtures


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One Chromium for all tests of the editor, and the event loop of Playwright.

    Where it is installed the one without a frame: drawing tabs and an address bar costs a page a quarter of its time.
    """
    path = shutil.which("chromium-headless-shell") or need("chromium")
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        running = playwright.chromium.launch(executable_path=path, args=ARGS + SHORT_LIVED)
        yield running, loop
        _set_running_loop(loop)
        running.close()


@pytest.fixture
def browser(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """Chromium. Playwright's loop counts as running during such a test only: others of this process need loops of their own."""
    running, loop = chromium
    _set_running_loop(loop)
    yield running
    _set_running_loop(None)


@pytest.fixture(scope="session")
def windows(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Windows:
    """Those of this Chromium."""
    return Windows(chromium[0])


@pytest.fixture(scope="session")
def editor_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    """One server for all tests of the editor; each test has a chain of its own on it."""
    running = Tide(tmp_path_factory.mktemp("editor"), allow_private_addresses=True, trace_sample_s=0).start()
    yield running
    assert running.stop() == 0, running.log


@pytest.fixture
def clerk(editor_server: Tide, request: pytest.FixtureRequest) -> Office:
    """The same person at the management API; a second try of a test has names of its own."""
    is_again = getattr(request.node, "execution_count", 1) > 1
    return Office(editor_server, f"{request.node.name} again" if is_again else request.node.name)


OpenWindow = Callable[..., Page]


@pytest.fixture
def open_window(
    browser: Browser, windows: Windows, editor_server: Tide, request: pytest.FixtureRequest
) -> Iterator[OpenWindow]:
    """Opens empty windows: `open_window()`; keywords go to the browser.

    A test fails when any of its windows had an error, except those that `allow` names. `tour` lets the tour come.
    """
    taken: list[Window] = []
    faults: list[str] = []

    def take(allow: str = "", tour: bool = False, **options: Any) -> Page:
        window = windows.take(options, tour)
        taken.append(window)
        window.watch(faults, allow)
        return window.page

    yield take
    for window in taken:
        windows.give_back(window, editor_server.url, request.node.stash.get(HAS_FAILED, False))
    assert not faults, faults


Sit = Callable[..., Desk]


@pytest.fixture
def sit(open_window: OpenWindow, clerk: Office) -> Sit:
    """Opens windows: `sit()` on a new chain, `sit(chain=id)` on one that is there; keywords go to `open_window`."""

    def open_desk(
        document: dict[str, Any] | None = None,
        chain: str = "",
        active: bool = True,
        word: str = "Deploy",
        **options: Any,
    ) -> Desk:
        id = chain or new_chain(clerk, document if document is not None else thermostat(), active)
        return Desk(open_window(**options), clerk, id).open(word)

    return open_desk


def new_chain(office: Office, document: dict[str, Any], active: bool = True) -> str:
    """A chain on the server; its id."""
    body = {"name": f"Chain {next(_numbers)}", **document}
    found: str = office.call("POST", "rule-chains", body)["id"]
    if active and document.get("nodes"):
        office.call("POST", f"rule-chains/{found}/activate", {})
    return found


@contextmanager
def offline(context: BrowserContext) -> Iterator[None]:
    """The network is gone for a while."""
    context.set_offline(True)
    try:
        yield
    finally:
        context.set_offline(False)

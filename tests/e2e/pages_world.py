"""A person at the pages around the chain editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from editor_world import SIZE, TOUR_SEEN
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect
from tide import Office

ODD = ("<img src=x onerror=alert(1)>", 'He said "hi" & left', "قاعدة الحرارة", "🌡️🔥")
LONG = "x" * 10_000
PATIENCE_MS = 20_000
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, clerk: Office) -> Iterator[Visit]:
    """Opens a page of the server: `visit("/devices")`; keywords go to the browser.

    A test fails when any of its pages had an error, except those that `allow` names. `tour` lets the tour come.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    expect.set_options(timeout=PATIENCE_MS)

    def open_page(path: str, allow: str = "", tour: bool = False, **options: object) -> Page:
        context = browser.new_context(
            **({"viewport": SIZE, "reduced_motion": "reduce", "locale": "en-US"} | options)  # type: ignore[arg-type]
        )
        contexts.append(context)
        if not tour:
            context.add_init_script(TOUR_SEEN)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=clerk.tide.url)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: listen(message.type, message.text, allow))
        page.goto(clerk.tide.url + path)
        return page

    def listen(kind: str, text: str, allow: str) -> None:
        if kind in ("error", "warning") and not (allow and re.search(allow, text)):
            faults.append(text)

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


class Wire:
    """The live connections that a page makes from now on; they can be cut, and stay so until they are mended."""

    def __init__(self, page: Page) -> None:
        self._lines: list[WebSocketRoute] = []
        self._is_cut = False
        page.route_web_socket("**/manage/ws", self._connect)

    def cut(self) -> None:
        """Close what is open, and what is tried anew."""
        self._is_cut = True
        for line in self._lines:
            line.close()
        self._lines.clear()

    def mend(self) -> None:
        """Let the page through when it tries again."""
        self._is_cut = False

    def _connect(self, line: WebSocketRoute) -> None:
        if self._is_cut:
            line.close()
        else:
            line.connect_to_server()
            self._lines.append(line)


def is_within(page: Page) -> bool:
    """Whether nothing of the page stands out of the window at its side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"))


def overflows(page: Page) -> list[str]:
    """What sticks out of the window at the side: nothing may, but what scrolls in a box of its own."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.app *')].filter((element) => {
            const box = element.getBoundingClientRect();
            const hidden = element.closest('.sr, pre, code, .cm-editor, svg, [hidden]');
            return box.width && !hidden && (box.right > innerWidth + 1 || box.left < -1);
        }).map((element) => element.tagName + '.' + element.className)"""
    )
    return found

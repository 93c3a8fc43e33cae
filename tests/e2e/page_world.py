"""A person at the pages around the chain editor: windows that fail their test on any error, and axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor_world import SIZE, WAIT_MS
from playwright.sync_api import Browser, BrowserContext, Page
from tide import Office

from tests.conftest import skip_or_fail

AXE = Path(__file__).parents[2] / "web" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STRANGE = {
    "html": "<img src=x onerror=alert(1)>",
    "quotes": "He said \"hi\" & 'left' `now`",
    "rtl": "قاعدة الحرارة",
    "emoji": "🌡️🔥 👩‍🚀",
}
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, clerk: Office) -> Iterator[Visit]:
    """Opens windows: `visit(path)`; `allow` is a pattern of console errors to expect, the rest goes to the browser."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, allow: str = "", **options: object) -> Page:
        usual = {"viewport": SIZE, "reduced_motion": "reduce", "locale": "en-US"}
        context = browser.new_context(**(usual | options))  # type: ignore[arg-type]
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=clerk.tide.url)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: hear(said.type, said.text, allow))
        page.goto(clerk.tide.url + path)
        return page

    def hear(kind: str, text: str, allow: str) -> None:
        if kind in ("error", "warning") and not (allow and re.search(allow, text)):
            faults.append(text)

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands; the page must be opened with `bypass_csp=True`."""
    if not AXE.exists():
        skip_or_fail("axe-core is not installed; run `make editor`")
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")
    found = page.evaluate("(rules) => axe.run({resultTypes: ['violations'], runOnly: rules})", RULES)
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


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

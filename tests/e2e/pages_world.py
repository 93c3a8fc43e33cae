"""A person at the pages around the chain editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor_world import SIZE, TOUR_SEEN
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tide import Office

from tests.conftest import skip_or_fail

AXE = Path(__file__).parents[2] / "web" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
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


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it is now; the page must have been opened with bypass_csp."""
    if not AXE.exists():
        skip_or_fail("axe-core is not installed; run `make editor`")
    page.add_script_tag(path=AXE)
    page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")
    found = page.evaluate("rules => axe.run({resultTypes: ['violations'], runOnly: rules})", RULES)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


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

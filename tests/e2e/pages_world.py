"""A person at the pages around the chain editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from editor_world import OpenWindow
from playwright.sync_api import Page, WebSocketRoute
from tide import Office

ODD = ("<img src=x onerror=alert(1)>", 'He said "hi" & left', "قاعدة الحرارة", "🌡️🔥")
LONG = "x" * 10_000
Visit = Callable[..., Page]


@pytest.fixture
def visit(open_window: OpenWindow, clerk: Office) -> Visit:
    """Opens a page of the server: `visit("/devices")`; keywords go to `open_window`. With `clock`, its time is in hand."""

    def open_page(path: str, clock: bool = False, **options: Any) -> Page:
        page = open_window(**options)
        if clock:
            page.clock.install()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=clerk.tide.url)
        page.goto(clerk.tide.url + path)
        return page

    return open_page


class Wire:
    """The live connections that a page makes from now on; they can be cut, and stay so until they are mended."""

    def __init__(self, page: Page) -> None:
        self._lines: list[WebSocketRoute] = []
        self._is_cut = False
        self._is_taken = False
        page.route_web_socket("**/manage/ws", self._connect)

    def cut(self, is_taken: bool = False) -> None:
        """Close what is open, and what is tried anew; with `is_taken` only once it is open, as something in between may do."""
        self._is_cut, self._is_taken = True, is_taken
        for line in self._lines:
            line.close()
        self._lines.clear()

    def mend(self) -> None:
        """Let the page through when it tries again."""
        self._is_cut = False

    def _connect(self, line: WebSocketRoute) -> None:
        if self._is_cut and self._is_taken:
            line.on_message(lambda _: line.close())
        elif self._is_cut:
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

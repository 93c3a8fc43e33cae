"""The browser windows of the tests: kept from one test to the next, and emptied between.

A new window costs the processor more than the page in it: processes that start, and a program that is compiled anew.
Who comes next finds nothing of who was there: no page, storage, cookie, route, permission or listener. Only the files of
the page, whose names say what is in them, are in the browser's cache, as they are for who comes a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page

SIZE = {"width": 1440, "height": 900}
PHONE = {"width": 412, "height": 860}
# Generous: what is waited for is a condition, and the machine may be busy.
WAIT_MS = 60_000
TOUR_SEEN = "localStorage.setItem('tidegate.tour', 'true')"
LOOK: dict[str, Any] = {"viewport": SIZE, "reduced_motion": "reduce", "locale": "en-US"}
# Many tests want these; windows that look otherwise are made for one test and thrown away.
KEPT: tuple[dict[str, Any], ...] = ({}, {"bypass_csp": True}, {"viewport": PHONE, "has_touch": True})


class Window:
    """A page with storage of its own, as if in a browser of its own; `is_new` lets the tour come."""

    def __init__(self, browser: Browser, options: Mapping[str, Any], is_new: bool = False) -> None:
        self.options = options
        self.is_new = is_new
        self.context = browser.new_context(**LOOK | options)
        if not is_new:
            self.context.add_init_script(TOUR_SEEN)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self._faults: list[str] = []
        self._allowed = ""
        self.page.on("pageerror", self._on_error)
        self.page.on("console", self._on_console)

    def watch(self, faults: list[str], allow: str) -> None:
        """What goes wrong in it from now on is put to `faults`, unless it fits `allow`."""
        self._faults, self._allowed = faults, allow

    def _on_error(self, error: Error) -> None:
        self._faults.append(str(error))

    def _on_console(self, message: ConsoleMessage) -> None:
        is_fault = message.type in ("error", "warning")
        if is_fault and not (self._allowed and re.search(self._allowed, message.text)):
            self._faults.append(message.text)

    def empty(self, origin: str) -> bool:
        """Leave the page of that origin, whatever it asks, and forget all of it; whether that could be done."""
        if self.page.is_closed() or len(self.context.pages) > 1:
            return False
        self.watch([], "")
        self.page.on("dialog", Dialog.accept)
        self.page.unroute_all(behavior="ignoreErrors")
        # A page of the same origin, for another one would take another process
        self.page.goto(f"{origin}/healthz")
        self.page.remove_listener("dialog", Dialog.accept)
        self.page.evaluate("sessionStorage.clear()")
        self.page.mouse.move(0, 0)
        self.page.emulate_media(color_scheme="light")
        self.context.clear_permissions()
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        devtools.detach()
        # A live connection or a clock that a test has taken over stays taken
        return bool(
            self.page.evaluate("[WebSocket, setTimeout].every((it) => String(it).includes('native code'))")
        )


class Windows:
    """Those that stand open between the tests."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._empty: list[Window] = []

    def take(self, options: Mapping[str, Any], is_new: bool = False) -> Window:
        """A window with nothing in it."""
        found = None if is_new else next((it for it in self._empty if it.options == options), None)
        if found is None:
            return Window(self._browser, options, is_new)
        self._empty.remove(found)
        return found

    def give_back(self, window: Window, origin: str, has_failed: bool) -> None:
        """Empty it for who comes next, or throw it away."""
        is_kept = window.options in KEPT and not window.is_new and not has_failed
        if is_kept and window.empty(origin):
            self._empty.append(window)
        else:
            window.context.close()

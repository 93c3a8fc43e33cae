"""A window that another test had is as good as a new one."""

from __future__ import annotations

from typing import Any

import pytest
from editor_world import Desk, OpenWindow, new_chain, thermostat
from pages_world import Wire
from playwright.sync_api import Page, expect
from tide import Office, until
from windows import Window, Windows

KEPT = "JSON.stringify({...localStorage}).includes('Keep it')"


def test_nothing_is_left_of_who_was_there(windows: Windows, open_window: OpenWindow, clerk: Office) -> None:
    # Given a window with an unsaved chain, settings of its own, a cookie, a route and the clipboard
    window = windows.take({})
    page = window.page
    desk = Desk(page, clerk, new_chain(clerk, thermostat())).open()
    desk.node("Save telemetry").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Keep it")
    until(lambda: page.evaluate(KEPT), "the draft to be kept")
    page.evaluate("sessionStorage.setItem('a', 'b'); document.cookie = 'a=b'")
    page.evaluate(
        "new Promise((done) => { indexedDB.open('a').onsuccess = (event) => { event.target.result.close(); done(); }; })"
    )
    page.route("**/manage/rule-chains*", lambda route: route.abort())
    window.context.grant_permissions(["clipboard-read"], origin=clerk.tide.url)
    page.emulate_media(color_scheme="dark")
    # When somebody else takes it
    windows.give_back(window, clerk.tide.url, has_failed=False)
    again = windows.take({})
    assert again is window
    # Then nothing is there, and what was drawn is not offered
    page.goto(f"{clerk.tide.url}/rule-chains")
    expect(page.locator(".chain").first).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == ["tidegate.tour"]
    assert page.evaluate("[sessionStorage.length, document.cookie, history.state]") == [0, "", None]
    assert page.evaluate("indexedDB.databases()") == []
    state = "navigator.permissions.query({name: 'clipboard-read'}).then((it) => it.state)"
    assert page.evaluate(state) != "granted"
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    Desk(page, clerk, desk.chain).open()
    expect(desk.node("Save telemetry")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    windows.give_back(again, clerk.tide.url, has_failed=False)


def taken_next(windows: Windows, clerk: Office) -> Window:
    """The window that the next test would have."""
    window = windows.take({})
    windows.give_back(window, clerk.tide.url, has_failed=False)
    return window


def spoil_by_closing(page: Page) -> None:
    page.close()


def spoil_by_another_tab(page: Page) -> None:
    page.context.new_page()


def spoil_the_live_connection(page: Page) -> None:
    Wire(page)


def spoil_the_clock(page: Page) -> None:
    page.clock.install()


@pytest.mark.parametrize(
    "spoil", [spoil_by_closing, spoil_by_another_tab, spoil_the_live_connection, spoil_the_clock]
)
def test_what_cannot_be_undone_ends_the_window(
    windows: Windows, clerk: Office, open_window: OpenWindow, spoil: Any
) -> None:
    window = windows.take({})
    window.page.goto(f"{clerk.tide.url}/settings")
    spoil(window.page)
    windows.give_back(window, clerk.tide.url, has_failed=False)
    assert taken_next(windows, clerk) is not window


def test_a_failed_test_ends_its_window(windows: Windows, clerk: Office, open_window: OpenWindow) -> None:
    window = windows.take({})
    windows.give_back(window, clerk.tide.url, has_failed=True)
    assert taken_next(windows, clerk) is not window

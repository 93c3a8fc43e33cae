"""The bell: what a person should know, live, and where it leads."""

from __future__ import annotations

from editor_world import violations
from pages_world import Visit, is_within
from playwright.sync_api import Route, expect
from tide import Office, tell, until


def is_read(clerk: Office, text: str) -> bool:
    """Whether the server has the notification with this text as read."""
    items = clerk.call("GET", "notifications?limit=200")["items"]
    (found,) = [item for item in items if text in item["text"]]
    return bool(found["read"])


def test_a_new_device_rings_and_its_button_opens_it(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    page = visit("/devices")
    bell = page.get_by_test_id("bell")
    expect(bell).to_be_visible()
    name = f"Kitchen {clerk.name}"
    said = {"deviceName": name, "deviceType": "t", "v": 1}
    assert tell(clerk.tide.url + door, json=said).status_code == 204
    expect(bell.locator(".count")).to_be_visible()
    assert not is_read(clerk, f"'{name}'")
    bell.click()
    item = page.get_by_role("menuitem").filter(has_text=f"'{name}'")
    expect(item).to_contain_text("New device")
    expect(item).to_contain_text("Open device")
    expect(item).to_contain_text("new")
    item.click()
    expect(page.locator(".who .nm")).to_have_text(name)
    bell.click()
    expect(page.get_by_role("menuitem").filter(has_text=f"'{name}'")).not_to_contain_text("· new")
    assert is_read(clerk, f"'{name}'")


def test_a_failing_integration_rings_in_every_window_and_is_kept(visit: Visit, clerk: Office) -> None:
    door = clerk.open_door()
    one, other = visit("/settings"), visit("/events")
    assert tell(clerk.tide.url + door, content=b"{bad").status_code == 400
    for page in (one, other):
        expect(page.get_by_test_id("bell").locator(".count")).to_be_visible()
    one.get_by_test_id("bell").click()
    item = one.get_by_role("menuitem").filter(has_text=clerk.integration["name"])
    expect(item).to_contain_text("Integration failed")
    one.get_by_role("menuitem", name="Mark all as read").click()
    expect(item).not_to_contain_text("· new")
    # It is the server that keeps it: another window has it too, and a new one
    expect(item.locator("xpath=.")).to_be_visible()
    other.reload()
    other.get_by_test_id("bell").click()
    kept = other.get_by_role("menuitem").filter(has_text=clerk.integration["name"])
    expect(kept).not_to_contain_text("· new")
    kept.click()
    expect(other).to_have_url(f"{clerk.tide.url}/integrations/{clerk.integration['id']}")


def test_a_menu_opens_at_its_first_press(visit: Visit) -> None:
    page = visit("/rule-chains")
    button, light = (
        page.get_by_role("button", name="View and language"),
        page.get_by_role("menuitemradio").first,
    )
    # The keys, as if the menu had been there from the beginning
    for key in ("Enter", "ArrowDown", " "):
        page.reload()
        button.focus()
        page.keyboard.press(key)
        expect(light).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        expect(button).to_have_attribute("aria-expanded", "false")
    # The pointer: one press opens, the next one closes
    page.reload()
    button.click()
    expect(light).to_be_visible()
    button.click()
    expect(light).to_have_count(0)


def test_a_menu_that_is_pressed_before_its_code_is_there_opens_with_it(visit: Visit) -> None:
    page = visit("/")
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/assets/menu-*.js", hold)
    page.reload()
    button, light = (
        page.get_by_role("button", name="View and language"),
        page.get_by_role("menuitemradio").first,
    )
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-haspopup", "menu")
    expect(light).to_have_count(0)
    until(lambda: page.title() and held, "the menu's code to be asked for")
    is_held = False
    for route in held:
        route.continue_()
    expect(light).to_be_focused()


def test_the_bell_by_keyboard(visit: Visit, clerk: Office) -> None:
    name = f"Keys {clerk.name}"
    clerk.open_door()
    body = {"deviceName": name, "deviceType": "t"}
    tell(clerk.integration["endpointUrl"], json=body)
    page = visit("/")
    bell = page.get_by_test_id("bell")
    bell.focus()
    page.keyboard.press("Enter")
    item = page.get_by_role("menuitem").filter(has_text=f"'{name}'")
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_have_count(0)
    expect(bell).to_be_focused()
    page.keyboard.press("Enter")
    expect(item).to_be_visible()
    for _ in range(100):
        if item.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    expect(item).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".who .nm")).to_have_text(name)


def test_more_than_can_be_drawn_is_said_as_it_is_drawn(visit: Visit, clerk: Office) -> None:
    many = [{"deviceName": f"{clerk.name} {i}", "deviceType": "t"} for i in range(100)]
    clerk.open_door()
    assert tell(clerk.integration["endpointUrl"], json={"many": many}).is_success
    bell = visit("/settings").get_by_test_id("bell")
    expect(bell.locator(".count")).to_have_text("99+")
    expect(bell).to_have_accessible_name("Notifications, 99+ unread")


def test_axe_finds_nothing_at_the_bell(visit: Visit, clerk: Office) -> None:
    clerk.open_door()
    tell(clerk.integration["endpointUrl"], json={"deviceName": f"A {clerk.name}"})
    tell(clerk.integration["endpointUrl"], content=b"{")
    page = visit("/settings", bypass_csp=True, viewport={"width": 412, "height": 860})
    page.get_by_test_id("bell").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    assert violations(page) == []
    assert is_within(page)

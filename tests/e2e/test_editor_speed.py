"""What makes a large chain fluent: a tick and a dragged node touch only what they change."""

from __future__ import annotations

import re
from typing import Any

from editor_world import Desk, Sit, grid, middle
from playwright.sync_api import expect
from tide import until

# Names each element that changes from now on, by what it is.
WATCH = """() => {
  window.touched = {};
  window.eye = new MutationObserver((changes) => changes.forEach(({ target }) => {
    const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
    const node = element.closest('.react-flow__node')?.dataset.id ?? '';
    const what = [...element.classList].find((name) => ['rate', 'n', 'edge', 'card', 'pill', 'react-flow__node'].includes(name));
    const kind = what ?? element.tagName.toLowerCase();
    (window.touched[kind] ??= new Set()).add(node);
  }));
  window.eye.observe(document.querySelector('.react-flow__viewport'),
    { subtree: true, childList: true, characterData: true, attributes: true });
}"""
LOOK = "() => Object.fromEntries(Object.entries(window.touched).map(([kind, nodes]) => [kind, [...nodes].sort()]))"


def touched(desk: Desk) -> dict[str, list[str]]:
    """What changed on the canvas: kinds of elements, each with the nodes it belongs to."""
    found: dict[str, list[str]] = desk.page.evaluate(LOOK)
    return found


def test_a_tick_writes_numbers_and_draws_nothing_else(sit: Sit) -> None:
    desk = sit(grid(12, "delete-keys", columns=4, keys=["nothing"]))
    page = desk.page
    door = desk.office.open_door(ruleChainId=desk.chain)
    rate = desk.node("Node 3").locator(".rate")
    desk.send(door, {"temperature": 1})
    expect(rate).to_have_text(re.compile(r"^0\.\d+/s$|^1/s$"))
    before = rate.inner_text()
    page.evaluate(WATCH)
    desk.send(door, *[{"temperature": i} for i in range(20)])
    expect(rate).not_to_have_text(before)
    until(lambda: "n" in touched(desk), "the number on an arrow")
    assert set(touched(desk)) <= {"rate", "n", "edge"}, touched(desk)


def test_numbers_that_nobody_can_read_are_not_written_and_come_back(sit: Sit) -> None:
    desk = sit(grid(12, "delete-keys", columns=4, keys=["nothing"]))
    page = desk.page
    rate = desk.node("Node 3").locator(".rate")
    expect(rate).to_have_text("0/s")
    for _ in range(8):
        page.get_by_role("button", name="Zoom out").click()
    expect(page.locator(".flow.far")).to_be_visible()
    door = desk.office.open_door(ruleChainId=desk.chain)
    page.evaluate(WATCH)
    desk.send(door, *[{"temperature": i} for i in range(20)])
    # The state of a node is seen from afar, its number is not
    expect(desk.node("Node 3").locator(".rate:not(.idle)")).to_be_attached()
    assert rate.inner_text() in ("", "0/s")
    page.get_by_role("button", name="Zoom to 100 %").click()
    expect(rate).not_to_have_text("0/s")
    expect(rate).to_be_visible()


def test_a_dragged_node_draws_only_itself_and_its_arrows(sit: Sit) -> None:
    desk = sit(grid(12, "delete-keys", columns=4, keys=["nothing"]))
    page = desk.page
    expect(desk.node("Node 5").locator(".rate")).to_have_text("0/s")
    x, y = middle(desk.node("Node 5").locator(".nm"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8, steps=3)
    before = desk.place("Node 5")
    page.evaluate(WATCH)
    page.mouse.move(x + 60, y + 40, steps=6)
    until(lambda: desk.place("Node 5") != before, "the move")
    seen = touched(desk)
    page.mouse.up()
    id = desk_id(desk, "Node 5")
    assert seen["react-flow__node"] == [id], seen
    assert all(nodes in ([id], [""]) for nodes in seen.values()), seen


def desk_id(desk: Desk, name: str) -> str:
    """The id of a node by its name."""
    nodes: list[dict[str, Any]] = desk.office.call("GET", f"rule-chains/{desk.chain}")["nodes"]
    return next(node["id"] for node in nodes if node["name"] == name)


def test_the_canvas_answers_again_after_it_was_moved(sit: Sit) -> None:
    desk = sit(grid(4))
    page = desk.page
    flow = page.locator(".flow")
    x, y = desk.free()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    expect(flow).to_have_attribute("data-hand", "pan")
    page.mouse.up()
    expect(flow).not_to_have_attribute("data-hand", "pan")
    desk.node("Node 1").click()
    expect(desk.panel()).to_be_visible()


def test_a_move_that_begins_at_once_is_not_ended_with_the_one_before(sit: Sit) -> None:
    desk = sit(grid(4))
    page = desk.page
    key = f"tidegate.view.{desk.chain}"
    x, y = desk.free()
    # The view is kept when the first move has been told to be over, which is late
    page.evaluate("(key) => addEventListener('mouseup', () => localStorage.removeItem(key), true)", key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=key)
    expect(page.locator(".flow")).to_have_attribute("data-hand", "pan")
    page.mouse.up()
    expect(page.locator(".flow")).not_to_have_attribute("data-hand", "pan")


def test_spoken_names_follow_names_arrows_and_problems(sit: Sit) -> None:
    desk = sit(grid(3))
    page = desk.page
    first = page.locator(".react-flow__node", has=desk.node("Node 0"))
    expect(first).to_have_attribute("aria-label", re.compile("Node 0, .*to Node 1"))
    desk.node("Node 1").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Other")
    expect(first).to_have_attribute("aria-label", re.compile("to Other"))

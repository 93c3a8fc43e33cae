"""Building a chain by hand: drag, connect, insert, copy, group, undo."""

from __future__ import annotations

import itertools

from editor_world import Desk, Sit, middle, thermostat
from playwright.sync_api import Locator, expect
from tide import until


def box(found: Locator) -> dict[str, float]:
    """Where it is."""
    area = found.bounding_box()
    assert area is not None
    return dict(area)


def test_drag_from_the_palette_lands_under_the_pointer(sit: Sit) -> None:
    desk = sit()
    # When a node type is dragged onto the canvas
    desk.add("log")
    # Then its card is where it was let go
    expect(desk.nodes()).to_have_count(9)
    assert abs(middle(desk.node("Log"))[0] - desk.free()[0]) < 12
    # And it says at once that nothing comes to it
    expect(desk.node("Log").locator(".badge.warning")).to_have_attribute(
        "title", "Not reachable: no message comes to this node"
    )


def test_an_arrow_has_the_relation_of_its_port(sit: Sit) -> None:
    desk = sit()
    desk.add("log")
    desk.connect("Save telemetry", "Failure", "Log")
    expect(desk.page.locator('[data-testid=pill][data-relation="Failure"]')).to_have_count(3)
    expect(desk.node("Log").locator(".badge")).to_have_count(0)
    desk.deploy()
    assert "Save telemetry>Log:Failure" in desk.arrows()


def test_dropping_an_arrow_anywhere_on_a_card_connects(sit: Sit) -> None:
    desk = sit()
    desk.drag(
        middle(desk.port("Save telemetry", "Success")), middle(desk.node("Log failures").locator(".nm"))
    )
    desk.deploy()
    assert "Save telemetry>Log failures:Success" in desk.arrows()


def test_relabel(sit: Sit) -> None:
    desk = sit(thermostat())
    pill = desk.pill("hot-True-page")
    pill.click()
    desk.page.get_by_role("menuitemradio", name="False").click()
    expect(pill).to_contain_text("False")
    desk.deploy()
    assert "Too hot?>Page on-call:False" in desk.arrows()


def test_labels_of_a_switch_become_ports_and_names_of_its_own_relations(sit: Sit) -> None:
    switch = {
        "id": "w",
        "type": "switch",
        "name": "Sort",
        "x": 0,
        "y": 0,
        "config": {"script": "return 'Hot'", "labels": ["Hot", "Cold"]},
    }
    log = {"id": "l", "type": "log", "name": "Log", "x": 400, "y": 0, "config": {}}
    desk = sit(
        {
            "entry": "w",
            "nodes": [switch, log],
            "edges": [{"id": "e", "from": "w", "to": "l", "relation": "Hot"}],
        }
    )
    expect(desk.port("Sort", "Cold")).to_be_visible()
    # When a label is added in the form
    desk.node("Sort").click()
    labels = desk.panel().get_by_label("Labels")
    labels.fill("Mild")
    labels.press("Enter")
    # Then the card has a port for it
    expect(desk.port("Sort", "Mild")).to_be_visible()
    # And an arrow may get any name
    desk.press("Escape")
    desk.pill("e").click()
    desk.page.get_by_label("Other relation").fill("Scorching")
    desk.press("Enter")
    expect(desk.pill("e")).to_contain_text("Scorching")


def test_more_ports(sit: Sit) -> None:
    desk = sit()
    expect(desk.port("By message type", "Alarm")).to_have_count(0)
    desk.page.get_by_role("button", name="more outputs of By message type").click()
    expect(desk.port("By message type", "Alarm")).to_be_visible()


def test_an_arrow_dropped_on_empty_canvas_adds_a_node(sit: Sit) -> None:
    desk = sit()
    x, y = middle(desk.port("Log failures", "Success"))
    desk.drag((x, y), (x - 60, y + 180))
    expect(desk.page.get_by_role("dialog", name="Add a node").get_by_role("combobox")).to_be_focused()
    desk.type("rename")
    desk.press("Enter")
    expect(desk.node("Rename keys")).to_be_visible()
    desk.deploy()
    assert "Log failures>Rename keys:Success" in desk.arrows()


def test_a_node_dropped_on_an_arrow_is_put_into_it(sit: Sit) -> None:
    desk = sit()
    x, y = middle(desk.port("Add Fahrenheit", "in"))
    desk.add("copy-keys", (x - 16, y))
    desk.deploy()
    arrows = desk.arrows()
    assert {"Read limits>Copy keys:Success", "Copy keys>Add Fahrenheit:Success"} <= arrows
    assert "Read limits>Add Fahrenheit:Success" not in arrows


def test_delete_takes_arrows_along_and_heal_joins_them(sit: Sit) -> None:
    desk = sit()
    desk.node("Add Fahrenheit").click()
    desk.press("Escape", "Alt+Delete")
    expect(desk.nodes()).to_have_count(7)
    desk.deploy()
    assert "Read limits>Save telemetry:Success" in desk.arrows()


def test_undo_and_redo(sit: Sit) -> None:
    desk = sit()
    expect(desk.pills()).not_to_have_count(0)
    pills = desk.pills().count()
    # Given an added, a moved and a deleted node
    desk.add("converter")
    expect(desk.nodes()).to_have_count(9)
    start = middle(desk.node("Converter"))
    place = desk.place("Converter")
    desk.drag(start, (start[0] + 90, start[1] - 20))
    until(lambda: middle(desk.node("Converter"))[0] > start[0] + 60, "the card to be where it was dragged")
    desk.node("Too hot?").click()
    desk.press("Escape", "Delete")
    expect(desk.nodes()).to_have_count(8)
    expect(desk.pills()).to_have_count(pills - 2)
    # Then each comes back, arrows and all, one step at a time
    desk.press("Control+z")
    expect(desk.node("Too hot?")).to_be_visible()
    expect(desk.pills()).to_have_count(pills)
    desk.press("Control+z")
    until(lambda: desk.place("Converter") == place, "the card to be back")
    desk.press("Control+z")
    expect(desk.node("Converter")).to_have_count(0)
    expect(desk.page.locator(".top .chip.live")).to_have_text("Live")
    desk.press("Control+Shift+z", "Control+y")
    expect(desk.node("Converter")).to_be_visible()
    until(lambda: desk.place("Converter") != place, "the card to be moved again")


def test_typing_in_a_field_is_one_step(sit: Sit) -> None:
    desk = sit()
    desk.node("Save attributes").click()
    name = desk.panel().get_by_role("textbox", name="Name")
    name.click()
    desk.press("End")
    desk.type(" of the device")
    expect(desk.node("Save attributes of the device")).to_be_visible()
    desk.press("Escape", "Control+z")
    expect(desk.node("Save attributes")).to_be_visible()


def test_copy_and_paste_between_chains(sit: Sit) -> None:
    desk = sit()
    desk.node("Too hot?").click(modifiers=["Control"])
    desk.node("Page on-call").click(modifiers=["Control"])
    desk.press("Control+c", "Control+v")
    expect(desk.nodes()).to_have_count(10)
    expect(desk.node("Too hot? 2")).to_be_visible()
    desk.deploy()
    assert "Too hot? 2>Page on-call 2:True" in desk.arrows()
    # And into another chain
    other = Desk(desk.page, desk.office, desk.office.call("POST", "rule-chains", {})["id"]).open()
    other.page.locator(".react-flow__pane").click()
    other.press("Control+v")
    expect(other.nodes()).to_have_count(2)


def test_a_box_after_a_cancelled_list_selects_cards_and_no_text(sit: Sit) -> None:
    desk = sit()
    page = desk.page
    # Given a list that has been closed, so that the browser has no place from which text could be selected
    x, y = middle(desk.port("Log failures", "Success"))
    desk.drag((x, y), (x - 60, y + 180))
    expect(page.get_by_role("dialog", name="Add a node")).to_be_visible()
    desk.press("Escape")
    one, two = box(desk.node("Add Fahrenheit")), box(desk.node("Save telemetry"))
    page.keyboard.down("Shift")
    desk.drag((one["x"] - 14, one["y"] - 14), (two["x"] + two["width"] + 14, two["y"] + two["height"] - 4))
    page.keyboard.up("Shift")
    expect(page.get_by_role("toolbar", name="2 nodes selected")).to_be_visible()
    assert page.evaluate("String(getSelection())") == ""
    # Then they, and no text, are what Ctrl+C copies
    desk.press("Control+c")
    expect(desk.page.get_by_text("2 nodes copied")).to_be_visible()
    # And what a node does is one key away
    desk.node("Log failures").click()
    desk.press("Control+/")
    expect(desk.panel().get_by_role("tab", name="Help")).to_have_attribute("aria-selected", "true")


def test_the_keyboard_is_back_at_its_card(sit: Sit) -> None:
    desk = sit()
    card = desk.page.locator(".react-flow__node[data-id=hot]")
    card.focus()
    # When a name is written or left, a dialog or a list closed
    for keys in (
        ("F2", "End", "!", "Enter"),
        ("F2", "Escape"),
        ("?", "Escape"),
        ("e", "Escape"),
        ("Control+k", "Escape"),
    ):
        if keys[0] == "F2":
            desk.press("F2")
            expect(card.get_by_role("textbox", name="Name")).to_be_focused()
        else:
            desk.press(keys[0])
            expect(desk.page.get_by_role("dialog")).to_be_visible()
        desk.press(*keys[1:])
        # Then it goes on from there
        expect(card).to_be_focused()
    expect(desk.node("Too hot?!")).to_be_visible()


def test_box_select_group_move_and_ungroup(sit: Sit) -> None:
    desk = sit()
    page = desk.page
    one, two = box(desk.node("Add Fahrenheit")), box(desk.node("Save telemetry"))
    # When a box is drawn around two cards with Shift
    page.keyboard.down("Shift")
    desk.drag((one["x"] - 14, one["y"] - 14), (two["x"] + two["width"] + 14, two["y"] + two["height"] - 4))
    page.keyboard.up("Shift")
    expect(page.get_by_role("toolbar", name="2 nodes selected")).to_be_visible()
    # And they are grouped
    desk.press("g")
    page.get_by_label("Name of the group").fill("Storage")
    desk.press("Enter")
    frame = page.get_by_test_id("group")
    expect(frame).to_contain_text("Storage")
    # Then the frame takes them along
    x, y = middle(frame.locator(".frame-title"))
    desk.drag((x, y), (x, y - 40))
    until(lambda: box(desk.node("Save telemetry"))["y"] < two["y"] - 20, "the group to move")
    stored = desk.deploy()
    assert stored["groups"][0]["name"] == "Storage"
    assert set(stored["groups"][0]["nodes"]) == {"fahrenheit", "save"}
    desk.node("Save telemetry").click()
    desk.press("Escape", "Shift+G")
    expect(frame).to_have_count(0)


def test_notes(sit: Sit) -> None:
    desk = sit()
    desk.page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    desk.press("n")
    expect(desk.page.get_by_label("Text of the note")).to_be_focused()
    desk.page.get_by_label("Text of the note").fill("Ask Mia before <b>changing</b> this")
    desk.press("Escape")
    expect(desk.page.get_by_test_id("note")).to_have_text("Ask Mia before <b>changing</b> this")
    assert desk.deploy()["notes"][0]["text"] == "Ask Mia before <b>changing</b> this"


def test_tidy_up_lets_no_cards_overlap(sit: Sit) -> None:
    desk = sit()
    desk.add("log", middle(desk.node("Too hot?")))
    expect(desk.nodes()).to_have_count(9)
    desk.press("Escape", "Shift+L")
    expect(desk.page.locator(".sr[aria-live]")).to_have_text("Tidied up")
    desk.fit()
    boxes = [box(found) for found in desk.page.get_by_test_id("node").all()]
    for a, b in itertools.combinations(boxes, 2):
        apart_x = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
        apart_y = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
        assert apart_x or apart_y


def test_rename_in_place(sit: Sit) -> None:
    desk = sit()
    desk.node("Log failures").click()
    desk.press("Escape", "F2")
    expect(desk.page.locator("input:focus")).to_have_value("Log failures")
    desk.type("Failures")
    desk.press("Enter")
    expect(desk.node("Failures")).to_be_visible()


def test_the_entry_is_chosen_by_an_arrow(sit: Sit) -> None:
    desk = sit()
    desk.connect("Messages in", "Messages", "Read limits")
    expect(desk.node("By message type").locator(".badge")).to_be_visible()
    assert desk.deploy()["entry"] == "limits"


def test_touch(sit: Sit) -> None:
    desk = sit(has_touch=True)
    touch = desk.page.context.new_cdp_session(desk.page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    (x0, y0), (x1, y1) = middle(desk.item("log")), desk.free()
    finger("touchStart", x0, y0)
    for step in range(1, 11):
        finger("touchMove", x0 + (x1 - x0) * step / 10, y0 + (y1 - y0) * step / 10)
    finger("touchEnd")
    expect(desk.nodes()).to_have_count(9)


def test_a_phone(sit: Sit) -> None:
    desk = sit(viewport={"width": 412, "height": 860}, has_touch=True)
    page = desk.page
    # Add
    page.get_by_role("button", name="Add a node").click()
    page.get_by_role("combobox").fill("log")
    desk.press("Enter")
    expect(desk.nodes()).to_have_count(9)
    # Connect and edit, in the outline
    page.get_by_role("button", name="Outline").click()
    outline = page.get_by_test_id("outline")
    outline.get_by_role("button", name="Connect Save telemetry").click()
    page.get_by_role("combobox").fill("Log")
    page.get_by_role("option").filter(has_text="Log").last.click()
    outline.get_by_role("button", name="Open Save attributes").click()
    desk.panel().get_by_role("textbox", name="Name").fill("Keep attributes")
    desk.panel().get_by_role("button", name="Close").click()
    # Deploy
    page.get_by_role("button", name="Deploy", exact=True).click()
    desk.said("runs")
    assert "Save telemetry>Log:Success" in desk.arrows()
    assert desk.stored_node("Keep attributes")

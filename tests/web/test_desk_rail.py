"""The rail as a person uses it: examples of each class, and what looks like the last answer."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from labeler_app.services import examples, people
from tests.browser import PHONE, Visitor
from tests.live import Server
from tests.records import opened
from tests.web.test_picking_api import reserved

pytestmark = pytest.mark.browser

HEIGHTS = "(all) => all.map((one) => one.getBoundingClientRect().height)"


def class_of(page: Page, name: str) -> Locator:
    """What the rail shows of a class."""
    return page.locator(".defs > li").filter(has=page.get_by_role("heading", name=name))


def shown(page: Page, name: str) -> list[int]:
    return [
        int(one.get_attribute("data-example") or 0)
        for one in class_of(page, name).locator("[data-example]").all()
    ]


def press_until(visitor: Visitor, wanted: "set[int]", *, but: bool) -> int:
    """Give the second class until such an item, or no such, was answered; return it."""
    for _ in range(20):
        item = visitor.press("2")
        if (item in wanted) is not but:
            return item
    raise AssertionError("There was none among 20 items.")


def test_examples_are_dragged_or_made_by_key_and_taken_away_and_an_audit_item_never_is_one(
    visitor: Visitor, server: Server, project: int
) -> None:
    page, audited = visitor.page, reserved(server, project)
    said = page.locator(".why")
    press_until(visitor, audited, but=False)  # The last five hold one,
    first = press_until(visitor, audited, but=True)  # and behind it one that is none.
    visitor.wait_until_saved()

    page.keyboard.press("g")
    before = page.locator(".defs > li").evaluate_all(HEIGHTS)
    blue = class_of(page, "blue")
    expect(blue.get_by_text("labeled so")).to_be_visible()
    expect(class_of(page, "amber")).to_contain_text("No example yet")
    assert page.locator(".defs > li").evaluate_all(HEIGHTS) == before

    thumbs = page.locator(".strip li")
    thumbs.last.drag_to(blue)
    expect(said).to_have_text("An example of blue from now on.")
    expect(blue.get_by_text("labeled so")).to_be_hidden()
    assert shown(page, "blue") == [first]
    thumbs.last.drag_to(class_of(page, "amber"))
    expect(said).to_contain_text("Label it amber first")
    place = [item for key, item in visitor.typed() if key == "2"][-5:]
    thumbs.nth(next(at for at, item in enumerate(place) if item in audited)).drag_to(blue)
    expect(said).to_contain_text("An audit item, or one like it, is no example")

    while visitor.see_item() in audited:
        visitor.press("2")
    second = visitor.see_item()
    page.locator(".stage .item").drag_to(blue)  # A wish, until it is answered.
    expect(said).to_contain_text("It becomes an example of blue once you have labeled it blue.")
    visitor.press("2")
    expect(blue.locator("[data-example]")).to_have_count(2)
    third = press_until(visitor, audited, but=True)
    page.get_by_role("button", name="Make last answer an example of 2 blue").press("Enter")
    expect(blue.locator("[data-example]")).to_have_count(3)
    assert shown(page, "blue") == [third, second, first]

    away = blue.get_by_role("button", name="Take this example of blue away")
    away.first.press("Enter")
    expect(away).to_have_count(2)
    expect(away.first).to_be_focused()
    away.first.press("Enter")
    expect(away).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(away).to_have_count(1)
    with opened(server.workspace) as ws:
        every = examples.of_project(ws, project, people.join(ws, "Ada").id)
    kept = {one.class_id: one for one in every if one.is_chosen}
    assert [[one.item for one in each.shown] for each in kept.values()] == [[first]]
    assert len(visitor.complaints) == 2  # The browser tells of the two refusals.
    assert all(re.search(r"400 .*/api/examples", one) for one in visitor.complaints)


def test_what_looks_like_an_answered_item_is_asked_for_and_shown_only_while_it_is_looked_at(
    visitor: Visitor, server: Server, project: int
) -> None:
    page, audited = visitor.page, reserved(server, project)
    asked: list[str] = []
    page.on("request", lambda one: "/api/similar" in one.url and asked.append(one.url))
    page.keyboard.press("g")
    pane = page.get_by_role("tabpanel", name="Similar")
    page.get_by_role("tab", name="Classes").press("ArrowRight")
    expect(pane).to_have_text("Shown after your answer.")
    assert asked == []

    given = [visitor.press(key) for key in "12312312"]
    near = pane.locator("[data-near]")
    expect(near.first).to_be_visible()
    expect(pane.locator(".mine")).to_contain_text(re.compile("your last answer.*blue", re.DOTALL))
    found = {int(one.get_attribute("data-near") or 0) for one in near.all()}
    assert found
    assert found <= set(given[:-1]) - audited
    expect(pane).to_contain_text("The item on screen: shown after your answer.")

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    rail = page.get_by_role("complementary").bounding_box()
    assert rail is not None
    assert rail["width"] == PHONE["width"]
    page.keyboard.press("z")  # Its item is back, and what looks like it is gone.
    expect(pane.locator(".mine")).to_contain_text("amber")
    page.get_by_role("tab", name="Similar").press("ArrowLeft")
    count = len(asked)
    visitor.press("3")
    visitor.wait_until_saved()
    expect(class_of(page, "green").get_by_text("labeled so")).to_be_visible()
    assert len(asked) == count
    assert visitor.complaints == []

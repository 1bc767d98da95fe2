"""What is written is written: no letter of a reason, a name or a note becomes an answer."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import make_project, opened, stored

pytestmark = pytest.mark.browser

IGNORED = "Not counted: typed right after writing."


def told(server: Server, project: int) -> list[tuple[int, str, str | None, str]]:
    with opened(server.workspace) as ws:
        return [(one.item, one.kind, one.label, one.note) for one in stored(ws, project)]


def test_the_rest_of_a_reason_typed_after_enter_labels_nothing_and_that_is_said(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    flagged = visitor.see_item()
    page.keyboard.press("f")
    page.get_by_label("In your own words").focus()
    page.keyboard.type("two things")
    with visitor.in_one_breath():
        page.keyboard.press("Enter")
        page.keyboard.type(", 1 or 2 u s")

    expect(page.locator(".why")).to_contain_text(IGNORED)
    expect(page.locator("[aria-live]").first).to_contain_text(IGNORED)
    labeled = visitor.press("3")
    visitor.wait_until_saved()
    assert told(server, project) == [
        (flagged, "flag", None, "two things"),
        (labeled, "label", "green", ""),
    ]


def test_a_reason_can_be_typed_without_going_to_its_field(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    flagged = visitor.see_item()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.type("blurred 2 times")
    page.keyboard.press("Enter")

    visitor.wait_until_saved()
    assert told(server, project) == [(flagged, "flag", None, "blurred 2 times")]


def test_a_reason_chosen_by_its_digit_does_not_slow_the_next_key(
    visitor: Visitor, server: Server, project: int
) -> None:
    visitor.page.keyboard.press("f")
    flagged = visitor.press("2")
    labeled = visitor.press("1")

    visitor.wait_until_saved()
    assert [row[:3] for row in told(server, project)] == [
        (flagged, "flag", None),
        (labeled, "label", "amber"),
    ]


def test_what_is_typed_after_the_name_of_a_new_class_labels_nothing(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.type("violet")
    with visitor.in_one_breath():
        page.keyboard.press("Enter")
        page.keyboard.type("1 2 3")
        expect(page.get_by_role("button", name="violet, key 4")).to_be_visible()
        page.keyboard.type("1 2 3")

    labeled = visitor.press("4")
    visitor.wait_until_saved()
    assert told(server, project) == [(labeled, "label", "violet", "")]


def test_what_is_typed_after_the_first_names_labels_nothing(
    chromium: Browser, server: Server, photos: object, tmp_path: object
) -> None:
    with opened(server.workspace) as ws:
        project = make_project(ws, "No classes yet", photos)  # type: ignore[arg-type]
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/label?project={project}")
        page.get_by_label("Class 1").fill("amber")
        page.get_by_label("Class 2").focus()
        page.keyboard.type("blue")

        # The machine may be so busy that the item comes only when the fingers are at rest.
        page.evaluate(
            """() => addEventListener("keydown", ({ timeStamp }) => {
                const strikes = setInterval(() => {
                    if (performance.now() > timeStamp + 300) clearInterval(strikes);
                    else if (onScreen() !== null) strike("keydown", "1"), strike("keyup", "1");
                }, 20);
            }, { capture: true, once: true })"""
        )
        page.keyboard.press("Enter")
        visitor.see_item()

        labeled = visitor.press("2")
        visitor.wait_until_saved()
        assert told(server, project) == [(labeled, "label", "blue", "")]


def test_keys_that_follow_a_note_left_by_the_mouse_wait_but_escape_ends_it_at_once(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()
    page.keyboard.press("n")
    page.keyboard.type("odd")
    page.locator(".stage").click(position={"x": 20, "y": 20})
    with visitor.in_one_breath():
        page.keyboard.type("12")
    expect(page.locator(".why")).to_contain_text(IGNORED)
    assert visitor.see_item() == first

    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert visitor.press("1") == first

    visitor.wait_until_saved()
    assert told(server, project) == [(first, "label", "amber", "odd")]


def test_space_on_a_focused_class_right_after_writing_presses_nothing(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.get_by_role("button", name="green, key 3").focus()
    page.keyboard.press("a")
    page.keyboard.type("violet")
    page.get_by_role("button", name="Close").click()

    with visitor.in_one_breath():
        page.keyboard.press(" ")

    expect(page.locator(".why")).to_contain_text(IGNORED)
    assert told(server, project) == []


def test_a_rail_that_was_opened_for_a_note_closes_with_it_and_the_note_goes_with_the_answer(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    rail = page.get_by_role("complementary", name="Guidelines and note")
    spoken = page.locator(".desk > [aria-live=polite]")
    first = visitor.see_item()

    page.keyboard.press("n")
    page.keyboard.type("blurred")
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()
    expect(page.locator(".why")).to_contain_text("The note goes with your answer.")
    page.keyboard.press("n")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.locator(".why")).not_to_contain_text("The note goes", timeout=1000)
    expect(spoken).to_have_text("", timeout=1000)  # So that it is read out when it is said again.
    page.keyboard.type("blurred")
    page.keyboard.press("Escape")
    expect(page.locator(".why")).to_contain_text("The note goes with your answer.")
    expect(spoken).to_have_text("The note goes with your answer.")
    assert visitor.press("2") == first
    expect(page.locator(".why")).not_to_contain_text("The note goes", timeout=1000)
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(rail).to_be_visible()
    visitor.wait_until_saved()

    with opened(server.workspace) as ws:
        assert [(one.item, one.note) for one in stored(ws, project)] == [(first, "blurred")]


def test_a_note_returns_with_the_item_whose_answer_is_taken_back(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.keyboard.press("n")
    page.keyboard.type("blurred")
    page.keyboard.press("Escape")
    item = visitor.press("1")

    page.keyboard.press("z")
    page.wait_for_function("(item) => onScreen() === item", arg=item)
    assert visitor.press("2") == item

    visitor.wait_until_saved()
    labels = [one for one in told(server, project) if one[1] == "label"]
    assert labels == [(item, "label", "amber", "blurred"), (item, "label", "blue", "blurred")]


def test_escape_closes_the_guidelines_and_nothing_else(visitor: Visitor) -> None:
    page = visitor.page
    rail = page.get_by_role("complementary", name="Guidelines and note")
    item = visitor.see_item()
    page.keyboard.press("g")
    expect(rail).to_be_visible()

    page.keyboard.press("Escape")

    expect(rail).to_be_hidden()
    page.keyboard.press("Escape")
    assert visitor.see_item() == item

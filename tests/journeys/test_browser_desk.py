"""What a person does at the desk, with keys, the mouse and a finger, and what is stored of it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from labeler_app.services import projects
from tests.browser import Visitor
from tests.live import Server, wait_for
from tests.pictures import COLOURS
from tests.records import Stored, make_project, opened, stored

pytestmark = pytest.mark.browser

CLASSES = tuple(COLOURS)


def answer(page: Page, name: str) -> Locator:
    """Return the button of a class on the desk."""
    return page.get_by_role("button", name=re.compile(rf"^{name}, key \d"))


def current(events: list[Stored]) -> list[Stored]:
    """Return the events that no undo has taken back."""
    gone = {one.reverts for one in events}
    return [one for one in events if one.kind != "undo" and one.event_id not in gone]


def test_keys_label_undo_skip_leave_open_flag_and_note(
    chromium: Browser, server: Server, pictures: Path
) -> None:
    with Visitor(chromium, server) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Keys", pictures, classes=CLASSES)
        page = visitor.sit_down(project)
        labeled = visitor.press("2")
        mistaken = visitor.press("3")
        page.keyboard.press("z")
        page.wait_for_function("(item) => onScreen() === item", arg=mistaken)
        visitor.press("1")
        unsure = visitor.press("u")
        skipped = visitor.press("s")
        flagged = visitor.see_item()
        page.keyboard.press("f")
        expect(page.get_by_role("dialog", name="Why set it aside?")).to_be_visible()
        page.keyboard.press("1")
        page.wait_for_function("(item) => onScreen() !== item", arg=flagged)
        page.keyboard.press("n")
        page.keyboard.type("2 of these? u s f")
        page.keyboard.press("Escape")
        noted = visitor.press("3")
        visitor.wait_until_saved()

        events = stored(ws, project)
        assert [(one.item, one.kind, one.label) for one in current(events)] == [
            (labeled, "label", "blue"),
            (mistaken, "label", "amber"),
            (unsure, "unsure", None),
            (skipped, "skip", None),
            (flagged, "flag", None),
            (noted, "label", "green"),
        ]
        assert [one.kind for one in events].count("undo") == 1
        assert current(events)[4].note == "Broken or unreadable"
        assert current(events)[5].note == "2 of these? u s f"
        assert visitor.complaints == []


def test_the_mouse_does_what_the_keys_do(chromium: Browser, server: Server, pictures: Path) -> None:
    with Visitor(chromium, server) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Mouse", pictures, classes=CLASSES)
        page = visitor.sit_down(project)
        shown = []
        for button in (
            answer(page, "green"),
            page.get_by_role("button", name="Not sure").first,
            page.get_by_role("button", name="Skip").first,
            answer(page, "amber"),
        ):
            shown.append(visitor.see_item())
            button.click()
            page.wait_for_function("(item) => onScreen() !== item", arg=shown[-1])
        page.get_by_role("button", name="Undo").click()
        page.wait_for_function("(item) => onScreen() === item", arg=shown[-1])
        visitor.wait_until_saved()

        assert [(one.item, one.kind, one.label) for one in current(stored(ws, project))] == [
            (shown[0], "label", "green"),
            (shown[1], "unsure", None),
            (shown[2], "skip", None),
        ]


def test_a_finger_on_a_phone_does_what_the_keys_do(
    chromium: Browser, server: Server, pictures: Path
) -> None:
    with Visitor(chromium, server, phone=True) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Touch", pictures, classes=CLASSES)
        page = visitor.sit_down(project)
        shown = []
        for button in (
            answer(page, "blue"),
            page.locator(".phoneacts").get_by_role("button", name="Skip"),
            answer(page, "green"),
        ):
            shown.append(visitor.see_item())
            button.tap()
            page.wait_for_function("(item) => onScreen() !== item", arg=shown[-1])
        page.get_by_role("button", name="Undo").tap()
        page.wait_for_function("(item) => onScreen() === item", arg=shown[-1])
        visitor.wait_until_saved()

        assert [(one.item, one.kind, one.label) for one in current(stored(ws, project))] == [
            (shown[0], "label", "blue"),
            (shown[1], "skip", None),
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_suggestion_is_hidden_until_space_and_taken_with_enter(
    chromium: Browser, server: Server, taught: int
) -> None:
    with Visitor(chromium, server, name="Grace") as visitor, opened(server.workspace) as ws:
        page = visitor.sit_down(taught)
        accept = page.get_by_role("button", name=re.compile("^Accept (amber|blue|green)"))
        first = visitor.see_item()
        expect(accept).to_be_hidden()
        page.keyboard.press("Enter")
        assert visitor.see_item() == first
        page.keyboard.press(" ")
        expect(accept).to_be_visible()
        suggested = accept.inner_text().split()[1]
        visitor.press("Enter")
        expect(accept).to_be_hidden()
        second = visitor.press("2")
        visitor.wait_until_saved()

        mine = [one for one in stored(ws, taught) if one.item in (first, second)]
        assert [(one.item, one.label, one.suggestion) for one in mine] == [
            (first, suggested, True),
            (second, "blue", False),
        ]


def test_a_project_without_classes_asks_for_the_first_ones(
    chromium: Browser, server: Server, pictures: Path
) -> None:
    with Visitor(chromium, server) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Nameless", pictures)
        page = visitor.visit(f"/label?project={project}")
        expect(page.get_by_role("heading", name="What will you call")).to_be_visible()
        page.keyboard.type("1 apple")
        page.keyboard.press("Tab")
        page.keyboard.type("pear")
        page.keyboard.press("Enter")
        first = visitor.press("2")
        page.keyboard.press("a")
        page.keyboard.type("plum")
        page.keyboard.press("Enter")
        expect(answer(page, "plum")).to_be_visible()
        second = visitor.press("3")
        visitor.wait_until_saved()

        assert [one.name for one in projects.classes(ws, project)] == ["1 apple", "pear", "plum"]
        assert [(one.item, one.label) for one in stored(ws, project)] == [
            (first, "pear"),
            (second, "plum"),
        ]
        assert visitor.complaints == []


def test_a_class_that_was_just_added_outlives_older_news_of_the_classes(
    chromium: Browser, server: Server, pictures: Path
) -> None:
    held: list[Route] = []
    with Visitor(chromium, server) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Late classes", pictures, classes=("apple", "pear"))
        page = visitor.sit_down(project)
        page.wait_for_load_state("networkidle")
        projects.add_class(ws, project, "fig")
        page.route("**/api/desk*", lambda route: held.append(route))
        visitor.press("1")
        wait_for(lambda: page.wait_for_timeout(20) or held, 30)
        early = held[0].fetch()

        page.keyboard.press("a")
        page.keyboard.type("plum")
        page.keyboard.press("Enter")
        expect(answer(page, "plum")).to_be_visible()
        held[0].fulfill(response=early)
        wait_for(lambda: page.wait_for_timeout(20) or len(held) > 1, 30)

        expect(answer(page, "plum")).to_be_visible()
        held[1].continue_()
        expect(answer(page, "fig")).to_be_visible()
        page.unroute_all(behavior="ignoreErrors")
        assert visitor.complaints == []


def test_the_end_of_the_budget_is_a_screen_that_offers_more(
    chromium: Browser, server: Server, pictures: Path
) -> None:
    with Visitor(chromium, server) as visitor, opened(server.workspace) as ws:
        project = make_project(ws, "Short", pictures, classes=CLASSES, budget=5)
        page = visitor.sit_down(project)
        for _ in range(4):
            visitor.press("1")
        page.keyboard.press("1")
        expect(page.get_by_role("heading", name="All 5 are labeled.")).to_be_visible()
        visitor.wait_until_saved()
        page.get_by_role("button", name="Export", exact=True).press("Enter")
        expect(page.get_by_role("heading", name="Export")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="All 5 are labeled.")).to_be_visible()
        page.keyboard.press("1")
        page.get_by_role("button", name=re.compile(r"^Label \d+ more")).click()
        visitor.press("2")
        visitor.wait_until_saved()

        assert [one.label for one in stored(ws, project)] == ["amber"] * 5 + ["blue"]

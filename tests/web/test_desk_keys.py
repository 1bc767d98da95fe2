"""Which keys the desk takes, and which it leaves alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitor, open_chromium
from tests.live import Server
from tests.records import make_project, opened, stored

pytestmark = pytest.mark.browser

CLASSES = ("amber", "blue", "green")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def project(server: Server, photos: Path, request: pytest.FixtureRequest) -> int:
    with opened(server.workspace) as ws:
        return make_project(ws, str(request.node.name)[:60], photos, classes=CLASSES)


@pytest.fixture
def visitor(chromium: Browser, server: Server, project: int) -> Iterator[Visitor]:
    with Visitor(chromium, server) as seated:
        seated.sit_down(project)
        yield seated
        assert seated.complaints == []


def labels(server: Server, project: int) -> list[tuple[int, str | None]]:
    with opened(server.workspace) as ws:
        return [(one.item, one.label) for one in stored(ws, project)]


def test_keys_with_ctrl_alt_or_meta_belong_to_the_browser(
    visitor: Visitor, server: Server, project: int
) -> None:
    first = visitor.see_item()

    for key in ("Control+1", "Alt+2", "Meta+3"):
        visitor.page.keyboard.press(key)

    assert visitor.press("3") == first
    visitor.wait_until_saved()
    assert labels(server, project) == [(first, "green")]


def test_no_key_labels_while_something_is_open_over_the_item(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()

    for opener, name in (("?", "Keys"), ("f", "Why set it aside?"), ("a", "Add a class")):
        page.keyboard.press(opener)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        page.keyboard.press("u")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)

    assert visitor.press("1") == first
    visitor.wait_until_saved()
    assert labels(server, project) == [(first, "amber")]


def test_a_clicked_class_is_not_pressed_again_by_space_or_enter(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()

    page.get_by_role("button", name=re.compile("^blue, key 2")).click()
    page.wait_for_function("(was) => onScreen() !== was", arg=first)
    page.keyboard.press(" ")
    page.keyboard.press("Enter")

    visitor.wait_until_saved()
    assert labels(server, project) == [(first, "blue")]


def test_a_focused_class_keeps_enter_for_itself_and_held_enter_presses_it_once(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()
    page.get_by_role("button", name=re.compile("^green, key 3")).focus()

    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")

    visitor.wait_until_saved()
    assert labels(server, project) == [(first, "green")]


def test_single_keys_can_be_switched_off_and_on_again(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()

    for wanted in (False, True):
        page.keyboard.press("?")
        page.get_by_role("checkbox").set_checked(wanted)
        page.keyboard.press("Escape")
        page.evaluate("strike('keydown', '1')")

    visitor.wait_until_saved()
    assert labels(server, project) == [(first, "amber")]

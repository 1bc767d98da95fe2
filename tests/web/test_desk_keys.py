"""Which keys the desk takes, and which it leaves alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import opened, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

# Nothing else happens in the page until the answer is there, and keys wait in the browser.
STAND_STILL = """void setTimeout(() => {
  const request = new XMLHttpRequest();
  request.open("GET", "/stand-still", false);
  request.send();
})"""


@pytest.fixture
def visitor(visitor: Visitor) -> Iterator[Visitor]:
    yield visitor
    assert visitor.complaints == []


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


def test_keys_that_waited_while_the_page_stood_still_label_no_item_they_were_not_meant_for(
    visitor: Visitor, server: Server, project: int
) -> None:
    def press_or_go_on(said: str) -> None:
        if said == "go on":
            calls.wait_for_timeout(2_000)  # On a busy machine keys are slow to come to the page.
            still[0].fulfill(body="")
        else:
            page.keyboard.press(said)

    page = visitor.page
    first = visitor.see_item()
    still: list[Route] = []
    page.route("**/stand-still", lambda route: still.append(route))
    page.evaluate(STAND_STILL)
    while not still:
        page.wait_for_timeout(10)

    # Playwright waits for every key to be handled, so that each is pressed by a call of its own.
    calls = visitor.context.new_page()
    calls.on("console", lambda said: press_or_go_on(said.text))
    calls.evaluate("for (const said of ['1', '2', '3', 'go on']) console.log(said)")
    visitor.wait_for_keys(3)

    visitor.wait_until_saved()
    assert visitor.see_item() != first
    assert labels(server, project) == [(first, "amber")]
    assert visitor.press("2") == visitor.typed()[-1][1]
    visitor.wait_until_saved()
    assert [name for _, name in labels(server, project)] == ["amber", "blue"]


def test_real_keys_as_fast_as_they_come_label_one_item_each(
    visitor: Visitor, server: Server, project: int
) -> None:
    visitor.see_item()
    visitor.page.wait_for_load_state("networkidle")

    for key in "12312":
        visitor.page.keyboard.press(key)

    visitor.wait_until_saved()
    wanted = [(item, CLASSES[int(key) - 1]) for key, item in visitor.typed()]
    assert labels(server, project) == wanted
    assert len({item for item, _ in wanted}) == 5


def test_a_suggestion_is_told_by_class_whatever_the_order_of_the_classes(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.page

        def turn_round(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            told["classes"].reverse()
            route.fulfill(response=answer, json=told)

        def suggest(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            amber, blue, green = told["counts"]
            for item in told["items"]:
                item["p"] = {amber: 0.2, blue: 0.1, green: 0.7}
            route.fulfill(response=answer, json=told)

        page.route("**/api/desk*", turn_round)
        page.route("**/api/queue", suggest)
        visitor.sit_down(project)
        first = visitor.see_item()
        page.keyboard.press(" ")
        expect(page.get_by_role("button", name="Accept green Enter")).to_be_visible()
        expect(page.locator(".dock .cls .p")).to_have_text(["70 %", "10 %", "20 %"])
        page.keyboard.press("Enter")
        visitor.wait_until_saved()
        page.unroute_all(behavior="wait")

        assert labels(server, project) == [(first, "green")]

"""What a person at the desk does besides labeling on: look calmly, look back, correct."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import Stored, opened, stored

pytestmark = pytest.mark.browser

PLACES = """(all) => all.map((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  return [left, top, width, height];
})"""


@pytest.fixture
def visitor(visitor: Visitor) -> Iterator[Visitor]:
    yield visitor
    assert visitor.complaints == []


def said(server: Server, project: int) -> list[Stored]:
    with opened(server.workspace) as ws:
        return stored(ws, project)


def brief(events: list[Stored]) -> list[tuple[int, str, str | None]]:
    return [(one.item, one.kind, one.label) for one in events]


def test_focus_mode_leaves_the_item_the_classes_and_what_is_saved_and_moves_none_of_them(
    visitor: Visitor,
) -> None:
    page = visitor.page
    visitor.press("1")
    visitor.wait_until_saved()
    keep = page.locator(".picture img, .dock .cls")
    before = keep.evaluate_all(PLACES)

    page.keyboard.press("h")

    assert keep.evaluate_all(PLACES) == before
    expect(page.get_by_text("All saved")).to_be_visible()
    buttons = page.get_by_role("button")
    expect(buttons).to_have_text([re.compile("^Leave focus"), *[re.compile("^[123]")] * 3])
    visitor.press("2")
    page.keyboard.press("g")  # What is opened on purpose opens, and Escape shuts it first.
    page.keyboard.press("Escape")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".strip")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".strip")).to_be_visible()
    assert page.locator(".dock .cls").evaluate_all(PLACES) == before[1:]


def test_on_a_phone_focus_mode_and_the_last_answers_are_in_the_menu(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server, phone=True) as visitor:
        page = visitor.sit_down(project)
        first, second = visitor.press("1"), visitor.press("2")
        waiting = visitor.see_item()

        page.get_by_role("button", name="Pages and figures").tap()
        page.get_by_role("button", name="Focus mode").tap()
        expect(page.locator(".phoneacts")).to_be_hidden()
        page.get_by_role("button", name="Leave focus mode").tap()
        page.get_by_role("button", name="Pages and figures").tap()
        page.get_by_role("button", name="Last answers").tap()
        page.wait_for_function("(item) => onScreen() === item", arg=second)
        page.get_by_role("button", name="Older answer").tap()
        page.wait_for_function("(item) => onScreen() === item", arg=first)
        page.get_by_role("button", name=re.compile("^green")).tap()
        expect(page.locator(".past")).to_contain_text("green, corrected from amber")
        page.get_by_role("button", name="Back to the item that waits").tap()

        assert visitor.see_item() == waiting
        visitor.wait_until_saved()
        wanted = [(first, "label", "amber"), (second, "label", "blue"), (first, "label", "green")]
        assert brief(said(server, project)) == wanted
        assert visitor.complaints == []


def test_an_older_answer_is_corrected_by_a_new_one_and_the_item_that_waited_lost_nothing(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first, second = visitor.press("1"), visitor.press("2")
    begun = page.evaluate("performance.now()")  # Before the next item comes.
    third = visitor.press("3")
    waiting = visitor.see_item()
    page.keyboard.press("n")
    page.keyboard.type("1 of a kind")
    page.keyboard.press("ArrowLeft")  # Moves in the text, and in nothing else.
    assert visitor.see_item() == waiting

    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=second)
    into = page.evaluate("performance.now()")
    expect(page.locator(".past")).to_contain_text(
        re.compile(r"2 back2blue, [\d.]+ s\. (Drawn|Shown)")
    )
    expect(page.locator(".cls.given")).to_have_text(re.compile("blue"))
    for key in "211":  # The same class again changes nothing.
        page.keyboard.press(key)
    expect(page.locator(".past")).to_contain_text("amber. It is amber already.")
    assert visitor.see_item() == second
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(item) => onScreen() === item", arg=third)
    page.wait_for_timeout(400)
    out = page.evaluate("performance.now()")
    page.keyboard.press("ArrowRight")
    assert visitor.press("3") == waiting
    whole = page.evaluate("performance.now()") - begun

    visitor.wait_until_saved()
    events = said(server, project)
    wanted = [(first, "amber"), (second, "blue"), (third, "green"), (second, "amber")]
    assert brief(events) == [
        *((item, "label", name) for item, name in wanted),
        (waiting, "label", "green"),
    ]
    corrected, last = events[-2:]
    assert corrected.milliseconds is None
    assert last.note == "1 of a kind"
    assert last.milliseconds is not None
    assert last.milliseconds <= whole - (out - into)


def test_a_correction_is_taken_back_to_the_answer_before_also_after_a_reload(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first, second = visitor.press("1"), visitor.press("2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("3")
    page.keyboard.press("z")
    expect(page.locator(".past")).to_contain_text("amber. Taken back. What stands again: amber.")
    assert visitor.see_item() == first
    page.keyboard.press("3")
    page.keyboard.press("Escape")
    visitor.wait_until_saved()

    page.reload()
    waiting = visitor.see_item()
    expect(page.locator(".strip button").last).to_have_attribute("title", "green")
    page.keyboard.press("z")
    visitor.wait_until_saved()

    assert visitor.see_item() == waiting
    expect(page.locator(".strip button")).to_have_count(2)
    expect(page.locator(".strip button").last).to_have_attribute("title", "blue")
    expect(page.locator(".dock .k")).to_have_text(["1", "1", "0"])
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=second)
    page.keyboard.press("z")  # No answer lies beneath this one: the item is to be answered again.
    expect(page.locator(".strip button")).to_have_count(1)
    assert visitor.press("1") == second
    visitor.wait_until_saved()
    kinds = [one.kind for one in said(server, project)]
    assert kinds == ["label"] * 3 + ["undo", "label", "undo", "undo", "label"]


def test_without_a_connection_the_newest_answers_are_here_and_older_ones_say_what_they_lack(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    shown = [visitor.press("123"[place % 3]) for place in range(10)]
    visitor.wait_until_saved()
    page.wait_for_load_state("networkidle")
    waiting = visitor.see_item()
    page.route("**/api/**", lambda route: route.abort())

    for item in reversed(shown[2:]):
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("(item) => onScreen() === item", arg=item)
    page.keyboard.press("2")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("This item cannot be had just now")).to_be_visible()
    page.keyboard.press("1")  # Nobody labels what cannot be seen.
    page.keyboard.press("Escape")
    assert visitor.see_item() == waiting
    page.unroute_all(behavior="ignoreErrors")
    visitor.wait_until_saved()

    assert brief(said(server, project))[10:] == [(shown[2], "label", "blue")]
    page.keyboard.press("ArrowLeft")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=shown[1])
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_swipes_reveal_accept_and_undo_and_nothing_less_than_a_swipe_does(
    chromium: Browser, server: Server, project: int
) -> None:
    def suggest(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        for item in told["items"]:
            item["p"] = dict(zip(told["counts"], (0.1, 0.8, 0.1), strict=True))
        route.fulfill(response=answer, json=told)

    with Visitor(chromium, server, phone=True) as visitor:
        page = visitor.sit_down(project)
        touch = visitor.context.new_cdp_session(page)

        def swipe(*ends: tuple[int, int], fingers: int = 1, up: bool = True) -> None:
            points = [{"x": 200 + 90 * one, "y": 300, "id": one} for one in range(fingers)]
            touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
            for x, y in ends:
                points = [{"x": x + 90 * one, "y": y, "id": one} for one in range(fingers)]
                touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
            if up:
                touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        hint = page.locator(".swipes")
        expect(hint).to_have_text("Swipe left: suggestion, then accept · right: undo")
        expect(hint.get_by_text("left: suggestion")).to_be_hidden()  # It would do nothing yet.
        # Before the first model there is nothing to reveal, and nothing is said.
        swipe((60, 300), up=False)
        assert page.locator(".swipe").is_hidden()
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(150)
        assert page.locator(".desk.revealed").count() == 0
        page.route("**/api/queue", suggest)
        page.reload()
        first = visitor.see_item()
        page.wait_for_load_state("networkidle")

        accept = page.locator(".phoneacts").get_by_role("button", name="Accept blue")
        swipe((140, 300))  # Too short.
        swipe((90, 380))  # Too slanted.
        swipe((60, 300), (150, 300))  # Taken back.
        swipe((330, 300))  # There is nothing to undo.
        expect(accept).to_be_hidden()
        expect(hint).to_be_visible()
        swipe((60, 300), up=False)
        expect(page.locator(".swipe")).to_be_visible()
        expect(page.locator(".swipe")).to_have_text("Suggestion")
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(accept).to_be_visible()
        expect(hint).to_be_hidden()
        assert visitor.see_item() == first
        page.wait_for_timeout(450)  # Two in a row are two decisions.
        swipe((60, 300))
        page.wait_for_function("(was) => onScreen() !== was", arg=first)
        page.wait_for_timeout(450)
        swipe((340, 300))
        page.wait_for_function("(item) => onScreen() === item", arg=first)
        page.wait_for_timeout(450)
        swipe((60, 300), fingers=2)
        page.keyboard.press("+")
        swipe((60, 300))
        expect(accept).to_be_hidden()  # The picture was moved, and nothing else.
        visitor.wait_until_saved()
        page.unroute_all(behavior="wait")
        page.reload()
        visitor.see_item()
        expect(hint).to_have_count(0)  # Who swiped once knows.

        assert [one.kind for one in said(server, project)] == ["label", "undo"]
        assert said(server, project)[0].label == "blue"
        assert visitor.complaints == []

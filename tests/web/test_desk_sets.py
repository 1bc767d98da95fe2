"""The desk where an item may have several classes: keys choose, Enter gives them all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from labeler_app.services import class_surgery, desk, labeling, people, pool, projects
from tests.axe import findings
from tests.browser import Visitor
from tests.builders import answer
from tests.live import Server, wait_for
from tests.records import has_model, make_project, opened

pytestmark = pytest.mark.browser

CLASSES = ("cold", "leafy", "round")


@pytest.fixture
def project(server: Server, photos: Path, request: pytest.FixtureRequest) -> int:
    with opened(server.workspace) as ws:
        name = str(request.node.name)[-60:]
        return make_project(ws, name, photos, classes=CLASSES, multi_label=True, retrain_every=5)


@pytest.fixture
def visitor(chromium: Browser, server: Server, project: int) -> Iterator[Visitor]:
    with Visitor(chromium, server) as seated:
        seated.sit_down(project)
        yield seated
        assert seated.complaints == []


def face(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".dock .cls", has_text=name)


def given(server: Server, project: int) -> dict[int, list[str]]:
    """What stands, by item."""
    with opened(server.workspace) as ws:
        ada = people.join(ws, "Ada").id
        found = desk.open_desk(ws, project, ada)
    names = {one.id: one.name for one in found.classes}
    return {
        one.item: [names[each] for each in one.class_ids]
        for one in found.last
        if one.class_ids is not None
    }


def test_keys_choose_classes_enter_gives_them_and_all_of_it_can_be_corrected(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.see_item()
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("2")
    page.keyboard.press("2")
    expect(face(visitor, "cold")).to_have_attribute("aria-pressed", "true")
    expect(face(visitor, "leafy")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Give 2 classes")).to_be_visible()
    assert findings(page, "two classes chosen") == []
    assert visitor.press("Enter") == first

    # Enter in haste, with nothing chosen, is no answer; a moment later it says "none of them".
    second = visitor.see_item()
    with visitor.in_one_breath():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is chosen yet.").locator("visible=true").first).to_be_visible()
    assert visitor.see_item() == second
    page.wait_for_timeout(450)
    assert visitor.press("Enter") == second
    face(visitor, "leafy").click()
    third = visitor.see_item()
    page.get_by_role("button", name="Give 1 class").click()
    page.wait_for_function("(was) => onScreen() !== was", arg=third)
    visitor.wait_until_saved()
    assert given(server, project) == {first: ["cold", "round"], second: [], third: ["leafy"]}
    expect(face(visitor, "cold")).to_have_accessible_name("cold, key 1, 1 labeled")
    expect(page.locator(".strip")).to_have_text("1+–2", use_inner_text=False)

    # Looking back shows what was given; Enter gives it anew.
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=first)
    expect(face(visitor, "round")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    visitor.wait_until_saved()
    assert given(server, project)[first] == ["cold"]
    page.keyboard.press("Escape")

    # Undo brings the item back with what was chosen; a reload keeps it all.
    page.reload()
    visitor.see_item()
    page.keyboard.press("z")
    visitor.wait_until_saved()
    assert given(server, project)[first] == ["cold", "round"]
    page.keyboard.press("z")
    page.wait_for_function("(item) => onScreen() === item", arg=third)
    expect(face(visitor, "leafy")).to_have_attribute("aria-pressed", "true")


def test_grids_are_told_off_and_a_suggestion_marks_each_likely_class(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.keyboard.press("b")
    expect(page.get_by_text("labeled by itself").locator("visible=true").first).to_be_visible()
    # Before a model there is nothing to reveal, and a key says so.
    reveal = page.locator(".dock").get_by_role("button", name="Reveal suggestion")
    expect(reveal).to_be_hidden()
    page.keyboard.press(" ")
    expect(page.get_by_text("No suggestions before the first model")).to_be_visible()
    page.keyboard.press(" ")
    for at in range(20):  # However many of them are audit items, each class has its two.
        if at % 2:
            page.keyboard.press("1")
        page.keyboard.press("2" if at % 3 else "3")
        visitor.press("Enter")
    visitor.wait_until_saved()
    with opened(server.workspace) as ws:
        wait_for(lambda: has_model(ws, project), 60)
    page.reload()  # The desk asks of itself within 20 s.
    visitor.see_item()
    expect(page.get_by_text("active · model").first).to_be_visible()
    reveal.click()
    expect(face(visitor, "cold").locator(".p")).to_have_text(re.compile("[0-9] %"))
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    # What is suggested is chosen, so that Enter does not say the opposite.
    top = page.locator(".dock .cls.top .n").all_inner_texts()
    chosen = page.locator(".dock .cls[aria-pressed=true] .n")
    assert chosen.all_inner_texts() == top != []


def test_what_stands_again_is_what_enter_gives_and_a_class_that_is_gone_is_given_no_more(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    with opened(server.workspace) as ws:
        ids = {one.name: one.id for one in projects.classes(ws, project)}
    page.keyboard.press("1")
    page.keyboard.press("3")
    first = visitor.press("Enter")
    page.keyboard.press("2")
    second = visitor.press("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=first)

    # A correction that is taken back leaves no class chosen that only it gave.
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".past")).to_contain_text("cold, round, leafy, corrected from cold, round")
    page.keyboard.press("z")
    expect(face(visitor, "leafy")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(page.locator(".past")).to_contain_text("It is cold, round already.")

    # Nor does one that is refused, since a class was retired meanwhile; the next one is taken.
    visitor.wait_until_saved()
    with opened(server.workspace) as ws:
        class_surgery.retire(ws, ids["leafy"])
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".past")).to_contain_text("'leafy' was retired")
    expect(face(visitor, "leafy")).to_have_count(0)
    expect(page.get_by_role("button", name="Give 2 classes: cold, round")).to_be_visible()
    face(visitor, "round").click()
    page.keyboard.press("Enter")
    visitor.wait_until_saved()
    assert given(server, project) == {first: ["cold"], second: []}

    # What is chosen for the item that waits goes with its class, and that is said.
    page.keyboard.press("Escape")
    waiting = visitor.see_item()
    face(visitor, "round").click()
    expect(page.get_by_role("button", name="Give 1 class: round")).to_be_visible()
    with opened(server.workspace) as ws:
        class_surgery.merge(ws, ids["cold"], ids["round"])
        tall = projects.add_class(ws, project, "tall").id
        class_surgery.merge(ws, ids["round"], tall)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("is not in use any more").locator("visible=true").first).to_be_visible()
    expect(page.get_by_role("button", name="None of these")).to_be_visible()
    assert visitor.see_item() == waiting

    # An older answer follows a merge: what it means now is chosen.
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(item) => onScreen() === item", arg=first)
    expect(face(visitor, "tall")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".past")).to_contain_text("It is tall already.")


MANY = ("ash", "beech", "cedar", "elm", "fir", "hazel", "larch", "lime", "maple", "oak", "pine")
TREES = (*MANY, "walnut or a close relative of it")


def find(visitor: Visitor, name: str) -> None:
    visitor.page.keyboard.press("0")
    visitor.page.keyboard.type(name)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function("!isWriting()")


def test_of_many_classes_none_is_given_that_is_not_named(
    chromium: Browser, server: Server, photos: Path, request: pytest.FixtureRequest
) -> None:
    with opened(server.workspace) as ws:
        name = str(request.node.name)[-60:]
        project = make_project(ws, name, photos, classes=TREES, multi_label=True)
        ids = [one.id for one in projects.classes(ws, project)]
        ada = people.join(ws, "Ada").id
        (item,) = pool.lease(ws, project, ada, keep=[], want=1)
        past = [replace(answer(item.id), kind="label", class_ids=tuple(ids[-3:]))]
        labeling.record(ws, project, ada, past)
    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        for key in "123456":
            page.keyboard.press(key)
        for name in ("larch", "lime", "maple"):
            find(visitor, name)
        visitor.press("Enter")
        expect(face(visitor, "pine")).to_have_count(0)

        # What an older answer gave comes into the row, whatever lay there.
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("(item) => onScreen() === item", arg=item.id)
        give = page.get_by_role("button", name=f"Give 3 classes: {', '.join(TREES[-3:])}")
        expect(give).to_be_visible()
        chosen = page.locator(".dock .cls[aria-pressed=true] .n")
        assert sorted(chosen.all_inner_texts()) == sorted(TREES[-3:])
        expect(give.locator(".beyond")).to_be_hidden()

        # More than the row has room for: the others are named on the button.
        page.keyboard.press("Escape")
        visitor.see_item()
        row = page.locator(".dock .cls:not(.find) .n").all_inner_texts()
        for key in "123456789":
            page.keyboard.press(key)
        other = next(name for name in TREES if name not in row)
        find(visitor, other)
        give = page.get_by_role("button", name="Give 10 classes")
        expect(give.locator(".beyond")).to_have_text(f"also {row[0]}")
        named = ", ".join(name for name in TREES if name in (*row, other))
        expect(give).to_have_attribute("title", named)
        assert findings(page, "ten classes chosen") == []
        assert visitor.complaints == []


def test_on_a_phone_a_swipe_says_how_many_classes_it_gives(
    chromium: Browser, server: Server, photos: Path, request: pytest.FixtureRequest
) -> None:
    with opened(server.workspace) as ws:
        name = str(request.node.name)[-60:]
        project = make_project(ws, name, photos, classes=TREES, multi_label=True)
        ids = {one.name: one.id for one in projects.classes(ws, project)}

    def suggest(route: Route) -> None:
        answered = route.fetch()
        told = answered.json()
        likely = {str(id_): 0.9 if name in ("ash", "pine") else 0.1 for name, id_ in ids.items()}
        for item in told["items"]:
            item["p"] = likely
        route.fulfill(response=answered, json=told)

    with Visitor(chromium, server, phone=True) as visitor:
        page = visitor.sit_down(project)
        touch = visitor.context.new_cdp_session(page)

        def swipe(kind: str, *ends: int) -> None:
            points = [{"x": x, "y": 300} for x in ends]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        # Before the first model there is nothing to reveal, and nothing is said.
        swipe("touchStart", 200)
        swipe("touchMove", 60)
        assert page.locator(".swipe").is_hidden()
        swipe("touchEnd")
        page.wait_for_timeout(150)
        assert page.locator(".desk.revealed").count() == 0
        page.route("**/api/queue", suggest)
        page.reload()
        shown = visitor.see_item()
        expect(face(visitor, "pine")).to_have_count(0)
        for said in ("Suggestion", "Give 2 classes"):
            page.wait_for_timeout(450)  # Two in a row are two decisions.
            swipe("touchStart", 200)
            swipe("touchMove", 60)
            expect(page.locator(".swipe")).to_have_text(said)
            if said != "Suggestion":  # What is chosen lies in the row, where a touch takes it out.
                expect(face(visitor, "pine")).to_have_attribute("aria-pressed", "true")
            swipe("touchEnd")
        page.wait_for_function("(was) => onScreen() !== was", arg=shown)
        visitor.wait_until_saved()
        page.unroute_all(behavior="wait")
        assert given(server, project) == {shown: ["ash", "pine"]}
        assert visitor.complaints == []

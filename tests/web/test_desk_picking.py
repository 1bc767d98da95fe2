"""A seed set picked by hand: a grid over the desk, a class, the images that belong to it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, Route, expect

from labeler_app.store import schema
from tests.browser import PHONE, Visitor
from tests.live import Server
from tests.pictures import truth
from tests.records import Stored, make_project, opened, paths, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

TARGET = 44
OFFER = re.compile("Pick (3 of each )?by hand$")


@pytest.fixture
def visitor(visitor: Visitor) -> Iterator[Visitor]:
    yield visitor
    assert visitor.complaints == []


def open_grid(page: Page) -> Locator:
    """Open the grid with its button and wait for its images."""
    expect(page.locator(".desk")).to_have_css("opacity", "1")  # Its styles are here.
    page.get_by_role("button", name=OFFER).locator("visible=true").click()
    grid = page.get_by_role("dialog", name="Pick 3 of each by hand")
    expect(grid.locator(".tile").first).to_be_focused()
    return grid


def items(grid: Locator) -> list[int]:
    return [
        int(one)
        for one in grid.locator(".tile").evaluate_all("all => all.map(one => one.dataset.item)")
    ]


def of_class(server: Server, project: int, grid: Locator) -> dict[str, list[int]]:
    """Return the items in the grid by their true class."""
    with opened(server.workspace) as ws:
        where = paths(ws, project)
    found: dict[str, list[int]] = {name: [] for name in CLASSES}
    for item in items(grid):
        found[truth(where[item])].append(item)
    return found


def tile(grid: Locator, item: int) -> Locator:
    return grid.locator(f".tile[data-item='{item}']")


def face(grid: Locator, name: str) -> Locator:
    return grid.get_by_role("button", name=re.compile(f"^{name}, key"))


def meet(page: Page, held: list[Route], part: str) -> Route:
    """Wait until a request with this in its address is held back, and return it."""
    for _ in range(400):
        page.wait_for_timeout(25)
        found = [one for one in held if part in one.request.url]
        if found:
            return found[0]
    raise AssertionError(f"No request for {part}: {held}")


def answers(server: Server, project: int) -> list[Stored]:
    with opened(server.workspace) as ws:
        return stored(ws, project)


def reasons(server: Server, project: int) -> list[str]:
    with opened(server.workspace) as ws, ws.store.read() as tx:
        event = schema.label_event.c
        query = sa.select(event.selected_as).where(event.project == project).order_by(event.seq)
        return list(tx.execute(query).scalars())


def test_two_of_each_picked_by_hand_are_kept_asked_no_more_and_bring_the_first_model(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    for place, mine in enumerate(of_class(server, project, grid).values()):
        page.keyboard.press(str(place + 1))
        for item in mine[:2]:
            tile(grid, item).click()
        expect(face(grid, CLASSES[place])).to_have_accessible_name(re.compile("2 of 3$"))
    picks = {
        item for item in items(grid) if tile(grid, item).get_attribute("aria-pressed") == "true"
    }
    page.reload()
    visitor.see_item()
    visitor.wait_until_saved()

    events = answers(server, project)
    assert {one.item for one in events} == picks
    assert len(events) == 6
    assert all(one.is_right for one in events)
    assert reasons(server, project) == ["picked by hand"] * 6
    expect(page.get_by_text(re.compile(r"^active · model v1")).first).to_be_visible()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    page.keyboard.press("b")  # With a model the key opens the batch grid, and closes it again.
    expect(page.get_by_role("region", name="Batch grid")).to_be_visible()
    page.keyboard.press("b")
    assert not picks & {visitor.press("1") for _ in range(12)}


def test_arrows_and_enter_pick_and_a_held_enter_picks_once(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.keyboard.press("b")
    grid = page.get_by_role("dialog")
    expect(grid.locator(".tile").first).to_be_focused()
    ids = items(grid)
    for key in ("3", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.press("1")
    page.keyboard.press(" ")
    page.keyboard.press("Home")
    expect(grid.locator(".tile").first).to_be_focused()
    visitor.wait_until_saved()

    found = [(one.item, one.label) for one in answers(server, project)]
    assert found == [(ids[9], "green"), (ids[-1], "amber")]


def test_class_keys_label_the_item_on_screen_as_soon_as_the_grid_is_closed(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    shown = visitor.see_item()
    open_grid(page)
    page.keyboard.press("3")
    page.keyboard.press("Escape")
    assert visitor.press("2") == shown
    open_grid(page)
    page.get_by_role("button", name="Done").click()
    second = visitor.press("1")
    visitor.wait_until_saved()

    found = [(one.item, one.label) for one in answers(server, project)]
    assert found == [(shown, "blue"), (second, "amber")]
    assert "picked by hand" not in reasons(server, project)


def test_an_item_on_screen_that_is_picked_makes_room_for_the_next(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    shown = visitor.see_item()
    while shown not in items(grid):  # An audit item is not in the grid.
        page.keyboard.press("Escape")
        visitor.press("s")
        grid = open_grid(page)
        shown = visitor.see_item()
    tile(grid, shown).click()
    page.keyboard.press("Escape")
    page.wait_for_function("(was) => onScreen() !== was", arg=shown)
    following = visitor.press("2")
    visitor.wait_until_saved()

    labels = [(one.item, one.label) for one in answers(server, project) if one.kind == "label"]
    assert labels == [(shown, "amber"), (following, "blue")]


def test_a_pick_is_changed_taken_back_by_a_second_click_and_by_undo(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    first, second, third = items(grid)[:3]
    tile(grid, first).click()
    face(grid, "blue").click()
    tile(grid, first).click()
    expect(tile(grid, first)).to_have_text("2 blue")
    for item in (second, second, third):
        tile(grid, item).click()
    expect(tile(grid, second)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("z")
    expect(tile(grid, third)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+z")
    expect(tile(grid, first)).to_have_text("1 amber")
    expect(face(grid, "blue")).to_have_accessible_name(re.compile("0 of 3$"))
    page.keyboard.press("Escape")
    visitor.wait_until_saved()

    with opened(server.workspace) as ws, ws.store.read() as tx:
        current = schema.current_label.c
        query = sa.select(current.item).where(current.project == project)
        assert list(tx.execute(query).scalars()) == [first]


def test_a_pick_that_is_changed_before_it_is_saved_counts_once(visitor: Visitor) -> None:
    page = visitor.page
    grid = open_grid(page)
    page.route("**/api/labels", lambda route: route.abort())
    tile(grid, items(grid)[0]).click()
    expect(face(grid, "amber")).to_have_accessible_name(re.compile("1 of 3$"))

    face(grid, "blue").click()
    tile(grid, items(grid)[0]).click()

    expect(face(grid, "blue")).to_have_accessible_name(re.compile("1 of 3$"))
    expect(face(grid, "amber")).to_have_accessible_name(re.compile("0 of 3$"))
    page.keyboard.press("Control+z")
    expect(face(grid, "blue")).to_have_accessible_name(re.compile("0 of 3$"))
    expect(face(grid, "amber")).to_have_accessible_name(re.compile("1 of 3$"))
    page.unroute_all(behavior="wait")
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_a_pick_taken_back_on_the_desk_comes_on_screen_to_be_answered(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    item = items(grid)[5]
    tile(grid, item).click()
    page.keyboard.press("Escape")
    expect(page.locator(".why")).to_contain_text("You picked it by hand.")
    page.keyboard.press("z")
    page.wait_for_function("(item) => onScreen() === item", arg=item)
    assert visitor.press("2") == item
    visitor.wait_until_saved()

    kinds = [(one.item, one.kind, one.label) for one in answers(server, project)]
    assert kinds == [(item, "label", "amber"), (item, "undo", None), (item, "label", "blue")]
    assert reasons(server, project) == ["picked by hand"] * 3


def test_an_item_that_comes_back_outlives_a_ranking_that_is_older_than_its_return(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    item = items(grid)[5]
    tile(grid, item).click()
    visitor.wait_until_saved()
    held: list[Route] = []
    page.route("**/api/queue", lambda route: held.append(route))
    page.route("**/*size=screen*", lambda route: held.append(route))
    page.keyboard.press("Escape")
    early = meet(page, held, "/api/queue")

    page.keyboard.press("z")
    meet(page, held, "size=screen")
    with page.expect_response("**/api/queue") as ranking:
        early.continue_()
    assert ranking.value.finished() is None
    page.wait_for_timeout(300)
    page.unroute("**/*size=screen*")
    for one in held:
        if "size=screen" in one.request.url:
            one.continue_()
    page.wait_for_function("(item) => onScreen() === item", arg=item)
    page.unroute_all(behavior="ignoreErrors")


def test_picks_made_without_a_connection_wait_and_are_saved_after_a_reload(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    grid = open_grid(page)
    ids = items(grid)[:3]
    page.route("**/api/labels", lambda route: route.abort())
    for item in ids:
        tile(grid, item).click()
    expect(grid.get_by_text("3 not saved yet, retrying").first).to_be_visible()
    expect(tile(grid, ids[0])).to_have_accessible_name(re.compile("amber, not saved yet$"))
    page.unroute_all(behavior="wait")
    page.reload()
    visitor.see_item()
    visitor.wait_until_saved()

    assert sorted(one.item for one in answers(server, project)) == sorted(ids)
    # Chromium itself tells of each request that was cut.
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_more_images_come_on_demand_and_a_failure_says_so(visitor: Visitor) -> None:
    page = visitor.page
    page.route("**/api/picking", lambda route: route.abort())
    page.keyboard.press("b")
    grid = page.get_by_role("dialog")
    expect(grid.get_by_text("The server does not answer.")).to_be_visible()
    page.unroute_all(behavior="wait")
    grid.get_by_role("button", name="Try again").click()
    expect(grid.locator(".tile")).to_have_count(48)
    with page.expect_response("**/api/picking"):
        grid.get_by_role("button", name="Show more").click()
    expect(grid.get_by_text("No more to pick from.")).to_be_visible()
    assert len(set(items(grid))) == 48
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_without_single_keys_enter_and_arrows_still_pick_and_letters_do_nothing(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.keyboard.press("?")
    page.get_by_role("checkbox").set_checked(False)
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.get_by_role("dialog")).to_have_count(0)
    grid = open_grid(page)
    for key in ("2", "ArrowRight", "Enter", "z", "b"):
        page.keyboard.press(key)
    expect(grid).to_be_visible()
    item = items(grid)[1]
    page.keyboard.press("Escape")
    visitor.wait_until_saved()

    assert [(one.item, one.label) for one in answers(server, project)] == [(item, "amber")]


def test_the_pick_that_reaches_the_budget_ends_the_work(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        with opened(server.workspace) as ws:
            project = make_project(ws, "Three only", photos, classes=CLASSES, budget=3)
        page = visitor.sit_down(project)
        grid = open_grid(page)
        for item in items(grid)[:3]:
            tile(grid, item).click()

        expect(page.get_by_role("heading", name="All 3 are labeled.")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert len(answers(server, project)) == 3
        assert visitor.complaints == []


def test_news_from_before_the_last_pick_does_not_open_the_end_again(
    chromium: Browser, server: Server, photos: Path
) -> None:
    asked: list[Route] = []

    def wait_for_question(number: int) -> Route:
        while len(asked) < number:
            page.wait_for_timeout(20)
        return asked[number - 1]

    with Visitor(chromium, server) as visitor:
        with opened(server.workspace) as ws:
            project = make_project(ws, "Late news", photos, classes=CLASSES, budget=3)
        page = visitor.sit_down(project)
        grid = open_grid(page)
        page.route("**/api/queue", lambda route: asked.append(route))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        early = wait_for_question(1).fetch()

        for item in items(grid)[:3]:
            tile(grid, item).click()
        visitor.wait_until_saved()
        asked[0].fulfill(response=early)

        late = wait_for_question(2)
        expect(page.get_by_text("Saving the last answers")).to_be_visible()
        late.continue_()
        expect(page.get_by_role("heading", name="All 3 are labeled.")).to_be_visible()
        page.unroute_all(behavior="ignoreErrors")
        assert visitor.complaints == []


@pytest.mark.parametrize("count", [2, 10])
def test_on_a_phone_the_grid_fits_and_a_finger_picks(
    count: int, chromium: Browser, server: Server, photos: Path
) -> None:
    names = tuple(f"class number {number}" for number in range(count))
    with Visitor(chromium, server, phone=True) as visitor:
        with opened(server.workspace) as ws:
            project = make_project(ws, f"Fingers, {count}", photos, classes=names)
        page = visitor.sit_down(project)
        grid = open_grid(page)
        item = items(grid)[4]
        face(grid, names[-1]).tap()
        tile(grid, item).tap()
        visitor.wait_until_saved()
        boxes = [
            one.bounding_box() for one in grid.get_by_role("button").locator("visible=true").all()
        ]
        field = grid.locator(".field").bounding_box()

        assert [(one.item, one.label) for one in answers(server, project)] == [(item, names[-1])]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert field is not None
        assert field["height"] > PHONE["height"] / 2
        for box in boxes:
            assert box is not None
            assert min(box["width"], box["height"]) >= TARGET
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
        assert visitor.complaints == []

"""The batch grid: a pile of one class, looked through, corrected and labeled at once."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import DESKTOP, Visitor, wait_until_meant
from tests.live import Server, wait_for
from tests.pictures import class_folders
from tests.program import Program
from tests.records import Stored, leases, make_project, opened, paths, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

SMALL_WINDOW = {"width": 900, "height": 450}
NO_ROOM = {"width": 900, "height": 220}
SMALL_PHONE = {"width": 320, "height": 568}

# The items of the tiles that are on screen, whole enough to be judged.
INSIDE = """(tiles) => {
  const field = tiles[0].closest(".field").getBoundingClientRect();
  const shares = tiles.map((tile) => {
    const { top, bottom, height } = tile.getBoundingClientRect();
    return (Math.min(bottom, field.bottom) - Math.max(top, field.top)) / height;
  });
  return tiles.filter((_, place) => shares[place] >= 0.6).map((tile) => Number(tile.dataset.item));
}"""
COME = "(tiles) => Promise.all(tiles.map((one) => one.querySelector('img').decode()))"


@pytest.fixture(scope="module")
def taught(server: Server, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A project of 120 images with a model that knows its three classes."""
    folder = class_folders(tmp_path_factory.mktemp("more"), each=40)
    with opened(server.workspace) as ws:
        project = make_project(
            ws, f"Batches {folder.parent.name}", folder, classes=CLASSES, retrain_every=6
        )
        program = Program(server, project, paths(ws, project))
    program.label(20)
    program.wait_for_model()
    return project


@contextmanager
def at_desk(chromium: Browser, server: Server, project: int, **kind: bool) -> Iterator[Visitor]:
    """A person at the desk, with an item on screen; who leaves gives back what is not answered."""
    with Visitor(chromium, server, **kind) as visitor:
        visitor.sit_down(project)
        yield visitor
        # What the server answers after that would be leased to nobody.
        visitor.page.wait_for_function("underWay === 0")
        visitor.page.goto("about:blank")
        with opened(server.workspace) as ws:
            wait_for(lambda: not leases(ws, project), 30)
        assert visitor.complaints == []


def open_grid(page: Page) -> Locator:
    page.get_by_role("button", name="Batch grid, key B").click()
    grid = page.get_by_role("region", name="Batch grid")
    expect(accept(grid).or_(grid.get_by_text("Lower the confidence"))).to_be_visible()
    # The grid has asked for surer items before, and their answer may still be on its way.
    with page.expect_response(
        lambda one: one.url.endswith("/api/piles") and one.request.post_data_json["least"] == 0
    ) as answer:
        page.get_by_label("Confidence at least").fill("0")
    expect(grid.locator(".tile")).to_have_count(len(answer.value.json()["tiles"]))
    expect(accept(grid)).to_be_visible()
    expect(grid.locator(".tile").first).to_be_focused()
    return grid


def accept(grid: Locator) -> Locator:
    return grid.locator(".accept .primary")


def look_on(grid: Locator) -> Locator:
    return grid.locator(".accept .look")


def look(grid: Locator) -> None:
    """See all tiles, and for long enough."""
    expect(accept(grid)).to_be_enabled()
    wait_until_meant(grid)


def judge(route: Route) -> None:
    """Say that up to 4 of a pile are wrong, however many are given."""
    answer = route.fetch()
    told = {"judged": 40, "wrong": {}, "expected": {"40": [[0, 4]] * 49}}
    route.fulfill(response=answer, json=answer.json() | told)


def tiles(grid: Locator) -> list[int]:
    found = grid.locator(".tile:visible").evaluate_all("all => all.map(one => one.dataset.item)")
    return [int(one) for one in found]


def newest(server: Server, project: int, count: int) -> list[Stored]:
    with opened(server.workspace) as ws:
        return stored(ws, project)[-count:]


def test_a_pile_is_corrected_and_labeled_in_one_step_that_one_key_takes_back(
    chromium: Browser, server: Server, taught: int
) -> None:
    with at_desk(chromium, server, taught) as visitor:
        page = visitor.page
        page.route("**/api/piles", judge)
        waiting = visitor.see_item()
        grid = open_grid(page)
        title = grid.get_by_role("heading").inner_text()
        name = title.removeprefix(f"{len(tiles(grid))} predicted ")
        other, third = (one for one in CLASSES if one != name)
        items = tiles(grid)
        assert name in CLASSES
        assert waiting not in items

        # One is left out, a range takes two more with it, one of these gets another class.
        grid.locator(".tile").nth(1).click()
        grid.locator(".tile").nth(3).click(modifiers=["Shift"])
        page.keyboard.press(str(CLASSES.index(other) + 1))
        page.keyboard.press("ArrowLeft")
        expect(grid.get_by_text(f"3 left out, 1 of them now {other}")).to_be_visible()
        expect(grid.get_by_text(f"Expect 0–4 of {len(items) - 3} wrong (95 %)")).to_be_visible()
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys of the grid")
        expect(keys.get_by_text("Leave the tile out, or take it in")).to_be_visible()
        expect(keys.get_by_text("Another class for the tile under the cursor")).to_be_visible()
        expect(keys.get_by_text("Not sure")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)
        expect(grid.locator(".tile").nth(2)).to_be_focused()
        expect(accept(grid)).to_contain_text(f"Accept {len(items) - 3} as {name}")
        look(grid)
        page.keyboard.press("Enter")
        visitor.wait_until_saved()

        given = newest(server, taught, len(items) - 2)
        wanted = {one: name for one in items if one not in items[1:4]} | {items[3]: other}
        assert {one.item: one.label for one in given} == wanted
        assert all(one.kind == "label" and one.suggestion for one in given)
        expect(grid.locator(f".tile[data-item='{items[1]}']")).to_be_visible()
        assert not set(tiles(grid)) & set(wanted)

        # Who corrects one of them later has seen the guess; also after a reload it is one step.
        page.keyboard.press("b")
        assert visitor.see_item() == waiting
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
            page.wait_for_function("(all) => all.includes(onScreen())", arg=list(wanted))
            page.keyboard.press(str(CLASSES.index(third) + 1))
            page.keyboard.press("z")
            visitor.wait_until_saved()
            corrected, back = newest(server, taught, 2)
            assert corrected.item in wanted
            assert (corrected.kind, back.kind) == ("label", "undo")
            assert corrected.suggestion
            visitor.sit_down(taught)
        page.keyboard.press("z")
        said = page.get_by_text(f"{len(given)} labels taken back.")
        expect(said.locator("visible=true").first).to_be_visible()
        visitor.wait_until_saved()

        undone = newest(server, taught, len(given))
        assert {(one.kind, one.reverts) for one in undone} == {
            ("undo", one.event_id) for one in given
        }


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_what_was_not_on_screen_is_looked_at_before_it_is_labeled(
    phone: bool, chromium: Browser, server: Server, taught: int
) -> None:
    with at_desk(chromium, server, taught, phone=phone) as visitor:
        page = visitor.page
        page.set_viewport_size(SMALL_PHONE if phone else SMALL_WINDOW)
        grid = open_grid(page)
        before = len(newest(server, taught, 10**6))

        expect(look_on(grid)).to_contain_text(re.compile("Look at [0-9]+ more"))
        expect(accept(grid)).to_be_disabled()
        if not phone:
            # Tiles that come do not take the slider from who moves it by keys.
            least = page.get_by_label("Confidence at least")
            for key, value in (("ArrowRight", "5"), ("ArrowLeft", "0")):
                with page.expect_response("**/api/piles"):
                    least.press(key)
                expect(least).to_have_value(value)
                expect(grid.locator(".tile").first).to_be_visible()
                expect(least).to_be_focused()
            grid.locator(".tile").first.focus()
            page.keyboard.press("Enter")
            said = page.get_by_text(re.compile("^[0-9]+ not seen yet: press Page ↓$"))
            expect(said.locator("visible=true").first).to_be_visible()
            page.keyboard.press("PageDown")
            expect(grid.locator(".tile").first).not_to_be_focused()
            look_on(grid).focus()
            expect(look_on(grid)).to_be_focused()
        looks = 0
        while looks < 20 and look_on(grid).filter(has_text="Look at").is_visible():
            look_on(grid).click() if phone else page.keyboard.press("Enter")
            page.wait_for_timeout(450)
            looks += 1
        if not phone:
            # Who goes on pressing has not slipped into labeling.
            expect(look_on(grid)).to_contain_text("All were on screen")
            page.keyboard.press("Enter")
            grid.locator(".tile").first.focus()
            expect(look_on(grid)).to_be_hidden()

        assert 0 < looks < 20
        expect(accept(grid)).to_be_enabled()
        assert len(newest(server, taught, 10**6)) == before
        page.keyboard.press("Escape")
        visitor.see_item()


def test_what_was_seen_in_a_pile_of_a_class_is_told_of_labels_given_in_one_of_likeness(
    chromium: Browser, server: Server, taught: int
) -> None:
    with at_desk(chromium, server, taught) as visitor:
        page = visitor.page
        page.set_viewport_size(NO_ROOM)  # No tile of the first, surer part of the pile is seen.
        grid = open_grid(page)
        expect(look_on(grid)).to_contain_text(f"Look at {len(tiles(grid))} more")
        page.set_viewport_size(SMALL_WINDOW)
        grid.locator(".tile").evaluate_all(COME)
        looked = set(grid.locator(".tile").evaluate_all(INSIDE))
        unseen = set(tiles(grid)) - looked
        expect(look_on(grid)).to_contain_text(f"Look at {len(unseen)} more")
        grid.get_by_label("Grouped by").locator("visible=true").select_option("cluster")
        page.set_viewport_size(DESKTOP)  # The tiles of the class are gone by now.
        expect(grid.get_by_role("heading")).to_contain_text("look alike")
        for pile in grid.locator(".piles li button:enabled").all():
            with page.expect_response("**/api/piles") as answer:
                pile.click()
            items = {one["id"] for one in answer.value.json()["tiles"]}
            if looked & items and unseen & items:
                break
        else:
            pytest.fail("No pile of likeness has both items that were seen and others.")
        expect(grid.locator(".tile")).to_have_count(len(items))
        page.keyboard.press("1")
        look(grid)
        page.keyboard.press("Enter")
        visitor.wait_until_saved()
        given = newest(server, taught, len(items))
        page.keyboard.press("Escape")
        visitor.see_item()
        page.keyboard.press("z")
        said = page.get_by_text(f"{len(items)} labels taken back.")
        expect(said.locator("visible=true").first).to_be_visible()
        visitor.wait_until_saved()

        assert {one.item for one in given} == items
        assert {one.item for one in given if one.suggestion} == looked & items


def test_offline_a_pile_is_labeled_and_sent_when_the_connection_is_back(
    chromium: Browser, server: Server, taught: int
) -> None:
    with at_desk(chromium, server, taught) as visitor:
        page = visitor.page
        grid = open_grid(page)
        items = tiles(grid)
        page.wait_for_load_state("networkidle")

        look(grid)
        visitor.context.set_offline(True)
        accept(grid).click()
        expect(page.get_by_text(f"{len(items)} not saved yet, retrying")).to_be_visible()
        expect(grid.get_by_role("button", name="Try again")).to_be_visible()
        visitor.context.set_offline(False)
        visitor.wait_until_saved()

        assert {one.item for one in newest(server, taught, len(items))} == set(items)
        visitor.complaints = [one for one in visitor.complaints if "DISCONNECTED" not in one]


def test_what_is_refused_of_a_pile_leaves_the_rest_to_be_taken_back(
    chromium: Browser, server: Server, taught: int
) -> None:
    model = {"version": 1}  # Not those that the worker makes meanwhile.

    def pin(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | model)

    def spoil(route: Route) -> None:
        sent = route.request.post_data_json
        sent["events"][0]["class_id"] = 10**6  # A class that is gone.
        route.continue_(post_data=json.dumps(sent))

    with at_desk(chromium, server, taught) as visitor:
        page = visitor.page
        page.route("**/api/piles", pin)
        grid = open_grid(page)
        # What is heard is there before it says something.
        status = grid.get_by_role("status").and_(grid.locator(".note-line"))
        expect(status).to_have_text("")
        items = tiles(grid)
        look(grid)
        page.route("**/api/labels", spoil, times=1)
        with page.expect_response("**/api/piles"):
            accept(grid).click()
        expect(status).not_to_contain_text("labels given")
        expect(status).not_to_contain_text("A new model")
        expect(page.get_by_role("button", name="1 answer refused")).to_be_visible()
        visitor.wait_until_saved()
        kept = newest(server, taught, len(items) - 1)
        assert {one.item for one in kept} == set(items[1:])

        model["version"] = 2
        page.keyboard.press("z")
        said = page.get_by_text(f"{len(items) - 1} labels taken back.")
        expect(said.locator("visible=true").first).to_be_visible()
        visitor.wait_until_saved()
        undone = newest(server, taught, len(items) - 1)
        assert {one.reverts for one in undone} == {one.event_id for one in kept}
        expect(status).to_contain_text("A new model: the piles are made anew.")
        page.unroute_all(behavior="wait")


def test_a_project_gets_its_first_classes_by_naming_what_looks_alike(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "nameless", each=14)  # Each pile fits the grid.
    with opened(server.workspace) as ws:
        project = make_project(ws, "Nameless", folder)
        where = paths(ws, project)
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/label?project={project}")
        page.get_by_role("button", name="See what looks alike first").click()
        grid = page.get_by_role("region", name="Batch grid")
        again = grid.get_by_role("button", name="Try again").or_(grid.locator(".tile").first)
        expect(again).to_be_visible()
        given: dict[int, str] = {}
        for name, then in (("a bright blob", "Choose a class, or"), ("zebra", "No item is left")):
            expect(accept(grid)).to_have_text(re.compile("^Accept [0-9]+"))
            expect(accept(grid)).to_be_disabled()
            page.get_by_label("Or a new class").click()
            page.keyboard.type(name)  # Its letters are no commands.
            page.keyboard.press("Enter")
            expect(accept(grid)).to_contain_text(f"as {name}")
            look(grid)
            given |= dict.fromkeys(tiles(grid), name)
            accept(grid).click()
            expect(grid.get_by_text(then)).to_be_visible()
        page.keyboard.press("Escape")
        visitor.see_item()
        visitor.wait_until_saved()

        found = newest(server, project, 10**6)
        assert {one.item: one.label for one in found} == given
        assert not any(one.suggestion for one in found)  # No guess is shown in such piles.
        assert set(given) <= set(where)
        assert visitor.complaints == []

"""Near-duplicates: offered after an answer, named in the grid, labeled in one step."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from labeler_app.services import exchange, near_copies, projects, queues
from labeler_app.services.exchange import ImportOptions
from labeler_app.settings import ProjectConfig
from tests.browser import PHONE, Visitor, wait_until_meant
from tests.live import Server, wait_for
from tests.pictures import burst, class_folders, truth
from tests.records import Stored, has_model, opened, paths, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

BURSTS = dict(zip(CLASSES, (6, 9, 7), strict=True))


def make_bursts(
    server: Server, folder: Path, classes: tuple[str, ...], **more: int
) -> tuple[int, dict[int, str]]:
    """Make a project of six pictures that stand alone and three bursts; wait for the worker."""
    class_folders(folder, each=2)
    rng = np.random.default_rng(8)
    for name, count in BURSTS.items():
        burst(folder / name, count, rng)
    config = ProjectConfig.from_mapping({"embedder": "pixels", "audit_reserve": 0.0, **more})
    with opened(server.workspace) as ws:
        project = projects.create(ws, folder.name, classes=classes, config=config)
        exchange.request_import(ws, project.id, folder, ImportOptions(None, "ignore", False))
        wait_for(lambda: near_copies.of(ws, project) is not None, 60)
        return project.id, paths(ws, project.id)


def grid_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Batch grid")


def accept(grid: Locator) -> Locator:
    return grid.locator(".accept .primary")


def offer_of(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Label its "))


def moment_of(path: str) -> str:
    """Return what the pictures of one burst have in common."""
    return path.rsplit("-", 1)[0] if "burst-" in path else path


def tiles(grid: Locator) -> list[int]:
    found = grid.locator(".tile:visible").evaluate_all("all => all.map(one => one.dataset.item)")
    return [int(one) for one in found]


def newest(server: Server, project: int, count: int) -> list[Stored]:
    with opened(server.workspace) as ws:
        return stored(ws, project)[-count:]


def test_after_an_answer_its_copies_are_labeled_in_one_step_that_one_key_takes_back(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project, where = make_bursts(server, tmp_path / "Copies to label", CLASSES)
    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        grid, offer = grid_of(page), offer_of(page)
        shown = visitor.press("2")
        while "burst-" not in where[shown]:
            expect(offer).to_be_hidden()
            shown = visitor.press("2")
        moment = moment_of(where[shown])
        count = sum(moment_of(one) == moment for one in where.values()) - 1

        # The count is said, too, and Escape leads back to the item that waited.
        expect(offer).to_have_text(f"Label its {count} copies")
        spoken = page.locator(".desk > [aria-live=polite]")
        expect(spoken).to_contain_text(f"{count} copies of it can be labeled as blue, too")
        waiting = visitor.see_item()
        offer.focus()
        page.keyboard.press("Enter")
        expect(accept(grid)).to_contain_text(f"Label {count} copies as blue")
        items = tiles(grid)
        assert {moment_of(where[one]) for one in items} == {moment}
        page.keyboard.press("Escape")
        assert visitor.see_item() == waiting

        # What is left out is not what the others are: it waits for a class of its own.
        offer.click()
        grid.locator(f".tile[data-item='{items[1]}']").click()
        expect(accept(grid)).to_contain_text(f"Label {count - 1} copies as blue")
        wait_until_meant(grid)
        page.keyboard.press("Enter")
        expect(grid.locator(".tile")).to_have_count(1)
        expect(accept(grid)).to_be_disabled()
        visitor.wait_until_saved()
        given = newest(server, project, count - 1)
        wanted = {one: "blue" for one in items if one != items[1]}
        assert {one.item: one.label for one in given} == wanted
        assert not any(one.suggestion for one in given)

        page.keyboard.press("Escape")
        assert visitor.see_item() not in wanted
        expect(offer).to_be_hidden()
        page.keyboard.press("z")
        visitor.wait_until_saved()
        undone = newest(server, project, count - 1)
        assert {one.reverts for one in undone} == {one.event_id for one in given}
        assert visitor.complaints == []


def test_a_look_at_the_suggestion_goes_with_its_item_into_a_pile_of_copies(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project, where = make_bursts(server, tmp_path / "Looked at", CLASSES, retrain_every=5)
    keys = {item: str(CLASSES.index(truth(path)) + 1) for item, path in where.items()}
    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        grid = grid_of(page)
        left = {item: moment_of(path) for item, path in where.items()}

        def label_until(is_enough: Callable[[int], bool], what: str) -> int:
            while left:
                shown = visitor.see_item()
                assert shown in left, f"Item {shown} was answered, and is asked again."
                if is_enough(shown):
                    return shown
                del left[visitor.press(keys[shown])]
                visitor.wait_until_saved()
            pytest.fail(f"All {len(where)} items were labeled, and {what}.")

        with opened(server.workspace) as ws:
            label_until(
                lambda _: "more for the first model" not in queues.queue_state(ws, project).text,
                "more labels are asked for before the first model",
            )
            wait_for(lambda: has_model(ws, project), 60)
        page.reload()  # The desk asks of itself within 20 s.
        visitor.see_item()
        expect(page.get_by_text("active · model").first).to_be_visible()
        shown = label_until(
            lambda item: [*left.values()].count(left[item]) > 1,
            "none came while copies of it were free",
        )
        page.keyboard.press(" ")
        expect(page.locator(".dock .cls .p").first).to_have_text(re.compile("[0-9] %"))

        # What lies in a pile of its class was looked at, too.
        page.keyboard.press("b")
        expect(
            grid.get_by_text(re.compile("^Accept [0-9]|^The model is not|^No item"))
        ).to_be_visible()
        looked = {shown, *tiles(grid)}
        grid.get_by_label("Grouped by").locator("visible=true").select_option("copies")
        expect(accept(grid)).to_contain_text("Label")
        piles = grid.locator(".piles li button")
        for place in range(piles.count()):
            piles.nth(place).click()
            expect(piles.nth(place)).to_have_attribute("aria-current", "true")
            if shown in tiles(grid):
                break
        else:
            pytest.fail(f"Item {shown} has free copies, and is in no pile of copies.")
        count = len(tiles(grid))
        assert count > 1
        page.keyboard.press(keys[shown])
        expect(accept(grid)).to_contain_text(f"Label {count} copies as ")
        wait_until_meant(grid)
        page.keyboard.press("Enter")
        visitor.wait_until_saved()

        given = newest(server, project, count)
        assert shown in {one.item for one in given}
        seen = {one.item for one in given if one.suggestion}
        assert seen == looked & {one.item for one in given}
        assert visitor.complaints == []


def test_on_a_phone_copies_are_named_before_there_is_a_class_and_offered_in_reach_of_a_thumb(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project, where = make_bursts(server, tmp_path / "Copies to name", ())
    with Visitor(chromium, server, phone=True) as visitor:
        page = visitor.visit(f"/label?project={project}")
        page.get_by_role("button", name="See what looks alike first").tap()
        grid, offer = grid_of(page), offer_of(page)
        grid.get_by_label("Grouped by").locator("visible=true").select_option("copies")
        *largest, last = sorted(BURSTS.values(), reverse=True)
        for name, count in zip(("sea", "grass"), largest, strict=True):
            expect(accept(grid).locator(".words")).to_have_text(f"Label {count} copies")
            expect(accept(grid)).to_be_disabled()
            grid.get_by_label("Or a new class").fill(name)
            page.keyboard.press("Enter")
            expect(accept(grid).locator(".words")).to_have_text(f"Label {count} copies as {name}")
            wait_until_meant(grid)
            accept(grid).tap()
        expect(accept(grid).locator(".words")).to_have_text(f"Label {last} copies")
        page.get_by_role("button", name="One at a time").tap()
        visitor.wait_until_saved()

        labels = {one.item: one.label for one in newest(server, project, 10**6)}
        assert len({(moment_of(where[one]), name) for one, name in labels.items()}) == 2
        assert len(labels) == sum(largest)
        while "burst-" not in where[visitor.press("1")]:
            pass
        expect(offer).to_have_text(f"Label its {last - 1} copies")
        box = offer.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] + box["width"] <= PHONE["width"]
        assert visitor.complaints == []

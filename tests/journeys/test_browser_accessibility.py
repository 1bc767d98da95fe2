"""For everybody: every page and every state of the desk, in both themes, small and large."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from labeler_app.services import setup
from labeler_app.services.exchange import ImportOptions
from tests.axe import ZOOMED, findings, unreached
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import COLOURS
from tests.program import Program
from tests.records import make_project, opened, paths
from tests.tables import people, reviews, written

pytestmark = pytest.mark.browser

CLASSES = tuple(COLOURS)
ENOUGH_FOR_AN_ACCURACY = 110
# As far as WCAG 1.4.12 lets a person spread letters.
WIDE = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
)
SPREAD = """(css) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.querySelector("[data-labeler-desk]").shadowRoot.append(style);
}"""
FOCUSED = """() => {
  const { activeElement } = document.querySelector("[data-labeler-desk]").shadowRoot;
  const part = activeElement?.closest(".bar, .stage, .dock, .under")?.className.split(" ")[0];
  return [part ?? "", activeElement ? getComputedStyle(activeElement).outlineStyle : ""];
}"""


@pytest.fixture(scope="module")
def known(server: Server, pictures: Path) -> int:
    """A project whose model has an accuracy."""
    with opened(server.workspace) as ws:
        project = make_project(ws, "Known", pictures, classes=CLASSES)
        where = paths(ws, project)
    program = Program(server, project, where)
    program.label(ENOUGH_FOR_AN_ACCURACY)
    program.wait_for_model()
    return project


@pytest.fixture(scope="module")
def early(server: Server, pictures: Path) -> int:
    """A project without a label."""
    with opened(server.workspace) as ws:
        return make_project(ws, "Early", pictures, classes=CLASSES)


@contextmanager
def sheet(page: Page, opens: Callable[[], None], name: str) -> Iterator[None]:
    """Open a sheet of the desk, and close it again."""
    opens()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    yield
    page.keyboard.press("Escape")


def test_axe_finds_nothing_serious_on_any_page(
    chromium: Browser, server: Server, known: int, early: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page, told = visitor.page, []
        page.goto(f"{server.url}/")
        told += findings(page, "refusal")
        page.goto(server.page("/"))
        told += findings(page, "welcome")
        for path, words in (
            ("/", "in this workspace, all on this computer"),
            ("/new", "New project"),
            (f"/monitor?project={known}", "What labels have bought"),
            (f"/monitor?project={early}", "not yet known"),
            (f"/synthesis?project={known}", "Labels look like the pool"),
            (f"/data?project={known}", "Each row says how it came about"),
            (f"/settings?project={known}", "What is asked next"),
            ("/monitor?project=999999", "There is no project"),
        ):
            visitor.visit(path)
            expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
            if path == "/new":
                expect(page.get_by_role("button", name="Choose files")).to_be_visible()
            told += findings(page, path)

        assert told == []


def test_axe_finds_nothing_serious_at_the_desk_and_every_action_is_in_reach(
    chromium: Browser, server: Server, known: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page, told = visitor.sit_down(known), []
        page.wait_for_load_state("networkidle")

        def look(state: str) -> None:
            told.extend([*findings(page, state), *unreached(page, state)])

        visitor.press("1")
        visitor.wait_until_saved()
        expect(page.locator("[aria-live]")).to_have_text("Saved, 111 of 210")
        expect(page.get_by_role("img", name="Item 112 to label")).to_be_visible()
        look("item")
        page.keyboard.press(" ")
        look("suggestion")
        page.keyboard.press("g")
        look("guidelines")
        page.keyboard.press("g")
        with sheet(page, lambda: page.keyboard.press("?"), "Keys"):
            look("key map")
        with sheet(page, lambda: page.keyboard.press("f"), "Why set it aside?"):
            look("flag")
        with sheet(page, page.get_by_role("button", name="Pages and figures").click, "Pages"):
            look("menu")
        page.keyboard.press("b")
        grid = page.get_by_role("region", name="Batch grid")
        expect(
            grid.locator(".tile").or_(grid.get_by_text("Lower the confidence")).first
        ).to_be_visible()
        look("batch grid")
        page.keyboard.press("b")
        visitor.context.set_offline(True)
        visitor.press("2")
        expect(page.get_by_role("button", name="1 not saved yet, retrying")).to_be_visible()
        look("offline")
        with sheet(page, page.get_by_role("button", name="1 not saved yet").click, "Saving"):
            look("saving")
        page.evaluate(SPREAD, WIDE)
        told += unreached(page, "wide letters")
        visitor.context.set_offline(False)
        visitor.wait_until_saved()

        assert told == []


def test_the_focus_goes_through_the_desk_as_one_reads_and_is_seen_with_few_colours_too(
    chromium: Browser, server: Server, known: int
) -> None:
    with Visitor(chromium, server, name="Grace") as visitor:
        page = visitor.sit_down(known)
        visitor.press("1")
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
        page.keyboard.press("z")
        page.keyboard.press("z")
        expect(page.locator(".chip")).to_have_text("There is nothing to undo.", use_inner_text=True)

        walk = []
        while not walk or walk[-1][0]:
            page.keyboard.press("Tab")
            walk.append(page.evaluate(FOCUSED))

        # The stage has the focus at first; after the last one it goes to the bar, from outside.
        assert [part for part, _ in groupby(walk, lambda one: one[0])] == [
            *("stage", "dock", "under", "")
        ]
        assert {outline for _, outline in walk[:-1]} == {"solid"}
        face = page.locator(".cls").first
        expect(face).to_have_css("border-top-style", "solid")
        expect(face).to_have_css("transition-duration", "0s, 0s")
        expect(face.locator(".n")).to_have_text(CLASSES[0])


def test_axe_finds_nothing_serious_where_the_desk_shows_something_else(
    chromium: Browser, server: Server, early: int, pictures: Path, tmp_path: Path
) -> None:
    with opened(server.workspace) as ws:
        nameless = make_project(ws, "No classes", pictures)
        short = make_project(ws, "At the end", pictures, classes=CLASSES, budget=5)
        where = paths(ws, short)
        texts, table = (
            setup.new_project(ws, name, source, ImportOptions(), classes=("one", "other"))
            for name, source in (
                ("Texts", written(tmp_path / "films.csv", reviews(20))),
                ("Rows", written(tmp_path / "people.csv", people(20))),
            )
        )
    Program(server, short, where).label(5)
    with Visitor(chromium, server) as visitor:
        page, told = visitor.page, []
        for name, project, heading in (
            ("first classes", nameless, "What will you call"),
            ("end", short, "All 5 are labeled."),
        ):
            visitor.visit(f"/label?project={project}")
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
            told += [*findings(page, name), *unreached(page, name)]
        for name, project in (("text", texts.project.id), ("row", table.project.id)):
            visitor.sit_down(project)
            told += [*findings(page, name), *unreached(page, name)]
        visitor.sit_down(early)
        with sheet(page, lambda: page.keyboard.press("b"), "Pick 3 of each by hand"):
            expect(page.locator(".tile").first).to_be_focused()
            told += [*findings(page, "picking"), *unreached(page, "picking")]

        assert told == []

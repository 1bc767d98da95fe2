"""What a person does in a browser, from the printed address to an export."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from labeler_app.services import projects
from tests.browser import Visitor, open_chromium
from tests.live import Server, wait_for
from tests.pictures import COLOURS, class_folders, truth, zipped
from tests.program import Program
from tests.records import Stored, make_project, opened, paths, stored

pytestmark = pytest.mark.browser

CLASSES = tuple(COLOURS)
KEYS = {name: str(place + 1) for place, name in enumerate(CLASSES)}


def answer(page: Page, name: str) -> Locator:
    """Return the button of a class on the desk."""
    return page.get_by_role("button", name=re.compile(rf"^{name}, key \d"))


def current(events: list[Stored]) -> list[Stored]:
    """Return the events that no undo has taken back."""
    gone = {one.reverts for one in events}
    return [one for one in events if one.kind != "undo" and one.event_id not in gone]


def test_from_the_printed_address_to_an_export(
    chromium: Browser, tmp_path: Path, empty_database: str | None
) -> None:
    archive = zipped(class_folders(tmp_path / "sorting_line", each=70))
    server = Server(tmp_path / "ws", database=empty_database).start()
    try:
        with Visitor(chromium, server) as visitor, opened(tmp_path / "ws", empty_database) as ws:
            _start_a_project_from_a_zip(visitor, archive)
            expect(visitor.page).to_have_url(re.compile(r"/label\?project=1$"))
            _label_until_accuracy_is_known(visitor, paths(ws, 1))
            events = stored(ws, 1)
            assert all(one.is_right for one in events)
            assert len({one.item for one in events}) == len(events)
            _read_the_monitor(visitor, len(events))
            _compare_the_export(visitor, tmp_path, events)
            _change_the_budget(visitor)
            assert projects.get(ws, 1).config.budget == 321
            assert visitor.complaints == []
            assert visitor.strangers == []
    finally:
        server.stop()


def _start_a_project_from_a_zip(visitor: Visitor, archive: Path) -> None:
    printed = re.search(r"Open (http://\S+)", visitor.server.log.read_text())
    assert printed is not None
    page = visitor.page
    page.goto(printed.group(1))
    expect(page.get_by_role("heading", name="Who is labeling?")).to_be_visible()
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Label a few")

    page.locator("input[type=file]").first.set_input_files(archive)
    expect(page.get_by_text("210 images", exact=False).first).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("sorting line")
    expect(page.get_by_role("radio", name="Use the class names only")).to_be_checked()
    page.get_by_role("button", name="Start", exact=True).click()
    visitor.see_item()


def _label_until_accuracy_is_known(visitor: Visitor, where: dict[int, str]) -> None:
    keys = {item: KEYS[truth(path)] for item, path in where.items()}
    for _ in range(10):
        visitor.press(keys[visitor.see_item()])
    visitor.label_rightly(keys, 130)
    visitor.wait_until_saved()
    expect(visitor.page.get_by_text(re.compile(r"^active · model v\d+")).first).to_be_visible()


def _read_the_monitor(visitor: Visitor, labels: int) -> None:
    page = visitor.page
    page.get_by_role("button", name="Pages and figures").click()
    page.get_by_role("button", name="Monitor").click()
    title = page.get_by_role("heading", level=1)
    figure = re.compile(r"Accuracy [\d.]+\s% \([\d.]+\W+[\d.]+\) on \d+ audit items")
    expect(title).to_have_text(figure)
    expect(page.get_by_text(f"{labels} labels so far").first).to_be_visible()
    expect(page.get_by_role("heading", name="What labels have bought")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] svg").first).to_be_visible()


def _compare_the_export(visitor: Visitor, folder: Path, events: list[Stored]) -> None:
    page = visitor.page
    page.get_by_role("link", name="Data").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"^Export \d+ labels as CSV")).click()
    download.value.save_as(folder / "export.csv")
    with (folder / "export.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["event_id"], row["path"], row["label"]) for row in csv.DictReader(file)]
    assert sorted(rows) == sorted((one.event_id, one.path, one.label) for one in events)


def _change_the_budget(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Budget, labels").fill("321")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved. The worker uses it")).to_be_visible()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this module."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server on SQLite for the tests below; each makes its own project."""
    running = Server(tmp_path_factory.mktemp("shared") / "ws").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def taught(server: Server, pictures: Path) -> int:
    """A project whose model knows the three classes."""
    with opened(server.workspace) as ws:
        project = make_project(ws, "Taught", pictures, classes=CLASSES)
        where = paths(ws, project)
    program = Program(server, project, where)
    program.label(40)
    program.wait_for_model()
    return project


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
        page.keyboard.press("1")
        page.get_by_role("button", name=re.compile(r"^Label \d+ more")).click()
        visitor.press("2")
        visitor.wait_until_saved()

        assert [one.label for one in stored(ws, project)] == ["amber"] * 5 + ["blue"]


@pytest.mark.parametrize(
    ("dark", "phone"), [(False, False), (True, True)], ids=["light desktop", "dark phone"]
)
def test_every_page_is_quiet_asks_no_stranger_and_fits(
    chromium: Browser, server: Server, taught: int, dark: bool, phone: bool
) -> None:
    with Visitor(chromium, server, dark=dark, phone=phone) as visitor:
        page = visitor.page
        page.goto(server.page("/"))
        expect(page.get_by_role("heading", name="Who is labeling?")).to_be_visible()
        for path, words in (
            ("/", "Projects"),
            ("/new", "New project"),
            (f"/monitor?project={taught}", "What labels have bought"),
            (f"/data?project={taught}", "Export"),
            (f"/settings?project={taught}", "What is asked next"),
        ):
            visitor.visit(path)
            expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
            wait_for(lambda: _fits(page), 10, lambda: page.url)
        visitor.sit_down(taught)
        assert _fits(page)

        assert visitor.complaints == []
        assert visitor.strangers == []


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

"""What a person does in a browser, from the printed address to an export."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from labeler_app.services import projects, queues
from labeler_app.services.workspace import Workspace
from tests.browser import Visitor
from tests.live import Server, wait_for
from tests.pictures import COLOURS, class_folders, truth, zipped
from tests.records import Stored, has_model, opened, paths, stored

pytestmark = pytest.mark.browser

CLASSES = tuple(COLOURS)
# Tables that scroll sideways.
SCROLLING = (
    "[...document.querySelectorAll('.scr')].filter(x => x.scrollWidth > x.clientWidth).length"
)
KEYS = {name: str(place + 1) for place, name in enumerate(CLASSES)}


def test_from_the_printed_address_to_an_export(chromium: Browser, tmp_path: Path) -> None:
    archive = zipped(class_folders(tmp_path / "sorting_line", each=70))
    server = Server(tmp_path / "ws").start()
    try:
        with Visitor(chromium, server) as visitor, opened(tmp_path / "ws") as ws:
            _start_a_project_from_a_zip(visitor, archive)
            expect(visitor.page).to_have_url(re.compile(r"/label\?project=1$"))
            _label_until_accuracy_is_known(visitor, ws)
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


def _label_until_accuracy_is_known(visitor: Visitor, ws: Workspace) -> None:
    keys = {item: KEYS[truth(path)] for item, path in paths(ws, 1).items()}
    for _ in range(10):
        visitor.press(keys[visitor.see_item()])
    visitor.label_rightly(keys, 130)
    visitor.wait_until_saved()
    # A first model may be stale at once: so many labels have come while it learned.
    wait_for(lambda: queues.queue_state(ws, 1).state == "active", 120)
    wait_for(lambda: has_model(ws, 1), 120)
    visitor.page.reload()  # The desk asks of itself within 20 s.
    visitor.see_item()
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
        page.get_by_role("button", name=re.compile(r"^Export \d+ answers as CSV")).click()
    download.value.save_as(folder / "export.csv")
    with (folder / "export.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["event_id"], row["path"], row["label"]) for row in csv.DictReader(file)]
    assert sorted(rows) == sorted((one.event_id, one.path, one.label) for one in events)


def _change_the_budget(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Budget, labels").fill("321")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved. Shares and budget take effect at once")).to_be_visible()


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
            (f"/synthesis?project={taught}", "Gaps"),
            (f"/data?project={taught}", "Export"),
            (f"/settings?project={taught}", "What is asked next"),
        ):
            visitor.visit(path)
            expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
            wait_for(lambda: _fits(page), 30, lambda: page.url)
            assert phone or page.evaluate(SCROLLING) == 0, page.url
        visitor.sit_down(taught)
        assert _fits(page)

        assert visitor.complaints == []
        assert visitor.strangers == []


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

"""A gap is found, real items are offered, and made ones are kept, proven on real ones, and used."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from labeler_app.core import lift
from labeler_app.services import lifts, people, projects, setup
from labeler_app.services import snapshot as snapshots
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.workspace import Workspace
from tests.axe import findings
from tests.browser import Visitor
from tests.builders import SMALL, label, rows, work
from tests.live import Server, wait_for
from tests.pictures import COLOURS, class_folders, nights
from tests.records import opened

pytestmark = pytest.mark.browser

KEPT = 24
# When a press on the tile under the cursor counts: it was looked at for a moment.
MEANT = """() => {
  const tile = document.querySelector(".rv-tile[aria-current=true]");
  return performance.now() > Number(tile?.dataset.meantFrom ?? NaN);
}"""


@pytest.fixture
def day(tmp_path: Path) -> int:
    """A project of pictures by day and a few by night; those by day are labeled."""
    class_folders(tmp_path / "photos", each=40, size=SMALL)
    nights(tmp_path / "photos", each=8, size=SMALL)
    nights(tmp_path / "night", each=8, size=(36, 28))  # Others, though as dark.
    with opened(tmp_path / "ws") as ws:
        photos = tmp_path / "photos"
        made = setup.new_project(
            ws, "Toys", photos, ImportOptions(), classes=tuple(COLOURS)
        ).project
        # Its features see how light a picture is, so that darkness is a gap of the model, too.
        projects.configure(ws, made.id, replace(made.config, embedder="pixels"))
        work(ws)
        ada = people.join(ws, "Ada")
        by_day = [row.id for row in rows(ws, made.id) if "night" not in row.path]
        label(ws, made.id, ada, by_day)
        work(ws)
    return int(made.id)


def test_a_gap_is_filled_proven_on_real_pictures_and_used(
    chromium: Browser, day: int, tmp_path: Path
) -> None:
    server = Server(tmp_path / "ws").start()
    try:
        with Visitor(chromium, server) as visitor, opened(tmp_path / "ws") as ws:
            page = visitor.visit(f"/synthesis?project={day}")
            gap = page.locator(".gap").filter(has_text="Brightness: black").first
            expect(gap).to_contain_text("all classes")
            _ask_for_real_ones(page)
            _bring_a_probe_set(page, tmp_path / "night")
            _make(page)
            _keep(page)
            _see_the_proof(page, ws, day)
            assert findings(page, "synthesis") == []
            assert visitor.complaints == []
            assert visitor.strangers == []
    finally:
        server.stop()


def _ask_for_real_ones(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Label \d+ real ones? first$")).first.click()
    expect(page.get_by_text(re.compile(r"\d+ (of them )?come first")).first).to_be_visible()


def _bring_a_probe_set(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Bring a probe set").click()
    page.get_by_label("Name of the set").fill("Night")
    page.get_by_label("or give the path of a folder").fill(str(folder))
    page.get_by_label("or give the path of a folder").press("Enter")
    page.get_by_role("button", name="Bring it").click()
    row = page.locator(".probes tr").filter(has_text="Night")
    expect(row.locator("td").nth(2)).to_have_text("24", timeout=60_000)


def _make(page: Page) -> None:
    gap = page.locator(".gap").filter(has_text="Brightness: black").first
    gap.get_by_role("button", name="See what made ones would look like").click()
    expect(page.get_by_role("heading", name="Low light")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Make 48").click()
    expect(page.get_by_text("48 of 48 made")).to_be_visible(timeout=120_000)
    expect(
        page.get_by_text(re.compile("^For brightness: black.*, all classes[.]$"))
    ).to_be_visible()


def _keep(page: Page) -> None:
    page.locator(".rv-tile").first.click()
    for count in range(KEPT):
        page.wait_for_function(MEANT, polling=20)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{count + 1} of 1,000 decisions")).to_be_visible(timeout=20_000)


def _see_the_proof(page: Page, ws: Workspace, project: int) -> None:
    section = page.locator(".lift").filter(has_text="Low light")
    expect(section.get_by_text("proven", exact=True)).to_be_visible(timeout=120_000)
    expect(section).to_contain_text("and used in training")
    expect(section.locator("tr").filter(has_text="the lift")).to_be_visible()
    [one] = lifts.of_project(ws, project)
    assert one.measured is not None
    assert (one.measured.verdict, one.is_used) == (lift.PROVEN, True)
    wait_for(lambda: bool(snapshots.read(ws, project).made), 30)

"""The page of gaps: what the labels lack, and real pictures that come first."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from labeler_app.services import coverage, labeling, people, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.axe import findings
from tests.browser import Visitor
from tests.builders import answer, class_ids, label_quiet
from tests.live import Server, wait_for
from tests.pictures import COLOURS, class_folders, nights, truth
from tests.records import make_project, opened, paths
from tests.tables import shouted, written

pytestmark = pytest.mark.browser


@pytest.fixture
def day(server: Server, tmp_path: Path) -> int:
    """A project with 60 pictures by day, all labeled that may be, and 24 at night."""
    nights(tmp_path / "photos", each=8)
    class_folders(tmp_path / "photos", each=20)
    with opened(server.workspace) as ws:
        project = make_project(ws, "Day", tmp_path / "photos", classes=tuple(COLOURS))
        ben, classes = people.join(ws, "Ben").id, class_ids(ws, project)
        batch = [
            answer(item, classes[truth(path)], event_id=f"00000000-0000-4000-8000-{item:012}")
            for item, path in paths(ws, project).items()
            if "night" not in path
        ]
        labeling.record(ws, project, ben, batch)
        wait_for(lambda: coverage.of_project(ws, project).gaps, 60)
    return project


def test_a_gap_is_named_and_a_press_puts_real_pictures_of_it_first(
    chromium: Browser, server: Server, day: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={day}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("gaps?[.]"))
        gap = page.locator(".gap", has_text="Brightness: black")
        expect(gap).to_contain_text("labels 0 %")
        expect(
            page.get_by_role("img", name=re.compile("brightness, all labels: gap in"))
        ).to_be_visible()

        gap.get_by_role("button", name="See what made ones would look like").click()
        expect(page.get_by_text("12 previews, measured brightness")).to_be_visible()
        expect(page.get_by_text("12 of 12 land")).to_be_visible()
        made = page.get_by_role("img", name=re.compile("brightness 0[.][0-9]+ to 0[.][0-9]+$"))
        expect(made).to_have_count(12)
        page.get_by_role("button", name="brighter", exact=True).click()
        expect(page.get_by_role("heading", name="Brighter")).to_be_visible()

        gap.get_by_role("button", name=re.compile("Label [0-9]+ real ones? first")).click()

        expect(gap).to_contain_text("of them come first.")
        page.get_by_role("link", name="Label them").click()
        visitor.see_item()
        with opened(server.workspace) as ws:
            names = paths(ws, day)
        first = [visitor.press("1") for _ in range(6)]
        assert sum("night" in names[item] for item in first) >= 3
        visitor.wait_until_saved()

        page = visitor.visit(f"/synthesis?project={day}")
        page.get_by_role("button", name="Back to what the model asks").click()
        expect(page.get_by_role("link", name="Label them")).to_have_count(0)
        assert visitor.complaints == []


@pytest.fixture
def films(server: Server, tmp_path: Path) -> int:
    """A project of 90 quiet reviews, labeled but for those that are reserved, and 30 loud ones."""
    file = written(tmp_path / "films.csv", shouted(120, quiet=90))
    with opened(server.workspace) as ws:
        made = setup.new_project(ws, "Loud films", file, ImportOptions(), classes=("bad", "good"))
        wait_for(lambda: projects.get(ws, made.project.id).items == 120, 60)
        label_quiet(ws, made.project.id, people.join(ws, "Ben"))
        wait_for(lambda: coverage.of_project(ws, made.project.id).gaps, 60)
    return made.project.id


def test_the_gap_of_loud_texts_shows_how_made_ones_would_read(
    chromium: Browser, server: Server, films: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={films}")
        gap = page.locator(".gap", has_text="Capitals: all capitals").first
        expect(gap).to_contain_text("labels 0 %")
        expect(page.get_by_text("picture")).to_have_count(0)

        gap.get_by_role("button", name="See what made ones would look like").click()
        expect(page.get_by_text("6 previews, measured capitals")).to_be_visible()
        expect(page.get_by_text("6 of 6 land")).to_be_visible()
        made = page.locator(".tpv .is .said").first
        expect(made).to_have_text(re.compile("[A-Z]{3}"))
        expect(page.get_by_role("button", name="Make 48", exact=True)).to_be_visible()
        expect(page.get_by_text("blend")).to_have_count(0)
        assert findings(page, "synthesis of texts") == []
        page.get_by_role("button", name="in small letters", exact=True).click()
        expect(page.get_by_role("heading", name="In small letters")).to_be_visible()
        expect(page.get_by_text("0 of 6 land")).to_be_visible()

        gap.get_by_role("button", name=re.compile("Label [0-9]+ real ones? first")).click()
        expect(gap).to_contain_text("of them come first.")
        assert visitor.complaints == []

"""Ranges that a person draws and probe sets that a person brings, on the page of gaps."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from labeler_app.services import coverage, expecting, labeling, people, probes
from tests.browser import Visitor
from tests.builders import answer, class_ids
from tests.live import Server, wait_for
from tests.pictures import COLOURS, class_folders, nights, truth, zipped
from tests.records import make_project, opened, paths

pytestmark = pytest.mark.browser


@pytest.fixture
def day(server: Server, tmp_path: Path) -> int:
    """A project with 60 pictures by day, all labeled that may be, and measured."""
    class_folders(tmp_path / "photos", each=20)
    name = f"Day of {tmp_path.name}"[-60:]
    with opened(server.workspace) as ws:
        project = make_project(ws, name, tmp_path / "photos", classes=tuple(COLOURS))
        ben, classes = people.join(ws, "Ben").id, class_ids(ws, project)
        batch = [
            answer(item, classes[truth(path)], event_id=f"00000000-0000-4000-9000-{item:012}")
            for item, path in paths(ws, project).items()
        ]
        labeling.record(ws, project, ben, batch)
        wait_for(lambda: coverage.of_project(ws, project).measured == 60, 60)
    return project


def choose(page: Page, title: str, option: re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=title).click()
    page.get_by_role("option", name=option).click()


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("LABELER_TEST_SHOTS"):
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for size, wide in (("desktop", 1440), ("phone", 390)):
                page.set_viewport_size({"width": wide, "height": 1400})
                page.wait_for_timeout(700)
                page.screenshot(path=f"{folder}/{name}-{theme}-{size}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})


def test_a_range_is_drawn_becomes_the_first_gap_and_is_forgotten(
    chromium: Browser, server: Server, day: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={day}")
        expect(page.get_by_text("No sure gap.")).to_be_visible()
        page.get_by_role("button", name="Draw a range").click()
        choose(page, "From", re.compile("^dark, 0.10 to 0.20"))
        page.get_by_role("button", name="Expect 15 % there").click()
        expect(page.get_by_role("alert")).to_contain_text("from dark to black runs backwards")
        page.wait_for_timeout(6_000)  # The page draws itself anew every five seconds.
        expect(page.get_by_role("alert")).to_contain_text("from dark to black runs backwards")

        choose(page, "From", re.compile("^black, under 0.10"))
        choose(page, "To", re.compile("^dark, 0.10 to 0.20"))
        shot(page, "panel")
        page.get_by_role("button", name="Expect 15 % there").click()

        gap = page.locator(".gap", has_text="Brightness: black to dark")
        expect(gap).to_contain_text(
            "Brightness under 0.20. You expect 15 %; the pool holds none, nor do the labels."
        )
        expect(page.get_by_role("heading", level=1)).to_contain_text("One gap.")
        expect(page.locator(".leg")).to_contain_text("you expect")
        chart = page.get_by_role("img", name=re.compile("^brightness, all labels: gap in"))
        expect(chart.locator("path.exp")).to_have_count(2)
        expect(page.get_by_role("button", name="Draw a range")).to_be_visible()
        with opened(server.workspace) as ws:
            [one] = expecting.of_project(ws, day)
        assert (one.name, one.share, one.person) == ("brightness: black to dark", 0.15, "Ada")
        shot(page, "expected")

        page.get_by_role("button", name="Forget brightness: black to dark").click()
        expect(page.get_by_text("No sure gap.")).to_be_visible()
        assert visitor.complaints == []


def test_a_probe_set_is_brought_and_listed_with_its_condition(
    chromium: Browser, server: Server, day: int, tmp_path: Path
) -> None:
    night = zipped(nights(tmp_path / "night", each=4))
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={day}")
        page.get_by_role("button", name="Bring a probe set").click()
        page.get_by_role("button", name="Bring it").click()
        expect(page.get_by_role("alert")).to_contain_text("The name of the probe set is empty.")
        page.get_by_label("Name of the set").fill("Night")
        page.get_by_label("Name of the set").press("Tab")
        page.get_by_role("button", name="Bring it").click()
        expect(page.get_by_role("alert")).to_contain_text("There is nothing to bring.")
        shot(page, "bring")

        page.locator("input[type=file]").set_input_files(night)
        expect(page.get_by_text("night.zip")).to_be_visible()
        page.get_by_role("button", name="Bring it").click()

        row = page.locator(".probes tr", has_text="Night")
        expect(row).to_contain_text(re.compile("by Ada.*12.*12.*0[.]0[0-9]"), timeout=30_000)
        expect(page.get_by_role("button", name="Bring a probe set")).to_be_visible()
        shot(page, "brought")
        with opened(server.workspace) as ws:
            [one] = probes.of_project(ws, day)
            assert (one.items, one.labeled) == (12, 12)
            assert coverage.of_project(ws, day).items == 60

        page = visitor.visit(f"/data?project={day}")
        expect(page.get_by_text("Probe set Night: a test, no part of the pool.")).to_be_visible()
        expect(page.get_by_text("12 are of probe sets, which only test the model.")).to_be_visible()
        expect(page.get_by_text("Those of probe sets are among them")).to_be_visible()
        shot(page, "data")
        assert visitor.complaints == []


def test_a_set_of_what_is_labeled_already_is_refused_in_a_sentence_on_the_page(
    chromium: Browser, server: Server, day: int, tmp_path: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={day}")
        page.get_by_role("button", name="Bring a probe set").click()
        page.get_by_label("Name of the set").fill("Again")
        page.get_by_label("or give the path").fill(str(tmp_path / "photos"))
        page.get_by_label("or give the path").press("Tab")
        page.get_by_role("button", name="Bring it").click()

        refused = page.locator(".probes .note")
        expect(refused).to_contain_text("Again was not brought.", timeout=30_000)
        expect(refused).to_contain_text("answered before")
        assert visitor.complaints == []

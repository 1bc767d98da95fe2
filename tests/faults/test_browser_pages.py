"""Pages that are opened while the server stands still."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitor
from tests.faults.standstill import standing_still
from tests.live import Server
from tests.pictures import zipped

pytestmark = pytest.mark.browser

# Longer than any timer of a page: meanwhile those of the old page fire, and what they ask for
# reaches the server after what the person did.
STILL_MS = 5200


@pytest.mark.parametrize("after_ms", [60])
def test_a_page_is_there_when_the_server_stood_still_while_it_was_opened(
    chromium: Browser, server: Server, project: int, after_ms: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/data?project={project}")
        expect(page.get_by_text("Each row says how it came about")).to_be_visible()
        page.get_by_role("link", name="Settings", exact=True).dispatch_event("click")
        page.wait_for_timeout(after_ms)
        with standing_still(server):
            page.wait_for_timeout(STILL_MS)
        page.wait_for_timeout(2000)

        expect(page.get_by_text("What is asked next")).to_be_visible()


@pytest.mark.parametrize("after_ms", [400])
def test_dropped_files_are_looked_at_when_the_server_stood_still_after_the_drop(
    chromium: Browser, server: Server, project: int, pictures: Path, after_ms: int
) -> None:
    archive = zipped(pictures)
    with Visitor(chromium, server) as visitor:
        page = visitor.visit("/")
        expect(page.get_by_text("210 images, 3 classes").first).to_be_visible()
        page.locator("input[type=file]").first.set_input_files(archive)
        page.wait_for_timeout(after_ms)
        with standing_still(server):
            page.wait_for_timeout(STILL_MS)
        page.wait_for_timeout(2000)

        expect(page.get_by_text("20 of them, at random")).to_be_visible()
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()

"""Pages that are opened while the server stands still."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitor
from tests.faults.standstill import standing_still
from tests.live import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("after_ms", [25, 60])
def test_a_page_is_there_when_the_server_stood_still_while_it_was_opened(
    chromium: Browser, server: Server, project: int, after_ms: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/data?project={project}")
        expect(page.get_by_text("Each row says how it came about")).to_be_visible()
        page.get_by_role("link", name="Settings", exact=True).dispatch_event("click")
        page.wait_for_timeout(after_ms)
        with standing_still(server):
            # Meanwhile the timers of the old page fire; what they ask for comes after the click.
            page.wait_for_timeout(3200)
        page.wait_for_timeout(2000)

        expect(page.get_by_text("What is asked next")).to_be_visible(timeout=10_000)

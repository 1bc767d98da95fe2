"""What the desk suggests, and when."""

import re
import time

import pytest
from playwright.sync_api import expect

from labeler_app.services import queues
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import truth
from tests.records import opened, paths
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser


def wait_for_model(server: Server, project: int) -> None:
    deadline = time.monotonic() + 60
    with opened(server.workspace) as ws:
        while queues.queue_state(ws, project).version is None:
            assert time.monotonic() < deadline, "no model came"
            time.sleep(0.1)


def test_items_that_lie_on_the_desk_get_suggestions_when_the_first_model_comes(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    accept = page.get_by_role("button", name=re.compile("^Accept (amber|blue|green)"))
    with opened(server.workspace) as ws:
        keys = {
            item: str(CLASSES.index(truth(path)) + 1) for item, path in paths(ws, project).items()
        }
    page.keyboard.press(" ")
    expect(page.get_by_text("No suggestions before the first model")).to_be_visible()
    visitor.label_rightly(keys, 16)
    visitor.wait_until_saved()
    wait_for_model(server, project)

    visitor.press(keys[visitor.see_item()])
    page.keyboard.press(" ")
    expect(accept).to_be_visible()
    for _ in range(10):
        visitor.press(keys[visitor.see_item()])
        page.keyboard.press(" ")
        expect(accept).to_be_visible(timeout=500)

"""What the desk suggests, and when."""

import re
import time

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from labeler_app.services import queues
from labeler_app.store import schema
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import truth
from tests.records import opened, paths, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser


def wait_for_model(server: Server, project: int) -> None:
    deadline = time.monotonic() + 60
    with opened(server.workspace) as ws:
        while queues.queue_state(ws, project).version is None:
            assert time.monotonic() < deadline, "no model came"
            time.sleep(0.1)


def first_model(visitor: Visitor, server: Server, project: int) -> dict[int, str]:
    """Label until there is a model, and return the right key of every item."""
    with opened(server.workspace) as ws:
        keys = {
            item: str(CLASSES.index(truth(path)) + 1) for item, path in paths(ws, project).items()
        }
    visitor.label_rightly(keys, 16)
    visitor.wait_until_saved()
    wait_for_model(server, project)
    return keys


def test_items_that_lie_on_the_desk_get_suggestions_when_the_first_model_comes(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    accept = page.get_by_role("button", name=re.compile("^Accept (amber|blue|green)"))
    page.keyboard.press(" ")
    expect(page.get_by_text("No suggestions before the first model")).to_be_visible()
    keys = first_model(visitor, server, project)

    visitor.press(keys[visitor.see_item()])
    page.keyboard.press(" ")
    expect(accept).to_be_visible()
    page.route("**/api/queue", lambda route: route.abort())  # What lies here has them already.
    for _ in range(10):
        visitor.press(keys[visitor.see_item()])
        page.keyboard.press(" ")
        expect(accept).to_be_visible()


def test_a_look_at_a_suggestion_stays_with_its_item_through_an_undo(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    keys = first_model(visitor, server, project)
    before = visitor.press(keys[visitor.see_item()])
    peeked = visitor.see_item()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name=re.compile("^Accept"))).to_be_visible()

    page.keyboard.press("z")
    page.wait_for_function("(item) => onScreen() === item", arg=before)
    visitor.press(keys[before])
    assert visitor.press(keys[peeked]) == peeked
    # Nor does time: the page lets go of what it knew of the item, and is then reloaded.
    visitor.label_rightly(keys, 9)
    others = [key for key in "123" if key != keys[peeked]]
    for back, other in ((10, others[0]), (1, others[1])):
        visitor.wait_until_saved()
        for _ in range(back):
            page.keyboard.press("ArrowLeft")
        page.wait_for_function("(item) => onScreen() === item", arg=peeked)
        page.keyboard.press(other)
        visitor.wait_until_saved()
        with opened(server.workspace) as ws:
            corrected = stored(ws, project)[-1]
        assert (corrected.item, corrected.suggestion) == (peeked, True)
        page.reload()
        visitor.see_item()

    # Nor a reload, of an item that has no answer yet.
    looked = visitor.see_item()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name=re.compile("^Accept"))).to_be_visible()
    page.reload()
    while (item := visitor.see_item()) != looked:
        visitor.press(keys[item])
    visitor.press(keys[looked])
    visitor.wait_until_saved()

    event = schema.label_event.c
    with opened(server.workspace) as ws, ws.store.read() as tx:
        told = {
            item: tx.execute(
                sa.select(event.suggestion)
                .where(event.item == item, event.kind == "label")
                .order_by(event.seq.desc())
            ).scalar()
            for item in (before, peeked, looked)
        }
    assert told == {before: False, peeked: True, looked: True}

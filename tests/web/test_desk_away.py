"""A desk whose server does not know it any more: asleep for an hour, let out, replaced."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Route, expect

from labeler_app.store import schema
from tests.browser import Visitor
from tests.live import Server
from tests.program import Program
from tests.records import opened, paths, stored

pytestmark = pytest.mark.browser

POSTS = "**/api/labels"
HOUR_SECONDS = 3600
NEWER = "A newer version is running: reload when it suits you."


def labels(server: Server, project: int) -> list[tuple[int, str | None]]:
    with opened(server.workspace) as ws:
        return [(one.item, one.label) for one in stored(ws, project)]


def test_after_an_hour_of_sleep_nothing_comes_that_others_have_answered_meanwhile(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    first = visitor.press("1")
    visitor.wait_until_saved()
    on_screen = visitor.see_item()
    page.wait_for_load_state("networkidle")
    page.route("**/api/queue", lambda route: route.abort())  # Who sleeps does not ask.
    page.wait_for_function("underWay === 0")  # What was asked before renews leases, too.
    with opened(server.workspace) as ws:
        where = paths(ws, project)
        with ws.store.write() as tx:
            expired = schema.lease.c.expires - HOUR_SECONDS
            tx.execute(sa.update(schema.lease).values(expires=expired))
    Program(server, project, where, name="Grace").label(40)
    others = {item for item, _ in labels(server, project)} - {first}
    assert on_screen in others
    page.unroute("**/api/queue")

    with page.expect_request_finished(lambda one: one.url.endswith("/api/queue")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("fetch('/api/health').then((said) => said.text())")  # By then it was read.
    hers = [visitor.press("2") for _ in range(4)]
    visitor.wait_until_saved()

    # The one that was on screen all the time is answered as it was seen; two may answer an item.
    assert hers[0] == on_screen
    assert not set(hers[1:]) & others
    assert labels(server, project)[-4:] == [(item, "blue") for item in hers]


def test_answers_wait_while_the_browser_is_not_let_in_and_arrive_once_it_is_again(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    visitor.context.clear_cookies()
    shown = [visitor.press("1"), visitor.press("2")]
    page.get_by_role("button", name="2 not saved yet, retrying").click()
    sheet = page.get_by_role("dialog", name="Saving")
    expect(sheet).to_contain_text("This browser has not been let in yet.")
    expect(sheet).to_contain_text("They are kept in this browser, also when the page is closed.")
    page.keyboard.press("Escape")
    assert labels(server, project) == []

    other = visitor.context.new_page()
    other.goto(server.page("/"))
    other.fill("#name", visitor.name)
    other.get_by_role("button", name="Start").click()

    visitor.wait_until_saved()
    assert labels(server, project) == list(zip(shown, ("amber", "blue"), strict=True))


def test_a_desk_goes_on_under_a_newer_server_and_keeps_what_that_cannot_read_for_its_page(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page

    def changed(route: Route) -> None:
        told = {"X-Labeler-Version": "99.0", "Content-Type": "application/json"}
        status = 422 if route.request.url.endswith("/labels") else 200
        route.fulfill(status=status, headers=told, body='{"problem": "No such field.", "hint": ""}')

    page.route(re.compile("/api/(labels|queue)$"), changed)
    shown = [visitor.press(key) for key in "123"]

    page.get_by_role("button", name="newer version: reload when it suits you").click()
    expect(page.get_by_role("dialog", name="The queue")).to_contain_text(NEWER)
    page.keyboard.press("Escape")
    shown.append(visitor.press("1"))
    expect(page.get_by_role("button", name="4 not saved yet, retrying")).to_be_visible()
    assert visitor.unsaved() == 4
    page.unroute_all(behavior="wait")
    page.reload()

    visitor.wait_until_saved()
    answers = zip(shown, ("amber", "blue", "green", "amber"), strict=True)
    assert labels(server, project) == list(answers)
    expect(page.get_by_text("newer version")).to_have_count(0)

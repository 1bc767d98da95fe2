"""Answers of other desks that wait in this browser: sent if they can be, mentioned if not."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import make_project, opened, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

POSTS = "**/api/labels"
# A page that is left sends its answers past Playwright's routes, so they are cut off in the page.
CUT = """() => {
  const fetch = window.fetch;
  window.fetch = (url, ...more) => {
    if (url.endsWith("/api/labels")) return Promise.reject(new TypeError());
    return fetch(url, ...more);
  };
}"""
# As if the tab that held them was closed a minute ago.
AGE = """([from, to, place]) => {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith("labeler:outbox:"))) {
    const letter = JSON.parse(localStorage.getItem(key));
    localStorage.removeItem(key);
    const aged = { ...letter, order: letter.order - 60000, place: place ?? letter.place };
    localStorage.setItem(key.replace(from, to), JSON.stringify(aged));
  }
}"""


@pytest.fixture
def other(server: Server, photos: Path, request: pytest.FixtureRequest) -> int:
    """Another project of the same workspace."""
    with opened(server.workspace) as ws:
        return make_project(ws, f"Other {request.node.name[-50:]}", photos, classes=CLASSES)


def items(server: Server, project: int) -> list[int]:
    with opened(server.workspace) as ws:
        return [one.item for one in stored(ws, project)]


def trouble(route: Route) -> None:
    route.fulfill(status=503, json={"problem": "The disk is full.", "hint": ""})


def leave_behind(
    visitor: Visitor, *, rename: tuple[str, str] = ("", ""), place: str | None = None
) -> list[int]:
    """Answer two items that the server does not take, leave the desk, and let some time pass."""
    page = visitor.page
    page.evaluate(CUT)
    shown = [visitor.press("1"), visitor.press("2")]
    expect(page.get_by_role("button", name="2 not saved yet, retrying")).to_be_visible()
    page.goto(f"{visitor.server.url}/api/health")
    page.evaluate(AGE, [*rename, place])
    return shown


def test_answers_of_another_project_are_sent_from_here_and_that_is_said(
    visitor: Visitor, server: Server, project: int, other: int
) -> None:
    shown = leave_behind(visitor)
    assert items(server, project) == []

    visitor.sit_down(other)

    visitor.wait_until_saved()
    assert items(server, project) == shown
    expect(visitor.page.locator(".why")).to_have_text(
        "Saved now: 2 answers of another project that waited in this browser."
    )
    expect(visitor.page.get_by_text("All saved")).to_be_visible()
    assert items(server, other) == []


def test_answers_of_another_project_that_cannot_be_sent_are_mentioned_with_a_way_there(
    visitor: Visitor, server: Server, project: int, other: int
) -> None:
    page = visitor.page
    shown = leave_behind(visitor)

    def only_of_the_other(route: Route) -> None:
        sent = json.loads(route.request.post_data or "{}")
        (trouble if sent["project"] == project else Route.continue_)(route)

    page.route(POSTS, only_of_the_other)
    visitor.sit_down(other)
    page.get_by_role("button", name="2 other answers wait").click()
    sheet = page.get_by_role("dialog", name="Saving")
    expect(sheet).to_contain_text("2 answers of another project wait in this browser.")
    expect(sheet).to_contain_text("The disk is full.")
    page.unroute(POSTS)
    sheet.get_by_role("link", name="Open that project").click()

    expect(page).to_have_url(re.compile(rf"/label\?project={project}$"))
    visitor.wait_until_saved()
    assert items(server, project) == shown


def test_a_refused_answer_of_another_project_is_mentioned(
    visitor: Visitor, server: Server, project: int, other: int
) -> None:
    page = visitor.page
    leave_behind(visitor)
    page.route(POSTS, lambda route: route.fulfill(status=422, json={"problem": "Not one."}))

    visitor.sit_down(other)

    page.get_by_role("button", name="2 other answers wait").click()
    sheet = page.get_by_role("dialog", name="Saving")
    expect(sheet).to_contain_text("2 answers of another project were refused.")


@pytest.mark.parametrize(
    ("is_stranger", "place", "words"),
    [
        (True, None, "2 answers of another person wait in this browser"),
        (False, "another", "2 answers of another workspace wait in this browser"),
    ],
    ids=["person", "workspace"],
)
def test_answers_of_others_are_mentioned_until_that_is_read_and_never_sent(
    is_stranger: bool,
    place: str | None,
    words: str,
    visitor: Visitor,
    server: Server,
    project: int,
    other: int,
) -> None:
    page = visitor.page
    mine = page.evaluate(f"fetch('/api/desk?project={project}').then((said) => said.json())")
    owner = f":{project}:{mine['person']['id']}:"
    stranger = f":{project}:4242:"
    leave_behind(visitor, rename=(owner, stranger if is_stranger else owner), place=place)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    visitor.sit_down(other)
    page.get_by_role("button", name="2 other answers wait").click()
    sheet = page.get_by_role("dialog", name="Saving")
    expect(sheet).to_contain_text(words)
    sheet.get_by_role("button", name="I have read this").click()

    expect(page.get_by_text("All saved")).to_be_visible()
    assert visitor.unsaved() == 2
    assert not [url for url in sent if url.endswith("/api/labels")]
    assert items(server, project) == []

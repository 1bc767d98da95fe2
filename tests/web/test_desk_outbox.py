"""Answers on their way: none is lost, none is shown as saved before it is, none comes twice."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Route, expect

from labeler_app.services.workspace import Workspace
from labeler_app.store import items as items_store
from labeler_app.store import schema
from labeler_app.web.guard import person_cookie
from tests.browser import WAITING, Visitor
from tests.live import Server, wait_for
from tests.pictures import class_folders
from tests.records import make_project, opened, stored
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

POSTS = "**/api/labels"


def items(server: Server, project: int) -> list[int]:
    with opened(server.workspace) as ws:
        return [one.item for one in stored(ws, project)]


def held(server: Server, project: int) -> set[str]:
    """Return the desks that hold items of a project."""
    with opened(server.workspace) as ws, ws.store.read() as tx:
        lease = schema.lease
        mine = sa.select(lease.c.desk).where(lease.c.project == project)
        return set(tx.execute(mine).scalars())


def leave(visitor: Visitor) -> None:
    """Go to another page, as a person does."""
    visitor.page.get_by_role("button", name="Pages and figures").click()
    visitor.page.get_by_role("button", name="Monitor").click()


def failing(status: int) -> "Answering":
    return Answering(status, {"problem": "The disk is full.", "hint": "Free some space."})


class Answering:
    """A server that gives one answer to everything, and counts."""

    def __init__(self, status: int, body: object) -> None:
        self.status, self.body, self.count = status, body, 0

    def __call__(self, route: Route) -> None:
        self.count += 1
        route.fulfill(status=self.status, json=self.body)


def test_answers_wait_through_errors_of_the_server_and_arrive_once(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.route(POSTS, failing(500))
    shown = [visitor.press("1") for _ in range(3)]
    expect(page.get_by_role("button", name="3 not saved yet, retrying")).to_be_visible()
    expect(page.locator(".strip .un")).to_have_count(3)
    assert visitor.unsaved() == 3
    assert items(server, project) == []

    page.unroute(POSTS)

    visitor.wait_until_saved()
    expect(page.get_by_text("All saved")).to_be_visible()
    assert items(server, project) == shown


def test_labeling_goes_on_without_a_network_past_the_dialog_of_streamlit(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    visitor.see_item()
    page.wait_for_load_state("networkidle")  # The images ahead are here.
    visitor.context.set_offline(True)

    shown = [visitor.press("2") for _ in range(6)]
    expect(page.locator(".chip")).to_have_text(re.compile(r"^offline · \d+ items left here$"))
    page.evaluate("document.querySelector('#root').setAttribute('inert', '')")
    shown.append(visitor.press("1"))
    visitor.context.set_offline(False)

    visitor.wait_until_saved()
    assert items(server, project) == shown


def test_a_refused_answer_is_shown_with_its_reason_until_it_was_read(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page

    def refuse(route: Route) -> None:
        events = json.loads(route.request.post_data or "{}")["events"]
        reason = {"problem": "This class was removed.", "hint": "Choose another one."}
        refused = [{"event_id": one["event_id"], **reason} for one in events]
        route.fulfill(json={"acknowledged": [], "refused": refused, "why": {}})

    page.route(POSTS, refuse)
    visitor.press("1")

    page.get_by_role("button", name="1 answer refused").click()
    sheet = page.get_by_role("dialog", name="Saving")
    expect(sheet).to_contain_text("This class was removed. Choose another one.")
    sheet.get_by_role("button", name="I have read this").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("All saved")).to_be_visible()
    assert items(server, project) == []


def test_one_malformed_answer_does_not_hold_up_the_others(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    bad: list[int] = []

    def pick(route: Route) -> None:
        sent = [one["item"] for one in json.loads(route.request.post_data or "{}")["events"]]
        if bad and bad[0] in sent:
            route.fulfill(status=422, json={"problem": "The event is not one.", "hint": ""})
        elif bad:
            route.continue_()
        else:
            route.fulfill(status=503, json={"problem": "Later.", "hint": ""})

    page.route(POSTS, pick)
    shown = [visitor.press("1") for _ in range(3)]

    bad.append(shown[1])

    expect(page.get_by_role("button", name="1 answer refused")).to_be_visible()
    visitor.wait_until_saved()
    assert items(server, project) == [shown[0], shown[2]]


@pytest.mark.parametrize(
    "fault",
    [
        "void (Storage.prototype.setItem = () => { throw new Error('full') })",
        "void Object.defineProperty(window, 'localStorage', { get() { throw new Error() } })",
    ],
    ids=["full", "forbidden"],
)
def test_a_storage_that_takes_nothing_is_said_and_the_answers_still_arrive(
    fault: str, visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    page.evaluate(fault)
    page.route(POSTS, failing(503))

    shown = visitor.press("1")
    expect(page.get_by_role("button", name="1 not saved yet, only in this page")).to_be_visible()
    page.unroute(POSTS)

    expect(page.get_by_text("All saved")).to_be_visible()
    assert items(server, project) == [shown]


def test_an_image_that_cannot_be_shown_is_set_aside_and_never_labeled(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.page
        broken: list[str] = []

        def spoil(route: Route) -> None:
            broken[:] = broken or [route.request.url]
            if route.request.url == broken[0]:
                route.fulfill(status=200, body="not an image", content_type="image/jpeg")
            else:
                route.continue_()

        page.route("**/api/images/*size=screen*", spoil)
        visitor.sit_down(project)
        shown = visitor.press("1")
        visitor.wait_until_saved()

        with opened(server.workspace) as ws:
            events = [(one.item, one.kind, one.note) for one in stored(ws, project)]
        bad = int(re.findall(r"/images/(\d+)", broken[0])[0])
        assert events == [(bad, "flag", "could not be shown"), (shown, "label", "")]


def test_two_tabs_keep_their_answers_apart(visitor: Visitor, server: Server, project: int) -> None:
    other = visitor.context.new_page()
    other.goto(f"{server.url}/label?project={project}")
    other.wait_for_function("onScreen() !== null")
    second = other.evaluate("onScreen()")
    visitor.context.route(POSTS, failing(503))
    first = visitor.press("1")
    other.keyboard.press("2")
    for page in (other, visitor.page):  # What one tab stores reaches the other in a moment.
        page.wait_for_function(f"{WAITING}.length === 2")

    visitor.context.unroute(POSTS)

    visitor.wait_until_saved()
    assert first != second
    assert set(items(server, project)) == {first, second}


def test_two_tabs_of_one_person_show_different_items(
    visitor: Visitor, server: Server, project: int
) -> None:
    other = visitor.context.new_page()
    other.goto(f"{server.url}/label?project={project}")
    hers: set[int] = set()
    others: set[int] = set()
    for _ in range(5):
        for page, shown in ((visitor.page, hers), (other, others)):
            page.wait_for_function("onScreen() !== null")
            shown.add(page.evaluate("onScreen()"))
            page.keyboard.press("1")
    for page in (visitor.page, other):
        page.wait_for_function(f"!{WAITING}.length")

    assert len(hers) == len(others) == 5
    assert not hers & others
    assert len(items(server, project)) == 10


def test_a_desk_that_is_left_gives_its_items_back(
    visitor: Visitor, server: Server, project: int
) -> None:
    def is_taken_over(before: set[str]) -> bool:
        now = held(server, project)
        return len(now) == 1 and not now & before

    seen = held(server, project)
    for _ in range(3):
        # It may be asking: what it asked for gets nothing.
        visitor.page.reload()
        visitor.see_item()
        wait_for(lambda before=seen: is_taken_over(before), 20)
        seen = held(server, project)
    leave(visitor)

    wait_for(lambda: not held(server, project), 20)


def test_a_desk_that_is_left_while_it_asks_gets_nothing_after_all(
    visitor: Visitor, server: Server, project: int
) -> None:
    page, late = visitor.page, []

    def hold(route: Route) -> None:
        wanted = route.request.post_data_json["want"]
        late.append(route) if wanted and not late else route.continue_()

    page.route("**/api/queue", hold)
    page.reload()
    wait_for(lambda: page.wait_for_timeout(50) or late, 20)
    with page.expect_response("**/api/queue/leave"):
        leave(visitor)
    with page.expect_response("**/api/queue") as reply:
        late[0].continue_()

    assert reply.value.json()["items"] == []
    assert not held(server, project)


def test_answers_stay_here_when_another_workspace_answers_at_the_address(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page
    sent: list[str] = []

    def elsewhere(route: Route) -> None:
        told = route.request.headers["x-labeler-desk"]
        sent.append(told)
        place, _, person = told.rpartition("/")
        headers = {**route.request.headers, "x-labeler-desk": f"{place}-another/{person}"}
        route.continue_(headers=headers)

    page.route(POSTS, elsewhere)
    shown = visitor.press("1")
    expect(page.get_by_role("button", name="1 not saved yet, retrying")).to_be_visible()
    assert visitor.unsaved() == 1
    assert items(server, project) == []
    page.unroute(POSTS)

    visitor.wait_until_saved()
    assert items(server, project) == [shown]
    with opened(server.workspace) as ws:
        assert {one.rpartition("/")[0] for one in sent} == {person_cookie(ws)}


def test_an_image_whose_files_are_gone_is_set_aside_at_once(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "photos", each=4, size=(36, 28))
    gone: list[int] = []

    def lose(route: Route) -> None:
        answer = route.fetch()
        if not gone:
            gone.append(answer.json()["items"][0]["id"])
            with opened(server.workspace) as ws:
                lose_files(ws, gone[0])
        route.fulfill(response=answer)

    with opened(server.workspace) as ws:
        project = make_project(ws, "Gone", folder, classes=CLASSES)
    with Visitor(chromium, server) as visitor:
        visitor.page.route("**/api/queue", lose)
        visitor.sit_down(project)
        shown = [visitor.press("1") for _ in range(3)]
        visitor.wait_until_saved()

        with opened(server.workspace) as ws:
            events = [(one.item, one.kind, one.note) for one in stored(ws, project)]
        assert (gone[0], "flag", "could not be shown") in events
        assert [item for item, kind, _ in events if kind == "label"] == shown


def lose_files(ws: Workspace, item: int) -> None:
    with ws.store.read() as tx:
        row = items_store.get(tx, item)
    assert row is not None
    (ws.root(row.root) / row.path).unlink()
    for copy in (ws.folder / "copies").rglob(f"{row.sha256}-*"):
        copy.unlink()


def test_an_item_whose_answer_is_being_taken_back_is_not_lost_to_a_fresh_ranking(
    visitor: Visitor,
) -> None:
    page = visitor.page
    first, second = visitor.press("1"), visitor.press("2")
    visitor.wait_until_saved()
    page.route("**/api/labels", lambda route: route.abort())
    for item in (second, first):
        page.keyboard.press("z")
        page.wait_for_function("(item) => onScreen() === item", arg=item)

    with page.expect_response("**/api/queue"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.unroute_all(behavior="wait")

    assert [visitor.press("3"), visitor.press("3")] == [first, second]
    visitor.wait_until_saved()
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]

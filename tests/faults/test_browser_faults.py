"""Labels under haste, crashes, silence and reloads: none lost, none doubled, none on another item.

Every test writes down which item was on screen when a key went down, and compares it with what
the database holds in the end.
"""

import psutil
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import Visitor
from tests.faults.cut import Wire
from tests.faults.standstill import standing_still
from tests.live import Server, wait_for
from tests.pictures import COLOURS
from tests.records import opened, paths, stored

pytestmark = pytest.mark.browser

CLASSES = tuple(COLOURS)
LABELS_API = "**/api/labels"
# Time runs twenty times as fast for all that a desk plans for later than in a second.
HASTE = """{
  const later = window.setTimeout;
  window.setTimeout = (act, ms, ...more) => later(act, ms < 1000 ? ms : ms / 20, ...more);
}"""


def on_screen(visitor: Visitor) -> list[tuple[int, str]]:
    """Return what each key said, of the item that was on screen when it went down."""
    told = ((item, CLASSES[int(key) - 1]) for key, item in visitor.typed())
    return [(item, label) for item, label in told if item is not None]


def in_database(server: Server, project: int) -> list[tuple[int, str | None]]:
    """Return the stored labels in the order of their commit."""
    with opened(server.workspace) as ws:
        return [(one.item, one.label) for one in stored(ws, project)]


def assert_each_once(labels: list[tuple[int, str]], *, keys: int) -> None:
    """Check that no item came on screen for a second label, and that every key met one."""
    assert len({item for item, _ in labels}) == len(labels) == keys


def workers(server: Server) -> list[psutil.Process]:
    """Return the worker processes that the server keeps alive."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children()
    return [one for one in children if "worker" in one.cmdline()]


def has_model(server: Server, project: int) -> bool:
    """Say whether the worker has published a model."""
    asked = server.ask("GET", f"/api/desk?project={project}", person=server.join("Ada"))
    return asked[1]["queue"]["version"] is not None


def test_100_keys_in_2_seconds_are_100_labels_each_on_the_item_it_was_meant_for(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        visitor.type_keys("1232113231" * 10, every_ms=20)
        visitor.wait_until_saved()

        assert_each_once(on_screen(visitor), keys=100)
        assert in_database(server, project) == on_screen(visitor)


def test_a_held_key_labels_once(chromium: Browser, server: Server, project: int) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        first = visitor.see_item()
        for _ in range(8):
            # Playwright sends every further press of a key that is down as a repeat.
            page.keyboard.down("2")
        page.wait_for_function("(item) => onScreen() !== item", arg=first)
        second = visitor.see_item()
        for _ in range(4):
            page.keyboard.down("2")
        page.keyboard.up("2")
        visitor.wait_until_saved()

        assert visitor.see_item() == second
        assert in_database(server, project) == [(first, "blue")]


def test_a_server_killed_twice_under_the_keys_loses_doubles_and_mistakes_nothing(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        typing = visitor.start_typing("12332112" * 10, every_ms=60)
        for struck in (12, 45):
            visitor.wait_for_keys(struck)
            server.kill()
            server.start()
        typing()
        visitor.wait_until_saved()

        assert in_database(server, project) == on_screen(visitor)
        assert_each_once(on_screen(visitor), keys=80)


def test_a_server_that_stands_still_for_5_seconds_gets_all_labels_once_after_it(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        with standing_still(server):
            visitor.type_keys("12313" * 10, every_ms=100)
            assert visitor.unsaved() == len(on_screen(visitor)) == 50
        visitor.wait_until_saved()

        assert in_database(server, project) == on_screen(visitor)
        assert_each_once(on_screen(visitor), keys=50)


def test_5_keys_in_200_ms_that_were_not_sent_are_asked_about_and_survive_a_reload(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project, supplied=100)
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.type))
        page.route(LABELS_API, lambda route: route.abort())
        visitor.press("2")
        visitor.type_keys("12321", every_ms=40)
        expect(page.get_by_role("button", name="6 not saved yet, retrying")).to_be_visible()
        before = on_screen(visitor)
        page.unroute(LABELS_API)
        page.reload()
        after = visitor.see_item()
        visitor.wait_until_saved()

        assert asked == ["beforeunload"]
        assert in_database(server, project) == before
        assert after not in {item for item, _ in before}


def test_two_minutes_offline_with_100_answers_waiting_and_a_reload_lose_nothing(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.page
        page.add_init_script(HASTE)
        visitor.sit_down(project, supplied=102)
        visitor.context.set_offline(True)
        with opened(server.workspace) as ws:
            keys = {item: "123"[item % 3] for item in paths(ws, project)}
        visitor.label_rightly(keys, 100)
        before = on_screen(visitor)
        assert visitor.unsaved() == 100
        expect(page.locator(".chip")).to_contain_text("offline")
        page.route(LABELS_API, lambda route: route.abort())
        visitor.context.set_offline(False)
        page.reload()
        page.unroute(LABELS_API)
        visitor.see_item()
        visitor.wait_until_saved()

        assert_each_once(before, keys=100)
        assert in_database(server, project) == before


def test_an_answer_whose_confirmation_was_lost_is_stored_once(
    chromium: Browser, server: Server, project: int
) -> None:
    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        visitor.page.route(LABELS_API, swallow, times=2)
        visitor.type_keys("1231", every_ms=150)
        visitor.wait_until_saved()

        assert in_database(server, project) == on_screen(visitor)


def test_answers_on_their_way_are_delivered_from_another_page(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        page = visitor.page
        page.route(LABELS_API, lambda route: route.abort())
        visitor.type_keys("1232", every_ms=80)
        page.get_by_role("button", name="Pages and figures").click()
        page.get_by_role("button", name="Monitor").click()
        expect(page.get_by_text("What labels have bought").first).to_be_visible()
        assert visitor.unsaved() == len(on_screen(visitor)) > 0
        page.keyboard.press("1")
        page.unroute(LABELS_API)
        visitor.wait_until_saved()

        assert in_database(server, project) == on_screen(visitor)


def test_two_annotators_are_never_asked_about_the_same_item(
    chromium: Browser, server: Server, project: int
) -> None:
    with (
        Visitor(chromium, server, name="Ada") as ada,
        Visitor(chromium, server, name="Grace") as grace,
    ):
        for one in (ada, grace):
            one.sit_down(project, supplied=80)
        both = [one.start_typing("1232" * 10, every_ms=40) for one in (ada, grace)]
        for finish in both:
            finish()
        for one in (ada, grace):
            one.wait_until_saved()

        hers, others = (dict(on_screen(one)) for one in (ada, grace))
        assert len(hers) == len(others) == 40
        assert not hers.keys() & others.keys()
        assert sorted(in_database(server, project)) == sorted({**hers, **others}.items())


def test_a_worker_that_is_killed_comes_back_and_the_labels_reach_a_model(
    chromium: Browser, server: Server, project: int
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project, supplied=100)
        (worker,) = workers(server)
        visitor.type_keys("123" * 10, every_ms=20)
        worker.kill()
        visitor.wait_until_saved()
        wait_for(lambda: has_model(server, project), 60)

        assert in_database(server, project) == on_screen(visitor)
        assert [one.pid for one in workers(server)] != [worker.pid]


def test_a_wire_cut_for_longer_than_a_request_may_take_loses_and_doubles_nothing(
    chromium: Browser, server: Server, project: int
) -> None:
    wire = Wire(server)
    with Visitor(chromium, wire.far) as visitor:
        page = visitor.page
        page.add_init_script(HASTE)
        visitor.sit_down(project, supplied=100)
        typing = visitor.start_typing("12313" * 10, every_ms=40)
        visitor.wait_for_keys(10)
        with wire.cut():
            visitor.wait_for_keys(40)
            # A request under way was given up, and sent once more.
            expect(page.get_by_role("button", name="not saved yet, retrying")).to_be_visible()
        typing()
        visitor.wait_until_saved()

        assert in_database(server, project) == on_screen(visitor)
        assert_each_once(on_screen(visitor), keys=50)
    wire.close()

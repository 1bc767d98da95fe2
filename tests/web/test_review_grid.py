"""Keep or reject in a real browser: no decision is lost, none is shown as saved before it is."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect

from labeler_app.services import class_surgery, projects, reviewing
from labeler_app.store import audit, variants
from labeler_app.store.variants import Filling
from tests.axe import findings
from tests.browser import Visitor
from tests.builders import class_ids
from tests.live import Server, wait_for
from tests.pictures import truth
from tests.records import make_project, opened, paths
from tests.variants import DARK, make_variants
from tests.web.conftest import CLASSES

pytestmark = pytest.mark.browser

POSTS = "**/api/reviews"
WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('labeler:review-outbox:'))"
MEANT = """() => {
  const tile = document.querySelector(".rv-tile[aria-current=true]");
  return performance.now() > Number(tile?.dataset.meantFrom ?? NaN);
}"""

# What a page sends while it is left passes by the routes of a test; this stops it, too.
CUT = """() => {
  const ask = window.fetch;
  const isCut = (address) => String(address).includes("/reviews");
  const no = () => Promise.reject(new TypeError("cut"));
  window.fetch = (...wish) => (isCut(wish[0]) ? no() : ask(...wish));
}"""


class Made:
    """A project with made pictures, and what was decided about them."""

    def __init__(self, server: Server, photos: Path, name: str, count: int) -> None:
        self.server = server
        with opened(server.workspace) as ws:
            self.project = make_project(ws, name, photos, classes=CLASSES)
            with ws.store.read() as tx:
                apart = audit.among(tx, list(paths(ws, self.project)))
            free = [one for one in paths(ws, self.project) if one not in apart][:count]
            made = dict(zip(make_variants(ws, self.project, 1, free), free, strict=True))
            self.ids = [one.id for one in reviewing.look(ws, self.project, count=60).tiles]
            self.roots = [made[one] for one in self.ids]
            self.classes = class_ids(ws, self.project)
            self.true = [self.classes[truth(paths(ws, self.project)[one])] for one in self.roots]

    def standing(self) -> dict[int, tuple[str, int | None]]:
        with opened(self.server.workspace) as ws, ws.store.read() as tx:
            every = variants.every(tx, self.project, decisions=("keep", "reject"))
            return {one.id: (one.decision, one.kept_as) for one in every}


@pytest.fixture
def made(server: Server, photos: Path, request: pytest.FixtureRequest) -> Made:
    """Fifteen made pictures in a project named like the test, in the order of the grid."""
    server.join("Ada")
    return Made(server, photos, str(request.node.name)[-60:], getattr(request, "param", 15))


@pytest.fixture
def visitor(chromium: Browser, server: Server, made: Made):
    """A person with the grid before them."""
    with Visitor(chromium, server) as seated:
        seated.visit(f"/synthesis?project={made.project}")
        if made.ids:
            begin(seated.page)
        yield seated


def begin(page: Page) -> None:
    """Put the cursor on the first tile."""
    page.locator(".rv-tile").first.click()


def strike(page: Page, *keys: str) -> None:
    """Press keys, each once the tile under the cursor was looked at for a moment."""
    for key in keys:
        page.wait_for_function(MEANT, polling=20)
        page.keyboard.press(key)


def tile(page: Page, variant: int) -> Locator:
    return page.locator(f".rv-tile[data-variant='{variant}']")


def word(page: Page, variant: int) -> Locator:
    return tile(page, variant).locator(".word")


def wait_until_saved(page: Page) -> None:
    page.wait_for_function(f"!{WAITING}.length", polling=20)


def failing(route: Route) -> None:
    route.fulfill(status=500, json={"problem": "The disk is full.", "hint": "Free some space."})


def test_keys_keep_reject_relabel_and_take_back(visitor: Visitor, made: Made) -> None:
    page = visitor.page
    expect(tile(page, made.ids[0])).to_have_accessible_name(
        re.compile("^1 of 12, amber, brightness 0[.][0-9]+ to 0[.][0-9]+, keep[?]$")
    )

    strike(page, "Enter", "Delete", "2", "Backspace", "z", "ArrowRight", "Enter")

    wait_until_saved(page)
    first, second, third, fourth, fifth = made.ids[:5]
    for variant, said in ((first, "kept"), (second, "rejected"), (third, "kept")):
        expect(word(page, variant)).to_have_text(said)
    expect(word(page, fourth)).to_have_text("open")
    expect(tile(page, third)).to_contain_text("blue")
    expect(page.get_by_text("4 of 12 decided", exact=True)).to_be_visible()
    expect(page.get_by_text("So far: 5 of 1,000 decisions, 3 kept")).to_be_visible()
    assert made.standing() == {
        first: ("keep", made.classes["amber"]),
        second: ("reject", None),
        third: ("keep", made.classes["blue"]),
        fifth: ("keep", made.true[4]),
    }
    assert visitor.complaints == []


def test_the_mouse_selects_and_buttons_decide(visitor: Visitor, made: Made) -> None:
    page = visitor.page
    tile(page, made.ids[5]).click()
    page.wait_for_function(MEANT, polling=20)
    page.get_by_role("button", name="Reject").click()
    tile(page, made.ids[2]).click()
    page.wait_for_function(MEANT, polling=20)
    page.get_by_role("button", name="Keep as green, key 3").click()
    page.wait_for_function(MEANT, polling=20)
    page.get_by_role("button", name="Keep Enter").click()
    page.get_by_role("button", name="Undo").click()

    wait_until_saved(page)
    expect(tile(page, made.ids[3])).to_have_attribute("aria-current", "true")
    assert made.standing() == {
        made.ids[5]: ("reject", None),
        made.ids[2]: ("keep", made.classes["green"]),
    }


def test_after_twelve_the_next_come_by_themselves_and_a_page_can_be_gone_back_to(
    visitor: Visitor, made: Made
) -> None:
    page = visitor.page
    strike(page, *["Enter"] * 12)

    expect(page.locator(".rv-tile")).to_have_count(3)
    expect(word(page, made.ids[12])).to_have_text("keep?")
    strike(page, "Enter", "Enter", "Delete")
    expect(page.get_by_text("All decided.")).to_be_visible()
    page.get_by_role("button", name="Earlier variants").click()
    expect(page.get_by_text("12 of 12 decided", exact=True)).to_be_visible()
    strike(page, "Delete")
    wait_until_saved(page)
    assert made.standing()[made.ids[0]] == ("reject", None)
    assert len(made.standing()) == 15

    page.reload()

    expect(page.locator(".rv-tile")).to_have_count(12)
    expect(page.get_by_text("12 of 12 decided", exact=True)).to_be_visible()


def test_what_was_hardly_seen_is_not_decided(chromium: Browser, server: Server, made: Made) -> None:
    with Visitor(chromium, server) as visitor:
        page, held = visitor.page, list[Route]()
        page.route(f"**/api/variants/{made.ids[0]}/picture*", lambda route: held.append(route))
        visitor.visit(f"/synthesis?project={made.project}")
        begin(page)
        wait_for(lambda: page.evaluate("true") and held, 20)  # The page goes on meanwhile.

        page.keyboard.press("Enter")
        page.keyboard.press("Delete")
        expect(word(page, made.ids[0])).to_have_text("keep?")
        assert page.evaluate(f"{WAITING}.length") == 0
        for one in held:
            one.continue_()
        strike(page, "Enter")

        wait_until_saved(page)
        assert list(made.standing()) == made.ids[:1]


@pytest.mark.parametrize("made", [12], indirect=True)
def test_a_reply_that_is_older_than_a_decision_does_not_undo_it_on_the_screen(
    chromium: Browser, server: Server, made: Made
) -> None:
    with Visitor(chromium, server) as visitor:
        page, late = visitor.page, list[tuple[Route, APIResponse]]()

        def hold(route: Route) -> None:
            # The server has answered; the first reply takes its time.
            late.append((route, route.fetch())) if not late else route.continue_()

        visitor.visit(f"/synthesis?project={made.project}")
        begin(page)
        page.route("**/api/variants?*", hold)
        # On the last page it asks for more again and again.
        wait_for(lambda: page.wait_for_timeout(50) or late, 20)
        strike(page, "Enter", "Delete")
        wait_until_saved(page)
        route, reply = late[0]
        route.fulfill(response=reply)
        page.wait_for_timeout(500)

        expect(word(page, made.ids[0])).to_have_text("kept", timeout=1)
        expect(word(page, made.ids[1])).to_have_text("rejected", timeout=1)
        expect(page.get_by_text("2 of 12 decided", exact=True)).to_be_visible()
        assert len(made.standing()) == 2


def test_decisions_wait_through_errors_of_the_server_and_are_not_shown_as_saved(
    visitor: Visitor, made: Made
) -> None:
    page = visitor.page
    page.route(POSTS, failing)
    strike(page, "Enter", "Delete", "Enter", "z")

    expect(
        page.get_by_text("4 decisions not saved yet, retrying. The disk is full.")
    ).to_be_visible()
    expect(word(page, made.ids[0])).to_have_text("keeping, not saved yet")
    expect(word(page, made.ids[1])).to_have_text("rejecting, not saved yet")
    expect(word(page, made.ids[2])).to_have_text("keep?")
    assert made.standing() == {}
    page.unroute(POSTS)

    wait_until_saved(page)
    expect(word(page, made.ids[0])).to_have_text("kept")
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    assert made.standing() == {
        made.ids[0]: ("keep", made.classes["amber"]),
        made.ids[1]: ("reject", None),
    }


def test_what_is_not_saved_outlives_a_reload(visitor: Visitor, made: Made) -> None:
    page = visitor.page
    page.evaluate(CUT)
    strike(page, "Enter", "3")
    expect(page.get_by_text("2 decisions not saved yet")).to_be_visible()

    page.route(POSTS, failing)
    page.reload()

    expect(word(page, made.ids[0])).to_have_text("keeping, not saved yet")
    expect(tile(page, made.ids[1])).to_contain_text("green")
    expect(word(page, made.ids[2])).to_have_text("keep?")
    assert made.standing() == {}
    page.unroute(POSTS)
    wait_until_saved(page)
    expect(word(page, made.ids[1])).to_have_text("kept")
    assert made.standing() == {
        made.ids[0]: ("keep", made.classes["amber"]),
        made.ids[1]: ("keep", made.classes["green"]),
    }


def test_two_tabs_hear_of_each_other_and_both_arrive(
    visitor: Visitor, server: Server, made: Made
) -> None:
    other = visitor.context.new_page()
    other.goto(f"{server.url}/synthesis?project={made.project}")
    begin(other)
    visitor.context.route(POSTS, failing)
    strike(visitor.page, "Enter")

    expect(word(other, made.ids[0])).to_have_text("decided in another tab")
    strike(other, "ArrowRight", "Delete")
    expect(word(visitor.page, made.ids[1])).to_have_text("decided in another tab")
    visitor.context.unroute(POSTS)

    wait_until_saved(visitor.page)
    assert made.standing() == {
        made.ids[0]: ("keep", made.classes["amber"]),
        made.ids[1]: ("reject", None),
    }


def test_a_spent_budget_is_said_once_for_all_that_it_refuses(
    visitor: Visitor, server: Server, made: Made
) -> None:
    page = visitor.page
    with opened(server.workspace) as ws:
        known = projects.get(ws, made.project)
        projects.configure(ws, made.project, replace(known.config, synthesis_budget=1))

    strike(page, "Enter", "Enter", "Delete")

    told = page.get_by_role("alert")
    expect(told).to_contain_text("2 decisions were refused: The synthesis budget of 1 decision is")
    expect(told).to_contain_text("Raise it under Settings.")
    assert list(made.standing()) == made.ids[:1]


def test_a_refused_decision_is_said_with_its_reason_and_opens_again(
    visitor: Visitor, server: Server, made: Made
) -> None:
    page = visitor.page
    with opened(server.workspace) as ws, ws.store.write() as tx:
        audit.shadow(tx, made.project, made.roots[:1])

    strike(page, "Enter")

    told = page.get_by_role("alert")
    expect(told).to_contain_text("1 decision was refused: The original of this variant measures")
    expect(word(page, made.ids[0])).to_have_text("open")
    told.get_by_role("button", name="I have read this").click()
    expect(told).to_have_count(0)
    assert made.standing() == {}


def test_where_the_class_is_out_of_use_one_must_be_said(
    chromium: Browser, server: Server, made: Made
) -> None:
    with opened(server.workspace) as ws:
        class_surgery.retire(ws, made.classes["amber"])
    with Visitor(chromium, server) as visitor:
        page = visitor.page
        visitor.visit(f"/synthesis?project={made.project}")
        begin(page)
        expect(word(page, made.ids[0])).to_have_text("which class?")
        expect(tile(page, made.ids[0])).to_contain_text("class needed")

        strike(page, "Enter")
        expect(page.get_by_text("Press the key of its class first.")).to_be_attached()
        strike(page, "2")

        wait_until_saved(page)
        assert made.standing() == {made.ids[0]: ("keep", made.classes["blue"])}


@pytest.mark.parametrize("made", [0], indirect=True)
def test_where_nothing_was_made_a_sentence_says_so_and_new_ones_come_by_themselves(
    visitor: Visitor, server: Server, made: Made
) -> None:
    page = visitor.page
    expect(page.get_by_text("No variant waits. Make some with a recipe.")).to_be_visible()
    with opened(server.workspace) as ws:
        item = next(iter(paths(ws, made.project)))
        with ws.store.read() as tx:
            free = [one for one in paths(ws, made.project) if one not in audit.among(tx, [one])]
        make_variants(ws, made.project, 1, free[:2])
        assert item

    expect(page.locator(".rv-tile")).to_have_count(2, timeout=15_000)
    expect(page.get_by_label("Made for")).to_have_value(DARK.key)

    # Of what nothing measures, no figures are told.
    plain = Filling("JPEG artefacts", "", 0, 0)
    with opened(server.workspace) as ws:
        [one] = make_variants(ws, made.project, 1, free[2:3], filling=plain)
    page.get_by_label("Made for").select_option(plain.key, timeout=15_000)
    expect(tile(page, one)).to_have_accessible_name("1 of 1, amber, keep?")
    expect(tile(page, one)).not_to_contain_text("none")


@pytest.mark.parametrize("made", [2], indirect=True)
def test_who_comes_back_when_all_is_decided_sees_new_ones_and_hears_of_others(
    visitor: Visitor, server: Server, made: Made
) -> None:
    page, plain = visitor.page, Filling("JPEG artefacts", "", 0, 0)
    strike(page, "Enter", "Delete")
    wait_until_saved(page)
    visitor.visit(f"/synthesis?project={made.project}")
    expect(page.get_by_text("All decided. More come by themselves")).to_be_visible()

    with opened(server.workspace) as ws:
        with ws.store.read() as tx:
            apart = audit.among(tx, list(paths(ws, made.project)))
        others = [one for one in paths(ws, made.project) if one not in {*apart, *made.roots}]
        make_variants(ws, made.project, 1, others[:1], filling=plain)
    expect(page.get_by_text("All decided here. 1 variant waits under another name")).to_be_visible()

    with opened(server.workspace) as ws:
        [one] = make_variants(ws, made.project, 1, others[1:2])
    expect(tile(page, one)).to_be_visible()
    expect(tile(page, one)).to_have_attribute("aria-current", "true")


def test_the_page_with_the_grid_reads_well_for_everybody(visitor: Visitor, made: Made) -> None:
    strike(visitor.page, "Enter", "Delete")
    wait_until_saved(visitor.page)

    assert findings(visitor.page, "keep or reject") == []

"""Texts and rows on the desk: real letters, read and labeled like pictures are."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from labeler_app.services import setup, telling
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import schema
from tests.browser import Visitor
from tests.live import Server, wait_for
from tests.records import opened, paths, stored
from tests.tables import people, reviews, written

pytestmark = pytest.mark.browser

HOSTILE = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'> \u202e\x07 end"
RIGHT_TO_LEFT = "שלום עולם, זה סרט טוב"
MEGABYTE = 2**20


def made(server: Server, name: str, file: Path) -> int:
    with opened(server.workspace) as ws:
        return setup.new_project(
            ws, name, file, ImportOptions(), classes=("good", "bad")
        ).project.id


def say(server: Server, project: int, *texts: str) -> None:
    """Let the items of a project say these, by turns."""
    with opened(server.workspace) as ws, ws.store.write() as tx:
        items = sa.select(schema.item.c.id).where(schema.item.c.project == project)
        for place, item in enumerate(tx.execute(items).scalars().all()):
            content = json.dumps(texts[place % len(texts)], ensure_ascii=False)
            changed = sa.update(schema.item_content).where(schema.item_content.c.item == item)
            tx.execute(changed.values(content=content))


def shown(page: Page) -> str:
    return page.locator(".picture .words").first.inner_text()


def test_a_text_is_on_screen_and_a_key_brings_the_next(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    films = reviews(40)
    project = made(server, "Films", written(tmp_path / "films.csv", films))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project, supplied=3)
        first = shown(page)
        item = visitor.press("1")
        second = shown(page)
        visitor.wait_until_saved()

        assert {first, second} <= {one["text"] for one in films}
        assert first != second
        expect(page.get_by_role("article")).to_contain_text(second)
        expect(page.locator(".strip .begin")).to_have_text(first[:40])
        with opened(server.workspace) as ws:
            assert [(one.item, one.label) for one in stored(ws, project)] == [(item, "good")]
        page.keyboard.press("z")
        page.wait_for_function("(item) => onScreen() === item", arg=item)
        assert shown(page) == first
        assert visitor.complaints == []


def test_markup_and_signs_that_act_unseen_are_shown_as_letters(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Hostile", written(tmp_path / "films.csv", reviews(12)))
    say(server, project, HOSTILE)

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        visitor.press("1")

        assert shown(page) == HOSTILE.replace("\u202e", "⟨202E⟩").replace("\x07", "⟨0007⟩")
        assert page.evaluate("window.harmed") is None
        assert page.locator(".picture img, .picture script").count() == 0


def test_a_text_answered_on_an_earlier_visit_comes_back_as_text(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Earlier", written(tmp_path / "films.csv", reviews(40)))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        first = shown(page)
        item = visitor.press("1")
        visitor.wait_until_saved()
        # Where it cannot be read at first, its picture stands for it until it can.
        page.route(f"**/api/contents/{item}?*", lambda route: route.abort())
        page.reload()
        visitor.see_item()
        picture = page.locator(".strip img")
        expect(picture).to_have_attribute("src", re.compile(f"/images/{item}.*thumb"))
        page.unroute_all(behavior="wait")
        page.wait_for_timeout(2_100)  # It is asked for again with a later drawing, not before.
        visitor.press("2")
        expect(page.locator(".strip .begin").first).to_have_text(first[:40])
        expect(picture).to_have_count(0)
        visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]
        page.keyboard.press("z")
        page.keyboard.press("z")
        page.wait_for_function("(item) => onScreen() === item", arg=item)

        assert shown(page) == first


def test_texts_fetched_ahead_are_labeled_without_a_connection(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Offline", written(tmp_path / "films.csv", reviews(40)))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project, supplied=12)
        visitor.context.set_offline(True)
        seen = set()
        for _ in range(5):
            seen.add(shown(page))
            visitor.press("2")
        expect(page.locator(".strip .begin")).to_have_count(5)
        visitor.context.set_offline(False)
        visitor.wait_until_saved()

        assert len(seen) == 5
        with opened(server.workspace) as ws:
            assert [one.label for one in stored(ws, project)] == ["bad"] * 5


def test_a_text_that_is_not_kept_is_set_aside_and_never_labeled(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Lost", written(tmp_path / "films.csv", reviews(12)))
    with opened(server.workspace) as ws, ws.store.write() as tx:
        items = sa.select(sa.func.min(schema.item.c.id)).where(schema.item.c.project == project)
        lost = tx.execute(items).scalar_one()
        tx.execute(sa.delete(schema.item_content).where(schema.item_content.c.item == lost))

    with Visitor(chromium, server) as visitor:
        visitor.sit_down(project)
        answered = []
        while len(answered) < 8:
            answered.append(visitor.press("1"))
        visitor.wait_until_saved()

        assert lost not in answered
        with opened(server.workspace) as ws:
            told = {(one.item, one.kind) for one in stored(ws, project)}
        assert {(item, "label") for item in answered} <= told
        assert (lost, "label") not in told


def test_of_a_megabyte_of_text_the_beginning_is_drawn_and_all_of_it_once_that_is_asked_for(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Long", written(tmp_path / "films.csv", reviews(12)))
    say(server, project, *((piece * MEGABYTE)[:MEGABYTE] for piece in ("x", "a\n", "映画")))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        kinds = set()
        while len(kinds) < 3:
            assert 1000 < len(shown(page)) < 30_000
            kinds.add(shown(page)[0])
            visitor.press("1")
        page.get_by_role("button", name="Show all 1,048,576 characters").click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('*')].some((one) =>"
            " one.shadowRoot?.querySelector('.page')?.textContent.length === 1048576)"
        )


def test_a_long_text_begins_at_its_top_and_moves_with_the_keys(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Scrolling", written(tmp_path / "films.csv", reviews(12)))
    say(server, project, "A line of a long text.\n" * 400)

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        place = "(one) => one.scrollTop"
        visitor.see_item()
        expect(page.locator(".page")).to_contain_text("A line of a long text.")
        for _ in range(2):
            before = page.locator(".page").evaluate(place)
            page.keyboard.press("PageDown")
            while page.locator(".page").evaluate(place) == before:
                page.wait_for_timeout(20)
        moved = page.locator(".page").evaluate(place)
        page.keyboard.press("PageUp")
        back = page.locator(".page").evaluate(place)
        visitor.press("2")

        assert 0 < back < moved
        assert page.locator(".page").evaluate(place) == 0


def test_the_focus_in_a_text_goes_on_to_the_next(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Focus", written(tmp_path / "films.csv", reviews(12)))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        page.keyboard.press("Tab")
        expect(page.locator(".page")).to_be_focused()
        visitor.press("1")

        expect(page.locator(".page")).to_be_focused()


def test_the_keys_of_the_zoom_make_the_letters_larger_and_none_is_for_brightness(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Letters", written(tmp_path / "films.csv", reviews(12)))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
        words = page.locator(".page .words")
        plain = words.evaluate(size)
        page.keyboard.press("+")
        page.keyboard.press("]")
        larger = words.evaluate(size)
        visitor.press("1")

        assert larger > plain
        assert words.evaluate(size) == larger  # It stays with the next text.
        page.keyboard.press("?")
        expect(page.get_by_text("Letters larger, smaller, 100 %")).to_be_visible()
        assert page.get_by_text("Darker").count() == 0


def test_a_text_from_right_to_left_begins_at_the_right(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project = made(server, "Hebrew", written(tmp_path / "films.csv", reviews(12)))
    say(server, project, RIGHT_TO_LEFT)

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)

        style = "(one) => getComputedStyle(one).direction"
        direction = page.locator(".page .part").evaluate(style)
        assert (shown(page), direction) == (RIGHT_TO_LEFT, "rtl")


def test_a_row_shows_its_values_says_a_missing_one_and_where_a_number_lies(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    rows = [{"age": str(20 + number), "job": "" if number else "?"} for number in range(40)]
    project = made(server, "Staff", written(tmp_path / "staff.csv", rows))

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project)
        age = int(page.locator(".page dd .value").first.inner_text())
        # Of a half, either neighbour will do: it is written from a binary fraction.
        low, high = (100 * (age - 20) + 19) // 40, (100 * (age - 20) + 20) // 40
        below = f"above ({low}|{high}) % of the rows"
        where = {20: "the lowest of the rows", 59: "the highest of the rows"}.get(age, below)

        assert page.locator(".page dt").all_inner_texts() == ["age", "job"]
        expect(page.locator(".page dd").first).to_have_text(re.compile(f"^{age}, {where}$"))
        expect(page.locator(".page dd").last).to_contain_text("no value")
        visitor.press("1")
        assert visitor.complaints == []


def test_columns_that_tell_most_stand_first_and_a_press_puts_them_as_in_the_file(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    labeled = people(120)
    unlabeled = [{**one, "age": str(90 + at), "pay": ""} for at, one in enumerate(labeled[:40])]
    table = written(tmp_path / "staff.csv", [*labeled, *unlabeled])
    with opened(server.workspace) as ws:
        options = ImportOptions("column", "trust", label_column="pay")
        project = setup.new_project(ws, "Pay", table, options).project.id
        wait_for(lambda: telling.first(ws, project), 60)

    with Visitor(chromium, server) as visitor:
        page = visitor.sit_down(project, supplied=2)
        names = page.locator(".page dt")
        turn = page.get_by_role("button", name="Columns that tell most first")

        assert names.all_inner_texts() == ["hours", "age", "job", "since"]
        turn.press("Enter")
        assert names.all_inner_texts() == ["age", "job", "hours", "since"]
        expect(page.get_by_role("button", name="Columns as in the file")).to_be_focused()
        visitor.press("1")
        assert names.all_inner_texts() == ["age", "job", "hours", "since"]
        page.reload()
        visitor.see_item()
        assert names.all_inner_texts() == ["age", "job", "hours", "since"]
        page.get_by_role("button", name="Columns as in the file").click()
        assert names.all_inner_texts() == ["hours", "age", "job", "since"]
        visitor.wait_until_saved()
        assert visitor.complaints == []


def test_the_first_order_of_columns_comes_to_a_desk_that_is_open(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    rows = people(120)
    table = written(tmp_path / "open.csv", [{**one, "pay": ""} for one in rows])
    with opened(server.workspace) as ws:
        options = ImportOptions("column", "trust", label_column="pay")
        made = setup.new_project(ws, "Open", table, options, classes=("little", "much"))
        project = made.project.id
        keys = {
            item: "12"[rows[int(path.partition("#")[2]) - 2]["pay"] == "much"]
            for item, path in paths(ws, project).items()
        }
        with Visitor(chromium, server) as visitor:
            page = visitor.sit_down(project, supplied=3)
            names = page.locator(".page dt")
            assert names.all_inner_texts()[0] == "age"
            visitor.label_rightly(keys, 60)
            visitor.wait_until_saved()
            wait_for(lambda: telling.first(ws, project), 60)
            said = page.get_by_text("the columns that tell most of the classes stand first")
            visitor.press(keys[visitor.see_item()])  # The reply tells of a newer ranking.
            expect(said.locator("visible=true").first).to_be_visible()
            visitor.press(keys[visitor.see_item()])
            assert names.all_inner_texts()[0] == "hours"


@pytest.mark.parametrize(("kind", "phone"), [("text", True), ("table", False), ("table", True)])
def test_at_night_there_is_no_white_paper_and_nothing_reaches_over_the_edge(
    kind: str, phone: bool, chromium: Browser, server: Server, tmp_path: Path
) -> None:
    rows = reviews(12) if kind == "text" else people(12)
    project = made(server, f"Night {kind} {phone}", written(tmp_path / "rows.csv", rows))

    with Visitor(chromium, server, dark=True, phone=phone) as visitor:
        page = visitor.sit_down(project)
        expect(page.locator(".desk")).to_have_css("opacity", "1")
        stage = page.locator(".stage")

        expect(stage).to_have_css("background-color", "rgb(28, 29, 31)")
        expect(page.locator(".page .words").first).to_have_css("color", "rgb(236, 236, 234)")
        over = page.locator(".page").evaluate("(one) => one.scrollWidth - one.clientWidth")
        assert over <= 0

"""What the desk looks like where room is short: all in reach, none covered, each class signed."""

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import DESKTOP, PHONE, Visitor
from tests.live import Server
from tests.records import make_project, opened

pytestmark = pytest.mark.browser

TARGET = 44
COLOURS_IN_ALL = 8
NAMES = (
    *("ductal carcinoma in situ", "adenocarcinoma, moderate", "adenoma, low grade", "normal"),
    *("Unverhältnismäßigkeitsnachweis", "artefact", "lymphocytes", "necrosis", "muscle", "mucus"),
)
BOXES = """(buttons) => buttons.map((one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  return [left, top, right, bottom];
})"""
# What a finger or an eye would meet at the corners and in the middle of an element.
COVERED = """(images) => images.flatMap((one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const points = [
    [left + 2, top + 2], [right - 2, top + 2], [left + 2, bottom - 2], [right - 2, bottom - 2],
    [(left + right) / 2, (top + bottom) / 2],
  ];
  return points.filter(([x, y]) => one.getRootNode().elementFromPoint(x, y) !== one);
})"""


def seat(visitor: Visitor, photos: Path, classes: tuple[str, ...], name: str) -> int:
    """Make a project with these classes and sit down at its desk."""
    with opened(visitor.server.workspace) as ws:
        project = make_project(ws, name, photos, classes=classes)
    page = visitor.sit_down(project)
    expect(page.locator(".desk")).to_have_css("opacity", "1")  # Its styles are here.
    page.wait_for_load_state("networkidle")
    return project


@pytest.mark.parametrize("count", [2, 7, 10])  # The layout changes at 3, 7, 9.
def test_on_a_phone_up_to_ten_classes_are_in_reach_below_the_picture(
    count: int, chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server, phone=True) as visitor:
        seat(visitor, photos, NAMES[:count], f"Phone, {count} classes")
        page = visitor.page

        boxes = page.locator(".dock .cls").evaluate_all(BOXES)
        stage = page.locator(".stage").bounding_box()

        assert len(boxes) == count
        assert page.get_by_role("button", name="None of these").count() == 0
        for left, top, right, bottom in boxes:
            assert left >= 0
            assert right <= PHONE["width"]
            assert bottom <= PHONE["height"]
            assert right - left >= TARGET
            assert bottom - top >= TARGET
        assert not any(overlap(*pair) for pair in combinations(boxes, 2))
        assert stage is not None
        assert stage["height"] > PHONE["height"] / 2
        assert visitor.complaints == []


def test_on_a_phone_nine_of_many_classes_and_a_field_for_the_others_are_below_the_picture(
    chromium: Browser, server: Server, photos: Path
) -> None:
    names = tuple(f"species {number}" for number in range(1, 26))
    with Visitor(chromium, server, phone=True) as visitor:
        seat(visitor, photos, names, "Phone, many classes")
        page = visitor.page
        boxes = page.locator(".dock .cls").evaluate_all(BOXES)
        stage = page.locator(".stage").bounding_box()
        field = page.get_by_role("combobox", name="Find a class")
        field.tap()
        found = page.get_by_role("listbox", name="Classes")
        options = found.locator("[role=option]").evaluate_all(BOXES)
        field.fill("5")
        found.get_by_role("option", name="species 25").tap()
        visitor.wait_until_saved()

        assert len(boxes) == 10
        assert not any(overlap(*pair) for pair in combinations(boxes, 2))
        assert max(bottom for _, _, _, bottom in boxes) <= PHONE["height"]
        assert stage is not None
        assert stage["height"] > PHONE["height"] / 2
        # Above, so that the keyboard of the phone does not cover it.
        assert options[0][1] < PHONE["height"] / 4
        assert all(bottom - top >= TARGET for _, top, _, bottom in options)
        expect(page.locator(".strip button")).to_have_attribute("title", "species 25")
        expect(found).to_be_hidden()
        assert visitor.complaints == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_nothing_covers_the_last_five_pictures(
    phone: bool, chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server, phone=phone) as visitor:
        seat(visitor, photos, NAMES, f"Last five, phone {phone}")
        page = visitor.page
        page.route("**/api/labels", lambda route: route.fulfill(status=503, json={}))

        for key in "12345":
            visitor.press(key)
        expect(page.locator(".strip .un")).to_have_count(5)

        images = page.locator(".strip img")
        expect(images).to_have_count(5)
        assert images.evaluate_all(COVERED) == []
        buttons = page.locator(".under button:visible").evaluate_all(BOXES)
        assert max(right for _, _, right, _ in buttons) <= (PHONE if phone else DESKTOP)["width"]


def test_classes_of_one_colour_are_told_apart_by_key_and_name_wherever_the_colour_is_shown(
    chromium: Browser, server: Server, photos: Path
) -> None:
    names = tuple(f"{first}{number}" for number, first in enumerate("abcdefghijklmnopqrstuvwxyz"))
    with Visitor(chromium, server) as visitor:
        seat(visitor, photos, names, "Every class has its sign")
        page = visitor.page
        page.keyboard.press("/")
        page.get_by_role("option", name="z25").click()
        visitor.press("1")
        visitor.press("8")
        page.keyboard.press("g")

        row = [*names[:8], names[25]]
        for place, title, wanted in (
            (".dock button.cls", ".n", row),
            (".rail li", ".name", list(names)),
        ):
            caps = page.locator(f"{place} .cap").all_inner_texts()
            colours = [
                one.get_attribute("data-colour") for one in page.locator(f"{place} .cap").all()
            ]
            assert page.locator(f"{place} {title}").all_inner_texts() == wanted
            assert len(set(colours)) == COLOURS_IN_ALL
            keyed = [one for one in caps if one != "·"]
            assert len(set(keyed)) == len(keyed)
        strip = page.locator(".strip button")
        expect(strip.locator("kbd")).to_have_text(["9", "1", "8"])
        assert [one.get_attribute("title") for one in strip.all()] == ["z25", "a0", "h7"]
        assert visitor.complaints == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_long_names_that_begin_alike_can_be_told_apart_on_their_buttons(
    phone: bool, chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server, phone=phone) as visitor:
        seat(visitor, photos, NAMES, f"Long names, phone {phone}")

        names = visitor.page.locator(".dock .cls .n")
        lines = names.evaluate_all("(all) => all.map((one) => Math.round(one.clientHeight / 16))")

        assert lines[1:3] == [2, 2]
        assert names.nth(1).evaluate("(one) => one.scrollWidth <= one.clientWidth")


def overlap(one: list[float], other: list[float]) -> bool:
    """Say whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

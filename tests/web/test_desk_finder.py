"""Two hundred classes: nine in the row, each under its key, and a field for the others."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import make_project, opened, stored

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
HEBREW = "שלום עולם"
ODD = (HOSTILE, HEBREW, "l" * 100, "Éclair", "stage 2")
GENERA = (
    "acer",
    "betula",
    "carex",
    "drosera",
    "erica",
    "fagus",
    "galium",
    "hedera",
    "iris",
    "juncus",
)
SPECIES = (
    *("alba", "borealis", "communis", "dioica", "elatior", "flava", "gracilis", "hirta", "italica"),
    *("japonica", "kotschyi", "lutea", "minor", "nigra", "officinalis", "palustris", "repens"),
    *("sylvatica", "tenuis", "vulgaris"),
)
NAMES = tuple(f"{genus} {species}" for genus in GENERA for species in SPECIES)[:195] + ODD


def seat(visitor: Visitor, photos: Path, name: str) -> int:
    with opened(visitor.server.workspace) as ws:
        project = make_project(ws, name, photos, classes=NAMES)
    visitor.sit_down(project)
    return project


def find(visitor: Visitor, keys: str) -> None:
    """Open the field by its key, strike these keys, and wait for the next item."""
    shown = visitor.see_item()
    page = visitor.page
    page.keyboard.press("0")
    for key in keys:
        if key.isascii():
            page.keyboard.press("Enter" if key == "\n" else key)
        else:
            page.keyboard.insert_text(key)
    page.wait_for_function("(was) => onScreen() !== was", arg=shown, polling=20)


def test_any_of_two_hundred_classes_is_a_field_and_two_keys_away_and_keys_keep_their_places(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        project = seat(visitor, photos, "Two hundred classes")
        page = visitor.page
        row = page.locator(".dock button.cls .n")
        expect(row).to_have_text(list(NAMES[:9]))

        visitor.press("2")
        find(visitor, "v\n")  # The first of those where a word begins so.
        visitor.press("T")  # Its letter; it needs no digit, and takes none from another.
        expect(row).to_have_text(list(NAMES[:9]))
        find(visitor, "v2")  # The second; the first is the recent one. It has no letter.
        expect(row).to_have_text([*NAMES[:8], "betula vulgaris"])
        visitor.press("9")  # No pause: a class that is chosen ends the writing.
        find(visitor, "ecl\n")  # Without its accent and its case.
        expect(row).to_have_text([*NAMES[:7], "Éclair", "betula vulgaris"])
        find(visitor, "e 2\n")  # Here the digit is part of a name.
        find(visitor, "<\n")
        find(visitor, "ש\n")
        visitor.press("2")
        visitor.press("D")
        visitor.wait_until_saved()

        with opened(server.workspace) as ws:
            given = [one.label for one in stored(ws, project)]
        v1, v2 = "acer vulgaris", "betula vulgaris"
        second, eleventh = NAMES[1], NAMES[10]
        odd = ["Éclair", "stage 2", HOSTILE, HEBREW]
        assert given == [second, v1, v1, v2, v2, *odd, second, eleventh]
        kept = [*NAMES[:4], HEBREW, HOSTILE, "stage 2", "Éclair", v2]
        expect(row).to_have_text(kept)
        page.reload()
        visitor.see_item()
        expect(row).to_have_text(kept)
        assert visitor.complaints == []


def test_a_digit_stays_what_it_is_as_classes_with_letters_come_and_no_name_is_cut_off(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        with opened(server.workspace) as ws:
            project = make_project(ws, "Eleven classes", photos, classes=NAMES[:11])
        page = visitor.sit_down(project)
        row = page.locator(".dock button.cls .n")
        page.keyboard.press("A")
        field = page.get_by_role("textbox", name="Name of the class")
        expect(field).to_be_focused()
        page.keyboard.insert_text("a" * 101)
        page.keyboard.press("Enter")
        expect(
            page.get_by_text("The class name has 101 characters. Use at most 100.")
        ).to_be_visible()
        field.fill("lichen")
        page.keyboard.press("Enter")
        said = page.get_by_text("lichen is there, with the key E.")
        expect(said.locator("visible=true").first).to_be_visible()
        expect(row).to_have_text(list(NAMES[:9]))
        for key in "ED9":
            visitor.press(key)
        visitor.wait_until_saved()

        with opened(server.workspace) as ws:
            assert [one.label for one in stored(ws, project)] == ["lichen", NAMES[10], NAMES[8]]
        (refusal,) = visitor.complaints  # The browser tells of it.
        assert "400" in refusal
        assert "/api/classes" in refusal


# Strikes "/" right behind the script that puts the first item in place, before it is painted.
AT_ONCE = """
addEventListener("DOMContentLoaded", () => {
  const how = { key: "/", code: "Slash", bubbles: true, composed: true, cancelable: true };
  const strike = () => document.body.dispatchEvent(new KeyboardEvent("keydown", how));
  const desk = new MutationObserver(() => {
    const root = document.querySelector("[data-labeler-desk]")?.shadowRoot;
    if (!root) return;
    desk.disconnect();
    const item = new MutationObserver(() => {
      if (!root.querySelector(".picture > [data-item]")) return;
      item.disconnect();
      strike();
    });
    item.observe(root, { childList: true, subtree: true });
  });
  desk.observe(document.body, { childList: true });
});
"""


def test_the_field_is_there_as_soon_as_the_first_item_is(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        visitor.page.add_init_script(AT_ONCE)
        seat(visitor, photos, "The field at once")
        field = visitor.page.get_by_role("combobox", name="Find a class")
        expect(field).to_be_focused(timeout=5_000)


def test_the_field_is_a_combobox_that_escape_leaves_and_that_labels_nothing_by_itself(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:
        project = seat(visitor, photos, "The field for classes")
        page = visitor.page
        first = visitor.see_item()
        field = page.get_by_role("combobox", name="Find a class")
        options = page.get_by_role("option")

        page.keyboard.press("/")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.type("uszx")
        expect(page.get_by_text("No class is called that.")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")
        page.keyboard.press("ArrowDown")
        chosen = options.nth(1)
        expect(chosen).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        page.keyboard.press("Escape")
        expect(options).to_have_count(0)
        expect(field).to_have_attribute("aria-expanded", "false")
        assert visitor.press("1") == first
        visitor.wait_until_saved()

        with opened(server.workspace) as ws:
            assert [one.label for one in stored(ws, project)] == [NAMES[0]]
        assert visitor.complaints == []


def test_a_suggestion_from_outside_the_row_is_shown_in_the_place_of_the_field(
    chromium: Browser, server: Server, photos: Path
) -> None:
    with Visitor(chromium, server) as visitor:

        def suggest(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            ids = list(told["counts"])
            for item in told["items"]:
                item["p"] = {ids[0]: 0.2, ids[-1]: 0.8}
            route.fulfill(response=answer, json=told)

        visitor.page.route("**/api/queue", suggest)
        project = seat(visitor, photos, "A suggestion from outside")
        page = visitor.page
        page.keyboard.press(" ")

        expect(page.locator(".find .lent")).to_have_text(NAMES[-1])
        expect(page.locator(".find .p")).to_have_text("80 %")
        expect(page.locator(".cls.top")).to_have_count(1)
        page.keyboard.press("Enter")
        visitor.wait_until_saved()
        expect(page.locator(".dock button.cls").nth(8)).to_have_text(re.compile(f"9{NAMES[-1]}1"))
        page.unroute_all(behavior="wait")
        with opened(server.workspace) as ws:
            assert [one.label for one in stored(ws, project)] == [NAMES[-1]]

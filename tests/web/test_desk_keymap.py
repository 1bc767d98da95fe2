"""Keys a person has chosen: pressed in the key map, kept on the server, shown everywhere."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Visitor
from tests.live import Server
from tests.records import opened, stored

pytestmark = pytest.mark.browser


def test_a_key_is_changed_by_pressing_another_and_every_place_that_shows_it_follows(
    visitor: Visitor, server: Server, project: int
) -> None:
    page = visitor.page

    def change(name: str, key: str) -> None:
        sheet.get_by_role("button", name=re.compile(f"^{name}.*Change$")).click()
        page.keyboard.press(key)

    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    change("Skip", "u")
    expect(sheet.get_by_role("status")).to_have_text(
        "U is “Not sure” already. Give that another first."
    )
    page.keyboard.press("Control+k")
    expect(sheet.get_by_role("status")).to_contain_text("Keys with Ctrl, Alt or Meta")
    page.keyboard.press("Escape")  # Nothing is asked any more, and the key map stays.
    for name, key in (("Skip", "w"), ("Undo", "F2"), ("green", "q"), ("This key map", "k")):
        change(name, key)
        expect(sheet.get_by_role("status")).to_have_text(f"{key.upper()} it is.")
    page.keyboard.press("Escape")

    for _ in range(2):  # The second time after a reload.
        first = visitor.see_item()
        expect(page.locator(".acts button").nth(1)).to_have_text("WSkip")
        expect(page.get_by_role("button", name="green, key Q")).to_be_visible()
        expect(page.get_by_role("button", name="Key map, key K")).to_have_attribute(
            "title", "Keys  K"
        )
        page.keyboard.press("s")
        page.keyboard.press("z")
        page.keyboard.press("3")
        assert visitor.press("w") == first
        expect(page.get_by_role("button", name="Undo, key F2")).to_be_visible()
        visitor.press("F2")
        assert visitor.press("q") == first
        visitor.wait_until_saved()
        page.reload()

    with opened(server.workspace) as ws:
        kinds = [(one.kind, one.label) for one in stored(ws, project)]
    assert kinds == [("skip", None), ("undo", None), ("label", "green")] * 2
    visitor.see_item()
    page.keyboard.press("k")
    sheet.get_by_role("button", name="Back to the usual keys").click()
    expect(sheet.get_by_role("status")).to_have_text("All keys are the usual ones again.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="green, key 3")).to_be_visible()
    expect(page.locator(".acts button").nth(1)).to_have_text("SSkip")
    assert [one for one in visitor.complaints if "400 (Bad Request)" not in one] == []

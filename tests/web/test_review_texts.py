"""Variants of texts in a real browser: made by a press, read, kept or rejected by key."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from labeler_app.services import coverage, labeling, making, people, projects, setup
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, contents, variants
from tests.axe import findings
from tests.browser import PHONE, Visitor
from tests.builders import answer, class_ids, rows
from tests.live import Server, wait_for
from tests.records import opened
from tests.tables import shouted, written

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)><b>Bold</b>"
WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('labeler:review-outbox:'))"
MEANT = """() => {
  const tile = document.querySelector(".rv-tile[aria-current=true]");
  return performance.now() > Number(tile?.dataset.meantFrom ?? NaN);
}"""

# Two units each where JavaScript counts, one character where the recipes do.
LETTER = "\U0001f600"
IS_REPLACED = """async () => {
  const all = performance.getEntriesByType("resource").map(({ name }) => name);
  const address = all.find((name) => new URL(name).pathname.endsWith("/api.js"));
  const { isReplaced } = await import(address);
  return isReplaced();
}"""


def label_all(ws: Workspace, project: int) -> None:
    """Label what may be labeled and is not in capitals: by turns bad and good."""
    classes, ben = class_ids(ws, project), people.join(ws, "Ben")
    with ws.store.read() as tx:
        apart = {*audit.positions(tx, project), *audit.shadow_positions(tx, project)}
        said = contents.of_items(tx, [row.id for row in rows(ws, project)])
    batch = [
        answer(
            row.id,
            classes["good" if row.position % 2 else "bad"],
            event_id=f"{project:08}-0000-4000-8000-{row.id:012}",
        )
        for row in rows(ws, project)
        if row.position not in apart and not said[row.id].isupper()
    ]
    labeling.record(ws, project, ben.id, batch)


@pytest.fixture
def films(server: Server, tmp_path: Path) -> int:
    """Ninety long reviews with markup in them, labeled but for a part, and thirty loud ones."""
    told = [one["text"] for one in shouted(120, quiet=90)]
    long = [{"text": f"{one} {MARKUP}\n{' so it goes' * 150}."} for one in told[:90]]
    file = written(tmp_path / "films.csv", [*long, *({"text": one} for one in told[90:])])
    with opened(server.workspace) as ws:
        name = f"Films {tmp_path.name}"
        made = setup.new_project(ws, name, file, ImportOptions(), classes=("bad", "good"))
        wait_for(lambda: projects.get(ws, made.project.id).items == 120, 60)
        label_all(ws, made.project.id)
        wait_for(lambda: coverage.of_project(ws, made.project.id).gaps, 60)
    return made.project.id


def test_made_texts_are_read_kept_rejected_and_given_another_class_by_key(
    chromium: Browser, server: Server, films: int
) -> None:
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={films}")
        gap = page.locator(".gap", has_text="Capitals: all capitals").first
        gap.get_by_role("button", name="See what made ones would look like").click()
        page.get_by_role("button", name="Make 12", exact=True).click()

        expect(page.get_by_text("12 of 12 made")).to_be_visible(timeout=60_000)
        tiles = page.locator(".rv-tile")
        expect(tiles).to_have_count(12, timeout=15_000)
        first = tiles.first
        expect(first.locator(".say.was")).to_contain_text(MARKUP)
        expect(first.locator(".say.is")).to_contain_text(MARKUP.upper())
        expect(page.locator(".rv-tile :is(img, b b)")).to_have_count(0)
        expect(page.get_by_text("picture")).to_have_count(0)
        assert findings(page, "review of texts") == []

        tiles.nth(1).click()
        first.click()
        expect(first).to_have_accessible_name(
            re.compile(
                "^1 of 12, (bad|good), capitals [0-9.]+.% to (9[5-9]|100)[0-9.]*.%, keep[?]$"
            )
        )
        cut = first.bounding_box()
        page.keyboard.press(" ")
        whole = first.bounding_box()
        assert cut
        assert whole
        assert whole["height"] > cut["height"] + 200
        for key in ("Enter", "Delete", "2", "Enter", "z"):
            page.wait_for_function(MEANT, polling=20)
            page.keyboard.press(key)

        page.wait_for_function(f"!{WAITING}.length", polling=20)
        expect(first.locator(".word")).to_have_text("kept")
        assert visitor.complaints == []
    with opened(server.workspace) as ws, ws.store.read() as tx:
        every = variants.every(tx, films)
        good = next(one.id for one in projects.classes(ws, films) if one.name == "good")
    said = {one.id: (one.decision, one.kept_as) for one in every}
    assert sorted(one for one, _ in said.values()) == [""] * 9 + ["keep", "keep", "reject"]
    assert good in {class_id for decision, class_id in said.values() if decision == "keep"}
    assert all(one.path.endswith(".txt") for one in every)


def test_all_of_a_made_text_can_be_read_at_any_width_also_one_kept_by_the_browser(
    chromium: Browser, server: Server, films: int
) -> None:
    with opened(server.workspace) as ws:
        told = {"recipe": "in capitals", "gap": "capitals:6-6:all", "count": 2}
        asked = making.ask(ws, films, people.join(ws, "Ben").id, **told)
        wait_for(lambda: not making.get(ws, films, asked).is_open, 60)
        with ws.store.read() as tx:
            long, short = (one.id for one in variants.every(tx, films))

    def say(route: Route) -> None:
        # As a browser would that kept them before the program was replaced.
        text = "so it goes " * 32
        if f"/variants/{long}/" in route.request.url:
            text = "ab" + LETTER * 6_200 + "THE END"
        elif "/contents/" in route.request.url:
            text = "a" + LETTER * 10_050
        route.fulfill(json={"text": text}, headers={"X-Labeler-Version": "0.0.1"})

    with Visitor(chromium, server) as visitor:
        visitor.page.route(re.compile("/api/(variants/[0-9]+/text|contents/[0-9]+)"), say)
        page = visitor.visit(f"/synthesis?project={films}")
        first, second = (page.locator(f"[data-variant='{one}']") for one in (long, short))

        expect(first.locator(".say.is")).to_have_text(re.compile("THE END$"))
        assert first.locator(".say.was").text_content() == "a" + LETTER * 9_999 + "…"
        assert page.evaluate(IS_REPLACED) is False
        made = second.locator(".say.is")
        expect(made).to_have_text(re.compile("^so it goes"))
        expect(made).not_to_have_attribute("data-cut", "")

        page.set_viewport_size(PHONE)

        expect(made).to_have_attribute("data-cut", "")
        if second.get_attribute("aria-current") != "true":  # A second press would read on.
            second.click()
        cut = second.bounding_box()
        second.press(" ")
        whole = second.bounding_box()
        assert cut
        assert whole
        assert whole["height"] > cut["height"]
        while second.get_attribute("data-whole") is not None:
            page.keyboard.press(" ")
        expect(made).to_have_attribute("data-cut", "")
        assert visitor.complaints == []


def test_a_range_is_drawn_and_a_probe_set_brought_where_items_are_texts(
    chromium: Browser, server: Server, films: int, tmp_path: Path
) -> None:
    hasty = written(
        tmp_path / "hasty.csv", [{"text": f"{at} teh flim wsa godo"} for at in range(9)]
    )
    with Visitor(chromium, server) as visitor:
        page = visitor.visit(f"/synthesis?project={films}")
        page.get_by_role("button", name="Draw a range").click()
        page.get_by_role("combobox", name=re.compile("Condition")).click()
        page.get_by_role("option", name="length", exact=True).click()
        first = page.get_by_role("combobox", name="From")
        expect(first).to_have_value("a few words, under 20 characters")
        expect(page.get_by_label("Share of all texts to come, in %")).to_be_visible()
        page.get_by_role("button", name="Expect 15 % there").click()
        expect(page.locator(".gap", has_text="Length: a few words")).to_contain_text(
            "Length under 20 characters. You expect 15"
        )

        # What a new range changes above must not move the form from under a press.
        visitor.visit(f"/synthesis?project={films}")
        page.get_by_role("button", name="Bring a probe set").click()
        expect(page.get_by_text("A column of classes, class folders")).to_be_visible()
        page.get_by_label("Name of the set").fill("Hasty")
        page.get_by_label("Name of the set").press("Tab")
        page.locator("input[type=file]").set_input_files(hasty)
        expect(page.get_by_text("hasty.csv")).to_be_visible()
        page.get_by_role("button", name="Bring it").click()
        row = page.locator(".probes tr", has_text="Hasty")
        expect(row).to_contain_text(re.compile("9.*0.*characters"), timeout=30_000)

        expect(page.get_by_text(re.compile("picture", re.I))).to_have_count(0)
        assert visitor.complaints == []

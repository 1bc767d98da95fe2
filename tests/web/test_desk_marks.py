"""The words that moved the model, underlined on the desk once its suggestion is looked at."""

import json
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, Route, expect

from labeler_app.services import queues, setup
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import schema
from tests.browser import Visitor
from tests.live import Server
from tests.records import opened
from tests.tables import reviews, written

pytestmark = pytest.mark.browser

EMOJI = "\U0001f3ac\U0001f37f"
# What is underlined in a text, and how.
DRAWN = """(words) => [...words.querySelectorAll("span")].map((one) => {
  const { textDecorationLine, textDecorationStyle } = getComputedStyle(one);
  return [one.textContent, textDecorationLine, textDecorationStyle];
})"""
PLACE = "(one) => JSON.stringify([one.getBoundingClientRect(), one.textContent])"


def made(server: Server, file: Path) -> tuple[int, dict[int, str]]:
    """Make a project of reviews; return it with the right key of every item."""
    rows = [{**one, "text": f"{EMOJI} {one['text']}"} for one in reviews(60)]
    options = ImportOptions(None, "ignore", False)
    with opened(server.workspace) as ws:
        project = setup.new_project(
            ws, "Marked", written(file, rows), options, classes=("good", "bad")
        ).project.id
        content, item = schema.item_content.c, schema.item.c
        statement = sa.select(content.item, content.content).where(
            content.item.in_(sa.select(item.id).where(item.project == project))
        )
        with ws.store.read() as tx:
            said = {row.item: json.loads(row.content) for row in tx.execute(statement)}
    right = {one["text"]: "1" if one["label"] == "good" else "2" for one in rows}
    return project, {one: right[text] for one, text in said.items()}


def wait_for_model(server: Server, project: int) -> None:
    deadline = time.monotonic() + 60
    with opened(server.workspace) as ws:
        while queues.queue_state(ws, project).version is None:
            assert time.monotonic() < deadline, "no model came"
            time.sleep(0.1)


def drawn(page: Page) -> list[list[str]]:
    """Return what is underlined in the text on screen."""
    found: list[list[str]] = page.locator(".page .words").evaluate(DRAWN)
    return found


def reveal(page: Page) -> Locator:
    """Look at the suggestion; return the sentence about the words."""
    page.keyboard.press(" ")
    expect(page.locator(".side .primary.reveal-on")).to_be_visible()
    return page.locator(".spoke")


def test_a_look_underlines_the_words_that_moved_the_model_and_moves_nothing(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    project, keys = made(server, tmp_path / "films.csv")

    with Visitor(chromium, server, dark=True) as visitor:
        page = visitor.sit_down(project)
        asked: list[str] = []
        page.on("request", lambda one: "/api/words/" in one.url and asked.append(one.url))
        visitor.label_rightly(keys, 16)
        visitor.wait_until_saved()
        wait_for_model(server, project)
        visitor.press(keys[visitor.see_item()])
        expect(page.locator(".chip")).to_contain_text("model v")
        item, words = visitor.see_item(), page.locator(".page .words")
        before = words.evaluate(PLACE)
        assert (asked, drawn(page)) == ([], [])

        sentence = reveal(page)
        expect(sentence).to_contain_text("what spoke")
        marks = drawn(page)
        assert {one[0] for one in marks} & {
            *("wonderful", "great", "actors", "lovely", "touching", "story", "film"),
            *("terrible", "bore", "bad", "awful", "stupid", "mess"),
        }
        assert {tuple(one[1:]) for one in marks} <= {
            ("underline", "solid"),
            ("underline", "dotted"),
        }
        assert words.evaluate(PLACE) == before  # The same letters in the same place.
        accent = page.locator(".page .for").first
        expect(accent).to_have_css("text-decoration-color", "rgb(79, 189, 181)")

        page.keyboard.press(" ")  # Looked away again: no line is left.
        expect(sentence).to_be_hidden()
        assert {one[1] for one in drawn(page)} == {"none"}
        expect(reveal(page)).to_contain_text("what spoke")
        assert {one[1] for one in drawn(page)} == {"underline"}
        assert len(asked) == 1
        assert f"/api/words/{item}?v=" in asked[0]
        assert page.request.get(asked[0]).headers["cache-control"] == "private, max-age=3600"
        visitor.press(keys[item])
        assert drawn(page) == []
        expect(sentence).to_be_hidden()

        page.route("**/api/words/**", lambda route: told(route, known=False))
        expect(reveal(page)).to_have_text("No words can be marked with this model.")
        assert drawn(page) == []
        assert visitor.complaints == []


def told(route: Route, *, known: bool) -> None:
    """Answer as the server does of a model whose words cannot be told."""
    route.fulfill(json={"known": known, "towards": [], "against": []})

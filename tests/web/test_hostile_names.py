"""Names that try to be something else: every page shows them as letters, and nothing runs."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from labeler_app.services import class_edits, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import class_folders
from tests.records import make_project, opened
from tests.tables import reviews, written

pytestmark = pytest.mark.browser

RUNS = "<img src=x onerror=alert(1)>"
MARKS = "**b** [l](javascript:alert(1)) `c` $x$ :red[r] {{7*7}} ${7*7}"
PERSON = "<b>Ada</b> **x** $y$ 😀\u200d👩 \"'&amp;"
PROJECT = f"{RUNS} {MARKS}"
CLASSES = (f"{RUNS} 'a' \"b\"", f"# {MARKS}", "<script>alert(2)</script>😀", "n" * 100)
CELL = f"{RUNS}{MARKS}\u202eevil\u200b<script>alert(3)</script>{'w' * 300}"
DEFINITION = f"{RUNS} {MARKS} <script>alert(3)</script>"
FILE = "<img src=x onerror=alert(4)> **b** $z$.png"
# What would be there if a name had become more than letters.
STRAY = """() => {
  const roots = [document];
  for (const root of roots) {
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) roots.push(one.shadowRoot);
  }
  const stray = "[onerror], [src='x'], [href^='javascript'], .katex, [style*='color: red']";
  const found = roots.flatMap((root) => [...root.querySelectorAll(stray)]);
  const marked = roots.flatMap((root) => [...root.querySelectorAll("b, strong, em, code, a")])
    .filter((one) => ["b", "l", "c", "Ada", "x"].includes(one.textContent));
  return [...found, ...marked].map((one) => one.outerHTML.slice(0, 200));
}"""


@pytest.fixture
def hostile(server: Server, tmp_path: Path) -> tuple[int, int, Path]:
    """A project of pictures and one of texts in which everything is named like that."""
    folder = class_folders(tmp_path / "photos", each=3)
    (folder / "amber" / "amber-000.png").rename(folder / "amber" / FILE)
    (folder / "blue" / "<i>**broken** $x$ &lt;.png").write_bytes(b"no picture")
    rows = [{"text": f"{row['text']} {CELL}", RUNS: CELL} for row in reviews(12)]
    source = written(tmp_path / f"{RUNS} **b** $z$.csv", rows)
    with opened(server.workspace) as ws:
        pictures = make_project(ws, PROJECT, folder, classes=CLASSES)
        class_edits.define(ws, projects.classes(ws, pictures)[0].id, DEFINITION)
        table = setup.new_project(
            ws, f"{PROJECT} 2", source, ImportOptions(), classes=CLASSES, kind="table"
        )
    return pictures, table.project.id, source


def test_hostile_names_are_letters_on_every_page_and_nothing_runs(
    chromium: Browser, server: Server, hostile: tuple[int, int, Path]
) -> None:
    pictures, rows, source = hostile
    ran: list[str] = []
    with Visitor(chromium, server, name=PERSON) as visitor:
        page = visitor.page
        page.on("dialog", lambda dialog: ran.append(dialog.message))

        def check(*words: str) -> None:
            for one in words:
                expect(page.get_by_text(one).first).to_be_attached()
            assert page.evaluate(STRAY) == []

        visitor.visit("/")
        check(PROJECT)
        for name, words in (
            ("monitor", (PROJECT, "not yet known")),
            ("settings", (PROJECT, *CLASSES)),
            ("data", (PROJECT, *CLASSES, DEFINITION)),
        ):
            visitor.visit(f"/{name}?project={pictures}")
            check(*words)
        page.get_by_role("button", name="Report").first.click()
        check("<i>**broken** $x$ &lt;.png")
        visitor.sit_down(pictures)
        visitor.press("1")
        visitor.press("2")
        page.keyboard.press("g")
        check(PROJECT, *CLASSES, DEFINITION)
        page.keyboard.press("?")
        check(*CLASSES)
        page.keyboard.press("Escape")
        visitor.wait_until_saved()
        visitor.sit_down(rows)
        check(RUNS, "⟨202E⟩evil")
        visitor.press("3")
        visitor.wait_until_saved()
        check(CLASSES[2])
        visitor.visit("/new")
        page.locator("input[type=file]").first.set_input_files(source)
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        check(source.name)

        assert ran == []

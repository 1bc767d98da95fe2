"""How fast does a page open, and how much memory does the server hold?

Each page five times after a click in the bar (1,000 pictures, 1,000 labels, light theme): the time
until its own words are on screen. The server's resident memory: idle after its first visitor, and
after each quarter of the labels over HTTP, and what each of eight more open desks adds to it.

Run:   python -m tests.benchmarks.pages_and_memory
Last:  first load 1.7 s; medians Projects 0.23, Monitor 0.26, Data 0.25, Settings 0.38, Label 0.52,
       worst 1.05 s; 130 MB idle, +2.0 MB over labels 500 to 1,000, 0.6 MB a desk; 2 cores.
"""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from tests.benchmarks import bench
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import COLOURS, class_folders
from tests.profiles import open_chromium
from tests.program import Program
from tests.records import make_project, opened, paths

PAGE_SECONDS, FIRST_SECONDS, IDLE_MB, GROWTH_MB = 2.0, 4.0, 250.0, 15.0
DESKS, DESKS_BEFORE, DESK_MB = 8, 2, 2.0
SETTLE_SECONDS = 5.0
AHEAD = 120  # Items that a desk holds.
WORDS = {
    "Monitor": "What labels have bought",
    "Data": "Each row says how it came about",
    "Settings": "What is asked next",
}


def main(labels: int, repeats: int) -> int:
    """Measure, print, and return 1 if a figure is beyond its limit."""
    with bench.place() as folder, ExitStack() as stack:
        source = class_folders(folder / "pictures", each=labels // 2)
        ws = stack.enter_context(opened(folder / "ws"))
        project = make_project(
            ws, "Pages", source, classes=tuple(COLOURS), budget=100_000, retrain_every=50
        )
        more = class_folders(folder / "more", each=(DESKS_BEFORE + DESKS) * AHEAD // 2)
        shared = make_project(ws, "Desks", more, classes=tuple(COLOURS), budget=100_000)
        server = stack.enter_context(bench.serving(folder / "ws"))
        browser = stack.enter_context(open_chromium())
        visitor = stack.enter_context(Visitor(browser, server))
        first = _seconds(lambda: _first_load(visitor))
        visitor.visit(f"/monitor?project={project}")
        _wait_for(visitor.page, WORDS["Monitor"])
        idle = memory(server)
        grown = label_and_weigh(Program(server, project, paths(ws, project)), server, labels)
        opened_in = open_pages(visitor, project, repeats)
        desk = desk_memory(browser, server, shared)
    for name, values in opened_in.items():
        print(f"{name:>9}: median {np.median(values):.2f} s, worst {max(values):.2f} s")
    return bench.verdict(
        [
            ("first load after the start, s", first, FIRST_SECONDS),
            *(
                (f"{name}, median s", float(np.median(v)), PAGE_SECONDS)
                for name, v in opened_in.items()
            ),
            ("memory idle, MB", idle, IDLE_MB),
            (f"growth over the last {labels // 2} labels, MB", grown, GROWTH_MB),
            (f"each of {DESKS} more open desks, MB", desk, DESK_MB),
        ]
    )


def label_and_weigh(program: Program, server: Server, labels: int) -> float:
    """Label over HTTP, print the memory on the way, and return what the second half added."""
    weights = [memory(server)]
    for _ in range(4):
        program.label(labels // 4)
        weights.append(memory(server))
    said = ", ".join(f"{one:.0f}" for one in weights)
    print(f"Server memory at each quarter of {labels} labels: {said} MB.")
    return weights[-1] - weights[2]


def memory(server: Server) -> float:
    """Return the resident memory of the server's own process in MB."""
    assert server.process is not None
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


def desk_memory(browser: Browser, server: Server, project: int) -> float:
    """Open desks, each of another person, and return what one more adds to the server."""
    weights = []
    with ExitStack() as stack:
        for number in range(1, DESKS_BEFORE + DESKS + 1):
            person = Visitor(browser, server, name=f"Person {number}")
            stack.enter_context(person).sit_down(project)
            if number in (DESKS_BEFORE, DESKS_BEFORE + DESKS):
                time.sleep(SETTLE_SECONDS)
                weights.append(memory(server))
    print(
        f"Server memory, {DESKS_BEFORE} desks and {DESKS} more: "
        f"{weights[0]:.0f}, {weights[1]:.0f} MB."
    )
    return (weights[1] - weights[0]) / DESKS


def open_pages(visitor: Visitor, project: int, repeats: int) -> dict[str, list[float]]:
    """Click through the pages, round after round, after one to warm up."""
    page = visitor.page
    found: dict[str, list[float]] = {name: [] for name in ("Projects", *WORDS, "Label")}
    visitor.visit(f"/settings?project={project}")
    for _ in range(repeats + 1):
        for name, words in WORDS.items():
            page.get_by_role("link", name=name, exact=True).click()
            found[name].append(_seconds(lambda words=words: _wait_for(page, words)))
        page.get_by_role("link", name="Label", exact=True).click()
        found["Label"].append(_seconds(visitor.see_item))
        page.get_by_role("button", name="Pages and figures").click()
        page.get_by_role("button", name="Projects").click()
        found["Projects"].append(_seconds(lambda: _wait_for(page, "all on this computer")))
        visitor.visit(f"/settings?project={project}")
        _wait_for(page, WORDS["Settings"])
    return {name: values[1:] for name, values in found.items()}


def _first_load(visitor: Visitor) -> None:
    visitor.visit("/")
    _wait_for(visitor.page, "Continue labeling", "Start labeling")


def _wait_for(page: Page, *words: str) -> None:
    places = [page.get_by_text(one).locator("visible=true") for one in words]
    either = places[0] if len(places) == 1 else places[0].or_(places[1])
    either.first.wait_for()


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    sys.exit(main(chosen.labels, chosen.repeats))

"""How long until a pile of 48 photos is on screen, and until its 48 labels are durable?

Photos of trash, a model of 120 labels, piles at every certainty, a real Chromium. Painted: from the
key, or the press of Accept, to the frame in which all 48 thumbnails are decoded and drawn. Durable:
from the press of Accept to the confirmation of the last of its 48 labels. The first pile warms up:
its thumbnails are made then.

Run:   python -m tests.benchmarks.batch_grid [--piles 30]
Last:  30 piles, p50/p95 ms: painted 152/218, 48 labels durable 71/98; 2 cores.
"""

import argparse
import sys
import time
from contextlib import ExitStack

from playwright.sync_api import Page

from labeler_app.adapters.archives import unpack_zip
from tests.benchmarks import bench
from tests.benchmarks.key_to_painted import CLASSES
from tests.browser import Visitor
from tests.live import wait_for
from tests.profiles import open_chromium
from tests.program import Program
from tests.records import make_project, opened, paths

TILES = 48
PAINTED_MS, DURABLE_MS = 300.0, 150.0
LABELS = 120
LOOK_SECONDS = 1.0

WATCH = """(tiles) => {
  const root = document.querySelector("[data-labeler-desk]").shadowRoot;
  window.grid = { pressed: 0, before: null, painted: [], durable: [], waiting: new Map() };
  const first = () => root.querySelector(".batch .tile")?.dataset.item ?? null;
  const frame = () => {
    const all = [...root.querySelectorAll(".batch .tile img")];
    const isNew = grid.pressed && first() !== grid.before && all.length === tiles;
    if (isNew && all.every((one) => one.complete && one.naturalWidth)) {
      const { pressed } = grid;
      grid.pressed = 0;
      Promise.all(all.map((one) => one.decode())).then(() => requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => grid.painted.push(performance.now() - pressed);
        after.port2.postMessage(0);
      }));
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.press = () => {
    grid.before = first();
    grid.pressed = performance.now();
  };
  addEventListener("labeler:durable", ({ detail }) => grid.durable.push(detail.ms));
}"""


def main(piles: int) -> int:
    """Measure all, print all, and return 1 if a figure is beyond its limit."""
    archive = bench.data("photos_trashnet.zip")
    painted: list[float] = []
    durable: list[float] = []
    with bench.place() as folder, ExitStack() as stack:
        unpack_zip(archive, folder / "photos")
        ws = stack.enter_context(opened(folder / "ws"))
        project = make_project(ws, "Photos", folder / "photos", classes=CLASSES, budget=100_000)
        server = stack.enter_context(bench.serving(folder / "ws"))
        program = Program(server, project, paths(ws, project))
        program.label(LABELS)
        # One model or two: the labels are given faster than the first is trained.
        wait_for(lambda: program.desk()["queue"]["state"] == "active", 120)
        browser = stack.enter_context(open_chromium())
        visitor = stack.enter_context(Visitor(browser, server))
        page = visitor.sit_down(project)
        page.evaluate(WATCH, TILES)
        _press(page, "b")
        page.get_by_label("Confidence at least").fill("0")
        time.sleep(5)
        page.locator(".batch .tile").first.focus()
        for _ in range(piles + 1):
            before = page.evaluate("[grid.painted.length, grid.durable.length]")
            time.sleep(LOOK_SECONDS)
            while page.locator(".accept .look").is_visible():
                page.keyboard.press("PageDown")
                time.sleep(LOOK_SECONDS)
            _press(page, "Enter")
            page.wait_for_function(
                "([p, d, n]) => grid.painted.length > p && grid.durable.length >= d + n",
                arg=[*before, TILES],
            )
            painted.append(page.evaluate("grid.painted.at(-1)"))
            durable.append(max(page.evaluate(f"grid.durable.slice(-{TILES})")))
    painted, durable = painted[1:], durable[1:]
    print("grid painted, ms   ", bench.percentiles(painted))
    print("48 labels durable  ", bench.percentiles(durable))
    return bench.verdict(
        [
            ("grid of 48 painted, p95 ms", _p95(painted), PAINTED_MS),
            ("accept of 48 durable, p95 ms", _p95(durable), DURABLE_MS),
        ]
    )


def _press(page: Page, key: str) -> None:
    page.evaluate("press()")
    page.keyboard.press(key)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--piles", type=int, default=30)
    sys.exit(main(parser.parse_args().piles))

"""Does the memory of the browser stay flat over 2,000 items?

One person labels photos of 2000 x 1500 pixels in a real Chromium. After each quarter: the heap of
the page's JavaScript after a forced collection of garbage, and the resident memory of the process
that draws the page and of all processes of the browser together (who holds the bytes of images).
Flat is: no more than 10 % from where it stood after the first quarter, up or down.

A bare page that shows one image after another and keeps none grows too, by about 700 MB, until the
cache of decoded images is full and so are the 200 MB of contents that a browser keeps for the tool
that drives it. Both are full before 400 labels: of fewer than 1,600 in all the figures for
processes say nothing.

Run:   python -m tests.benchmarks.long_session [--labels 2000]
Last:  after 500 and 2,000 labels, MB: JS heap 8.7 and 9.1 (+3.6 %), the page's process 958 and 973
       (+1.5 %), whole browser 1,749 and 1,820 (+4.1 %), server 150 and 158; 2 cores, shared.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack

import psutil
from playwright.sync_api import Browser

from tests.benchmarks import bench
from tests.benchmarks.key_to_painted import CLASSES
from tests.benchmarks.large_photos import large_photos
from tests.benchmarks.pages_and_memory import memory
from tests.browser import Visitor
from tests.pictures import truth
from tests.profiles import open_chromium
from tests.records import make_project, opened, paths

QUARTERS = 4
THINK_SECONDS = 0.05
SETTLE_SECONDS = 3.0
CHANGE = 0.10
HELD_TO_IT = ("JS heap", "page's process", "whole browser")
# What the notes of tests.browser and the timings they ask for take is not the desk's.
FORGET = """() => {
  for (const noted of Object.values(seen)) noted.length = 0;
  performance.clearResourceTimings();
}"""


def main(labels: int) -> int:
    """Measure, print, and return 1 if memory is not flat."""
    marks = []
    with bench.place() as folder, ExitStack() as stack:
        # A fifth of a project is reserved and comes rarely; 120 items lie ahead on the desk.
        photos = large_photos(folder / "photos", round(1.15 * labels) + 200)
        ws = stack.enter_context(opened(folder / "ws"))
        project = make_project(ws, "Photos", photos, classes=CLASSES, budget=100_000)
        keys = {
            item: str(CLASSES.index(truth(path)) + 1) for item, path in paths(ws, project).items()
        }
        server = stack.enter_context(bench.serving(folder / "ws"))
        browser = stack.enter_context(open_chromium())
        visitor = stack.enter_context(Visitor(browser, server))
        visitor.sit_down(project, supplied=60)
        for quarter in range(1, QUARTERS + 1):
            for _ in range(labels // QUARTERS):
                visitor.press(keys[visitor.see_item()])
                time.sleep(THINK_SECONDS)
            visitor.wait_until_saved()
            marks.append({**weigh(browser, visitor), "server": memory(server)})
            told = ", ".join(f"{name} {value:.2f}" for name, value in marks[-1].items())
            print(f"{quarter * (labels // QUARTERS):>6} labels, MB: {told}", flush=True)
    return bench.verdict(
        [
            (f"{name}, farthest from the first quarter", far(marks, name), CHANGE)
            for name in HELD_TO_IT
        ]
    )


def weigh(browser: Browser, visitor: Visitor) -> dict[str, float]:
    """Return what the page and the browser hold, in MB."""
    visitor.page.evaluate(FORGET)
    time.sleep(SETTLE_SECONDS)
    session = visitor.context.new_cdp_session(visitor.page)
    for _ in range(2):  # What finalizers let go is collected by the second.
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    session.detach()
    system = browser.new_browser_cdp_session()
    processes = system.send("SystemInfo.getProcessInfo")["processInfo"]
    system.detach()
    resident = {one["id"]: psutil.Process(one["id"]).memory_info().rss for one in processes}
    # Chromium keeps an empty process or two in reserve; the page's is the largest.
    pages = [resident[one["id"]] for one in processes if one["type"] == "renderer"]
    return {
        "JS heap": heap["usedSize"] / 1e6,
        "heap of nodes": heap["embedderHeapUsedSize"] / 1e6,
        "page's process": max(pages) / 1e6,
        "whole browser": sum(resident.values()) / 1e6,
    }


def far(marks: list[Mapping[str, float]], name: str) -> float:
    """Return the largest change against the first mark, as a share of it."""
    first = marks[0][name]
    return max(abs(one[name] / first - 1) for one in marks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=2000)
    sys.exit(main(parser.parse_args().labels))

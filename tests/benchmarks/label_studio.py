"""How many times sooner is the next photo on screen here than in Label Studio?

The same photos of 2000 x 1500 pixels, the same Chromium, one yardstick for both, one after the
other in one run: from a key to the frame in which another photo is visible, complete and decoded.
There an answer takes two keys, that of the class and Ctrl+Enter: the wait from the first until the
class shows as chosen counts, and the wait from the second to the photo, but nothing of what a
person spends between them; the second is printed by itself as well. Actions are keys per stored
label. Label Studio runs as `label-studio start` starts it, with photos from a plain server of
files; it is installed into an environment of its own, a gigabyte, on the first run.

Run:   python -m tests.benchmarks.label_studio [--labels 200] [--env FOLDER]
Last:  200 labels each, p50/p95 ms: Label Studio 1.23.2 445/527, here 19/28: 22 and 18 times
       sooner (from its last key 21 and 18), with one key a label instead of two; 2 cores.
"""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.benchmarks import bench
from tests.benchmarks.key_to_painted import CLASSES
from tests.benchmarks.label_studio_server import USUAL_ENV, VERSION, LabelStudio, install
from tests.benchmarks.large_photos import large_photos
from tests.browser import Visitor
from tests.live import wait_for
from tests.pictures import truth
from tests.profiles import open_chromium
from tests.records import make_project, opened, paths, stored

WARM_UP = 10
THINK_SECONDS = 0.3
TIMES_SOONER = 20.0
TRIES = 5
CHOICE_MS, PHOTO_MS = 2_000.0, 30_000.0
STORED_SECONDS = 30.0

THERE = 'document.querySelector("img[alt=image]")'
HERE = 'document.querySelector("[data-labeler-desk]")?.shadowRoot.querySelector(".picture > img")'
# Runs before the scripts of a page: what these do with a key does not keep it from being seen.
WATCH = """(() => {
  const shown = () => %s;
  const visible = { opacityProperty: true, visibilityProperty: true };
  const isUp = (one) => Boolean(one?.complete && one.naturalWidth && one.checkVisibility(visible));
  const seen = (window.paint = { until: null, at: 0, before: "", times: [] });
  seen.isUp = () => isUp(shown());
  const waits = {
    chosen: () => document.querySelector("input:checked"),
    painted: () => shown()?.src !== seen.before && isUp(shown()) && shown(),
  };
  seen.arm = (until) => Object.assign(seen, { until: waits[until], at: 0, before: shown().src });
  addEventListener("keydown", (event) => {
    if (seen.until && event.key !== "Control") seen.at ||= event.timeStamp;
  }, { capture: true });
  const frame = () => {
    const one = seen.at && seen.until();
    if (one) {
      const { at } = seen;
      Object.assign(seen, { until: null, at: 0 });
      const after = new MessageChannel();
      const framed = new Promise((done) => (after.port1.onmessage = done));
      after.port2.postMessage(0);
      Promise.all([framed, one.decode?.()]).then(() => seen.times.push(performance.now() - at));
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()"""


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds of each label, of these the part after its last key, and keys a label."""

    times: list[float]
    last: list[float]
    actions: float


def main(labels: int, env: Path) -> int:
    """Measure both, print both, and return 1 if the goal is missed."""
    program = install(env)
    with bench.place() as folder, ExitStack() as stack:
        photos = large_photos(folder / "photos", round(1.3 * (labels + WARM_UP)) + 60)
        browser = stack.enter_context(open_chromium())
        there = label_there(browser, program, photos, folder / "peer", labels + WARM_UP)
        here = label_here(browser, photos, folder / "ws", labels + WARM_UP)
    return report(there, here)


def label_there(browser: Browser, program: Path, photos: Path, folder: Path, count: int) -> Row:
    """Label in Label Studio."""
    names = [one.relative_to(photos).as_posix() for one in sorted(photos.rglob("*.jpg"))]
    with bench.files_served(photos) as url, LabelStudio(program, folder) as server:
        project = server.images_project(CLASSES, [f"{url}/{name}" for name in names])
        page = server.sit_down(browser, project, WATCH % THERE)
        page.wait_for_function("paint.isUp()")
        keys = 0
        for number in range(count):
            time.sleep(THINK_SECONDS)
            keys += _strike(page, str(number % len(CLASSES) + 1), "chosen", CHOICE_MS)
            keys += _strike(page, "Control+Enter", "painted", PHOTO_MS)
        times = np.reshape(page.evaluate("paint.times"), (count, 2))
        stored_labels = _settled(lambda: server.finished(project), count)
    return _row(times, keys / stored_labels)


def label_here(browser: Browser, photos: Path, folder: Path, count: int) -> Row:
    """Label at our desk."""
    with opened(folder) as ws:
        project = make_project(ws, "Photos", photos, classes=CLASSES, budget=100_000)
        keys = {item: CLASSES.index(truth(path)) + 1 for item, path in paths(ws, project).items()}
        with bench.serving(folder) as server, Visitor(browser, server) as visitor:
            visitor.context.add_init_script(WATCH % HERE)
            page = visitor.sit_down(project, supplied=20)
            struck = 0
            for _ in range(count):
                shown = visitor.see_item()
                time.sleep(THINK_SECONDS)
                struck += _strike(page, str(keys[shown]), "painted", PHOTO_MS)
            visitor.wait_until_saved()
            times = np.reshape(page.evaluate("paint.times"), (count, 1))
        labels = _settled(lambda: sum(one.kind == "label" for one in stored(ws, project)), count)
    return _row(times, struck / labels)


def report(there: Row, here: Row) -> int:
    """Print both rows and what lies between them."""
    peer, ours = f"Label Studio {VERSION}", "labeler_app"
    print(f"{peer:>20}  {bench.percentiles(there.times)}  actions per item {there.actions:.2f}")
    print(f"{'after its last key':>20}  {bench.percentiles(there.last)}")
    print(f"{ours:>20}  {bench.percentiles(here.times)}  actions per item {here.actions:.2f}")
    mine = np.percentile(here.times, [50, 95])
    for name, times in (("from the first key", there.times), ("from its last key", there.last)):
        p50, p95 = np.percentile(times, [50, 95]) / mine
        print(f"times sooner, {name}: {p50:.1f} at p50, {p95:.1f} at p95")
    share = float(mine[1] / np.percentile(there.times, 95))
    return bench.verdict(
        [
            ("ours as a share of Label Studio's, p95", share, 1 / TIMES_SOONER),
            ("actions per item", here.actions, 1.0),
        ]
    )


def _strike(page: Page, key: str, until: str, patience_ms: float) -> int:
    """Strike a key until it has done its work; return how often, which is once as a rule."""
    before = page.evaluate("(until) => (paint.arm(until), paint.times.length)", until)
    for strikes in range(1, TRIES + 1):
        page.keyboard.press(key)
        with suppress(PlaywrightTimeoutError):
            page.wait_for_function(
                "(before) => paint.times.length > before", arg=before, timeout=patience_ms
            )
            return strikes
    raise AssertionError(f"The key {key} did nothing, {TRIES} times.")


def _settled(labels: Callable[[], int], count: int) -> int:
    """Return how many labels are stored, once all are; fail if they do not become so many."""
    wait_for(lambda: labels() == count, STORED_SECONDS, lambda: f"{labels()} of {count} stored.")
    return labels()


def _row(times: np.ndarray, actions: float) -> Row:
    measured = times[WARM_UP:]
    return Row(measured.sum(axis=1).tolist(), measured[:, -1].tolist(), actions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--env", type=Path, default=USUAL_ENV)
    chosen = parser.parse_args()
    sys.exit(main(chosen.labels, chosen.env))

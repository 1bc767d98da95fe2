"""A bare page that shows one picture after another: as fast as this browser can be here."""

import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks import bench

WARM_UP = 10

STATIC_PAGE = """<!doctype html><style>body{margin:0;display:grid;place-items:center;height:100vh}
img{max-width:90vw;max-height:90vh}</style><div id=stage></div><script>
window.times = [];
const AHEAD = 4, pictures = [], stage = document.getElementById("stage");
const decode = () => Promise.all(pictures.slice(0, AHEAD).map((one) => one.decode()));
const next = () => stage.replaceChildren(pictures.shift());
window.prepare = async (names) => {
  for (const name of names) {
    const one = new Image();
    one.decoding = "sync";
    one.src = name;
    pictures.push(one);
    await new Promise((done) => one.addEventListener("load", done));
  }
  await decode();
  next();
};
addEventListener("keydown", (event) => {
  next();
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => {
      times.push(performance.now() - event.timeStamp);
      decode();
    };
    after.port2.postMessage(0);
  });
});
</script>"""


def measure_static(
    browser: Browser, folder: Path, pictures: Sequence[Path], think_seconds: float
) -> list[float]:
    """Return the milliseconds from a key to the next of these pictures, without the first ten.

    All are loaded before the first key, and the next four are decoded. The page is written into
    the folder.
    """
    names = []
    for number, one in enumerate(pictures):
        names.append(f"{number}{one.suffix}")
        (folder / names[-1]).symlink_to(one.resolve())
    (folder / "static.html").write_text(STATIC_PAGE)
    with bench.files_served(folder) as url:
        page = browser.new_page()
        page.goto(f"{url}/static.html")
        page.evaluate("(names) => prepare(names)", names)
        for _ in range(len(names) - 1):
            page.keyboard.press("1")
            time.sleep(think_seconds)
        times = page.evaluate("times")
        page.close()
    return list(times)[WARM_UP:]

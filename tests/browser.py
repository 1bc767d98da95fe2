"""A real Chromium, and a person who sits in front of it."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live import Server
from tests.records import missing

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('labeler:outbox:'))"

# Runs before the page's own scripts, so its listeners come first: what was on screen when a key
# went down is written down before the desk acts on it.
WATCH = """
(() => {
  const seen = (window.seen = { keys: [], painted: [], durable: [] });
  let root = null;
  const desk = () => {
    if (root?.isConnected && root.querySelector(".desk")) return root;
    const walk = (node) => {
      for (const one of node.querySelectorAll("*")) {
        if (one.classList.contains("desk")) return node;
        const found = one.shadowRoot && walk(one.shadowRoot);
        if (found) return found;
      }
      return null;
    };
    root = walk(document);
    if (root === document) root = document.documentElement;
    return root;
  };
  window.onScreen = () => {
    const found = desk()?.querySelector(".picture img")?.dataset.item;
    return found ? Number(found) : null;
  };
  window.strike = (kind, key, repeat = false) => {
    const told = { key, code: `Digit${key}`, repeat };
    const how = { bubbles: true, composed: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent(kind, { ...told, ...how }));
  };
  // Keys right after writing do not count, so a person who has written takes a breath.
  let wrote = -Infinity;
  window.isWriting = () => performance.now() < wrote + 450;
  performance.setResourceTimingBufferSize(5000);
  const isItem = ({ name }) => name.includes("size=screen");
  window.fetched = () => performance.getEntriesByType("resource").filter(isItem).length;
  addEventListener("keydown", (event) => {
    if (!event.repeat) seen.keys.push({ key: event.key, item: window.onScreen() });
    const isText = event.composedPath()[0].matches?.("textarea, input[type=text]");
    if (isText || isWriting()) wrote = event.key === "Escape" ? -Infinity : performance.now();
  }, { capture: true });
  for (const name of ["painted", "durable"]) {
    addEventListener(`labeler:${name}`, (event) => seen[name].push(event.detail));
  }
})();
"""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open a browser for the tests of a module.

    No longer than that: while it is open, Playwright's event loop runs in this thread, and tests
    that start one of their own would fail.
    """
    path = shutil.which("chromium")
    if path is None:
        missing("No browser to test in: install Debian's package chromium.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person with a browser profile of their own, and notes on all that went wrong in it."""

    browser: Browser
    server: Server
    name: str = "Ada"
    dark: bool = False
    phone: bool = False
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport=PHONE if self.phone else DESKTOP,  # type: ignore[arg-type]
            has_touch=self.phone,
            color_scheme="dark" if self.dark else "light",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(WATCH)
        self.context.on("request", lambda request: self._note_stranger(request.url))
        self.page = self.context.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            shown = self.page.locator("body").aria_snapshot()
            error.add_note(f"{self.page.url} showed:\n{shown}\n{self.complaints}")
            error.add_note(f"The server said:\n{self.server.log.read_text()[-3000:]}")
        self.context.close()

    def visit(self, path: str) -> Page:
        """Open a page; give the name if it is asked for."""
        self.page.goto(self.server.page(path))
        if urlparse(self.page.url).path == "/welcome":
            self.page.fill("#name", self.name)
            self.page.get_by_role("button", name="Start").click()
        return self.page

    def sit_down(self, project: int, *, supplied: int = 1) -> Page:
        """Open the desk of a project; wait for an item on screen, and for so many images."""
        self.visit(f"/label?project={project}")
        self.see_item()
        self.page.wait_for_function("(count) => fetched() >= count", arg=supplied, polling=50)
        return self.page

    def see_item(self) -> int:
        """Wait until an item is on screen, and return its number."""
        self.page.wait_for_function("onScreen() !== null", polling=20)
        return int(self.page.evaluate("onScreen()"))

    def press(self, key: str) -> int:
        """Press a key for the item on screen, wait for the next, and return what was shown."""
        self.page.wait_for_function("!isWriting()", polling=20)
        shown = self.see_item()
        self.page.keyboard.press(key)
        self.page.wait_for_function("(was) => onScreen() !== was", arg=shown, polling=20)
        return shown

    def type_keys(self, keys: str, every_ms: float) -> None:
        """Strike keys by the page's own clock, as fast fingers would, whatever else goes on."""
        self.start_typing(keys, every_ms)()

    def start_typing(self, keys: str, every_ms: float) -> Callable[[], None]:
        """Begin to strike keys, and return a function that waits for the last of them."""
        all_keys = len(self.typed()) + len(keys)
        self.page.evaluate(
            """([keys, every]) => void (async () => {
                const begun = performance.now();
                for (let at = 0; at < keys.length; at += 1) {
                    const wait = begun + at * every - performance.now();
                    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
                    strike("keydown", keys[at]);
                    strike("keyup", keys[at]);
                }
            })()""",
            [keys, every_ms],
        )
        return lambda: self.wait_for_keys(all_keys)

    def wait_for_keys(self, count: int) -> None:
        """Wait until so many keys went down on this page."""
        self.page.wait_for_function(
            "(count) => seen.keys.length >= count", arg=count, polling=10, timeout=120_000
        )

    def label_rightly(self, keys: Mapping[int, str], count: int) -> None:
        """Strike the right key for item after item, each as soon as it is on screen."""
        self.page.evaluate(
            """async ([keys, count]) => {
                const frame = () => new Promise(requestAnimationFrame);
                for (let last = null, done = 0; done < count; done += 1) {
                    while (onScreen() === null || onScreen() === last) await frame();
                    last = onScreen();
                    strike("keydown", keys[last]);
                    strike("keyup", keys[last]);
                }
            }""",
            [{str(item): key for item, key in keys.items()}, count],
        )

    def typed(self) -> list[tuple[str, int | None]]:
        """Return each key that went down, with the item that was on screen then."""
        return [(one["key"], one["item"]) for one in self.page.evaluate("seen.keys")]

    def timings(self, name: str) -> list[Any]:
        """Return what the desk told about itself: ``painted`` or ``durable``."""
        return list(self.page.evaluate(f"seen.{name}"))

    def unsaved(self) -> int:
        """Return how many answers wait in this browser."""
        return int(self.page.evaluate(f"{WAITING}.length"))

    def wait_until_saved(self, seconds: float = 30.0) -> None:
        """Wait until the server has confirmed every answer."""
        self.page.wait_for_function(f"!{WAITING}.length", timeout=seconds * 1000, polling=50)

    def _note_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} {message.location['url']}")

    def _note_stranger(self, url: str) -> None:
        parts = urlparse(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.strangers.append(url)

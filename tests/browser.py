"""A person who sits in front of a real Chromium."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request

from tests import profiles
from tests.live import Server

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
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
    const found = desk()?.querySelector(".picture > [data-item]")?.dataset.item;
    return found ? Number(found) : null;
  };
  // Its styles have come, and what is drawn after the first item: what a person sees before a key.
  window.isSeated = () => {
    const node = onScreen() !== null && desk().querySelector(".desk");
    return node && getComputedStyle(node).opacity === "1" && !!node.querySelector(".dock .cls");
  };
  window.strike = (kind, key, repeat = false) => {
    const told = { key, code: `Digit${key}`, repeat };
    const how = { bubbles: true, composed: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent(kind, { ...told, ...how }));
  };
  // Keys right after writing do not count, so a person who has written takes a breath.
  let wrote = -Infinity;
  window.isWriting = () => performance.now() < wrote + 450;
  // How many questions the server has not answered yet.
  window.underWay = 0;
  const ask = window.fetch;
  window.fetch = (...wish) => {
    underWay += 1;
    return ask(...wish).finally(() => (underWay -= 1));
  };
  performance.setResourceTimingBufferSize(5000);
  const isItem = ({ name }) => name.includes("size=screen") || name.includes("/api/contents/");
  window.fetched = () => performance.getEntriesByType("resource").filter(isItem).length;
  // In one breath: no key comes later than 20 ms after the one before, as the page is told.
  window.isBreathless = false;
  let struck = 0;
  const told = new WeakMap();
  const { get } = Object.getOwnPropertyDescriptor(Event.prototype, "timeStamp");
  Object.defineProperty(Event.prototype, "timeStamp", {
    configurable: true,
    get() { return told.get(this) ?? get.call(this); },
  });
  addEventListener("keydown", (event) => {
    if (isBreathless) told.set(event, Math.min(event.timeStamp, struck + 20));
    struck = event.timeStamp;
    if (!event.repeat) seen.keys.push({ key: event.key, item: window.onScreen() });
    const isText = event.composedPath()[0].matches?.("textarea, input[type=text]");
    if (isText || isWriting()) wrote = event.key === "Escape" ? -Infinity : performance.now();
  }, { capture: true });
  for (const name of ["painted", "durable"]) {
    addEventListener(`labeler:${name}`, (event) => seen[name].push(event.detail));
  }
})();
"""


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
    kind: dict[str, Any] = field(init=False)
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.kind = {
            "viewport": PHONE if self.phone else DESKTOP,
            "has_touch": self.phone,
            "color_scheme": "dark" if self.dark else "light",
            "accept_downloads": True,
        }
        self.context = profiles.take(self.browser, WATCH, **self.kind)
        self.context.on("request", self._note_stranger)
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
            return
        # A request that is still held would fail in the middle of the next test.
        self.page.unroute_all(behavior="ignoreErrors")
        self.context.remove_listener("request", self._note_stranger)
        profiles.give_back(self.context, self.server.url, **self.kind)

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
        """Wait until an item is on screen, and the desk around it; return its number."""
        self.page.wait_for_function("isSeated()", polling=20)
        return int(self.page.evaluate("onScreen()"))

    def press(self, key: str) -> int:
        """Press a key for the item on screen, wait for the next, and return what was shown."""
        self.page.wait_for_function("!isWriting()", polling=20)
        shown = self.see_item()
        self.page.keyboard.press(key)
        self.page.wait_for_function("(was) => onScreen() !== was", arg=shown, polling=20)
        return shown

    @contextmanager
    def in_one_breath(self) -> Iterator[None]:
        """Let every key follow the one before by a moment, however busy the machine is."""
        self.page.evaluate("window.isBreathless = true")
        yield
        self.page.evaluate("window.isBreathless = false")

    def type_keys(self, keys: str, every_ms: float, *, blindly: bool = False) -> None:
        """Strike keys by the page's own clock, as fast fingers would, whatever else goes on."""
        self.start_typing(keys, every_ms, blindly=blindly)()

    def start_typing(
        self, keys: str, every_ms: float, *, blindly: bool = False
    ) -> Callable[[], None]:
        """Begin to strike keys, and return a function that waits for the last of them.

        On a busy machine the stage is empty now and then, where a key says nothing: each waits for
        an item, unless it is struck blindly.
        """
        all_keys = len(self.typed()) + len(keys)
        self.page.evaluate(
            """([keys, every, blindly]) => void (async () => {
                const frame = () => new Promise(requestAnimationFrame);
                const begun = performance.now();
                for (let at = 0; at < keys.length; at += 1) {
                    const wait = begun + at * every - performance.now();
                    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
                    while (!blindly && onScreen() === null) await frame();
                    strike("keydown", keys[at]);
                    strike("keyup", keys[at]);
                }
            })()""",
            [keys, every_ms, blindly],
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

    def _note_stranger(self, request: Request) -> None:
        parts = urlparse(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.strangers.append(request.url)


def wait_until_meant(grid: Locator) -> None:
    """Wait until a press in the batch grid counts: its tiles have been on screen for a moment."""
    counts = "(grid) => performance.now() > Number(grid.dataset.meantFrom)"
    grid.page.wait_for_function(counts, arg=grid.element_handle(), polling=20)

"""One real Chromium for browser tests that follow each other, and profiles that are used again.

To start Chromium, and to read the whole program into a fresh profile, takes longer than most of
what a person does in a test. So a profile is cleared of all that its person left, and what it has
read of the program stays.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

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
PATIENCE_MS = 30_000

_open = ExitStack()
_browsers: list[Browser] = []
_idle: defaultdict[str, list[BrowserContext]] = defaultdict(list)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open a browser whose profiles are all fresh.

    No longer than it is needed: while it is open, Playwright's event loop runs in this thread, and
    tests that start one of their own would fail.
    """
    path = shutil.which("chromium")
    if path is None:
        missing("No browser to test in: install Debian's package chromium.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def kept_chromium() -> Browser:
    """Return the browser that stays open, and keeps its profiles, until `close` is called."""
    if not _browsers:
        _browsers.append(_open.enter_context(open_chromium()))
    return _browsers[0]


def close() -> None:
    """Close the browser that was kept open, if there is one."""
    _idle.clear()
    _browsers.clear()
    _open.close()


def take(browser: Browser, script: str, **kind: Any) -> BrowserContext:
    """Return a profile of this kind in which nobody is known; the script comes before each page."""
    if browser in _browsers and _idle[str(kind)]:
        return _idle[str(kind)].pop()
    context = browser.new_context(**kind)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(script)
    return context


def give_back(context: BrowserContext, origin: str, **kind: Any) -> None:
    """Leave a profile: close its pages, and clear what was stored in it for this address."""
    if context.browser not in _browsers:
        context.close()
        return
    # A request that is still held would fail in the middle of the next test.
    context.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    for page in context.pages:
        page.close()
    context.clear_cookies()
    page = context.new_page()
    stored = {"origin": origin, "storageTypes": "local_storage"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    page.close()
    _idle[str(kind)].append(context)

"""Are labels lost, doubled or put on another item by haste, crashes, silence and reloads?

A real Chromium notes which item was on screen at every key; the database is compared with that.
Five bursts of 100 keys in 2 s; three rounds of 100 keys with two kill -9 of the server in each;
100 keys while the server is away for 30 s; 5 reloads with answers pending.

Run:   python -m tests.benchmarks.bursts_and_crashes
Last:  1,000 keys, 1,000 labels; 0 lost, 0 doubled, 0 wrong, 0 keys met no item; 2 cores.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from labeler_app.services.workspace import Workspace
from tests.benchmarks import bench
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import COLOURS, class_folders
from tests.profiles import open_chromium
from tests.records import make_project, opened, stored

CLASSES = tuple(COLOURS)
KEYS = "12332113223123122131"
LABELS_API = "**/api/labels"


@dataclass
class Ledger:
    """What was typed, of which item; an item comes once in all."""

    typed: dict[int, str] = field(default_factory=dict)
    keys: int = 0
    on_nothing: int = 0

    def add(self, visitor: Visitor) -> None:
        """Take over the keys of a page before it goes away."""
        for key, item in visitor.typed():
            self.keys += 1
            if item is None:
                self.on_nothing += 1
            else:
                self.typed[item] = CLASSES[int(key) - 1]


def main(items_each: int, away_seconds: float) -> int:
    """Run all faults and return 1 if a label was lost, doubled or put on another item."""
    ledger = Ledger()
    with bench.place() as folder, ExitStack() as stack:
        source = class_folders(folder / "pictures", each=items_each)
        ws = stack.enter_context(opened(folder / "ws"))
        project = make_project(ws, "Faults", source, classes=CLASSES, budget=100_000)
        server = stack.enter_context(bench.serving(folder / "ws"))
        browser = stack.enter_context(open_chromium())
        rounds: list[tuple[str, int, Callable[[Visitor, Server], Iterator[None]]]] = [
            ("100 keys in 2 s", 5, burst),
            ("kill -9, twice in 100 keys", 3, crash),
            (f"server away {away_seconds:.0f} s", 1, lambda v, s: absence(v, s, away_seconds)),
            ("reload with answers pending", 5, reload),
        ]
        for name, times, fault in rounds:
            before = ledger.keys, ledger.on_nothing
            for _ in range(times):
                with Visitor(browser, server) as visitor:
                    visitor.sit_down(project, supplied=110)
                    for _ in fault(visitor, server):
                        ledger.add(visitor)
                    visitor.wait_until_saved(120)
            keys, on_nothing = ledger.keys - before[0], ledger.on_nothing - before[1]
            print(f"{name:>30}: {keys} keys, {on_nothing} met no item", flush=True)
        return judge(ledger, ws, project)


def burst(visitor: Visitor, _server: Server) -> Iterator[None]:
    """100 keys in 2 seconds."""
    visitor.type_keys(KEYS * 5, every_ms=20, blindly=True)
    yield


def crash(visitor: Visitor, server: Server) -> Iterator[None]:
    """Kill the server twice while keys go on."""
    finish = visitor.start_typing(KEYS * 5, every_ms=80, blindly=True)
    for struck in (15, 60):
        visitor.wait_for_keys(struck)
        server.kill()
        server.start()
    finish()
    yield


def absence(visitor: Visitor, server: Server, seconds: float) -> Iterator[None]:
    """Kill the server, go on labeling, and start it again after a while."""
    server.kill()
    begun = time.monotonic()
    visitor.type_keys(KEYS * 5, every_ms=seconds * 9, blindly=True)
    time.sleep(max(0.0, begun + seconds - time.monotonic()))
    server.start()
    yield


def reload(visitor: Visitor, _server: Server) -> Iterator[None]:
    """Reload the page while nothing gets through to the server."""
    visitor.page.route(LABELS_API, lambda route: route.abort())
    visitor.type_keys(KEYS, every_ms=50, blindly=True)
    yield
    visitor.page.unroute(LABELS_API)
    visitor.page.reload()
    visitor.see_item()


def judge(ledger: Ledger, ws: Workspace, project: int) -> int:
    """Compare what was typed with what is stored."""
    events = stored(ws, project)
    times = Counter(one.item for one in events)
    labels = {one.item: one.label for one in events}
    lost = sum(item not in labels for item in ledger.typed)
    doubled = sum(count - 1 for count in times.values())
    wrong = sum(ledger.typed.get(item) != label for item, label in labels.items())
    print(f"{ledger.keys} keys, {len(events)} labels stored; {ledger.on_nothing} keys met no item")
    return bench.verdict(
        [
            ("labels lost", lost, 0),
            ("labels doubled", doubled, 0),
            ("labels on another item or of another class", wrong, 0),
            ("keys that met no item", ledger.on_nothing, 0),
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items-each", type=int, default=500, help="Pictures of each class.")
    parser.add_argument("--away", type=float, default=30.0, help="Seconds without a server.")
    chosen = parser.parse_args()
    sys.exit(main(chosen.items_each, chosen.away))

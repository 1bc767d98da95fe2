"""How long does it take to choose 100 items out of 10,000, 100,000 and a million?

Embeddings of 512 numbers, 10 classes, 500 labels, one thread, everything in memory, CPU time. A
*read* is one pass over the array in memory (a product with itself), measured in the same run: of
the embeddings, for uncertainty of the probabilities. *Cold* is the first call; *kept* is the
median of calls that get back what that one saved; *later* the same with its 100 picks labeled.
Peers get ready-made probabilities, and are ended after a while.

Run:   python -m tests.benchmarks.selection_speed --peers  (pip install -e ".[bench]")
Last:  100,000 items: k-center 0.64 reads (cold 601 ms), BADGE 1.07, typicality 26. A million:
       margin 12, k-center 0.16 (cold 5.1 s), BADGE 0.49, typicality 2.5, hybrid 24 ms, herding 65;
       scoring 0.73 s, 57 MB. At 100,000 modAL's margin takes 2.5x ours, scikit-activeml's 73x, its
       k-center 1,906x (cold 11x), typicality 322x, Falcun 4x; small-text's margin 159x. All peers
       and sizes: .github/BENCHMARKS.md. 2 shared cores.
"""

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import psutil
from threadpoolctl import threadpool_limits

from labeler_app import plugins
from labeler_app.core.arrays import Choice, FloatArray, LinearHead, PoolView, Strategy
from labeler_app.core.strategies import batch
from tests.benchmarks import bench, selection_peers

WIDTH, CLASSES, LABELED, PICKS, GROUPS = 512, 10, 500, 100, 50
CHUNK = 10_000
UNCERTAINTY = ("margin", "entropy", "least-confidence", "falcun", "margin-quota")
SCORED, SHARD = 1_000_000, 100_000
# In reads of the embeddings, of the probabilities for margin, and in ms for hybrid.
READS = {
    ("k-center", 100_000): 1.1,
    ("k-center", 1_000_000): 0.3,
    ("badge", 100_000): 1.5,
    ("badge", 1_000_000): 1.5,
    ("typicality", 100_000): 40.0,
    ("typicality", 1_000_000): 25.0,
    ("margin", 1_000_000): 35.0,
}
HYBRID_MS, SCORING_SECONDS, SCORING_MB = 30.0, 2.0, 200.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One strategy on one pool, in CPU ms."""

    name: str
    items: int
    cold: float
    kept: float
    later: float
    reads: float
    """``kept`` in passes over what the strategy looks at."""


def main(sizes: Sequence[int], names: Sequence[str], repeats: int, limit: float) -> int:
    """Measure, print, and return 1 if a figure is beyond its limit."""
    figures: list[tuple[str, float, float]] = []
    with threadpool_limits(limits=1):
        for items in sizes:
            if 3.5 * items * WIDTH * 4 > psutil.virtual_memory().available:
                print(f"{items:,} items: not run: they need {7 * items * WIDTH / 5e8:.0f} GB free.")
                continue
            view = make_pool(items)
            ours = [measure(name, view, repeats) for name in names]
            figures += [figure for one in ours for figure in _figures(one)]
            _guard(view)
            if limit > 0:
                _compare(ours, view, limit)
        figures += scoring(repeats)
    return bench.verdict(figures)


def make_pool(items: int) -> PoolView:
    """Make 50 clouds of items, of which 500 are labeled, and a model that is unsure of many."""
    rng = np.random.default_rng(0)
    middles = rng.standard_normal((GROUPS, WIDTH), dtype=np.float32)
    x = np.empty((items, WIDTH), dtype=np.float32)
    group = rng.integers(GROUPS, size=items)
    for start in range(0, items, CHUNK):
        part = slice(start, min(start + CHUNK, items))
        rng.standard_normal(out=x[part], dtype=np.float32)
        x[part] += middles[group[part]]
    labeled = np.sort(rng.choice(items, LABELED, replace=False))
    head = LinearHead(
        rng.normal(0.0, 0.05, (CLASSES, WIDTH)), np.zeros(CLASSES), np.arange(CLASSES)
    )
    proba = head.proba(x).astype(np.float32)
    candidates = np.setdiff1d(np.arange(items), labeled)
    return PoolView(x, proba, candidates, labeled, group[labeled] % CLASSES, head)


def measure(name: str, view: PoolView, repeats: int) -> Measured:
    """Time one strategy cold, with what it saved, and 100 labels later; print the figures."""
    strategy = cast(Strategy, plugins.load("strategies", name))

    def choose(window: PoolView) -> Choice:
        return strategy(window, PICKS, np.random.default_rng(0))

    choose(replace(view, candidates=view.candidates[:1_000]))  # What is imported late is there.
    cold, first = _timed(lambda: choose(view), 1)
    again = replace(view, saved=first.save)
    labeled = np.concatenate([view.labeled, first.positions])
    after = replace(
        again,
        candidates=np.setdiff1d(view.candidates, first.positions),
        labeled=labeled,
        labels=np.arange(labeled.size) % CLASSES,
    )
    slow = 1 if cold > 2_000 and not first.save else repeats
    kept, later = (_timed(lambda w=w: choose(w), slow)[0] for w in (again, after))
    looked_at = view.proba if name in UNCERTAINTY else view.embeddings
    found = Measured(name, len(view.embeddings), cold, kept, later, kept / read(looked_at))
    _show(found)
    return found


def read(array: FloatArray | None) -> float:
    """Return the CPU ms of one pass over an array: the product of it with itself."""
    flat = np.ravel(array)
    return _timed(lambda: np.dot(flat, flat), 9)[0]


def scoring(repeats: int) -> list[tuple[str, float, float]]:
    """Score a million half-precision rows, shard by shard, and weigh what is allocated."""
    rng = np.random.default_rng(0)
    head = LinearHead(
        rng.normal(0.0, 0.05, (CLASSES, WIDTH)), np.zeros(CLASSES), np.arange(CLASSES)
    )
    shard = rng.standard_normal((SHARD, WIDTH), dtype=np.float32).astype(np.float16)
    out = np.empty((SCORED, CLASSES), dtype=np.float32)

    def score() -> None:
        for start in range(0, SCORED, SHARD):
            out[start : start + SHARD] = head.proba(shard)

    spent = _timed(score, repeats)[0] / 1e3
    tracemalloc.start()
    score()
    most = (tracemalloc.get_traced_memory()[1] + out.nbytes) / 1e6
    tracemalloc.stop()
    return [
        ("scoring 1M rows of float16, CPU s", spent, SCORING_SECONDS),
        ("scoring 1M rows of float16, MB", most, SCORING_MB),
    ]


def _timed(act: Callable[[], object], repeats: int) -> tuple[float, Choice]:
    """Return the median CPU ms, after one call to warm up if there are several."""
    spent: list[float] = []
    for _ in range(repeats + (repeats > 1)):
        begun = time.process_time()
        answer = act()
        spent.append(1e3 * (time.process_time() - begun))
    return float(np.median(spent[repeats > 1 :])), cast(Choice, answer)


def _figures(one: Measured) -> list[tuple[str, float, float]]:
    found = []
    if (one.name, one.items) in READS:
        of = "probabilities" if one.name in UNCERTAINTY else "embeddings"
        name = f"{one.name}, {one.items:,} items, reads of the {of}"
        found.append((name, one.reads, READS[one.name, one.items]))
    if one.name == "hybrid" and one.items == 1_000_000:
        found.append(("hybrid, 1,000,000 items, ms", one.kept, HYBRID_MS))
    return found


def _show(one: Measured) -> None:
    print(
        f"{one.items:>9,}  {one.name:<17}cold {one.cold:9.1f}  kept {one.kept:8.1f}  "
        f"later {one.later:8.1f} ms  {one.reads:8.2f} reads",
        flush=True,
    )


def _guard(view: PoolView) -> None:
    spent = _timed(lambda: batch.distances_to_sample(view), 1)[0]
    far = np.ones(len(view.embeddings), dtype=np.float32)
    picks = cast(Strategy, plugins.load("strategies", "margin"))
    rng = np.random.default_rng(0)
    whole = _timed(lambda: batch.guarded(picks, view, PICKS, rng, far), 3)[0]
    print(
        f"{len(far):>9,}  the guard of a batch: {whole:.1f} ms with margin; once for each state of "
        f"the pool {spent:.0f} ms"
    )


def _compare(ours: Sequence[Measured], view: PoolView, limit: float) -> None:
    by_name = {one.name: one for one in ours}
    for name, calls in selection_peers.peers(view, PICKS).items():
        for library, call in calls.items():
            if name not in by_name:
                continue
            spent = selection_peers.cpu_seconds(call, limit)
            one = by_name[name]
            ratio = (
                f"{1e3 * spent:9.1f} ms, {1e3 * spent / one.kept:7.1f}x ours kept, "
                f"{1e3 * spent / one.cold:5.1f}x cold"
                if isinstance(spent, float)
                else f"not run: {spent}"
            )
            print(f"{one.items:>9,}  {name:<17}{library} {ratio}", flush=True)


def _introduce() -> None:
    for peer in selection_peers.LIBRARIES:
        print(f"{peer} {selection_peers.installed(peer) or 'not run: not installed'}")
    for peer, reason in selection_peers.NOT_RUN.items():
        print(f"{peer} not run: {reason}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--names", default=",".join(plugins.names("strategies")))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--peers", action="store_true", help="Run the libraries that are there.")
    parser.add_argument("--peer-seconds", type=float, default=100.0)
    parser.add_argument("--report", type=Path, help="Write what was measured into this file.")
    chosen = parser.parse_args()
    sizes = [int(one) for one in chosen.sizes.split(",")]
    limit = chosen.peer_seconds if chosen.peers else 0.0
    with bench.heard() as lines:
        if chosen.peers:
            _introduce()
        code = main(sizes, chosen.names.split(","), chosen.repeats, limit)
    if chosen.report:
        bench.report(chosen.report, "selection speed", __doc__ or "", lines)
    sys.exit(code)

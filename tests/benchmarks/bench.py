"""What the benchmarks share: where data lie, places to work in, percentiles, verdicts."""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.live import Server

DATA_VARIABLE = "LABELER_TEST_DATA"
BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared" / "data"


def data(name: str) -> Path:
    """Return a data file, or end with a sentence that says where it is looked for."""
    folder = Path(os.environ.get(DATA_VARIABLE) or BESIDE_THE_PROJECT)
    path = folder / name
    if not path.is_file():
        print(f"{path} is missing: name the folder of {name} with {DATA_VARIABLE}.")
        sys.exit(2)
    return path


@contextmanager
def place() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as folder:
        yield Path(folder)


@contextmanager
def serving(workspace: Path) -> Iterator[Server]:
    """Serve a workspace while the block runs."""
    server = Server(workspace).start()
    try:
        yield server
    finally:
        server.stop()


def percentiles(values: Sequence[float]) -> str:
    """Return median, 95th percentile and worst in words."""
    p50, p95 = np.percentile(values, [50, 95])
    return f"p50 {p50:6.1f}  p95 {p95:6.1f}  worst {max(values):6.1f}  n {len(values)}"


def verdict(figures: Sequence[tuple[str, float, float]]) -> int:
    """Print each figure beside its limit; return 1 if one is beyond it."""
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, value, limit in figures:
        word = "ok" if value <= limit else "BEYOND"
        print(f"{word:>7}  {name}: {value:.4g} (limit {limit:.4g})")
    return int(any(value > limit for _, value, limit in figures))

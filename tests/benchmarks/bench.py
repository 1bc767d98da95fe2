"""What the benchmarks share: where data lie, places to work in, percentiles, verdicts."""

import functools
import io
import os
import platform
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TextIO

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


@contextmanager
def files_served(folder: Path) -> Iterator[str]:
    """Serve a folder to whatever page asks, and give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


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


def report(path: Path, section: str, about: str, lines: Sequence[str]) -> None:
    """Write what a benchmark printed between two marks of a file; what stands around them stays.

    Parameters
    ----------
    section
        Its heading, and the name of its marks.
    about
        The docstring of the benchmark: what stands before "Run:" says how it was measured, and
        the command behind it how to measure again.
    """
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    old = path.read_text(encoding="utf-8") if path.is_file() else "# Benchmarks\n"
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    how, _, run = about.partition("Run:")
    command, *_ = re.split(r" {2,}| \[| \(", run.strip())
    command = f"Written by `{command} --report {path}`."
    heading = f"## {section.capitalize()}"
    told = [begin, heading, "", how.strip(), "", command, "", "```", *lines, "```", end]
    text = "\n\n".join(part for part in (before.rstrip(), "\n".join(told), after.strip()) if part)
    path.write_text(f"{text}\n", encoding="utf-8")


@contextmanager
def heard() -> Iterator[list[str]]:
    """Keep the lines that are printed while the block runs."""
    lines: list[str] = []
    with redirect_stdout(_Ear(sys.stdout, lines)):
        yield lines


class _Quiet(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


class _Ear(io.TextIOBase):
    def __init__(self, out: TextIO, lines: list[str]) -> None:
        self._out, self._lines, self._begun = out, lines, ""

    def write(self, text: str) -> int:
        *whole, self._begun = (self._begun + text).split("\n")
        self._lines += whole
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()

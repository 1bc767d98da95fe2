"""Is a model above 88 % after 100 labels on handwritten digits?

`labeler simulate digits` with margin: the median of 5 seeds, on items outside the pool.

Run:   python -m tests.benchmarks.simulate_digits
Last:  margin median 0.984, worst 0.980; random median 0.947; 2 cores.
"""

import argparse
import json
import sys

import numpy as np

from tests.benchmarks import bench
from tests.live import labeler

LABELS, LOWEST = 100, 0.88


def main(seeds: int) -> int:
    """Simulate, print, and return 1 if the median is too low."""
    with bench.place() as folder:
        out = folder / "out.json"
        done = labeler(
            *("simulate", "digits", "--strategies", "random,margin", "--json", str(out)),
            *("--budget", str(LABELS), "--seeds", str(seeds)),
            workspace=folder / "ws",
        )
        print(done.stdout or done.stderr)
        runs = json.loads(out.read_text())["runs"]
    reached = {
        name: [one["accuracy"][-1] for one in runs if one["strategy"] == name]
        for name in ("random", "margin")
    }
    for name, values in reached.items():
        print(f"{name:>7}: median {np.median(values):.3f}, worst {min(values):.3f}")
    wrong = 1.0 - float(np.median(reached["margin"]))
    return bench.verdict([(f"error after {LABELS} labels, margin, median", wrong, 1.0 - LOWEST)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    sys.exit(main(parser.parse_args().seeds))

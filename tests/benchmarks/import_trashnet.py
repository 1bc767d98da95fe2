"""How long does `labeler new` take for 2,524 photos in a zip, and does a second import add any?

Reading, checking, re-encoding and embedding, in one process started from the shell.

Run:   python -m tests.benchmarks.import_trashnet
Last:  median 12.9 s, worst 13.0 s with `patches`; again adds 0; 2 cores.
"""

import argparse
import json
import sys
import time

import numpy as np

from tests.benchmarks import bench
from tests.live import labeler

LIMIT_SECONDS = 60.0
PHOTOS = 2524


def main(repeats: int) -> int:
    """Import, import again, print, and return 1 if it took too long or added anything."""
    archive = str(bench.data("photos_trashnet.zip"))
    seconds, added, absent = [], 0, 0
    for _ in range(repeats):
        with bench.place() as folder:
            begun = time.perf_counter()
            made = labeler("new", "Photos", "--from", archive, "--json", workspace=folder / "ws")
            seconds.append(time.perf_counter() - begun)
            again = labeler("import", "Photos", archive, "--json", workspace=folder / "ws")
        first, second = json.loads(made.stdout), json.loads(again.stdout)
        absent += abs(PHOTOS - first["new"] - first["duplicates"] - first["refused"])
        added += second["new"]
        print(f"{seconds[-1]:.1f} s, {first['new']} new; again: {second['new']} new", flush=True)
    return bench.verdict(
        [
            ("seconds, median", float(np.median(seconds)), LIMIT_SECONDS),
            ("seconds, worst", max(seconds), LIMIT_SECONDS),
            ("items added by a second import", added, 0),
            ("photos not accounted for", absent, 0),
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    sys.exit(main(parser.parse_args().repeats))

"""How long does an answer take where there are a million items and many labels?

What the routes of the desk do for a request, by the same services, on SQLite: an answer is stored
and the news are read; the queue is filled up. The items are rows of the database without files,
60,000 of them are labeled, and there is no model, so that all labels count as new.

Run:   python -m tests.benchmarks.desk_at_a_million [--items 1000000] [--labels 60000]
Last:  p50/p95 ms: an answer 52/59, half of it the count of labels since the last model; the queue
       89/91; 2 cores.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable

import numpy as np
import sqlalchemy as sa

from labeler_app.services import desk, labeling, people, pool, projects, suggestions
from labeler_app.services.answers import Answer
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import ProjectConfig, Settings
from labeler_app.store import items, schema
from tests.benchmarks import bench
from tests.benchmarks.model_to_queue import item
from tests.builders import new_id

CLASSES, CHUNK, TIMES, HELD = 10, 20_000, 40, 60
ANSWER_MS, QUEUE_MS = 100.0, 250.0


def main(count: int, labels: int) -> int:
    """Make the project, answer and fill up, print, and return 1 if it takes too long."""
    with bench.place() as folder:
        ws = open_workspace(Settings(folder))
        project, free = make(ws, count, labels)
        person = people.join(ws, "Ada").id
        classes = [one.id for one in projects.classes(ws, project)]
        left = iter(free)

        def answer() -> None:
            one = Answer(event_id=new_id(), item=next(left), kind="label", class_id=classes[0])
            labeling.record(ws, project, person, [one])
            desk.news(ws, project)

        # Before the first ranking these are drawn from all items; that is not what is measured.
        held = [one.id for one in pool.lease(ws, project, person, keep=[], want=HELD, desk="a")]

        def keep() -> None:
            pool.lease(ws, project, person, keep=held, want=0, desk="a")
            suggestions.of_items(ws, project, held)
            pool.lost(ws, project, person, keep=held, desk="a")
            desk.news(ws, project)

        found = [("an answer", timed(answer), ANSWER_MS), ("the queue", timed(keep), QUEUE_MS)]
        ws.store.close()
    for name, times, _ in found:
        print(f"{name:>12}  {bench.percentiles(times)} ms")
    return bench.verdict(
        [(f"{name}, p95 ms", float(np.percentile(times, 95)), most) for name, times, most in found]
    )


def make(ws: Workspace, count: int, labels: int) -> tuple[int, list[int]]:
    """Make a project with so many items, label some; return it and the items that are left."""
    names = [f"class {number}" for number in range(CLASSES)]
    config = ProjectConfig(embedder="pixels", budget=count)
    project = projects.create(ws, "Million", classes=names, config=config).id
    for first in range(0, count, CHUNK):
        rows = [item(project, at) for at in range(first, min(first + CHUNK, count))]
        with ws.store.write() as tx:
            tx.execute(sa.insert(schema.item), rows)
    with ws.store.read() as tx:
        ids = items.ids_by_position(tx, project)
    random.Random(0).shuffle(ids)
    ben = people.join(ws, "Ben").id
    classes = [one.id for one in projects.classes(ws, project)]
    for at in range(0, labels, 100):
        answers = [
            Answer(event_id=new_id(), item=one, kind="label", class_id=classes[one % CLASSES])
            for one in ids[at : at + 100]
        ]
        labeling.record(ws, project, ben, answers)
    return project, ids[labels:]


def timed(do: Callable[[], None]) -> list[float]:
    """Return how many milliseconds it takes, again and again."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        do()
        found.append(1000 * (time.perf_counter() - begun))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=60_000)
    chosen = parser.parse_args()
    sys.exit(main(chosen.items, chosen.labels))

"""How long does it take from the labels to a published queue in a project of a million items?

A round of the worker by its own services: read the labels, fit, score every shard, choose, and
publish. The items are rows of the database without files, their features 512 random numbers a row
around 50 middles, in shards of half precision; 500 labels of 10 classes. CPU time of one process
with one thread: of the first round, and of later ones after 20 more labels each.

Run:   python -m tests.benchmarks.model_to_queue
Last:  a million items: first round 8.7 s, later ones 2.0 s; 2 cores, shared machine.
"""

import argparse
import sys
import time

import numpy as np
import sqlalchemy as sa
from threadpoolctl import threadpool_limits

from labeler_app.services import claims, labeling, people, projects, training
from labeler_app.services.answers import Answer
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import ProjectConfig, Settings
from labeler_app.store import items, models, schema
from labeler_app.store.models import ShardRow
from tests.benchmarks import bench
from tests.builders import new_id

WIDTH, CLASSES, GROUPS, SHARD, LABELS, MORE = 512, 10, 50, 20_000, 500, 20
LIMIT_SECONDS = 4.0


def main(count: int, rounds: int) -> int:
    """Make the project, train it several times, print, and return 1 if it takes too long."""
    with bench.place() as folder, threadpool_limits(limits=1):
        ws = open_workspace(Settings(folder))
        project = make(ws, count)
        spent = [one_round(ws, project, LABELS if not at else MORE) for at in range(rounds + 1)]
        ws.store.close()
    print(f"first round {spent[0]:.2f} CPU s")
    name = f"from the labels to the queue, {count:,} items, CPU s, median of {rounds}"
    return bench.verdict([(name, float(np.median(spent[1:])), LIMIT_SECONDS)])


def make(ws: Workspace, count: int) -> int:
    """Make a project of items that are in no file, and write their features."""
    names = [f"class {number}" for number in range(CLASSES)]
    config = ProjectConfig(embedder="pixels")
    project = projects.create(ws, "Million", classes=names, config=config).id
    rng = np.random.default_rng(0)
    middles = rng.standard_normal((GROUPS, WIDTH), dtype=np.float32)
    for first in range(0, count, SHARD):
        number = min(SHARD, count - first)
        rows = rng.standard_normal((number, WIDTH), dtype=np.float32)
        rows += middles[np.arange(first, first + number) % GROUPS]
        path = f"{project}/pixels@1-x/{first:09d}.npy"
        digest = ws.arrays.write_shard(path, rows.astype(np.float16))
        with ws.store.write() as tx:
            tx.execute(sa.insert(schema.item), [item(project, first + at) for at in range(number)])
            models.add_shards(tx, [ShardRow(project, "pixels@1-x", first, number, path, digest)])
    return project


def item(project: int, position: int) -> dict[str, object]:
    """Return one item's row."""
    return {
        "project": project,
        "position": position,
        "kind": "image",
        "root": "nowhere",
        "path": f"{position}.png",
        "sha256": f"{position:064x}",
        "state": "ready",
        "created_at": 0.0,
    }


def one_round(ws: Workspace, project: int, labels: int) -> float:
    """Label some items, then train and publish; return the CPU seconds of the latter."""
    classes = [one.id for one in projects.classes(ws, project)]
    person = people.join(ws, "Ada")
    with ws.store.read() as tx:
        ids = items.ids_by_position(tx, project)
    chosen = np.random.default_rng(labels).choice(len(ids), labels, replace=False)
    answers = [
        Answer(event_id=new_id(), item=ids[one], kind="label", class_id=classes[one % CLASSES])
        for one in chosen.tolist()
    ]
    for at in range(0, labels, 100):
        labeling.record(ws, project, person.id, answers[at : at + 100])
    with claims.hold(ws, project, claims.owner_name()) as claim:
        assert claim is not None
        begun = time.process_time()
        training.run(ws, project, claim.fence)
        return time.process_time() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    sys.exit(main(chosen.items, chosen.rounds))

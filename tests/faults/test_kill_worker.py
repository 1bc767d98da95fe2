"""Processes killed in the middle of everything; what is left must be whole."""

import hashlib
import multiprocessing
import random
import subprocess
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from labeler_app.services import exchange, features, labeling, projects, setup, training
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import ProjectConfig, Settings, same_program
from labeler_app.store import audit, engine, events, models, queue, schema, workers
from tests.builders import answer, class_ids, make_project, new_id, rows
from tests.pictures import COLOURS, class_folders, truth

PATIENCE = 60.0
EACH = 40
LABELED = 30


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    """A workspace with the real clock, which the processes share."""
    return replace(ws, clock=time.time)


def start(ws: Workspace, *arguments: str) -> "subprocess.Popen[bytes]":
    command, environment = same_program(ws.settings, "worker", *arguments)
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def phase_of(ws: Workspace, project: int, pid: int) -> str:
    """Return what this very process does in the project."""
    with ws.store.read() as tx:
        row = workers.of_project(tx, project)
    return row.phase if row is not None and f":{pid}:" in row.owner else ""


def kill_during(ws: Workspace, project: int, phase: str, *, busy=lambda: None) -> None:
    """Start a worker and kill it when it says that it is at a phase."""
    process = start(ws)
    deadline = time.monotonic() + PATIENCE
    try:
        while phase_of(ws, project, process.pid) != phase:
            assert process.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline, f"the worker never came to {phase!r}"
            busy()
    finally:
        process.kill()
        process.wait()


def finish(ws: Workspace) -> None:
    assert start(ws, "--once").wait(PATIENCE) == 0


class Labeler:
    """Somebody who goes on labeling, sometimes the same item again."""

    def __init__(self, ws: Workspace, project: int, person: int) -> None:
        self.ws, self.project, self.person = ws, project, person
        self.classes = class_ids(ws, project)
        self.items = rows(ws, project)
        self.sent: list[str] = []

    def label(self, n: int) -> None:
        for _ in range(n):
            row = self.items[(len(self.sent) * 37) % (3 * EACH)]
            said = answer(row.id, self.classes[truth(row.path)])
            labeling.record(self.ws, self.project, self.person, [said])
            self.sent.append(said.event_id)

    def keep_busy(self) -> None:
        """Label when the worker has nothing to do."""
        if training.is_due(self.ws, self.project) is None:
            self.label(1)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_worker_killed_in_every_phase_leaves_everything_whole(ws, ada, tmp_path):
    folder = class_folders(tmp_path / "photos", each=EACH)
    made = setup.start_project(ws, "Colours", folder, ImportOptions(), classes=tuple(COLOURS))
    project = made.project
    projects.configure(ws, project, ProjectConfig(retrain_every=1))

    kill_during(ws, project, "importing")
    kill_during(ws, project, "computing features")
    labeler = Labeler(ws, project, ada.id)
    labeler.label(LABELED)
    for phase in ("training", "scoring", "publishing"):
        kill_during(ws, project, phase, busy=labeler.keep_busy)
    labeler.label(EACH)  # More than the share of all labels after which a training is due.
    finish(ws)

    (report,) = exchange.import_rows(ws, project)
    assert (report.state, report.new, report.total) == ("done", 3 * EACH, 3 * EACH)
    assert sum(one.count for one in features.shards(ws, project)) == 3 * EACH
    with ws.store.read() as tx:
        versions = models.every(tx, project)
        files = [
            *models.shards(tx, project, versions[-1].revision),
            *models.shards(tx, project, versions[-1].scores),
        ]
        curve = [one.version for one in models.curve(tx, project)]
        newest = events.newest_seq(tx, project)
        ranked = queue.newest(tx, project)
        reserved = audit.size(tx, project)
        stored = list(tx.execute(sa.select(schema.label_event.c.event_id)).scalars())
        trained = len({one.item for one in events.training_labels(tx, project)})
    assert reserved == 3 * EACH // 5
    assert sorted(stored) == sorted(labeler.sent)
    assert [one.version for one in versions] == curve == list(range(1, len(versions) + 1))
    seen = [one.up_to_seq for one in versions]
    assert seen == sorted(seen)
    assert seen[-1] == newest
    assert ranked.version == versions[-1].version
    assert versions[-1].labels == trained
    assert sum(one.count for one in files) == 2 * 3 * EACH
    for one in versions:
        assert digest(ws.arrays.folder / one.head) == one.sha256
    for shard in files:
        assert digest(ws.arrays.folder / shard.path) == shard.sha256
    kept = [one for one in ws.arrays.folders(str(project)) if one.startswith("scores")]
    assert sorted(kept) == sorted(one.scores for one in versions[-2:])
    assert engine.integrity(ws.store) == "ok"


def record_all(
    settings: Settings, project: int, person: int, told: list[tuple[str, int, int]], out: Connection
) -> None:
    """Record one label after the other and say which ones were acknowledged."""
    ws = open_workspace(settings)
    for event_id, item, class_id in told:
        sent = answer(item, class_id, event_id=event_id)
        receipt = labeling.record(ws, project, person, [sent])
        out.send(receipt.acknowledged[0])
    out.close()


@pytest.mark.parametrize("seed", [1])
def test_labels_acknowledged_before_a_kill_are_there_and_retries_double_none(
    ws, ada, tmp_path, seed
):
    project = make_project(ws, tmp_path / "photos", embedded=False)
    items = [row.id for row in rows(ws, project.id)]
    classes = list(class_ids(ws, project.id).values())
    rng = random.Random(seed)
    told = [(new_id(), rng.choice(items), rng.choice(classes)) for _ in range(300)]
    context = multiprocessing.get_context("spawn")
    acknowledged: list[str] = []

    for patience in (7, 23, 41, 300):
        waiting = [one for one in told if one[0] not in acknowledged]
        ours, theirs = context.Pipe(duplex=False)
        arguments = (ws.settings, project.id, ada.id, waiting, theirs)
        process = context.Process(target=record_all, args=arguments)
        process.start()
        theirs.close()
        try:
            acknowledged += [ours.recv() for _ in range(min(patience, len(waiting)))]
        finally:
            process.kill()
            process.join()
        with ws.store.read() as tx:
            stored = list(tx.execute(sa.select(schema.label_event.c.event_id)).scalars())
        assert set(acknowledged) <= set(stored)
        while ours.poll():
            # What it said between the last word heard and its end.
            try:
                acknowledged.append(ours.recv())
            except (EOFError, OSError):
                break
        ours.close()

    with ws.store.read() as tx:
        stored = list(tx.execute(sa.select(schema.label_event.c.event_id)).scalars())
        current = {one.item: one.class_id for one in events.training_labels(tx, project.id)}
    assert sorted(stored) == sorted(one[0] for one in told)
    assert current == {item: class_id for _, item, class_id in told}

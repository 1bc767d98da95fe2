"""Processes killed in the middle of everything; what is left must be whole."""

import hashlib
import multiprocessing
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
import sqlalchemy as sa
from threadpoolctl import threadpool_limits

from labeler_app.services import exchange, features, labeling, projects, setup, training, worker
from labeler_app.services.claims import Claim
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import ProjectConfig, Settings, same_program
from labeler_app.store import audit, engine, events, models, queue, schema
from tests.builders import answer, class_ids, make_project, new_id, rows
from tests.pictures import COLOURS, class_folders, truth

PATIENCE = 60.0
EACH = 40
LABELED = 30

# Processes that have read the program already: to read it takes most of the time of a short life.
BORN = multiprocessing.get_context("forkserver")
BORN.set_forkserver_preload(
    ["labeler_app.services.worker", "scipy.spatial", "sklearn.cluster", "sklearn.linear_model"]
)


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    """A workspace with the real clock, which the processes share."""
    return replace(ws, clock=time.time)


def die_during(settings: Settings, phase: str, after: float) -> None:
    """Be a worker, until so many seconds after saying that it is at a phase: then be killed."""
    told = Claim.report

    def report(claim: Claim, said: str, share: float) -> None:
        told(claim, said, share)
        if said == phase:
            Timer(after, os.kill, (os.getpid(), signal.SIGKILL)).start()

    Claim.report = report  # type: ignore[method-assign]
    # One core, as the command takes: threads that wait for a core take long.
    with threadpool_limits(1):
        worker.loop(open_workspace(settings), alive=lambda: True)


def kill_during(
    ws: Workspace, phase: str, *, after: float = 0.002, busy: Callable[[], Any] = lambda: None
) -> None:
    """Start a worker that is killed a moment after it said that it is at a phase."""
    process = BORN.Process(target=die_during, args=(ws.settings, phase, after))
    process.start()
    deadline = time.monotonic() + PATIENCE
    try:
        while process.is_alive():
            assert time.monotonic() < deadline, f"the worker never came to {phase!r}"
            busy()
            process.join(0.05)
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL


def finish(ws: Workspace) -> None:
    """Let the command that a person would use do the rest."""
    command, environment = same_program(ws.settings, "worker", "--once")
    done = subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, timeout=PATIENCE)
    assert done.returncode == 0


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

    kill_during(ws, "importing")
    kill_during(ws, "computing features")
    labeler = Labeler(ws, project, ada.id)
    labeler.label(LABELED)
    for phase in ("training", "scoring", "publishing"):
        kill_during(ws, phase, busy=labeler.keep_busy)
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
    acknowledged: list[str] = []

    for patience in (7, 23, 41, 300):
        waiting = [one for one in told if one[0] not in acknowledged]
        ours, theirs = BORN.Pipe(duplex=False)
        arguments = (ws.settings, project.id, ada.id, waiting, theirs)
        process = BORN.Process(target=record_all, args=arguments)
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

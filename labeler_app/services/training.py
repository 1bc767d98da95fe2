"""Train, score, choose the next queue, and publish all of it in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from labeler_app import plugins
from labeler_app.core.arrays import FloatArray, IndexArray, Learner, LinearHead
from labeler_app.errors import StateError
from labeler_app.log import line, logger
from labeler_app.services import features, projects, ranking
from labeler_app.services.ranking import Pool
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, models, queue, workers
from labeler_app.store import projects as project_rows
from labeler_app.store.events import CurrentLabel
from labeler_app.store.models import CurveRow, ModelRow, ShardRow

IDLE_SECONDS = 30.0
SHARE_OF_LABELS = 0.05
ENOUGH_WITHOUT_ALL = 5  # labels a class, on the average, after which a missing class is not awaited

Step = Callable[[str, float], None]

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof that a project is this worker's; checked inside the publishing transaction."""

    owner: str
    token: int


def is_due(ws: Workspace, project: int) -> str | None:
    """Return what is due: ``"model"``, ``"queue"`` (no model possible yet) or None.

    A model is due when enough answers are newer than the newest one, or a few have been waiting;
    both follow from two numbers in the store, so a crash leaves nothing to repair.
    """
    known = projects.get(ws, project)
    if known.items == 0 or features.missing(ws, project) > 0:
        return None
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        changed = events.changed_items(tx, project, model.up_to_seq if model else 0)
        newest_at = events.newest_at(tx, project)
        selection = queue.newest(tx, project)
        labels = resolved(events.training_labels(tx, project))
        classes = [one.id for one in project_rows.classes(tx, project)]
    fresh = selection is not None and json.loads(selection.detail)["items"] == known.items
    if not is_trainable(list(labels.values()), classes):
        return None if fresh else "queue"
    if model is None or not fresh:
        return "model"
    enough = max(known.config.retrain_every, round(SHARE_OF_LABELS * len(labels)))
    idle = newest_at is not None and ws.clock() - newest_at >= IDLE_SECONDS
    return "model" if changed >= enough or (changed > 0 and idle) else None


def run(ws: Workspace, project: int, fence: Fence, step: Step | None = None) -> int | None:
    """Train the next version and publish it with its curve and its queue.

    Parameters
    ----------
    step
        Called with (phase, share done) before each phase.

    Returns
    -------
    int or None
        The new version; None if there are too few labels, and only a queue was published.

    Raises
    ------
    StateError
        If the project went to another worker meanwhile; nothing is published then.
    """
    tell = step or (lambda _phase, _share: None)
    tell("reading labels", 0.0)
    snapshot = _read(ws, project)
    begun = ws.clock()
    fitted: _Fitted | None = None
    if is_trainable(list(snapshot.labels.values()), snapshot.classes):
        tell("training", 0.2)
        fitted = _fit(ws, snapshot)
        tell("scoring", 0.5)
        files = _score(ws, snapshot, fitted)
        fitted = _Fitted(fitted.head, fitted.path, fitted.sha256, files)
    tell("choosing", 0.7)
    picked = ranking.choose(_pool(ws, snapshot, fitted))
    tell("measuring", 0.85)
    points = _curve(ws, snapshot, fitted)
    tell("publishing", 0.95)
    with ws.store.write() as tx:
        if not workers.holds(tx, project, fence.owner, fence.token):
            raise StateError("Another worker has taken over this project; nothing was published.")
        if fitted is not None:
            for one in fitted.files:
                models.add_shard(tx, one)
            models.add(tx, _model_row(ws, snapshot, fitted, ws.clock() - begun))
        for point in points:
            models.put_point(tx, point)
        queue.replace(tx, picked.selection, picked.entries)
    seconds = ws.clock() - begun
    log.info(line("published", project=project, version=snapshot.version, seconds=seconds))
    return snapshot.version if fitted is not None else None


def resolved(labels: Sequence[CurrentLabel]) -> dict[int, int]:
    """Return one class by position: what most annotators say, the newest where they tie."""
    votes: dict[int, list[int]] = {}
    for one in sorted(labels, key=lambda label: label.seq):
        if one.class_id is not None:
            votes.setdefault(one.position, []).append(one.class_id)
    return {
        position: max(given, key=lambda one: (given.count(one), given[::-1].index(one) * -1))
        for position, given in votes.items()
    }


def is_trainable(labels: Sequence[int], classes: Sequence[int]) -> bool:
    """Say whether a first model makes sense: 2 labels of every class, or many of at least two."""
    counts = [labels.count(one) for one in classes]
    ready = [count for count in counts if count >= 2]
    if len(ready) < 2:
        return False
    return len(ready) == len(counts) or len(labels) >= ENOUGH_WITHOUT_ALL * len(classes)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What the store said at one moment."""

    project: projects.Project
    version: int
    up_to_seq: int
    labels: Mapping[int, int]
    classes: Sequence[int]
    shards: Sequence[ShardRow]
    report: Mapping[int, int]
    unresolved: int
    held_out: frozenset[int]
    ids: Sequence[int]
    answered: frozenset[int]
    older: Sequence[ModelRow]


@dataclass(frozen=True, slots=True)
class _Fitted:
    head: LinearHead
    path: str
    sha256: str
    files: Sequence[ShardRow] = ()


def _read(ws: Workspace, project: int) -> _Snapshot:
    known = projects.get(ws, project)
    shards = features.shards(ws, project)
    with ws.store.read() as tx:
        older = models.every(tx, project)
        answers = events.audit_answers(tx, project, "report")
        report = resolved([one for one in answers if one.kind == "label"])
        every = events.training_labels(tx, project)
        return _Snapshot(
            project=known,
            version=(older[-1].version if older else 0) + 1,
            up_to_seq=events.newest_seq(tx, project),
            labels=resolved(every),
            classes=[one.id for one in project_rows.classes(tx, project)],
            shards=shards,
            report=report,
            unresolved=len({one.position for one in answers} - report.keys()),
            held_out=frozenset(
                [*audit.positions(tx, project), *audit.shadow_positions(tx, project)]
            ),
            ids=items.ids_by_position(tx, project),
            answered=frozenset(events.answered_positions(tx, project)),
            older=older,
        )


def _fit(ws: Workspace, snapshot: _Snapshot) -> _Fitted:
    embeddings = cast(FloatArray, ws.arrays.open_all(snapshot.shards))
    positions = np.array(sorted(snapshot.labels), dtype=np.int64)
    y = np.array([snapshot.labels[int(one)] for one in positions], dtype=np.int64)
    learner = cast(Learner, plugins.load("learners", snapshot.project.config.learner))
    x = np.asarray(embeddings[positions], dtype=np.float64)
    head = learner(x, y, seed=snapshot.project.config.seed)
    path = f"{snapshot.project.id}/heads/v{snapshot.version}.npz"
    named = {"coef": head.coef, "intercept": head.intercept, "classes": head.classes}
    return _Fitted(head, path, ws.arrays.write_named(path, named))


def _score(ws: Workspace, snapshot: _Snapshot, fitted: _Fitted) -> list[ShardRow]:
    """Write the probabilities of all items, shard by shard; the fitted head ranks by them."""
    project, revision = snapshot.project.id, _scores_revision(snapshot.version)
    files = []
    for one in snapshot.shards:
        proba = fitted.head.proba(cast(FloatArray, ws.arrays.open_shard(one.path)))
        path = f"{project}/{revision}/{one.first:09d}.npy"
        digest = ws.arrays.write_shard(path, proba.astype(np.float32))
        files.append(ShardRow(project, revision, one.first, one.count, path, digest))
    return files


def _pool(ws: Workspace, snapshot: _Snapshot, fitted: _Fitted | None) -> Pool:
    embeddings = cast(FloatArray, ws.arrays.open_all(snapshot.shards))
    blocked = snapshot.held_out | snapshot.answered
    candidates = [one for one in range(len(embeddings)) if one not in blocked]
    return Pool(
        project=snapshot.project,
        version=snapshot.version if fitted else None,
        ids=snapshot.ids,
        class_names={one.id: one.name for one in projects.classes(ws, snapshot.project.id)},
        classes=snapshot.classes,
        embeddings=embeddings,
        proba=fitted.head.proba(embeddings) if fitted else None,
        head=fitted.head if fitted else None,
        candidates=np.array(candidates, dtype=np.int64),
        labels=snapshot.labels,
        hashes=[one.sha256 for one in snapshot.shards],
        head_hash=fitted.sha256 if fitted else "",
        now=ws.clock(),
    )


def _curve(ws: Workspace, snapshot: _Snapshot, fitted: _Fitted | None) -> list[CurveRow]:
    """Score every version, old ones too, on today's whole report part."""
    if fitted is None or not snapshot.shards:
        return []
    embeddings = cast(FloatArray, ws.arrays.open_all(snapshot.shards))
    positions = np.array(sorted(p for p in snapshot.report if p < len(embeddings)), dtype=np.int64)
    x = np.asarray(embeddings[positions], dtype=np.float64)
    truth = np.array([snapshot.report[int(one)] for one in positions], dtype=np.int64)
    revision = snapshot.shards[0].revision
    rows = []
    for old in snapshot.older:
        if old.revision != revision:
            continue
        head = load_head(ws, old)
        rows.append(_point(ws, snapshot, (old.version, old.labels), truth, _predict(head, x)))
    predicted = _predict(fitted.head, x)
    newest = (snapshot.version, len(snapshot.labels))
    shown = list(
        zip(
            truth.tolist(),
            predicted.tolist(),
            [snapshot.ids[int(p)] for p in positions],
            strict=True,
        )
    )
    rows.append(_point(ws, snapshot, newest, truth, predicted, json.dumps(shown)))
    return rows


def load_head(ws: Workspace, model: ModelRow) -> LinearHead:
    """Return the fitted head of a version."""
    named = ws.arrays.read_named(model.head)
    return LinearHead(
        coef=cast(FloatArray, named["coef"]),
        intercept=cast(FloatArray, named["intercept"]),
        classes=cast(IndexArray, named["classes"]),
    )


def _predict(head: LinearHead, x: FloatArray) -> IndexArray:
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    best: IndexArray = head.classes[head.proba(x).argmax(axis=1)]
    return best


def _point(
    ws: Workspace,
    snapshot: _Snapshot,
    of: tuple[int, int],
    truth: IndexArray,
    predicted: IndexArray,
    confusion: str = "",
) -> CurveRow:
    return CurveRow(
        project=snapshot.project.id,
        version=of[0],
        labels=of[1],
        correct=int((truth == predicted).sum()),
        total=len(truth),
        unresolved=snapshot.unresolved,
        confusion=confusion,
        up_to_seq=snapshot.up_to_seq,
        created_at=ws.clock(),
    )


def _model_row(ws: Workspace, snapshot: _Snapshot, fitted: _Fitted, seconds: float) -> ModelRow:
    return ModelRow(
        project=snapshot.project.id,
        version=snapshot.version,
        up_to_seq=snapshot.up_to_seq,
        labels=len(snapshot.labels),
        learner=snapshot.project.config.learner,
        revision=snapshot.shards[0].revision,
        head=fitted.path,
        sha256=fitted.sha256,
        scores=_scores_revision(snapshot.version),
        seconds=seconds,
        created_at=ws.clock(),
    )


def _scores_revision(version: int) -> str:
    return f"scores-v{version}"

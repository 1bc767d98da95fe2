"""Train, score, choose the next queue, and publish all of it in one transaction."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, Head
from labeler_app.errors import StateError
from labeler_app.log import line, logger
from labeler_app.services import (
    features,
    fillings,
    heads,
    memory,
    predictions,
    queues,
    rankable,
    ranking,
    rescoring,
    telling,
    traces,
)
from labeler_app.services import snapshot as snapshots
from labeler_app.services.ranking import Ranking
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store import (
    audit,
    class_changes,
    class_sets,
    events,
    lifts,
    models,
    projects,
    queue,
    variants,
    workers,
)
from labeler_app.store.models import CurveRow, ModelRow, ShardRow
from labeler_app.store.workers import Fence

SCORES = "scores-v"
REST_SECONDS = 5.0
"""After a decision about variants no model is trained for it alone, and nothing is proven."""

Step = Callable[[str, float], None]

log = logger(__name__)


def is_due(ws: Workspace, project: int) -> str | None:
    """Return what is due: ``"model"``, ``"queue"`` (no model possible yet) or None.

    A model is due when enough answers are newer than the newest one, or a few have been waiting;
    both follow from two numbers in the store, so a crash leaves nothing to repair.
    """
    shards = features.shards(ws, project)
    if not shards or features.missing(ws, project) > 0:
        return None
    hashes = [one.sha256 for one in shards]
    made = _made(ws, project)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        changed = events.changed_items(tx, project, model.up_to_seq if model else 0)
        selection = queue.newest(tx, project)
        fresh = selection is not None and _shards_ranked(selection.detail) == hashes
        if selection is not None and model is not None and made is not None:
            fresh = fresh and _made_learned(selection.detail) == made
        if fresh and not changed:
            return None
        newest_at = events.newest_at(tx, project)
        row = projects.get(tx, project)
        sets = class_sets.today(tx, project) if projects.has_sets(tx, project) else {}
        labels = list(snapshots.resolved(events.training_labels(tx, project)).values())
        classes = [one.id for one in projects.classes(tx, project)]
    if row is None or not snapshots.is_trainable(labels, classes, sets, again=model is not None):
        return None if fresh else "queue"
    if model is None or not fresh:
        return "model"
    idle = newest_at is not None and ws.clock() - newest_at >= ws.settings.idle
    return "model" if changed >= queues.enough(row.config, len(labels)) or idle else None


def run(ws: Workspace, project: int, fence: Fence, step: Step | None = None) -> int | None:
    """Train the next version and publish it with its curve and its queue.

    Parameters
    ----------
    fence
        Of the claim on the project; nothing is published when it is lost.
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
    begun = ws.clock()
    tell("reading labels", 0.0)
    snapshot = snapshots.read(ws, project)
    fitted = _train(ws, snapshot, fence, tell) if snapshot.is_trainable else None
    tell("choosing", 0.7)
    ranking_ = _ranked(ws, snapshot, fitted)
    memory.keep(ws, project, snapshot.shards[0].revision, ranking_.save)
    telling.learn(ws, snapshot)
    tell("measuring", 0.85)
    points = rescoring.curve(ws, snapshot, fitted.head) if fitted else []
    tell("publishing", 0.95)
    seconds = ws.clock() - begun
    _publish(ws, snapshot, fence, _Result(fitted, points, ranking_, seconds))
    # What this training saw may differ from what was remembered: it would be due again for ever.
    _known.pop((str(ws.folder), project), None)
    log.info(line("published", project=project, version=snapshot.version, seconds=seconds))
    return snapshot.version if fitted is not None else None


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A new model, its files written."""

    head: Head
    note: str
    """Whether self-training was used, and why."""
    path: str
    sha256: str
    scores: str
    files: Sequence[ShardRow]
    proba: FloatArray
    """(N, C) float32, as in the files."""


@dataclass(frozen=True, slots=True)
class _Result:
    """All that is published at once."""

    fitted: _Fitted | None
    points: Sequence[CurveRow]
    ranking: Ranking
    seconds: float


def _train(ws: Workspace, snapshot: Snapshot, fence: Fence, tell: Step) -> _Fitted:
    tell("training", 0.2)
    made = heads.fit(ws, snapshot)
    # With the fence's token, a worker that was taken over from cannot overwrite its heir's files.
    version = f"v{snapshot.version}-{fence.token}"
    path = f"{snapshot.project.id}/heads/{version}.npz"
    digest = ws.arrays.write_named(path, made.named)
    tell("scoring", 0.5)
    scores = f"{SCORES}{snapshot.version}-{fence.token}"
    files, proba = _score(ws, snapshot, made.head, scores)
    return _Fitted(made.head, made.note, path, digest, scores, files, proba)


def _ranked(ws: Workspace, snapshot: Snapshot, fitted: _Fitted | None) -> Ranking:
    """Choose the queue, and note what it takes to choose it again."""
    model = (fitted.head, fitted.proba, fitted.sha256) if fitted else None
    known = predictions.known(ws, snapshot.project.id) if fitted is None else None
    saved = memory.recall(ws, snapshot.project.id, snapshot.shards[0].revision)
    made = ranking.choose(rankable.pool(ws, snapshot, model, known, saved))
    return traces.traced(ws, snapshot, made, fitted.note if fitted else "")


def _score(
    ws: Workspace, snapshot: Snapshot, head: Head, revision: str
) -> tuple[Sequence[ShardRow], FloatArray]:
    """Write the probabilities of all items, shard by shard, and return them."""
    files, parts = [], []
    for one in snapshot.shards:
        parts.append(rankable.scored(ws, head, one))
        path = f"{one.project}/{revision}/{one.first:09d}.npy"
        digest = ws.arrays.write_shard(path, parts[-1])
        files.append(ShardRow(one.project, revision, one.first, one.count, path, digest))
    return files, np.concatenate(parts)


def _publish(ws: Workspace, snapshot: Snapshot, fence: Fence, result: _Result) -> None:
    project = snapshot.project.id
    # The scores of the version before stay for requests that are on their way.
    kept = [one.scores for one in snapshot.older[-1:]]
    kept += [result.fitted.scores] if result.fitted else []
    with ws.store.write() as tx:
        if not workers.holds(tx, project, fence):
            raise StateError("Another worker has taken over this project; nothing was published.")
        if result.fitted is not None:
            models.add(tx, _model_row(ws, snapshot, result.fitted, result.seconds))
            models.add_shards(tx, result.fitted.files)
            models.put_points(tx, result.points)
            models.forget_shards(tx, project, SCORES, kept=kept)
        queue.replace(tx, result.ranking.selection, result.ranking.entries)
    if result.fitted is not None:
        _remove_old_scores(ws, snapshot, kept)


def _remove_old_scores(ws: Workspace, snapshot: Snapshot, kept: Sequence[str]) -> None:
    """Remove score files of older versions, those of killed workers included."""
    for name in ws.arrays.folders(str(snapshot.project.id)):
        version = name.removeprefix(SCORES).partition("-")[0]
        old = name.startswith(SCORES) and version.isdigit() and int(version) <= snapshot.version
        if old and name not in kept:
            ws.arrays.remove(f"{snapshot.project.id}/{name}")


def _model_row(ws: Workspace, snapshot: Snapshot, fitted: _Fitted, seconds: float) -> ModelRow:
    return ModelRow(
        project=snapshot.project.id,
        version=snapshot.version,
        up_to_seq=snapshot.up_to_seq,
        labels=len(snapshot.labels),
        learner=snapshot.project.config.learner,
        revision=snapshot.shards[0].revision,
        head=fitted.path,
        sha256=fitted.sha256,
        scores=fitted.scores,
        seconds=seconds,
        created_at=ws.clock(),
    )


def _made(ws: Workspace, project: int) -> str | None:
    """Return the mark of the variants that a model would learn from now.

    None while somebody decides: a model for each decision would be one too many.
    """
    with ws.store.read() as tx:
        newest = variants.newest_review(tx, project)
        if newest is None:
            return ""
        if ws.clock() - newest[1] < REST_SECONDS:
            return None
        key = (
            newest[0],
            events.newest_seq(tx, project),
            class_changes.newest(tx, project),
            audit.count_apart(tx, project),
            *lifts.counts(tx, project),
        )
        place = (str(ws.folder), project)
        if _known.get(place, (None, ""))[0] != key:
            _known[place] = key, fillings.fingerprint(snapshots.made_now(tx, project))
        return _known[place][1]


# The worker asks several times a second.
_known: dict[tuple[str, int], tuple[tuple[int, ...], str]] = {}


def _made_learned(detail: str) -> str:
    """Return the mark of the variants that the model of a queue has learned from."""
    found: str = json.loads(detail).get("made", "")
    return found


def _shards_ranked(detail: str) -> list[str]:
    """Return the fingerprints of the embeddings that a queue was chosen from."""
    found: list[str] = json.loads(detail)["shards"]
    return found

"""How good the model is, from the report part of the audit sample only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core import evaluation
from labeler_app.core.audit import DECIDE_EVERY
from labeler_app.core.evaluation import MIN_FIGURE, Accuracy
from labeler_app.services import advice, mistakes, pool, projects, queues
from labeler_app.services.mistakes import ClassRecall, Confusion
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, models, workers
from labeler_app.store.models import CurveRow


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One model version on the curve; no accuracy while it rests on too few items."""

    version: int
    labels: int
    accuracy: Accuracy | None
    answered: int
    created_at: float


@dataclass(frozen=True, slots=True)
class AuditState:
    """The audit sample: how large, how far, what it costs."""

    reserved: int
    answered: int
    report: int
    """Labeled items that make the figures."""
    decide: int
    suggested: int
    """Of the report items, those answered with the model's suggestion on screen: not blind."""
    unresolved: int
    needed: int
    share_now: float
    first: int

    @property
    def is_enough(self) -> bool:
        """Whether so many items are reserved that a figure can come at all."""
        return self.reserved - self.reserved // DECIDE_EVERY >= self.needed


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What the background process does."""

    phase: str
    done: float
    heartbeat_age_s: float | None
    alive: bool
    error: str


@dataclass(frozen=True, slots=True)
class Monitor:
    """Everything the Monitor page and `labeler status` say."""

    project: Project
    labels: int
    training_labels: int
    accuracy: Accuracy | None
    audit: AuditState
    curve: tuple[CurvePoint, ...]
    classes: tuple[LabelClass, ...]
    recall: tuple[ClassRecall, ...]
    weakest: ClassRecall | None
    confusions: tuple[Confusion, ...]
    pace_s: float | None
    minutes: float | None
    cost: float | None
    labels_to_first: int | None
    minutes_to_first: float | None
    low_if_all_right: float
    missing: str
    """What the first model waits for; empty when there is a model."""
    model_version: int | None
    model_age_s: float | None
    queue: queues.QueueState
    worker: WorkerState
    advice_title: str
    advice: str


def monitor(ws: Workspace, project: int) -> Monitor:
    """Return all figures of a project; every accuracy comes from audit items."""
    known = projects.get(ws, project)
    classes = projects.classes(ws, project)
    answers = mistakes.newest_answers(ws, project, classes)
    found = mistakes.recall(classes, answers)
    points = curve(ws, project)
    accuracy = points[-1].accuracy if points else None
    sample = audit_state(ws, project)
    spent = _spent(ws, known)
    queue = queues.queue_state(ws, project)
    to_first = labels_to_first(sample)
    said = advice.advice(accuracy, known.config.target, spent.labels, spent.minutes)
    return Monitor(
        project=known,
        labels=spent.labels,
        training_labels=spent.training_labels,
        accuracy=accuracy,
        audit=sample,
        curve=tuple(points),
        classes=tuple(classes),
        recall=tuple(found),
        weakest=mistakes.weakest(found),
        confusions=tuple(mistakes.confusions(classes, answers)),
        pace_s=spent.pace_s,
        minutes=spent.minutes,
        cost=spent.cost,
        labels_to_first=to_first,
        minutes_to_first=to_first * spent.pace_s / 60 if to_first and spent.pace_s else None,
        low_if_all_right=evaluation.wilson(sample.report, sample.report).low,
        missing="" if points else _missing(classes),
        model_version=queue.version,
        model_age_s=queue.age_s,
        queue=queue,
        worker=worker_state(ws, project),
        advice_title=said.title,
        advice=said.text,
    )


def curve(ws: Workspace, project: int) -> list[CurvePoint]:
    """Return the learning curve, every point on the same report items."""
    with ws.store.read() as tx:
        rows = models.curve(tx, project)
    return [_point(row) for row in rows]


def audit_state(ws: Workspace, project: int) -> AuditState:
    """Return how far the audit sample is answered."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        reserved = audit.size(tx, project)
        labeled, answered = audit.answered(tx, project)
        report = {
            one.item for one in events.audit_answers(tx, project, "report") if one.kind == "label"
        }
        suggested = events.suggested_audits(tx, project, "report")
    return AuditState(
        reserved=reserved,
        answered=answered,
        report=len(report),
        decide=labeled - len(report),
        suggested=suggested,
        unresolved=answered - labeled,
        needed=MIN_FIGURE,
        share_now=pool.audit_share(known, labeled),
        first=known.config.audit_first,
    )


def worker_state(ws: Workspace, project: int) -> WorkerState:
    """Return what the worker does in this project, and when it was last heard."""
    now = ws.clock()
    with ws.store.read() as tx:
        lease = workers.of_project(tx, project)
        beat = workers.newest_beat(tx)
    age = now - beat if beat is not None else None
    alive = age is not None and age < queues.SILENT_SECONDS
    if lease is None:
        return WorkerState("", 0.0, age, alive, "")
    return WorkerState(lease.phase, lease.phase_done, age, alive, lease.error)


def labels_to_first(sample: AuditState) -> int | None:
    """Return about how many labels are still to come before the first figure; None if none."""
    lacking = sample.needed - sample.report
    if lacking <= 0 or sample.share_now <= 0 or not sample.is_enough:
        return None
    # Two thirds of the audit items that are asked make the figures.
    return max(1, round(lacking / (sample.share_now * 2 / 3)))


def _point(row: CurveRow) -> CurvePoint:
    return CurvePoint(
        version=row.version,
        labels=row.labels,
        accuracy=evaluation.accuracy(row.correct, row.total, row.unresolved)
        if row.total >= MIN_FIGURE
        else None,
        answered=row.total,
        created_at=row.created_at,
    )


@dataclass(frozen=True, slots=True)
class _Spent:
    """What labeling took so far."""

    labels: int
    training_labels: int
    pace_s: float | None
    """Median seconds of an answer."""
    minutes: float | None
    """Of all answers together."""
    cost: float | None


def _spent(ws: Workspace, project: Project) -> _Spent:
    with ws.store.read() as tx:
        labels = events.answered(tx, project.id)
        training = len({one.item for one in events.training_labels(tx, project.id)})
        recent = events.paces(tx, project.id)
    if not recent:
        return _Spent(labels, training, None, None, None)
    pace = float(np.median(recent)) / 1000
    minutes = pace * labels / 60
    rate = project.config.hourly_rate
    return _Spent(labels, training, pace, minutes, minutes / 60 * rate if rate else None)


def _missing(classes: Sequence[LabelClass]) -> str:
    short = [one for one in classes if one.count_training < 2]
    if not classes:
        return "Name the first classes on the Label page."
    if not short:
        return "The first model is being trained."
    lacking = [(2 - one.count_training, one.name) for one in short[:4]]
    first = f"{lacking[0][0]} {'label' if lacking[0][0] == 1 else 'labels'} of {lacking[0][1]}"
    names = ", ".join([first, *(f"{count} of {name}" for count, name in lacking[1:])])
    more = f" and {len(short) - 4} more classes" if len(short) > 4 else ""
    return f"Missing: {names}{more}."

"""How good the model is, from the report part of the audit sample only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core import evaluation
from labeler_app.core.evaluation import MIN_FIGURE, Accuracy
from labeler_app.services import pool, projects
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, models, workers
from labeler_app.store.models import CurveRow

FEW_OF_CLASS = 10


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One model version on the curve; no accuracy while it rests on too few items."""

    version: int
    labels: int
    accuracy: Accuracy | None
    answered: int
    created_at: float


@dataclass(frozen=True, slots=True)
class ClassRecall:
    """How many audit items of a class the model finds."""

    class_id: int
    name: str
    key: str
    colour: int
    correct: int
    total: int
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether a percentage would mean something."""
        return self.total >= FEW_OF_CLASS


@dataclass(frozen=True, slots=True)
class Confusion:
    """Audit items of one class that the model takes for another."""

    true: LabelClass
    taken_for: LabelClass
    count: int
    total: int
    low: float
    high: float
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AuditState:
    """The audit sample: how large, how far, what it costs."""

    reserved: int
    answered: int
    report: int
    """Labeled items that make the figures."""
    decide: int
    unresolved: int
    needed: int
    share_now: float
    first: int


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
    queue: pool.QueueState
    worker: WorkerState
    advice_title: str
    advice: str


def monitor(ws: Workspace, project: int) -> Monitor:
    """Return all figures of a project; every accuracy comes from audit items."""
    known = projects.get(ws, project)
    classes = projects.classes(ws, project)
    points = curve(ws, project)
    newest = points[-1] if points else None
    sample = audit_state(ws, project)
    table = _newest_table(ws, project, classes)
    recall = _recall(classes, table)
    pace, minutes = _pace(ws, project)
    queue = pool.queue_state(ws, project)
    with ws.store.read() as tx:
        labels = events.answered(tx, project)
        training = len({one.item for one in events.training_labels(tx, project)})
    to_first = labels_to_first(sample)
    accuracy = newest.accuracy if newest else None
    return Monitor(
        project=known,
        labels=labels,
        training_labels=training,
        accuracy=accuracy,
        audit=sample,
        curve=tuple(points),
        classes=tuple(classes),
        recall=tuple(recall),
        weakest=_weakest(recall),
        confusions=tuple(_confusions(ws, project, classes, table)),
        pace_s=pace,
        minutes=minutes,
        cost=minutes / 60 * known.config.hourly_rate
        if minutes is not None and known.config.hourly_rate
        else None,
        labels_to_first=to_first,
        minutes_to_first=to_first * pace / 60 if to_first is not None and pace else None,
        low_if_all_right=evaluation.wilson(sample.report, sample.report).low,
        missing="" if newest else _missing(classes),
        model_version=queue.version,
        model_age_s=queue.age_s,
        queue=queue,
        worker=worker_state(ws, project),
        advice_title=_advice_title(accuracy, known),
        advice=_advice(accuracy, known, labels, minutes),
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
    return AuditState(
        reserved=reserved,
        answered=answered,
        report=len(report),
        decide=labeled - len(report),
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
    alive = age is not None and age < pool.SILENT_SECONDS
    if lease is None:
        return WorkerState("", 0.0, age, alive, "")
    return WorkerState(lease.phase, lease.phase_done, age, alive, lease.error)


def figure(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval: "91.3 % (88.1–93.6)"."""
    return f"{100 * accuracy.point:.1f} % ({100 * accuracy.low:.1f}–{100 * accuracy.high:.1f})"


def labels_to_first(sample: AuditState) -> int | None:
    """Return about how many labels are still to come before the first figure; None if none."""
    lacking = sample.needed - sample.report
    if lacking <= 0 or sample.share_now <= 0:
        return None
    # Two thirds of the audit items that are asked make the figures.
    return max(1, round(lacking / (sample.share_now * 2 / 3)))


def _point(row: CurveRow) -> CurvePoint:
    return CurvePoint(
        version=row.version,
        labels=row.labels,
        accuracy=of_counts(row) if row.total >= MIN_FIGURE else None,
        answered=row.total,
        created_at=row.created_at,
    )


def of_counts(row: CurveRow) -> Accuracy:
    """Return the accuracy with its interval from a stored point."""
    interval = evaluation.wilson(row.correct, row.total)
    served = row.total + row.unresolved
    return Accuracy(
        correct=row.correct,
        total=row.total,
        unresolved=row.unresolved,
        point=row.correct / row.total,
        low=interval.low,
        high=interval.high,
        worst=row.correct / served,
        best=(row.correct + row.unresolved) / served,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """True and predicted class of every report item of the newest model."""

    true: tuple[int, ...] = ()
    predicted: tuple[int, ...] = ()
    items: tuple[int, ...] = ()


def _newest_table(ws: Workspace, project: int, classes: Sequence[LabelClass]) -> _Table:
    with ws.store.read() as tx:
        rows = models.curve(tx, project)
    if not rows or not rows[-1].confusion:
        return _Table()
    known = {one.id for one in classes}
    triples = [
        (true, predicted, item)
        for true, predicted, item in json.loads(rows[-1].confusion)
        if true in known and predicted in known
    ]
    if not triples:
        return _Table()
    true, predicted, item = zip(*triples, strict=True)
    return _Table(true, predicted, item)


def _recall(classes: Sequence[LabelClass], table: _Table) -> list[ClassRecall]:
    numbers = {one.id: number for number, one in enumerate(classes)}
    found = evaluation.recall_by_class(
        np.array([numbers[one] for one in table.true], dtype=np.int64),
        np.array([numbers[one] for one in table.predicted], dtype=np.int64),
        len(classes),
    )
    return [
        ClassRecall(
            one.id, one.name, one.key, one.colour, row.correct, row.total, row.low, row.high
        )
        for one, row in zip(classes, found, strict=True)
    ]


def _weakest(recall: Sequence[ClassRecall]) -> ClassRecall | None:
    seen = [one for one in recall if one.enough]
    return min(seen, key=lambda one: one.correct / one.total) if seen else None


def _confusions(
    ws: Workspace, project: int, classes: Sequence[LabelClass], table: _Table
) -> list[Confusion]:
    by_id = {one.id: one for one in classes}
    pairs: dict[tuple[int, int], list[int]] = {}
    totals: dict[int, int] = {}
    for true, predicted, item in zip(table.true, table.predicted, table.items, strict=True):
        totals[true] = totals.get(true, 0) + 1
        if true != predicted:
            pairs.setdefault((true, predicted), []).append(item)
    found = []
    for (true, predicted), wrong in pairs.items():
        interval = evaluation.wilson(len(wrong), totals[true])
        found.append(
            Confusion(
                true=by_id[true],
                taken_for=by_id[predicted],
                count=len(wrong),
                total=totals[true],
                low=interval.low,
                high=interval.high,
                items=tuple(wrong),
            )
        )
    return sorted(found, key=lambda one: (-one.count, one.true.name, one.taken_for.name))


def _pace(ws: Workspace, project: int) -> tuple[float | None, float | None]:
    """Return the median seconds of an answer, and the minutes of all answers together."""
    with ws.store.read() as tx:
        recent = events.paces(tx, project)
        labels = events.answered(tx, project)
    if not recent:
        return None, None
    median = float(np.median(recent)) / 1000
    return median, median * labels / 60


def _missing(classes: Sequence[LabelClass]) -> str:
    short = [one for one in classes if one.count_training < 2]
    if not classes:
        return "Name the first classes on the Label page."
    if not short:
        return "The first model is being trained."
    names = ", ".join(f"{2 - one.count_training} {one.name}" for one in short[:4])
    more = f" and {len(short) - 4} more classes" if len(short) > 4 else ""
    return f"Missing: {names}{more}."


def _advice_title(accuracy: Accuracy | None, project: Project) -> str:
    if accuracy is None:
        return "Keep going: too early to say more"
    if accuracy.low >= project.config.target:
        return f"Done: surely above {100 * accuracy.low:.1f} %"
    return "Keep going: the target is not reached yet"


def _advice(accuracy: Accuracy | None, project: Project, labels: int, minutes: float | None) -> str:
    spent = f", {minutes:.0f} minutes in all" if minutes is not None else ""
    so_far = f"{labels:,} labels so far{spent}."
    if accuracy is None:
        return f"{so_far} Advice with figures starts with the first figure."
    return f"{so_far} Accuracy {figure(accuracy)}; target {100 * project.config.target:.0f} %."

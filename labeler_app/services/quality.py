"""How good the model is, from the report part of the audit sample only."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.core import evaluation
from labeler_app.core.audit import DECIDE_EVERY
from labeler_app.core.evaluation import MIN_FIGURE, Accuracy
from labeler_app.services import advice, budget, mistakes, mix, projects, queues
from labeler_app.services.advice import Advice
from labeler_app.services.budget import Spent
from labeler_app.services.mistakes import ClassRecall, Confusion, Extra
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.queues import QueueState
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, models, probes, workers
from labeler_app.store.audit import Blindness
from labeler_app.store.models import CurveRow

SPLIT = "two thirds make the figures, one third is kept for decisions"
WHOLE_SETS = (
    "an item counts as right only when its whole set of classes is right; "
    "a class added after its answer is not asked of it"
)
"""What accuracy means where items have several classes."""
TOO_FEW = "too few items for an accuracy"


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
    drawn_from: int
    """Items it is drawn from: all but those of probe sets, which people bring."""
    answered: int
    report: int
    """Labeled items that make the figures."""
    decide: int
    blind: Blindness
    """How blind the answers of the report part were."""
    unresolved: int
    needed: int
    share_now: float
    first: int
    ahead: int = 0
    """Items of probe sets to be labeled: they come before those of the sample."""

    @property
    def is_enough(self) -> bool:
        """Whether so many items are reserved that a figure can come at all."""
        return self.reserved - self.reserved // DECIDE_EVERY >= self.needed

    @property
    def split(self) -> str:
        """What the answered items are for, in numbers that add up."""
        verb = "has" if self.unresolved == 1 else "have"
        rest = f", {self.unresolved:,} {verb} no class" if self.unresolved else ""
        return f"{self.report:,} make the figures, {self.decide:,} are kept for decisions{rest}"


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What the background process does."""

    phase: str
    done: float
    heartbeat_age_s: float | None
    alive: bool
    error: str


@dataclass(frozen=True, slots=True)
class FirstFigure:
    """What is known of the first figure before it comes."""

    labels: int | None
    """About how many are still to come; None if it cannot be said, or never comes."""
    minutes: float | None
    low_if_all_right: float
    """Where the interval would begin if the model were right on every item answered so far."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """Everything the Monitor page and `labeler status` say."""

    project: Project
    labels: int
    training_labels: int
    spent: Spent
    accuracy: Accuracy | None
    audit: AuditState
    first: FirstFigure
    curve: tuple[CurvePoint, ...]
    classes: tuple[LabelClass, ...]
    recall: tuple[ClassRecall, ...]
    weakest: ClassRecall | None
    confusions: tuple[Confusion, ...]
    extras: tuple[Extra, ...]
    """Where items may have several classes: how often each is said of items without it."""
    missing: str
    """What the first model waits for; empty when there is a model."""
    queue: QueueState
    worker: WorkerState
    advice: Advice


def monitor(ws: Workspace, project: int) -> Monitor:
    """Return all figures of a project; every accuracy comes from audit items."""
    known, points = projects.get(ws, project), curve(ws, project)
    classes = projects.classes(ws, project)
    answers = mistakes.newest_answers(ws, project, classes)
    recall = mistakes.recall(classes, answers)
    accuracy = points[-1].accuracy if points else None
    sample, spent = audit_state(ws, project), budget.spent(ws, known)
    worker = worker_state(ws, project)
    return Monitor(
        project=known,
        labels=spent.labels,
        training_labels=spent.training_labels,
        spent=spent,
        accuracy=accuracy,
        audit=sample,
        first=_first(sample, spent),
        curve=tuple(points),
        classes=tuple(classes),
        recall=tuple(recall),
        weakest=mistakes.weakest(recall),
        confusions=tuple(mistakes.confusions(classes, answers)),
        extras=tuple(mistakes.extras(classes, answers)),
        missing="" if points else _missing(known, classes, spent, worker),
        queue=queues.queue_state(ws, project),
        worker=worker,
        advice=_advice(known, accuracy, sample, spent),
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
        blind = audit.blindness(tx, project, "report")
        ahead, brought = probes.waiting(tx, project), probes.count(tx, project)
    return AuditState(
        reserved=reserved,
        drawn_from=known.items - brought,
        answered=answered,
        report=len(report),
        decide=labeled - len(report),
        blind=blind,
        unresolved=answered - labeled,
        needed=MIN_FIGURE,
        share_now=mix.audit_share(known, labeled, ahead),
        first=known.config.audit_first,
        ahead=ahead,
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


def labels_to_first(sample: AuditState, left: int) -> int | None:
    """Return about how many labels are still to come before the first figure; None if none.

    Parameters
    ----------
    sample
        How far the audit sample is answered.
    left
        Items that can still be asked; at the end, those of the sample are among them.
    """
    lacking = sample.needed - sample.report
    if lacking <= 0 or left == 0 or sample.share_now <= 0 or not sample.is_enough:
        return None
    # Two thirds of the audit items that are asked make the figures, once probe sets are labeled.
    return min(left, max(1, round((1.5 * lacking + sample.ahead) / sample.share_now)))


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


def _advice(
    project: Project, accuracy: Accuracy | None, sample: AuditState, spent: Spent
) -> Advice:
    target = project.config.target
    return advice.advice(accuracy, target, spent.left, can_be_known=sample.is_enough)


def _first(sample: AuditState, spent: Spent) -> FirstFigure:
    labels = labels_to_first(sample, spent.left.items)
    return FirstFigure(
        labels=labels,
        minutes=labels * spent.pace_s / 60 if labels and spent.pace_s else None,
        low_if_all_right=evaluation.wilson(sample.report, sample.report).low,
    )


def _missing(
    project: Project, classes: Sequence[LabelClass], spent: Spent, worker: WorkerState
) -> str:
    lacking = [(2 - spent.by_class.get(one.id, 0), one.name) for one in classes]
    short = [(count, name) for count, name in lacking if count > 0]
    if not classes:
        return "Name the first classes on the Label page."
    always = [
        one.name for one in classes if spent.by_class.get(one.id, 0) > spent.training_labels - 2
    ]
    if not short and project.config.multi_label and always:
        return f"Missing: 2 labels without {always[0]}."
    if not short and not worker.alive:
        return "The first model will be trained as soon as a worker runs."
    if not short:
        return "The first model is being trained."
    count, name = short[0]
    first = f"{count} {'label' if count == 1 else 'labels'} of {name}"
    names = ", ".join([first, *(f"{count} of {name}" for count, name in short[1:4])])
    more = f" and {len(short) - 4} more classes" if len(short) > 4 else ""
    return f"Missing: {names}{more}."

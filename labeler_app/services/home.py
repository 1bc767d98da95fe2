"""The list of projects."""

from dataclasses import dataclass

from labeler_app.core.evaluation import Accuracy, surely_above
from labeler_app.services import budget, desk, exchange, projects, quality, queues
from labeler_app.services.budget import Left
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, items

THUMBS = 4


@dataclass(frozen=True, slots=True)
class Thumb:
    """One picture of a project."""

    item: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """One row of the list of projects."""

    id: int
    name: str
    noun: str
    """What one item is called: image, text or row."""
    items: int
    classes: int
    labels: int
    imported: int
    """Items with a label that came with the data, and none that was given here."""
    goal: int
    """Labels the budget pays for, or images if they are fewer."""
    budget: int
    target: float
    accuracy: Accuracy | None
    audit_answered: int
    audit_kept: int
    """Answered audit items that make no figure."""
    audit_needed: int
    advice: str
    """One word or two: ``just begun``, ``keep going``, ``done``."""
    advice_text: str
    queue: queues.QueueState
    thumbs: tuple[Thumb, ...]
    importing: bool

    @property
    def of_goal(self) -> str:
        """What the labels are counted of: all ``20 images``, or ``500`` of the budget."""
        if self.goal >= self.budget:
            return f"{self.goal:,}"
        return f"{self.goal:,} {self.noun}{'' if self.goal == 1 else 's'}"


def cards(ws: Workspace) -> list[ProjectCard]:
    """Return one card for each project, newest first."""
    return [_card(ws, project) for project in projects.every(ws)]


def thumbs(ws: Workspace, project: int, n: int = THUMBS) -> list[Thumb]:
    """Return some pictures of a project, the same at every call."""
    with ws.store.read() as tx:
        chosen = items.sample(tx, project, n)
        rows = items.many(tx, chosen)
    return [Thumb(one, rows[one].sha256) for one in chosen]


def _card(ws: Workspace, project: Project) -> ProjectCard:
    points = quality.curve(ws, project.id)
    accuracy = points[-1].accuracy if points else None
    sample = quality.audit_state(ws, project.id)
    progress = desk.progress(ws, project.id)
    with ws.store.read() as tx:
        imported = events.only_imported(tx, project.id)
    word, text = _advice(project, accuracy, sample, budget.left(ws, project))
    return ProjectCard(
        id=project.id,
        name=project.name,
        noun=project.noun,
        items=project.items,
        classes=len(projects.classes(ws, project.id)),
        labels=progress.labeled,
        imported=imported,
        goal=progress.goal,
        budget=project.config.budget,
        target=project.config.target,
        accuracy=accuracy,
        audit_answered=sample.report,
        audit_kept=sample.decide,
        audit_needed=sample.needed,
        advice=word,
        advice_text=text,
        queue=queues.queue_state(ws, project.id),
        thumbs=tuple(thumbs(ws, project.id)),
        importing=bool(exchange.pending(ws, project.id)),
    )


def _advice(
    project: Project, accuracy: Accuracy | None, sample: quality.AuditState, left: Left
) -> tuple[str, str]:
    target = f"{100 * project.config.target:.0f} %"
    bound = surely_above(accuracy.correct, accuracy.total) if accuracy else None
    if bound is not None and bound >= project.config.target:
        return "done", f"target {target} reached: surely above {100 * bound:.1f} %"
    if left.ended:
        return "done", _ENDS[left.ended]
    if bound is not None:
        return "keep going", f"target {target} is not reached yet"
    lacking = quality.labels_to_first(sample, left.items)
    if not sample.is_enough:
        return "just begun", quality.TOO_FEW
    if lacking is None:
        return "just begun", "a first figure comes with the next model"
    return "just begun", f"a first figure in about {lacking} labels"


_ENDS = {
    budget.ALL_ANSWERED: "everything is answered",
    budget.SPENT: "the budget is spent",
}

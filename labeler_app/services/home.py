"""The list of projects, and the demonstration."""

import json
from dataclasses import dataclass
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.digits import write_digits
from labeler_app.core.evaluation import Accuracy
from labeler_app.errors import StateError
from labeler_app.services import desk, exchange, features, pool, projects, quality
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import items
from labeler_app.store import projects as project_rows

DEMO = "Handwritten digits"
# In this order the key of each class is its digit.
DEMO_CLASSES = tuple("1234567890")
THUMBS = 4
_ANSWERS = "digits-answers.json"


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
    kind: str
    items: int
    classes: int
    labels: int
    budget: int
    target: float
    accuracy: Accuracy | None
    audit_answered: int
    audit_needed: int
    advice: str
    """One word or two: ``just begun``, ``keep going``, ``done``."""
    advice_text: str
    queue: pool.QueueState
    thumbs: tuple[Thumb, ...]
    importing: bool


def cards(ws: Workspace) -> list[ProjectCard]:
    """Return one card for each project, newest first."""
    return [_card(ws, project) for project in projects.every(ws)]


def thumbs(ws: Workspace, project: int, n: int = THUMBS) -> list[Thumb]:
    """Return some pictures of a project, the same at every call."""
    with ws.store.read() as tx:
        chosen = items.sample(tx, project, n)
        rows = items.many(tx, chosen)
    return [Thumb(one, rows[one].sha256) for one in chosen]


def demo(ws: Workspace, progress: exchange.Progress | None = None) -> Project:
    """Return the demonstration project: scikit-learn's 1,797 digits, embedded, made if needed."""
    with ws.store.read() as tx:
        row = project_rows.find(tx, DEMO)
    if row is None:
        project = projects.create(
            ws, DEMO, classes=DEMO_CLASSES, config=ProjectConfig(budget=300)
        ).id
    else:
        project = row.id
    folder = ws.folder / "files" / "digits"
    if not projects.get(ws, project).items:
        _keep_answers(ws, folder, write_digits(folder))
        waiting = exchange.pending(ws, project)
        run = (
            waiting[0] if waiting else exchange.request_import(ws, project, folder, ImportOptions())
        )
        exchange.run_import(ws, run, progress)
    features.embed(ws, project)
    return projects.get(ws, project)


def demo_answers(ws: Workspace) -> dict[str, str]:
    """Return the true class of each digit by the beginning of its picture's sha256."""
    path = ws.folder / _ANSWERS
    if not path.is_file():
        raise StateError("The demonstration was not made here.", hint="Start `labeler demo`.")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _keep_answers(ws: Workspace, folder: Path, written: list[tuple[str, str]]) -> None:
    answers = {files.sha256(folder / path)[:12]: label for path, label in written}
    (ws.folder / _ANSWERS).write_text(json.dumps(answers), encoding="utf-8")


def _card(ws: Workspace, project: Project) -> ProjectCard:
    points = quality.curve(ws, project.id)
    accuracy = points[-1].accuracy if points else None
    sample = quality.audit_state(ws, project.id)
    word, text = _advice(project, accuracy, sample)
    return ProjectCard(
        id=project.id,
        name=project.name,
        kind=project.kind,
        items=project.items,
        classes=len(projects.classes(ws, project.id)),
        labels=desk.progress(ws, project.id).labeled,
        budget=project.config.budget,
        target=project.config.target,
        accuracy=accuracy,
        audit_answered=sample.report,
        audit_needed=sample.needed,
        advice=word,
        advice_text=text,
        queue=pool.queue_state(ws, project.id),
        thumbs=tuple(thumbs(ws, project.id)),
        importing=bool(exchange.pending(ws, project.id)),
    )


def _advice(
    project: Project, accuracy: Accuracy | None, sample: quality.AuditState
) -> tuple[str, str]:
    target = f"{100 * project.config.target:.0f} %"
    if accuracy is None:
        lacking = quality.labels_to_first(sample)
        if lacking is None:
            return "just begun", "a first figure comes with the next model"
        return "just begun", f"a first figure in about {lacking} labels"
    if accuracy.low >= project.config.target:
        return "done", f"target {target} reached: surely above {100 * accuracy.low:.1f} %"
    return "keep going", f"target {target} is not reached yet"
